import HostModel
import NetworkTypes
import PolicyCompiler

extension DefaultAction {
  /// The default action of a direction, from the rules at an endpoint's enforcement points.
  ///
  /// If a profile has catch-alls, they decide; without them it is the implicit deny if ACLs affect the
  /// direction, and otherwise the platform's own rules.
  ///
  /// - Parameters:
  ///   - direction: The direction as the endpoint sees it.
  ///   - port: The endpoint's switch port.
  ///   - firewall: The firewall of its compartment.
  init(_ direction: Direction, _ port: SwitchPort?, _ firewall: FirewallInstance?) {
    let rules =
      (port?.rules ?? []).filter { $0.group.layer == .endpointACL && $0.group.direction == direction }
      .map { ($0.name, $0.action, $0.match) }
      + (firewall?.aclRules ?? []).filter { $0.direction == direction }.map { ($0.name, $0.action, $0.match) }
    let catchAlls = rules.filter { name, _, _ in
      RuleIdentity(id: name)?.isDefault ?? false
    }
    guard catchAlls.isEmpty else {
      self = Self.allowing(catchAlls.filter { $0.1 == .allow }.map(\.2))
      return
    }
    let unmatched = direction == .in ? port?.unmatchedInbound : port?.unmatchedOutbound
    if unmatched ?? .allow != .allow || firewall?.closed[direction] != nil {
      self = .implicitDeny
    } else {
      self.init(platform: direction, firewall)
    }
  }

  /// The default action of the platform alone, without any ACL.
  init(platform direction: Direction, _ firewall: FirewallInstance?) {
    guard let firewall, firewall.platformUnmatched[direction] ?? .allow != .allow else {
      self = .allow
      return
    }
    self = Self.allowing(
      firewall.platformRules.filter {
        $0.isPlatformDefault && $0.direction == direction && $0.action == .allow
      }.map(\.match))
  }

  private static func allowing(_ matches: [RuleMatch]) -> DefaultAction {
    guard !matches.isEmpty else { return .block }
    let sets = matches.map(\.protocols)
    guard !sets.contains(nil) else { return .allow }
    return .allowOnly(sets.reduce(ProtocolSet()) { $0.union($1 ?? ProtocolSet()) })
  }
}
