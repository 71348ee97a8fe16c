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
    var hasCatchAll = false
    var allowed: [RuleMatch] = []
    func add(_ name: String, _ action: RuleAction, _ match: RuleMatch) {
      guard RuleIdentity.isDefault(id: name) else { return }
      hasCatchAll = true
      if action == .allow { allowed.append(match) }
    }
    for rule in port?.rules ?? []
    where rule.group.layer == .endpointACL && rule.group.direction == direction {
      add(rule.name, rule.action, rule.match)
    }
    for rule in firewall?.aclRules ?? [] where rule.direction == direction {
      add(rule.name, rule.action, rule.match)
    }
    guard !hasCatchAll else {
      self = Self.allowing(allowed)
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
