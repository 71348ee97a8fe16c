public import HostModel
import JSONText
public import NetworkTypes

/// Typed calls for endpoints, for programs that run the service in process.
///
/// They share the code and the errors of the calls with documents; objects created either way are visible
/// both ways.
extension HostNetworkingService {
  /// Creates an endpoint.
  ///
  /// - Parameter settings: The settings of the endpoint.
  /// - Returns: The id of the new endpoint.
  /// - Throws: ``HCNError`` with the code of the real service.
  public mutating func createEndpoint(_ settings: EndpointSettings) throws(HCNError) -> GUID {
    try checkNumbers()
    for case .document(let policy) in settings.policies { try Self.checkDepth(policy) }
    return try makeEndpoint(HostComputeEndpoint(settings))
  }

  /// An endpoint.
  ///
  /// - Parameter id: The endpoint's id.
  /// - Returns: The endpoint.
  /// - Throws: The error for a missing endpoint.
  public func endpoint(_ id: GUID) throws(HCNError) -> Endpoint {
    let endpoint = try existing(endpoint: id)
    return Endpoint(
      id: id, network: endpoint.network, name: endpoint.name, addresses: endpoint.ipConfigurations,
      mac: endpoint.mac, flags: endpoint.flags, state: state(of: endpoint),
      namespace: visibleNamespace(of: endpoint))
  }

  /// Replaces the ACLs of an endpoint, like a modify request of type Update.
  ///
  /// An ACL with an empty set of addresses, ports or protocols is refused, because no document can express
  /// it.
  ///
  /// - Parameters:
  ///   - acls: The ACLs, in order.
  ///   - id: The endpoint.
  /// - Throws: ``HCNErrorCode/invalidPolicy`` for an ACL this host does not support; nothing is changed then.
  public mutating func setACLs(_ acls: [PortACL], ofEndpoint id: GUID) throws(HCNError) {
    try setPolicies(try policies(ofEndpoint: id, with: acls), ofEndpoint: id)
  }

  /// The ACLs of an endpoint, in the order of its policies.
  ///
  /// - Parameter id: The endpoint.
  /// - Returns: The ACLs.
  /// - Throws: The error for a missing endpoint.
  public func acls(ofEndpoint id: GUID) throws(HCNError) -> [PortACL] {
    try existing(endpoint: id).policies.acls
  }

  /// The policies of an endpoint with its ACLs replaced.
  private func policies(ofEndpoint id: GUID, with acls: [PortACL]) throws(HCNError) -> [Policy] {
    let endpoint = try existing(endpoint: id)
    let network = try existing(network: endpoint.network)
    let reader = PolicyReader(
      configuration: configuration, driver: network.driver, table: .endpoint)
    let stated = try reader.acls(acls).policies
    return try checked(
      updated(endpoint.policies, by: stated, of: [.acl]), endpoint: id, network)
  }
}
