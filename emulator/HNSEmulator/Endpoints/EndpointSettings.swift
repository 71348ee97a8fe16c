public import HostModel
public import JSONText
public import NetworkTypes

/// A policy of an endpoint that is to be made.
public enum EndpointPolicy: Hashable, Sendable {
  /// An ACL.
  case acl(PortACL)
  /// A policy of any type as documents have it: an object of `Type` and `Settings`.
  case document(JSON)
}

/// What an endpoint shall be; what a create call is told, in types.
///
/// The document of a create call is read into the same value, so that there is one way to make an endpoint.
public struct EndpointSettings: Hashable, Sendable {
  /// The wanted id; zero leaves it to the service.
  public var id = GUID.zero
  /// The network.
  public var network: GUID
  /// The name; an empty one becomes the service's own.
  public var name = ""
  /// Who made the endpoint.
  public var owner = ""
  /// The addresses; without any the service takes one of each family the network has a subnet of.
  ///
  /// A length of 0 is that of the subnet. Without an IpSubnet the narrowest one that holds the address is
  /// taken.
  public var addresses: [IPConfiguration] = []
  /// The MAC address; nil takes one of the network's pool.
  public var mac: MACAddress?
  /// The policies, in order.
  public var policies: [EndpointPolicy] = []
  /// EndpointFlags (reference: hns, 1.5).
  public var flags: UInt32 = 0

  /// Policies that came as typed ones; they stand in the place of ``policies``.
  var given: [HCNPolicy] = []

  // What only documents state.
  var dns = DNSSettings()
  var routes: [HCNRoute] = []
  var additionalParams: JSON?
  var schemaVersion = SchemaVersion()
  /// What only the older schema has a member for, as it was given.
  var v1Members = JSONObject()

  /// Settings that leave all but the network and the name to the service.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - name: The name.
  public init(network: GUID, name: String = "") {
    self.network = network
    self.name = name
  }
}

extension EndpointSettings {
  /// Reads the document of an endpoint in the shape of schema 2.
  init(_ reader: DocumentReader, network: GUID) throws(HCNError) {
    self.init(network: network, name: try reader.text("Name") ?? "")
    owner = try reader.text("Owner") ?? ""
    additionalParams = reader.value("AdditionalParams")
    policies = try reader.list("Policies").map { .document($0) }
    dns = try reader.dns()
    routes = try reader.routes()
    mac = try reader.mac("MacAddress")
    flags = try reader.word("Flags") ?? 0
    schemaVersion = try reader.schemaVersion()
    for part in try reader.children("IpConfigurations") {
      guard let address = try part.address("IpAddress") else { continue }
      let length = try part.whole("PrefixLength", upTo: 128).map { Int($0) } ?? 0
      addresses.append(
        IPConfiguration(address: address, length: length, ipSubnet: try part.guid("IpSubnetId")))
    }
  }
}

/// An endpoint as the service has it.
///
/// Its policies are asked for by ``HostNetworkingService/acls(ofEndpoint:)`` or stand in its document.
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
  /// The namespace that lists the endpoint, where clients know of it.
  public let namespace: GUID?
}
