import HostModel
import JSONText
import NetworkTypes

/// A service being restored.
struct RestoredHost {
  private(set) var service: HostNetworkingService
  /// The ordinals already used.
  private var ordinals: Set<Int64> = []
  private let policies: PolicyInterner
  private var deferredAttachments: [DeferredAttachment] = []

  /// The parts of an endpoint's document that depend on the namespaces, which are restored later.
  private struct DeferredAttachment {
    let endpoint: GUID
    let namespace: JSON?
    let state: JSON?
  }

  /// The members of ``DeferredAttachment``.
  private static let claimed = ["HostComputeNamespace", "State"]

  /// Creates the host described by the plain members of a snapshot.
  init(_ members: JSONObject) throws(SnapshotError) {
    let reader = try SnapshotReader(.object(members.withPresentNames), "")
    _ = try reader.format(upTo: HostNetworkingService.snapshotFormat)
    let configuration = try SnapshotReader(reader.object["configuration"], "configuration")
    service = HostNetworkingService(try HostConfiguration(snapshot: configuration))
    try configuration.check(equals: service.configuration.snapshot)
    service.nextOrdinal = try reader.integer("nextOrdinal", 1...HostNetworkingService.ordinalLimit)
    service.nextCompartment = UInt32(
      try reader.integer("nextCompartment", 2...HostNetworkingService.compartmentLimit))
    policies = PolicyInterner(service.configuration)
  }

  /// Restores the next object.
  mutating func restore(
    _ section: SnapshotSection, _ reader: inout JSONReader, at path: String
  ) throws(SnapshotError) {
    if section == .endpoints { return try restoreEndpoint(&reader, at: path) }
    let entry = try SnapshotReader(try reader.readValue(), path)
    let restored =
      switch section {
      case .networks: try service.restoreNetwork(entry, &ordinals)
      case .namespaces: try service.restoreNamespace(entry, &ordinals)
      case .loadBalancers: try service.restoreLoadBalancer(entry, &ordinals)
      case .routes: try service.restoreRoute(entry, &ordinals)
      case .guestNetworkServices, .endpoints: try service.restoreGuestNetworkService(entry, &ordinals)
      }
    try entry.check(equals: restored)
  }

  /// Restores an endpoint; its policies are most of the text of a snapshot.
  private mutating func restoreEndpoint(
    _ reader: inout JSONReader, at path: String
  ) throws(SnapshotError) {
    var members = JSONObject()
    var list: JSONPassage?
    if reader.peek() == UInt8(ascii: "{") {
      try reader.openNext()
      while let name = try reader.memberName() {
        members.append(
          name, name == "document" ? try document(&reader, &list) : try reader.readValue())
      }
    } else {
      _ = try SnapshotReader(try reader.readValue(), path)
    }
    let stated = members["document"]?.object
    var entry = try SnapshotReader(.object(members), path)
    let endpoint = try service.restoreEndpoint(entry, &ordinals) { driver throws(SnapshotError) in
      try list.map { list throws(SnapshotError) in
        try policies.policies(list, driver, at: entry.path(of: "document"))
      } ?? []
    }
    deferredAttachments.append(
      DeferredAttachment(
        endpoint: endpoint.id, namespace: stated?["HostComputeNamespace"], state: stated?["State"]))
    var bare = endpoint
    bare.policies = []
    var expected = service.entry(of: bare).object ?? JSONObject()
    entry.object["document"] = entry.object["document"]?.leavingOut(Self.claimed)
    expected["document"] = expected["document"]?.leavingOut(Self.claimed)
    try entry.check(equals: .object(expected))
  }

  /// The document of an endpoint, with only the text of its policies.
  private func document(
    _ reader: inout JSONReader, _ list: inout JSONPassage?
  ) throws(SnapshotError) -> JSON {
    guard reader.peek() == UInt8(ascii: "{") else { return try reader.readValue() }
    try reader.openNext()
    var document = JSONObject()
    while let name = try reader.memberName() {
      if name == "Policies", reader.peek() == UInt8(ascii: "[") {
        list = try reader.deferredPassage()
      } else {
        document.append(name, try reader.readValue())
      }
    }
    return .object(document)
  }

  /// Restores what is not an object, and makes the checks that need all objects.
  mutating func finish(_ reader: SnapshotReader) throws(SnapshotError) {
    if reader.object["acceleratedMACs"] != nil { try service.restoreAcceleratedMACs(reader) }
    try service.restoreRouterCompartment(reader)
    for (index, claim) in deferredAttachments.enumerated() {
      guard var endpoint = service.endpoints[claim.endpoint] else { continue }
      endpoint.policies = []
      let document = service.document(of: endpoint)
      for (name, stated) in zip(Self.claimed, [claim.namespace, claim.state])
      where document[name]?.ifNotZero != stated?.ifNotZero {
        let stated = JSON.object(JSONObject(stated.map { [.init(name, $0)] } ?? []))
        let expected = JSON.object(JSONObject(document[name].map { [.init(name, $0)] } ?? []))
        if let difference = stated.firstDifference(from: expected, at: "endpoints[\(index)].document") {
          throw difference
        }
      }
    }
  }
}

extension JSON {
  /// The value, but nil for the id of all zeros: snapshots of older versions leave it out.
  fileprivate var ifNotZero: JSON? { self == .string(GUID.zero.uppercase) ? nil : self }
}

extension JSONObject {
  /// The members of a snapshot, with members of older versions under their current names.
  fileprivate var withPresentNames: JSONObject {
    guard case .object(var configuration) = self["configuration"], configuration["assumptions"] == nil,
      let index = configuration.members.firstIndex(where: { $0.key == "switches" })
    else { return self }
    configuration.members[index].key = "assumptions"
    var result = self
    result["configuration"] = .object(configuration)
    return result
  }
}

extension SnapshotReader {
  /// Refuses an object that differs from the expected one.
  func check(equals expected: JSON) throws(SnapshotError) {
    if let difference = JSON.object(object).firstDifference(from: expected, at: path) { throw difference }
  }
}

extension JSON {
  /// The object without some of its members.
  fileprivate func leavingOut(_ names: [String]) -> JSON {
    guard let object else { return self }
    return .object(JSONObject(object.members.filter { !names.contains($0.key) }))
  }
}
