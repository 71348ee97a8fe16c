import HNSEmulator
package import HostModel
package import JSONText
import NetworkTypes
import PolicyCompiler

/// The form of rules in plans, diffs and dumps; an absent list means any.
package enum RuleDocument {
  /// The document of an ACL in HNS.
  package static func acl(_ acl: PortACL) -> JSON {
    let origin = RuleOrigin.acl(id: acl.id ?? "")
    var object = base(name(acl.id), acl.direction, acl.action, acl.match)
    object.append("priority", acl.priority.map { .whole($0) })
    object.append("ruleType", acl.ruleType.map { .string($0.rawValue) })
    object.append("origins", origins(origin))
    if !acl.localSets.isEmpty { object.append("localSets", .strings(acl.localSets)) }
    if !acl.remoteSets.isEmpty { object.append("remoteSets", .strings(acl.remoteSets)) }
    return .object(object)
  }

  /// The document of a rule of Windows Firewall.
  package static func firewall(_ rule: FirewallRule) -> JSON {
    var object = base(name(rule.origin, rule.name), rule.direction, rule.action, rule.match)
    object.append("origins", origins(rule.origin))
    return .object(object)
  }

  /// The document of a rule of VFP.
  package static func vfp(_ rule: VFPRule) -> JSON {
    var object = base(name(rule.origin, rule.name), rule.group.direction, rule.action, rule.match)
    object.append("priority", .whole(rule.priority))
    object.append("layer", .string(rule.group.layer.rawValue))
    object.append("group", .string(rule.group.name))
    object.append("origins", origins(rule.origin))
    return .object(object)
  }

  /// The name of a rule in output: the profile's if the Id is one of ours, otherwise the Id.
  package static func name(_ id: String?) -> String {
    guard let id, !id.isEmpty else { return "(unnamed)" }
    return RuleIdentity(id: id)?.name ?? RuleIdentity.shown(foreign: id)
  }

  /// The name in output of a rule at an enforcement point.
  package static func name(_ origin: RuleOrigin, _ name: String) -> String {
    if case .acl(let id) = origin { Self.name(id) } else { name }
  }

  private static func base(
    _ name: String, _ direction: Direction, _ action: RuleAction, _ match: RuleMatch
  ) -> JSONObject {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("direction", .string(direction.rawValue))
    object.append("action", .string(action.rawValue))
    object.append("protocols", match.protocols.map { .array($0.protocols.map { .whole($0.number) }) })
    object.append("localAddresses", match.localAddresses.map { .strings($0.listedPrefixes) })
    object.append("remoteAddresses", match.remoteAddresses.map { .strings($0.listedPrefixes) })
    object.append("localPorts", match.localPorts.map { .strings($0.ranges.map(\.description)) })
    object.append("remotePorts", match.remotePorts.map { .strings($0.ranges.map(\.description)) })
    return object
  }

  private static func origins(_ origin: RuleOrigin) -> JSON {
    switch origin {
    case .acl(let id): .strings(RuleIdentity(id: id)?.origins ?? [])
    case .published: [.string(ReservedRuleName.published.rawValue)]
    case .platform: []
    }
  }
}
