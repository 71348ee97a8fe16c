package import HostModel
import NetworkProfile
package import NetworkTypes
package import PacketSpace

/// The meaning of a profile for the packets of an endpoint, derived from the profile itself and not from
/// anything compiled from it.
package struct EndpointMeaning: Sendable {
  private let rules: [OrderedACL]
  private let defaults: [Direction: RuleAction]
  private let published: [PublishDeclaration]
  private let cell: PlatformCell

  /// Derives the meaning of an endpoint.
  ///
  /// - Parameters:
  ///   - declaration: The endpoint.
  ///   - rules: Its rules in the order of evaluation.
  ///   - cell: Its cell of the table by driver and isolation.
  init(_ declaration: EndpointDeclaration, rules: [OrderedACL], cell: PlatformCell) {
    self.rules = rules
    self.cell = cell
    published = declaration.publish.map(\.value)
    var defaults: [Direction: RuleAction] = [:]
    defaults[.in] = declaration.defaults?.inbound?.value
    defaults[.out] = declaration.defaults?.outbound?.value
    self.defaults = defaults
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
    var list = rules.filter { $0.acl.direction == direction }.map { ($0.acl.action, $0.acl.match) }
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
      firstMatchOf: list.enumerated().map { place, rule in
        PacketPolicy.Rule(identity: place, action: rule.0, match: rule.1)
      }, unmatched: unmatched, families: [family])
  }

  /// The name of the matched rule: an ACL of the profile or the direction's default.
  ///
  /// - Parameters:
  ///   - decider: The decider in the policy of a direction.
  ///   - direction: The direction.
  package func name(_ decider: PacketPolicy.Decider, _ direction: Direction) -> String {
    let fallback = ReservedRuleName.default(direction).rawValue
    guard case .rule(let place) = decider else { return fallback }
    let named = rules.filter { $0.acl.direction == direction }
    return named.indices.contains(place) ? named[place].acl.name.value : fallback
  }
}
