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
  /// The members that the writer cut off, by their path, in the document of schema 1.
  private var cutsOfV1: [String] = []
  /// The same in the document of schema 2.
  private var cutsOfV2: [String] = []
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
    add(document)
  }

  /// Adds a document; of several of one schema, the first counts.
  mutating func add(_ document: CapturedDocument) {
    if document.isV2 {
      guard v2 == nil else { return }
      v2 = document.document
      cutsOfV2 = document.cuts
    } else if v1 == nil {
      v1 = document.document
      cutsOfV1 = document.cuts
    }
  }

  /// Forgets the policies, which are nearly all of an endpoint's documents, once they were taken over.
  mutating func forgetPolicies() {
    v1?["Policies"] = nil
    v2?["Policies"] = nil
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

  /// The document to take over: that of schema 2, which is complete by itself, or that of schema 1 if less of it
  /// was cut off.
  var document: JSON { .object((isV2 ? v2 : v1) ?? JSONObject()) }

  private var isV2: Bool {
    guard v1 != nil, v2 != nil else { return v2 != nil }
    return cutMembers(cutsOfV2).count <= cutMembers(cutsOfV1).count
  }

  /// The members on which verdicts depend and which the writer cut off, or a part of them, in the document to take
  /// over.
  var cutMembers: [String] { cutMembers(isV2 ? cutsOfV2 : cutsOfV1) }

  private func cutMembers(_ cuts: [String]) -> [String] {
    kind.members.filter { Self.isCut($0, cuts) }
  }

  /// Whether the writer cut off a member or a part of it in the document of schema 1, which has it alone.
  func isCutInV1(_ member: String) -> Bool { Self.isCut(member, cutsOfV1) }

  private static func isCut(_ member: String, _ cuts: [String]) -> Bool {
    cuts.contains { $0 == member || $0.hasPrefix("\(member).") }
  }

  /// Whether a load balancer's document is a route, which has the form of a policy list too.
  var isRoute: Bool {
    v2?["Routes"] != nil || v2?["Setting"] != nil
      || (v1?["Policies"]?.array ?? []).contains { $0["Type"]?.string?.lowercased() == "route" }
  }

  /// The endpoints that a namespace lists.
  var listedEndpoints: [GUID] { resources.compactMap { $0.isEndpoint ? GUID($0.id) : nil } }

  /// What a namespace lists.
  var resources: [(id: String, isEndpoint: Bool)] {
    (v2?["Resources"]?.array ?? v1?["ResourceList"]?.array ?? []).compactMap { resource in
      guard let id = (resource["Data"]?["Id"] ?? resource["Data"]?["ID"])?.string else { return nil }
      return (id, resource["Type"]?.string?.lowercased() == "endpoint" || resource["Type"] == 1)
    }
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

  /// The addresses of an endpoint, or those that a load balancer takes; nil if a document should have them and does
  /// not.
  var addresses: [IPAddress]? {
    var texts: [JSON?] = []
    switch kind {
    case .endpoint:
      texts = [v1?["IPAddress"], v1?["IPv6Address"]]
      texts += (v2?["IpConfigurations"]?.array ?? []).map { $0["IpAddress"] }
    case .loadBalancer:
      texts = v2?["FrontendVIPs"]?.array ?? []
      for policy in v1?["Policies"]?.array ?? [] { texts += policy["VIPs"]?.array ?? [policy["VIPs"]] }
    case .network, .namespace: break
    }
    let found = texts.compactMap { $0?.string }.filter { !$0.isEmpty }
    let addresses = found.compactMap { IPAddress($0) }
    let isCut = cutMembers.contains {
      ["IPAddress", "IPv6Address", "IpConfigurations", "FrontendVIPs", "Policies"].contains($0)
    }
    return addresses.count == found.count && !isCut ? addresses : nil
  }

  /// The state of an endpoint (reference: hns, 4.2); nil if the documents have none.
  var state: Int64? { v1?["State"]?.integer ?? v2?["State"]?.integer }

  /// Whether the endpoint is on another host.
  var isRemote: Bool {
    v1?["IsRemoteEndpoint"]?.bool == true || (self["Flags"]?.integer ?? 0) & 1 != 0
  }

  /// The namespace of an endpoint; nil if it is in none.
  var namespace: GUID? {
    HNSDocumentForms.guid(v2?["HostComputeNamespace"])
      ?? v1?["Namespace"]?.object.flatMap { HNSDocumentForms.id(of: $0) }
  }

  /// The containers that an endpoint lists.
  var sharedContainers: [String] {
    (v1?["SharedContainers"]?.array ?? []).compactMap(\.string).filter { !$0.isEmpty }
  }

  /// The allocator of an endpoint's port (reference: hns, 8.3).
  private var portAllocator: JSON? {
    v1?["Resources"]?["Allocators"]?.array?.first { $0["Tag"] == "Endpoint Port" }
  }

  /// The compartment in the allocator of an endpoint's port; its spelling is HNS's own.
  var allocatedCompartment: UInt32? {
    let number = portAllocator?["CompartmendId"]?.integer ?? portAllocator?["CompartmentId"]?.integer
    return number.flatMap { UInt32(exactly: $0) }.flatMap { $0 == 0 ? nil : $0 }
  }

  /// The name of an endpoint's VFP port; nil if its document does not say.
  var portGUID: GUID? { HNSDocumentForms.guid(portAllocator?["EndpointPortGuid"]) }

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
      result[position].add(document)
    }
    return result
  }
}
