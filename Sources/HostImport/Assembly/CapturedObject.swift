import JSONText
import NetworkTypes

/// An object of HNS with all of its documents.
struct CapturedObject {
  let kind: CapturedDocument.Kind
  let id: GUID
  /// The document of schema 1; nil if there is none.
  var v1: JSONObject?
  /// The document of schema 2; nil if there is none.
  var v2: JSONObject?
  /// The members that the writer cut off, by their path.
  var cuts: [String] = []
  /// Where the first document stands.
  let place: CapturePlace

  /// An object without documents yet.
  init(kind: CapturedDocument.Kind, id: GUID, place: CapturePlace) {
    self.kind = kind
    self.id = id
    self.place = place
  }

  /// The object of one document.
  init(_ document: CapturedDocument) {
    self.init(kind: document.kind, id: document.id, place: document.place)
    if document.isV2 { v2 = document.document } else { v1 = document.document }
    cuts = document.cuts
  }

  /// What the object is, in words.
  var title: String {
    switch kind {
    case .network: "network"
    case .endpoint: "endpoint"
    case .namespace: "namespace"
    case .loadBalancer: "load balancer"
    }
  }

  /// The name; empty if it has none.
  var name: String { self["Name"]?.string ?? "" }

  /// A member of either document, that of schema 2 first.
  subscript(member: String) -> JSON? { v2?[member] ?? v1?[member] }

  /// The document to take over: that of schema 2, which is complete by itself, or else that of schema 1.
  var document: JSON { .object(v2 ?? v1 ?? JSONObject()) }

  /// Whether the writer cut off a member or a part of it.
  func isCut(_ member: String) -> Bool {
    cuts.contains { $0 == member || $0.hasPrefix("\(member).") }
  }

  // MARK: Networks

  /// The addresses of the host that the network states: `ManagementIP`, or the policy ProviderAddress.
  var managementAddresses: [IPAddress] {
    var texts = [v1?["ManagementIP"]?.string, v1?["ManagementIPv6"]?.string].compactMap { $0 }
    for policy in v2?["Policies"]?.array ?? [] where policy["Type"] == "ProviderAddress" {
      if let text = policy["Settings"]?["ProviderAddress"]?.string { texts.append(text) }
    }
    return texts.compactMap { IPAddress($0) }.filter { !$0.isUnspecified }
  }

  // MARK: Endpoints

  /// The state of an endpoint (reference: hns, 4.2); nil if the documents have none.
  var state: Int64? { v1?["State"]?.integer ?? v2?["State"]?.integer }

  /// Whether the endpoint is on another host.
  var isRemote: Bool {
    v1?["IsRemoteEndpoint"]?.bool == true || (self["Flags"]?.integer ?? 0) & 1 != 0
  }

  /// The namespace of an endpoint; nil if it is in none.
  var namespace: GUID? {
    let text =
      v2?["HostComputeNamespace"]?.string ?? v1?["Namespace"]?["ID"]?.string
      ?? v1?["Namespace"]?["Id"]?.string
    return text.flatMap { GUID($0) }.flatMap { $0.isZero ? nil : $0 }
  }

  /// The containers that an endpoint lists.
  var sharedContainers: [String] {
    (v1?["SharedContainers"]?.array ?? []).compactMap(\.string).filter { !$0.isEmpty }
  }

  /// The compartment in the allocator of an endpoint's port; its spelling is HNS's own (reference: hns, 8.3).
  var allocatedCompartment: UInt32? {
    let port = v1?["Resources"]?["Allocators"]?.array?.first { $0["Tag"] == "Endpoint Port" }
    let number = port?["CompartmendId"]?.integer ?? port?["CompartmentId"]?.integer
    return number.flatMap { UInt32(exactly: $0) }.flatMap { $0 == 0 ? nil : $0 }
  }

  /// Whether an endpoint is one of the host itself, whose gateway is shown as the unspecified address
  /// (reference: hns, 6.4).
  var hasUnspecifiedGateway: Bool {
    ["0.0.0.0", "::"].contains(v1?["GatewayAddress"]?.string ?? "")
  }
}

extension HostAssembly {
  /// The objects with all of their documents, in the order of the sources.
  func mergedObjects() -> [CapturedObject] {
    struct Key: Hashable {
      var kind: CapturedDocument.Kind
      var id: GUID
    }
    var result: [CapturedObject] = []
    var positions: [Key: Int] = [:]
    for document in captured.documents {
      let key = Key(kind: document.kind, id: document.id)
      let position = positions[key] ?? result.count
      if position == result.count {
        positions[key] = position
        result.append(CapturedObject(kind: document.kind, id: document.id, place: document.place))
      }
      if document.isV2 {
        if result[position].v2 == nil { result[position].v2 = document.document }
      } else if result[position].v1 == nil {
        result[position].v1 = document.document
      }
      result[position].cuts += document.cuts
    }
    return result
  }
}
