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
/// The document of a create call is parsed into the same value, so that endpoints are created in one way
/// only.
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

  /// Typed policies, used instead of ``policies``.
  var given: [HCNPolicy] = []

  // Members that only documents have.
  var dns = DNSSettings()
  var routes: [HCNRoute] = []
  var additionalParams: JSON?
  var schemaVersion = SchemaVersion()
  /// Members that only schema 1 has, as given.
  var v1Members = JSONObject()

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

extension EndpointSettings {
  /// Parses the document of an endpoint in schema 2.
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
