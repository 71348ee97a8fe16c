package import HostModel
package import NetworkTypes
import PolicyCompiler

/// An ACL, or a rule at an enforcement point, under the name used in output.
package struct RuleStatement: Sendable, Hashable {
  /// Members that only one kind of rule has.
  package enum Detail: Sendable, Hashable {
    case acl(priority: UInt16?, ruleType: RuleType?, localSets: [String], remoteSets: [String])
    case firewall
    case vfp(priority: UInt16, group: VFPGroup)
  }

  package var name: String
  package var direction: Direction
  package var action: RuleAction
  package var match: RuleMatch
  /// The profile rules that it was compiled from.
  package var origins: [String]
  package var detail: Detail
  /// Whether it is an ACL that is known to be stored without effect.
  package var isStoredOnly = false

  /// Creates a rule.
  package init(
    name: String, direction: Direction, action: RuleAction, match: RuleMatch, origins: [String],
    detail: Detail
  ) {
    self.name = name
    self.direction = direction
    self.action = action
    self.match = match
    self.origins = origins
    self.detail = detail
  }

  /// An ACL of an endpoint.
  package init(_ acl: PortACL) {
    self.init(
      name: Self.name(acl.id), direction: acl.direction, action: acl.action, match: acl.match,
      origins: Self.origins(.acl(id: acl.id ?? "")),
      detail: .acl(
        priority: acl.priority, ruleType: acl.ruleType, localSets: acl.localSets, remoteSets: acl.remoteSets))
  }

  /// A rule of Windows Firewall.
  package init(_ rule: FirewallRule) {
    self.init(
      name: Self.name(rule.origin, rule.name), direction: rule.direction, action: rule.action,
      match: rule.match, origins: Self.origins(rule.origin), detail: .firewall)
  }

  /// A rule of VFP.
  package init(_ rule: VFPRule) {
    self.init(
      name: Self.name(rule.origin, rule.name), direction: rule.group.direction, action: rule.action,
      match: rule.match, origins: Self.origins(rule.origin),
      detail: .vfp(priority: rule.priority, group: rule.group))
  }

  /// The priority, if it has one.
  package var priority: UInt16? {
    switch detail {
    case .acl(let priority, _, _, _): priority
    case .vfp(let priority, _): priority
    case .firewall: nil
    }
  }

  /// The VFP group of the rule; nil for other rules.
  package var group: VFPGroup? { if case .vfp(_, let group) = detail { group } else { nil } }

  /// The name of a rule in output: the profile's if the Id is one of ours, otherwise the Id.
  package static func name(_ id: String?) -> String {
    guard let id, !id.isEmpty else { return "(unnamed)" }
    return RuleIdentity(id: id)?.name ?? RuleIdentity.shown(foreign: id)
  }

  /// The name in output of a rule at an enforcement point.
  package static func name(_ origin: RuleOrigin, _ name: String) -> String {
    if case .acl(let id) = origin { Self.name(id) } else { name }
  }

  private static func origins(_ origin: RuleOrigin) -> [String] {
    switch origin {
    case .acl(let id): RuleIdentity(id: id)?.origins ?? []
    case .published: [ReservedRuleName.published.rawValue]
    case .service, .platform, .host: []
    }
  }
}
