import HostModel
import JSONText
import NetworkTypes

/// The schema version a document was written for.
struct SchemaVersion: Hashable {
  var major: UInt32 = 2
  var minor: UInt32 = 0

  var document: JSON { ["Major": .integer(Int64(major)), "Minor": .integer(Int64(minor))] }
}

/// The DNS settings of a network or endpoint.
struct DNSSettings: Hashable {
  var domain = ""
  var search: [String] = []
  var servers: [String] = []
  var options: [String] = []

  var isEmpty: Bool { domain.isEmpty && search.isEmpty && servers.isEmpty && options.isEmpty }
}

/// A route of a subnet or endpoint; the destination is kept as it was written.
struct Route: Hashable {
  var nextHop: IPAddress
  var destination: String
  var metric: UInt16 = 0

  /// The default route of a family.
  static func `default`(via gateway: IPAddress) -> Route {
    Route(nextHop: gateway, destination: gateway.family == .ipv4 ? "0.0.0.0/0" : "::/0")
  }

  /// Whether the route is a default route.
  var isDefault: Bool { destination == "0.0.0.0/0" || destination == "::/0" }
}

/// A part of a subnet that addresses are taken from.
struct IPSubnet: Hashable {
  let id: GUID
  var prefix: IPPrefix
  var flags: UInt32 = 0
}

/// A subnet of a network.
struct Subnet: Hashable {
  let id: GUID
  var prefix: IPPrefix
  var policies: [Policy] = []
  var routes: [Route] = []
  var ipSubnets: [IPSubnet] = []
  var flags: UInt32 = 0

  /// The next hop of the default route.
  var gateway: IPAddress? {
    routes.first { $0.isDefault && $0.nextHop.family == prefix.family }?.nextHop
  }

  /// Whether an address of the subnet is kept from endpoints: the network's own, the broadcast
  /// address of IPv4, and the gateway unless SubnetFlags says otherwise (reference: hns, 6.2).
  ///
  /// A subnet of one or two addresses has no network and broadcast address.
  func isReserved(_ address: IPAddress) -> Bool {
    if address == gateway, flags & 1 == 0 { return true }
    guard prefix.length < prefix.family.bitWidth - 1 else { return false }
    return address == prefix.address || (prefix.family == .ipv4 && address == prefix.range.last)
  }
}

/// A group of subnets with one way of handing out addresses.
struct IPAM: Hashable {
  var type = IPAMType.static
  var subnets: [Subnet] = []
}

/// A network as the service keeps it.
struct NetworkObject: Hashable {
  // Bits of NetworkFlags (reference: hns, 1.4).
  static let nonPersistentFlag: UInt32 = 8
  static let persistentFlag: UInt32 = 16
  static let isolateSwitchFlag: UInt32 = 32
  static let disableHostPortFlag: UInt32 = 1024

  let id: GUID
  /// The place in the order of creation, over all kinds.
  let ordinal: Int64
  let driver: NetworkDriver
  var name = ""
  var owner = ""
  var policies: [Policy] = []
  /// The MAC addresses endpoints are given, as numbers.
  var macPool: [ClosedRange<UInt64>] = []
  var dns = DNSSettings()
  var ipams: [IPAM] = []
  var flags: UInt32 = 0
  var additionalParams: JSON?
  /// `Health.Extra` as it was given.
  var healthExtra = JSONObject()
  var schemaVersion = SchemaVersion()
  /// The switch extensions that were turned on or off by request.
  var extensions: [GUID: Bool] = [:]
  /// What only the older schema has a member for, as it was given.
  var v1Members = JSONObject()
  /// Whether the service has filled in what it fills in some time after the network is made.
  var isSettled = true

  // What follows is derived from the network's endpoints.
  private(set) var addresses: [IPAddress: GUID] = [:]
  private(set) var macs: [MACAddress: GUID] = [:]

  init(id: GUID, ordinal: Int64, driver: NetworkDriver) {
    self.id = id
    self.ordinal = ordinal
    self.driver = driver
  }

  /// The endpoints, each of which has one MAC address.
  var endpoints: Dictionary<MACAddress, GUID>.Values { macs.values }

  /// Notes what an endpoint of the network holds.
  mutating func hold(_ endpoint: EndpointObject) {
    for configuration in endpoint.ipConfigurations { addresses[configuration.address] = endpoint.id }
    macs[endpoint.mac] = endpoint.id
  }

  /// Forgets what an endpoint that goes held.
  mutating func release(_ endpoint: EndpointObject) {
    for configuration in endpoint.ipConfigurations { addresses[configuration.address] = nil }
    macs[endpoint.mac] = nil
  }

  /// The subnets of all groups, in order.
  var subnets: [Subnet] { ipams.flatMap(\.subnets) }

  /// Whether addresses come from a DHCP server outside the host.
  var usesDHCP: Bool { ipams.contains { $0.type == .dhcp } }

  /// The subnet that holds an address.
  func subnet(of address: IPAddress) -> Subnet? {
    for ipam in ipams {
      if let match = ipam.subnets.first(where: { $0.prefix.contains(address) }) { return match }
    }
    return nil
  }

  /// The adapter the network's switch is bound to; nil for a switch without one.
  var adapter: String? {
    policies.first { $0.type == .netAdapterName }?.settings["NetworkAdapterName"]?.string
  }

  /// The network whose switch this one shares, when it is layered on another
  /// (reference: hns, 6.9).
  var layer: GUID? {
    let constraint = policies.first { $0.type == .layerConstraint }?.settings["LayerId"]?.string
    return (constraint ?? healthExtra["LayeredOn"]?.string).flatMap { GUID($0) }
  }
}

extension NetworkDriver {
  /// Whether the driver's switch needs an adapter of the host (reference: hns, 6.9).
  var usesAdapter: Bool { self != .nat }

  /// Whether the driver publishes ports (reference: hns, 6.5).
  var mapsPorts: Bool { self == .nat || self == .l2bridge || self == .overlay }
}
