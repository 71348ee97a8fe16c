package import FilterEngine
package import HNSEmulator
package import HostModel
package import JSONText
package import NetworkTypes

/// The interface of a host for plans: HCN v2 calls with HCN v2 documents, typed if possible.
///
/// A plan can be applied to anything that implements these calls (reference: hns, 2 and 3). It is first tried
/// on a copy, whose filters are read back to prove their behavior.
package protocol HCNClient: Sendable {
  /// The configuration of the host: its build, assumptions, adapters and addresses.
  var configuration: HostConfiguration { get }

  /// The rules at the host's enforcement points.
  var filters: any FilteredHost { get }

  /// The rules as if a container ran in every namespace that has endpoints, for the verdicts of packets.
  var startedFilters: any FilteredHost { get }

  /// The ids of the objects of a kind.
  func enumerate(_ kind: HCNObjectKind, query: JSON?) throws(HCNError) -> [GUID]
  /// The document of an object.
  func properties(_ kind: HCNObjectKind, _ id: GUID, query: JSON?) throws(HCNError) -> JSON
  /// The typed document of an endpoint.
  func hostComputeEndpoint(_ id: GUID) throws(HCNError) -> HostComputeEndpoint
  /// The typed document of a network.
  func hostComputeNetwork(_ id: GUID) throws(HCNError) -> HostComputeNetwork
  /// The typed document of a namespace.
  func hostComputeNamespace(_ id: GUID) throws(HCNError) -> HostComputeNamespace
  /// The typed document of a load balancer.
  func hostComputeLoadBalancer(_ id: GUID) throws(HCNError) -> HostComputeLoadBalancer
  /// Creates a network, like ``create(_:id:network:settings:)`` with its document.
  mutating func create(_ network: HostComputeNetwork) throws(HCNError) -> GUID
  /// Creates a namespace, like ``create(_:id:network:settings:)`` with its document.
  mutating func create(_ namespace: HostComputeNamespace) throws(HCNError) -> GUID
  /// Replaces the DNS settings of a network.
  mutating func updateDNS(ofNetwork id: GUID, _ dns: DNSSettings) throws(HCNError)
  /// Adds a resource to a namespace, or removes one.
  mutating func modifyResources(
    ofNamespace id: GUID, _ type: RequestType, _ resource: HostComputeNamespace.Resource
  ) throws(HCNError)
  /// Creates an endpoint, like ``create(_:id:network:settings:)`` with its document.
  mutating func create(_ endpoint: HostComputeEndpoint) throws(HCNError) -> GUID
  /// Changes the policies of an endpoint, like a modify request of that type.
  mutating func modifyPolicies(
    ofEndpoint id: GUID, _ type: RequestType, _ policies: [HCNPolicy]
  ) throws(HCNError)
  /// Creates an object; for an endpoint, with its network.
  mutating func create(
    _ kind: HCNObjectKind, id: GUID, network: GUID?, settings: JSON
  ) throws(HCNError) -> GUID
  /// Sends a modify request to an object.
  mutating func modify(_ kind: HCNObjectKind, _ id: GUID, settings: JSON) throws(HCNError)
  /// Deletes an object.
  mutating func delete(_ kind: HCNObjectKind, _ id: GUID) throws(HCNError)
  /// Gives an endpoint a name and an owner, in this program's own view of the host: HNS itself cannot.
  mutating func transfer(endpoint id: GUID, name: String, owner: String)
}

extension HostNetworkingService: HCNClient {
  package var filters: any FilteredHost { self }
  package var startedFilters: any FilteredHost { withContainersStarted() }
}

/// Typed calls for a host that supports only documents.
extension HCNClient {
  package var startedFilters: any FilteredHost { filters }

  package mutating func transfer(endpoint id: GUID, name: String, owner: String) {}

  package mutating func create(_ network: HostComputeNetwork) throws(HCNError) -> GUID {
    try create(.network, id: network.id, network: nil, settings: network.document)
  }

  package mutating func create(_ endpoint: HostComputeEndpoint) throws(HCNError) -> GUID {
    try create(.endpoint, id: endpoint.id, network: endpoint.network, settings: endpoint.document)
  }

  package mutating func create(_ namespace: HostComputeNamespace) throws(HCNError) -> GUID {
    try create(.namespace, id: namespace.id, network: nil, settings: namespace.document)
  }

  package mutating func updateDNS(ofNetwork id: GUID, _ dns: DNSSettings) throws(HCNError) {
    try modify(.network, id, settings: Operation.request("DNS", .update, dns.document))
  }

  package mutating func modifyPolicies(
    ofEndpoint id: GUID, _ type: RequestType, _ policies: [HCNPolicy]
  ) throws(HCNError) {
    try modify(
      .endpoint, id,
      settings: Operation.request("Policy", type, ["Policies": .array(policies.map(\.document))]))
  }

  package mutating func modifyResources(
    ofNamespace id: GUID, _ type: RequestType, _ resource: HostComputeNamespace.Resource
  ) throws(HCNError) {
    try modify(.namespace, id, settings: Operation.request(resource.kind, type, resource.request))
  }
}
