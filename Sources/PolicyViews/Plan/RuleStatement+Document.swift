import HostModel
package import JSONText
import NetworkTypes
package import PolicyPlan

/// The JSON of a rule in plans, diffs and dumps; an absent list means any.
extension RuleStatement {
  package var document: JSON {
    var object = JSONObject()
    object.append("name", .string(name))
    object.append("direction", .string(direction.rawValue))
    object.append("action", .string(action.rawValue))
    object.append("protocols", match.protocols.map { .array($0.protocols.map { .number($0.number) }) })
    object.append("localAddresses", match.localAddresses.map { .strings($0.listedPrefixes) })
    object.append("remoteAddresses", match.remoteAddresses.map { .strings($0.listedPrefixes) })
    object.append("localPorts", match.localPorts.map { .strings($0.ranges.map(\.description)) })
    object.append("remotePorts", match.remotePorts.map { .strings($0.ranges.map(\.description)) })
    switch detail {
    case .firewall: object.append("origins", .strings(origins))
    case .acl(let priority, let ruleType, let localSets, let remoteSets):
      object.append("priority", priority.map { .number($0) })
      object.append("ruleType", ruleType.map { .string($0.rawValue) })
      object.append("origins", .strings(origins))
      if !localSets.isEmpty { object.append("localSets", .strings(localSets)) }
      if !remoteSets.isEmpty { object.append("remoteSets", .strings(remoteSets)) }
      if isStoredOnly { object.append("enforced", false) }
    case .vfp(let priority, let group):
      object.append("priority", .number(priority))
      object.append("layer", .string(group.layer.rawValue))
      object.append("group", .string(group.name))
      object.append("origins", .strings(origins))
    }
    return .object(object)
  }

  init?(_ kind: ChangeKind, document: JSON) {
    guard let name = document["name"]?.string,
      let direction = document["direction"]?.string.flatMap({ Direction(rawValue: $0) }),
      let action = document["action"]?.string.flatMap({ RuleAction(rawValue: $0) })
    else { return nil }
    func texts(_ member: String) -> [String] { (document[member]?.array ?? []).compactMap(\.string) }
    let priority = document["priority"]?.integer.flatMap { UInt16(exactly: $0) }
    let detail: Detail
    switch kind {
    case .vfpRule:
      guard let priority, let group = VFPGroup(document["layer"]?.string, document["group"]?.string) else {
        return nil
      }
      detail = .vfp(priority: priority, group: group)
    case .firewallRule: detail = .firewall
    default:
      detail = .acl(
        priority: priority, ruleType: document["ruleType"]?.string.flatMap { RuleType(rawValue: $0) },
        localSets: texts("localSets"), remoteSets: texts("remoteSets"))
    }
    self.init(
      name: name, direction: direction, action: action,
      match: RuleMatch(
        protocols: ProtocolSet(listed: document["protocols"]),
        localAddresses: AddressSet(listed: document["localAddresses"]),
        remoteAddresses: AddressSet(listed: document["remoteAddresses"]),
        localPorts: PortSet(listed: document["localPorts"]),
        remotePorts: PortSet(listed: document["remotePorts"])),
      origins: texts("origins"), detail: detail)
    isStoredOnly = document["enforced"] == false
  }
}

extension VFPGroup {
  fileprivate init?(_ layer: String?, _ name: String?) {
    for family in AddressFamily.allCases {
      for direction in Direction.allCases {
        guard let layer = layer.flatMap({ VFPLayer(rawValue: $0) }) else { return nil }
        self.init(layer: layer, family: family, direction: direction)
        if self.name == name { return }
      }
    }
    return nil
  }
}

// The lists in rules and packet sets.

extension ProtocolSet {
  /// The protocols of a list of numbers; nil without a list.
  init?(listed list: JSON?) {
    guard let list = list?.array else { return nil }
    self.init(list.compactMap(\.integer).compactMap { UInt8(exactly: $0) }.map { IPProtocol($0) })
  }
}

extension AddressSet {
  /// The addresses of a list of prefixes and addresses; nil without a list.
  init?(listed list: JSON?) {
    guard let list = list?.array else { return nil }
    self.init(
      list.compactMap(\.string).compactMap { text in
        IPPrefix(text)?.range ?? IPAddress(text).map { AddressRange($0) }
      })
  }
}

extension PortSet {
  /// The ports of a list of ranges; nil without a list.
  init?(listed list: JSON?) {
    guard let list = list?.array else { return nil }
    self.init(
      list.compactMap(\.string).compactMap { text in
        if case .range(let range) = PortText(parsing: Array(text.utf8).span) { range } else { nil }
      })
  }
}
