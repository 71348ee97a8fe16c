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
  let mode: NetworkMode
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

  /// The addresses of the endpoints of this host.
  private(set) var addresses: [IPAddress: GUID] = [:]
  /// The MAC addresses of the endpoints of this host, each of which has one.
  private(set) var macs: [MACAddress: GUID] = [:]
  /// The endpoints on other hosts, of which several can have one address or MAC address (reference: hns, 10.1).
  private(set) var remoteEndpoints: Set<GUID> = []
  /// The addresses of the endpoints on other hosts.
  private(set) var remoteAddresses: [IPAddress: Set<GUID>] = [:]

  init(id: GUID, ordinal: Int64, mode: NetworkMode) {
    self.id = id
    self.ordinal = ordinal
    self.mode = mode
  }

  /// The driver by whose rules the network works.
  var driver: NetworkDriver { mode.behavior }

  /// The endpoints, in no order.
  var endpoints: [GUID] { Array(macs.values) + Array(remoteEndpoints) }

  /// The number of endpoints.
  var endpointCount: Int { macs.count + remoteEndpoints.count }

  /// Records the addresses of an endpoint of the network.
  mutating func record(_ endpoint: EndpointObject) {
    guard !endpoint.isRemote else {
      remoteEndpoints.insert(endpoint.id)
      for part in endpoint.ipConfigurations { remoteAddresses[part.address, default: []].insert(endpoint.id) }
      return
    }
    for configuration in endpoint.ipConfigurations { addresses[configuration.address] = endpoint.id }
    macs[endpoint.mac] = endpoint.id
  }

  /// Removes the addresses of a deleted endpoint.
  mutating func release(_ endpoint: EndpointObject) {
    guard !endpoint.isRemote else {
      remoteEndpoints.remove(endpoint.id)
      for part in endpoint.ipConfigurations {
        remoteAddresses[part.address]?.remove(endpoint.id)
        if remoteAddresses[part.address]?.isEmpty ?? false { remoteAddresses[part.address] = nil }
      }
      return
    }
    for configuration in endpoint.ipConfigurations { addresses[configuration.address] = nil }
    macs[endpoint.mac] = nil
  }

  /// The subnets of all groups, in order.
  var subnets: [Subnet] { ipams.flatMap(\.subnets) }

  /// Whether addresses come from a DHCP server outside the host: clients say so, or give a subnet without a
  /// prefix, as docker does (reference: hns, 10.4).
  var usesDHCP: Bool { ipams.contains { $0.type == .dhcp || $0.subnets.contains(where: \.isUnspecified) } }

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

extension NetworkObject {
  /// The adapters of the network's switch; empty if it has none of its own.
  var switchAdapters: [String] {
    guard mode.usesAdapter, layer == nil else { return [] }
    return Self.adapters(named: adapter ?? "")
  }

  /// The adapters that a NetAdapterName policy names: one, or a team with commas between its members.
  ///
  /// Once a network uses an adapter, the adapter is also known as `vEthernet (NAME)` (reference: hns, 10.2).
  static func adapters(named text: String) -> [String] {
    text.split(separator: ",").map(\.trimmingBlanks).filter { !$0.isEmpty }.map { plainName($0) }
  }

  /// The name of an adapter without `vEthernet ()` around it.
  static func plainName(_ name: String) -> String { VirtualAdapter.physical(name) }

  /// Whether a name is that of an adapter which a network already uses.
  static func isVirtualName(_ name: String) -> Bool { VirtualAdapter.physical(name) != name }
}

extension NetworkDriver {
  /// Whether the driver publishes ports (reference: hns, 6.5).
  var mapsPorts: Bool { self == .nat || self == .l2bridge || self == .overlay }
}
