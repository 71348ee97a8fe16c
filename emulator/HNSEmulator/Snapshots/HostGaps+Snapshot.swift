import HostModel
import JSONText
import NetworkTypes

extension HostGaps {
  /// The gaps in a snapshot; each member is present only if it is needed.
  var snapshot: JSON {
    var object = JSONObject()
    object.append("firewall", firewall.map { .string($0.rawValue) })
    if !endpoints.isEmpty {
      object.append(
        "endpoints",
        .object(
          JSONObject(
            endpoints.sorted { $0.key < $1.key }.map { id, gaps in
              JSONObject.Member(id.lowercase, .array(gaps.map(\.snapshot)))
            })))
    }
    if !missing.isEmpty { object.append("missing", .array(missing.map(\.snapshot))) }
    if !unread.isEmpty {
      object.append(
        "unread",
        .array(
          unread.map { part in
            var object = JSONObject([
              .init("place", .string(part.place)), .init("reason", .string(part.reason)),
            ])
            object.append("text", part.text.map { .string($0) })
            return .object(object)
          }))
    }
    return .object(object)
  }

  /// Reads the gaps of a configuration; none if the member is absent.
  init(snapshot configuration: SnapshotReader) throws(SnapshotError) {
    self.init()
    guard configuration.object["gaps"] != nil else { return }
    let reader = try SnapshotReader(configuration.object["gaps"], configuration.path(of: "gaps"))
    try reader.allow(["firewall", "endpoints", "missing", "unread"])
    if reader.object["firewall"] != nil {
      guard let gap = FirewallGap(rawValue: try reader.text("firewall")) else {
        throw reader.failure("firewall", "must be 'rules' or 'unreadRules'")
      }
      firewall = gap
    }
    if reader.object["endpoints"] != nil {
      let list = try SnapshotReader(reader.object["endpoints"], reader.path(of: "endpoints"))
      for member in list.object.members {
        guard let id = GUID(member.key) else {
          throw list.failure(member.key, "is not the id of an endpoint")
        }
        for (index, _) in try list.list(member.key).enumerated() {
          add(try list.endpointGap(member.key, index), to: id)
        }
      }
    }
    if reader.object["missing"] != nil {
      for (index, element) in try reader.list("missing").enumerated() {
        missing.append(
          try MissingObject(snapshot: SnapshotReader(element, reader.path(of: "missing[\(index)]"))))
      }
    }
    if reader.object["unread"] != nil {
      for (index, element) in try reader.list("unread").enumerated() {
        let part = try SnapshotReader(element, reader.path(of: "unread[\(index)]"))
        unread.append(
          UnreadPart(
            place: try part.text("place"), reason: try part.text("reason"),
            text: part.object["text"] == nil ? nil : try part.text("text")))
      }
    }
  }
}

extension MissingObject {
  fileprivate var snapshot: JSON {
    var object = JSONObject([.init("kind", .string(kind.rawValue)), .init("id", .string(id.lowercase))])
    if !name.isEmpty { object.append("name", .string(name)) }
    object.append("addresses", .strings(addresses.map(\.description)))
    object.append("reason", .string(reason))
    return .object(object)
  }

  fileprivate init(snapshot reader: SnapshotReader) throws(SnapshotError) {
    guard let kind = Kind(rawValue: try reader.text("kind")) else {
      throw reader.failure("kind", "is not a kind of object")
    }
    guard let id = GUID(try reader.text("id")) else { throw reader.failure("id", "is not an id") }
    var addresses: [IPAddress] = []
    for element in try reader.list("addresses") {
      guard let address = element.string.flatMap({ IPAddress($0) }) else {
        throw reader.failure("addresses", "has an entry that is not an address")
      }
      addresses.append(address)
    }
    self.init(
      kind, id: id, name: reader.object["name"] == nil ? "" : try reader.text("name"), addresses: addresses,
      reason: try reader.text("reason"))
  }
}

extension EndpointGap {
  fileprivate var snapshot: JSON {
    var object = JSONObject([.init("kind", .string(kind.rawValue))])
    if !subject.isEmpty { object.append("subject", .string(subject)) }
    if !reason.isEmpty { object.append("reason", .string(reason)) }
    return .object(object)
  }
}

extension SnapshotReader {
  fileprivate func endpointGap(_ key: String, _ index: Int) throws(SnapshotError) -> EndpointGap {
    let reader = try SnapshotReader(try list(key)[index], path(of: "\(key)[\(index)]"))
    guard let kind = EndpointGap.Kind(rawValue: try reader.text("kind")) else {
      throw reader.failure("kind", "is not a kind of gap")
    }
    return EndpointGap(
      kind, reader.object["subject"] == nil ? "" : try reader.text("subject"),
      reason: reader.object["reason"] == nil ? "" : try reader.text("reason"))
  }
}
