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
    if !unread.isEmpty {
      object.append(
        "unread",
        .array(
          unread.map {
            ["place": .string($0.place), "reason": .string($0.reason), "text": .string($0.text)]
          }))
    }
    return .object(object)
  }

  /// Reads the gaps of a configuration; none if the member is absent.
  init(snapshot configuration: SnapshotReader) throws(SnapshotError) {
    self.init()
    guard configuration.object["gaps"] != nil else { return }
    let reader = try SnapshotReader(configuration.object["gaps"], configuration.path(of: "gaps"))
    try reader.allow(["firewall", "endpoints", "unread"])
    if reader.object["firewall"] != nil {
      guard let gap = FirewallGap(rawValue: try reader.text("firewall")) else {
        throw reader.failure("firewall", "must be 'rules' or 'profiles'")
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
    if reader.object["unread"] != nil {
      for (index, element) in try reader.list("unread").enumerated() {
        let part = try SnapshotReader(element, reader.path(of: "unread[\(index)]"))
        unread.append(
          UnreadPart(
            place: try part.text("place"), reason: try part.text("reason"), text: try part.text("text")))
      }
    }
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
