public import HostModel
public import JSONText
public import NetworkTypes

/// A policy of an endpoint to be created.
public enum EndpointPolicy: Hashable, Sendable {
  /// An ACL.
  case acl(PortACL)
  /// A policy of any type, as in documents: an object with `Type` and `Settings`.
  case document(JSON)
}

/// The settings of a new endpoint: the arguments of a create call, typed.
///
/// They are converted to the type that the document of a create call is read into.
public struct EndpointSettings: Hashable, Sendable {
  /// The requested id; zero lets the service choose.
  public var id = GUID.zero
  /// The network.
  public var network: GUID
  /// The name; if empty, the service's default name.
  public var name = ""
  /// The owner of the endpoint.
  public var owner = ""
  /// The addresses; if empty, the service assigns one of each family the network has a subnet of.
  ///
  /// A prefix length of 0 means that of the subnet. Without an IpSubnet, the narrowest one that contains the
  /// address is used.
  public var addresses: [IPConfiguration] = []
  /// The MAC address; nil assigns one from the network's pool.
  public var mac: MACAddress?
  /// The policies, in order.
  public var policies: [EndpointPolicy] = []
  /// EndpointFlags (reference: hns, 1.5).
  public var flags: UInt32 = 0

  /// Settings that leave everything but the network and the name to the service.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - name: The name.
  public init(network: GUID, name: String = "") {
    self.network = network
    self.name = name
  }
}

extension HostComputeEndpoint {
  /// The endpoint that settings describe.
  init(_ settings: EndpointSettings) {
    self.init(id: settings.id, network: settings.network, author: .client)
    name = settings.name
    owner = settings.owner
    addresses = settings.addresses
    mac = settings.mac
    flags = settings.flags
    let acls = settings.policies.compactMap { if case .acl(let acl) = $0 { acl } else { nil } }
    var listed = ACLList(acls).policies.makeIterator()
    policies = settings.policies.compactMap { policy in
      if case .document(let document) = policy { HCNPolicy(document: document) } else { listed.next() }
    }
  }
}

/// An endpoint, as reported by the service.
///
/// For its policies, see ``HostNetworkingService/acls(ofEndpoint:)`` and its document.
public struct Endpoint: Hashable, Sendable {
  /// The id.
  public let id: GUID
  /// The network.
  public let network: GUID
  /// The name.
  public let name: String
  /// The addresses.
  public let addresses: [IPConfiguration]
  /// The MAC address.
  public let mac: MACAddress
  /// EndpointFlags (reference: hns, 1.5).
  public let flags: UInt32
  /// Whether the endpoint is attached, and how.
  public let state: EndpointState
  /// The namespace that lists the endpoint, if it is visible to clients.
  public let namespace: GUID?
}
