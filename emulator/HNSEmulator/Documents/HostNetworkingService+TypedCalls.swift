package import HostModel
package import NetworkTypes

/// Typed calls. The calls with JSON documents read them into the same types and share the rest of the code.
extension HostNetworkingService {
  /// The typed document of an endpoint.
  package func hostComputeEndpoint(_ id: GUID) throws(HCNError) -> HostComputeEndpoint {
    typedDocument(of: try existing(endpoint: id))
  }

  /// The typed document of a network.
  package func hostComputeNetwork(_ id: GUID) throws(HCNError) -> HostComputeNetwork {
    typedDocument(of: try existing(network: id))
  }

  /// The typed document of a namespace.
  package func hostComputeNamespace(_ id: GUID) throws(HCNError) -> HostComputeNamespace {
    typedDocument(of: try existing(namespace: id))
  }

  /// The typed document of a load balancer.
  package func hostComputeLoadBalancer(_ id: GUID) throws(HCNError) -> HostComputeLoadBalancer {
    typedDocument(of: try existing(loadBalancer: id))
  }

  /// Creates a network as a call with its document does.
  package mutating func create(_ network: HostComputeNetwork) throws(HCNError) -> GUID {
    try checkDepth(of: network.policies + network.subnets.flatMap(\.policies))
    try checkNumbers()
    var wanted = network
    wanted.id = try freeNetworkID(network.id, nil, name: network.name)
    return try makeNetwork(wanted)
  }

  /// Creates an endpoint, like a call with its document.
  package mutating func create(_ endpoint: HostComputeEndpoint) throws(HCNError) -> GUID {
    try checkNumbers()
    try checkDepth(of: endpoint.policies)
    guard networks[endpoint.network] != nil else { throw missing(.network, endpoint.network) }
    return try makeEndpoint(endpoint)
  }

  /// Creates a namespace as a call with its document does.
  package mutating func create(_ namespace: HostComputeNamespace) throws(HCNError) -> GUID {
    try checkNumbers()
    var wanted = namespace
    wanted.id = try newID(
      .namespace, requested: namespace.id, document: nil, name: namespace.name,
      errorIfTaken: .objectAlreadyExists)
    return try makeNamespace(wanted)
  }

  /// Replaces the DNS settings of a network as a modify request does.
  package mutating func updateDNS(ofNetwork id: GUID, _ dns: DNSSettings) throws(HCNError) {
    var network = try existing(network: id)
    network.dns = dns
    try replace(network)
  }

  /// Performs a request on the policies of an endpoint, like a modify request of that type.
  package mutating func modifyPolicies(
    ofEndpoint id: GUID, _ type: RequestType, _ policies: [HCNPolicy]
  ) throws(HCNError) {
    try checkDepth(of: policies)
    try changePolicies(ofEndpoint: id, type, policies)
  }

  /// Adds a resource to a namespace, or removes one, as a modify request of that type does.
  package mutating func modifyResources(
    ofNamespace id: GUID, _ type: RequestType, _ resource: HostComputeNamespace.Resource
  ) throws(HCNError) {
    guard namespaces[id] != nil, namespaces[id]?.isImplicit == false else { throw missing(.namespace, id) }
    try changeResources(ofNamespace: id, type, resource)
  }

  private func checkDepth(of policies: [HCNPolicy]) throws(HCNError) {
    for policy in policies where policy.list == nil { try Self.checkDepth(policy.document) }
  }
}
