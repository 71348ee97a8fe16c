package import HostModel
import NetworkProfile
package import NetworkTypes
package import PacketSpace

/// What a profile says of the packets of an endpoint, read off the profile itself and not off anything
/// that is compiled from it.
package struct EndpointMeaning: Sendable {
  private let rules: [OrderedACL]
  private let defaults: [Direction: RuleAction]
  private let published: [PublishDeclaration]
  private let cell: PlatformCell

  /// Reads the meaning of an endpoint.
  ///
  /// - Parameters:
  ///   - declaration: The endpoint.
  ///   - rules: Its rules in the order in which they are tried.
  ///   - cell: Its cell of the driver by isolation table.
  init(_ declaration: EndpointDeclaration, rules: [OrderedACL], cell: PlatformCell) {
    self.rules = rules
    self.cell = cell
    published = declaration.publish.map(\.value)
    var defaults: [Direction: RuleAction] = [:]
    defaults[.in] = declaration.defaults?.inbound?.value
    defaults[.out] = declaration.defaults?.outbound?.value
    self.defaults = defaults
  }

  /// The packets of one direction and family as a function to verdicts: the ACLs in their order, then the
  /// default that the profile states or else the platform's.
  ///
  /// Where the platform's inbound default holds, the allow rule that it makes of a published port does
  /// too: on nat always, elsewhere before version 1709 (reference: network-isolation; hns, 6.5).
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

  /// The name of the rule that decides: an ACL of the profile or the direction's default.
  ///
  /// - Parameters:
  ///   - decider: What decides in the policy of a direction.
  ///   - direction: The direction.
  package func name(_ decider: PacketPolicy.Decider, _ direction: Direction) -> String {
    let fallback = ReservedRuleName.default(direction).rawValue
    guard case .rule(let place) = decider else { return fallback }
    let named = rules.filter { $0.acl.direction == direction }
    return named.indices.contains(place) ? named[place].acl.name.value : fallback
  }
}
