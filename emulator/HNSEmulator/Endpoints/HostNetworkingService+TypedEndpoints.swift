public import HostModel
import JSONText
public import NetworkTypes

/// Calls about endpoints in types, for programs that hold the service in process.
///
/// They do what the calls with documents do, by the same code, and are refused as they are; what goes in here
/// comes out in documents and the other way round.
extension HostNetworkingService {
  /// Creates an endpoint.
  ///
  /// - Parameter settings: What the endpoint shall be.
  /// - Returns: The id of the new endpoint.
  /// - Throws: ``HCNError`` with the code the real service would give.
  public mutating func createEndpoint(_ settings: EndpointSettings) throws(HCNError) -> GUID {
    try checkNumbers()
    for case .document(let policy) in settings.policies { try Self.checkDepth(policy) }
    return try makeEndpoint(settings)
  }

  /// An endpoint.
  ///
  /// - Parameter id: The endpoint's id.
  /// - Returns: The endpoint.
  /// - Throws: The code for a missing endpoint.
  public func endpoint(_ id: GUID) throws(HCNError) -> Endpoint {
    let endpoint = try existing(endpoint: id)
    return Endpoint(
      id: id, network: endpoint.network, name: endpoint.name, addresses: endpoint.ipConfigurations,
      mac: endpoint.mac, flags: endpoint.flags, state: state(of: endpoint),
      namespace: visibleNamespace(of: endpoint))
  }

  /// Puts ACLs in the place of those an endpoint has, as a modify request of type Update does.
  ///
  /// An ACL with an empty set of addresses, ports or protocols is refused, because no document can say it.
  ///
  /// - Parameters:
  ///   - acls: The ACLs, in order.
  ///   - id: The endpoint.
  /// - Throws: ``HCNErrorCode/invalidPolicy`` for an ACL this host does not take; nothing has changed then.
  public mutating func setACLs(_ acls: [PortACL], ofEndpoint id: GUID) throws(HCNError) {
    try setPolicies(try policies(ofEndpoint: id, with: acls), ofEndpoint: id)
  }

  /// The ACLs of an endpoint, in the order of its policies.
  ///
  /// - Parameter id: The endpoint.
  /// - Returns: The ACLs.
  /// - Throws: The code for a missing endpoint.
  public func acls(ofEndpoint id: GUID) throws(HCNError) -> [PortACL] {
    try existing(endpoint: id).policies.acls
  }

  /// The policies an endpoint has after its ACLs were replaced.
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
