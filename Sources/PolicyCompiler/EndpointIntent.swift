package import HostModel
package import NetworkProfile
package import NetworkTypes
package import PacketSpace

/// The meaning of a profile for the packets of an endpoint, derived from the profile itself and not from
/// anything compiled from it.
package struct EndpointIntent: Sendable {
  /// Identifies the meaning of endpoints without rules of their own; equal keys of one profile mean the same.
  package struct Key: Hashable, Sendable {
    fileprivate var shared: ObjectIdentifier?
    fileprivate var defaults: [Direction: RuleAction]
    fileprivate var published: [PublishDeclaration]
    fileprivate var cell: PlatformCell
  }

  private let rules: JoinedACLs
  private let defaults: [Direction: RuleAction]
  private let published: [PublishDeclaration]
  private let cell: PlatformCell

  /// Derives the meaning of an endpoint.
  ///
  /// - Parameters:
  ///   - declaration: The endpoint.
  ///   - rules: Its rules in the order of evaluation.
  ///   - cell: Its cell of the table by driver and isolation.
  package init(_ declaration: EndpointDeclaration, rules: JoinedACLs, cell: PlatformCell) {
    self.rules = rules
    self.cell = cell
    published = declaration.publish.map(\.value)
    var defaults: [Direction: RuleAction] = [:]
    defaults[.in] = declaration.defaults?.inbound?.value
    defaults[.out] = declaration.defaults?.outbound?.value
    self.defaults = defaults
  }

  /// The key that endpoints of the same meaning share; nil if the endpoint has rules of its own.
  package var key: Key? {
    guard rules.first.isEmpty else { return nil }
    return Key(
      shared: rules.shared.map { ObjectIdentifier($0) }, defaults: defaults, published: published, cell: cell)
  }

  /// The packets of one direction and family as a function to verdicts: the ACLs in order, then the default
  /// action of the profile or else the platform's.
  ///
  /// If the platform's inbound default applies, the allow rule of a published port does too: always on nat,
  /// and elsewhere before version 1709 (reference: network-isolation; hns, 6.5).
  ///
  /// - Parameters:
  ///   - direction: The direction.
  ///   - family: The address family.
  ///   - build: The Windows build.
  ///   - assumptions: The host's assumptions.
  package func policy(
    _ direction: Direction, _ family: AddressFamily, build: WindowsBuild, assumptions: Assumptions
  ) -> PacketPolicy {
    var list: [(RuleAction, RuleMatch)] = []
    for part in [rules.first, rules.shared?.rules ?? []] {
      for rule in part where rule.direction == direction { list.append((rule.action, rule.match)) }
    }
    let unmatched: RuleAction
    if let stated = defaults[direction] {
      unmatched = stated
    } else if direction == .in, let admitted = cell.inboundDefault(build, assumptions) {
      if cell.isolation == .process, cell.driver == .nat || build.deniesInboundByDefault {
        list += published.map { port in
          (
            .allow,
            RuleMatch(
              protocols: ProtocolSet([port.protocol]), localPorts: PortSet([PortRange(port.internal)]))
          )
        }
      }
      list.append((.allow, RuleMatch(protocols: admitted)))
      unmatched = .block
    } else {
      unmatched = .allow
    }
    return PacketPolicy(
      firstMatchOf: list.enumerated().map { position, rule in
        PacketPolicy.Rule(identity: position, action: rule.0, match: rule.1)
      }, unmatched: unmatched, families: [family])
  }

  /// The name of the matched rule: an ACL of the profile or the direction's default.
  ///
  /// - Parameters:
  ///   - matchedRule: The decider in the policy of a direction.
  ///   - direction: The direction.
  package func name(_ matchedRule: PacketPolicy.MatchedRule, _ direction: Direction) -> String {
    let fallback = ReservedRuleName.default(direction).rawValue
    guard case .rule(let position) = matchedRule else { return fallback }
    let named = rules.all.filter { $0.direction == direction }
    return named.indices.contains(position) ? named[position].acl.name.value : fallback
  }
}
