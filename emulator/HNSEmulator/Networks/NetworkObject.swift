import HostModel
import JSONText
import NetworkTypes

/// The service's record of a network.
struct NetworkObject: Hashable {
  // Bits of NetworkFlags (reference: hns, 1.4).
  static let nonPersistentFlag: UInt32 = 8
  static let persistentFlag: UInt32 = 16
  static let isolateSwitchFlag: UInt32 = 32
  static let disableHostPortFlag: UInt32 = 1024

  let id: GUID
  /// The position in the order of creation, over all kinds.
  let ordinal: Int64
  let driver: NetworkDriver
  var name = ""
  var owner = ""
  var policies: [Policy] = []
  /// The MAC addresses for endpoints, as numbers.
  var macPool: [ClosedRange<UInt64>] = []
  var dns = DNSSettings()
  var ipams: [IPAM] = []
  var flags: UInt32 = 0
  var additionalParams: JSON?
  /// `Health.Extra`, as given.
  var healthExtra = JSONObject()
  var schemaVersion = SchemaVersion()
  /// The switch extensions that were enabled or disabled by a request.
  var extensions: [GUID: Bool] = [:]
  /// Members that only schema 1 has, as given.
  var v1Members = JSONObject()
  /// Whether the service has assigned the values it adds some time after creation.
  var hasManagementIP = true

  // The rest is derived from the network's endpoints.
  private(set) var addresses: [IPAddress: GUID] = [:]
  private(set) var macs: [MACAddress: GUID] = [:]

  init(id: GUID, ordinal: Int64, driver: NetworkDriver) {
    self.id = id
    self.ordinal = ordinal
    self.driver = driver
  }

  /// The endpoints, each of which has one MAC address.
  var endpoints: Dictionary<MACAddress, GUID>.Values { macs.values }

  /// Records the addresses of an endpoint of the network.
  mutating func record(_ endpoint: EndpointObject) {
    for configuration in endpoint.ipConfigurations { addresses[configuration.address] = endpoint.id }
    macs[endpoint.mac] = endpoint.id
  }

  /// Removes the addresses of a deleted endpoint.
  mutating func release(_ endpoint: EndpointObject) {
    for configuration in endpoint.ipConfigurations { addresses[configuration.address] = nil }
    macs[endpoint.mac] = nil
  }

  /// The subnets of all groups, in order.
  var subnets: [Subnet] { ipams.flatMap(\.subnets) }

  /// Whether addresses come from a DHCP server outside the host.
  var usesDHCP: Bool { ipams.contains { $0.type == .dhcp } }

  /// The subnet that contains an address.
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

  /// The network whose switch this one shares, if it is layered on another (reference: hns, 6.9).
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
