import HostModel
import JSONText
import NetworkTypes

/// A port that a load balancer takes and hands to its endpoints (reference: hns, 1.7).
struct LoadBalancerPort: Hashable {
  /// IP protocol number.
  var `protocol`: UInt32
  var internalPort: UInt16
  var externalPort: UInt16
  /// Who stays with whom: 0 every connection by itself, 1 source address and protocol, 2 source address.
  var distributionType: UInt32
  /// Internal load balancer 1, local routed VIP 2, mux 4, preserve DIP 8, external VIP 16.
  var flags: UInt32
}

/// A load balancer as the service keeps it.
struct LoadBalancerObject: Hashable {
  static let directServerReturnFlag: UInt32 = 1
  static let ipv6Flag: UInt32 = 2
  /// The most pairs of an address and a port that one load balancer answers at: a small document could
  /// otherwise stand for more than there is memory for.
  static let frontendLimit = 4_096

  /// What two load balancers of a host must differ in; an address of nil is the host's own.
  struct Frontend: Hashable {
    var address: IPAddress?
    var isIPv6: Bool
    var `protocol`: UInt32
    var port: UInt16
  }

  let id: GUID
  /// The place in the order of creation, over all kinds.
  let ordinal: Int64
  var name = ""
  var owner = ""
  var network: GUID?
  var endpoints: [GUID] = []
  var sourceVIP: IPAddress?
  var frontendVIPs: [IPAddress] = []
  var ports: [LoadBalancerPort] = []
  var flags: UInt32 = 0
  var schemaVersion = SchemaVersion()

  init(id: GUID, ordinal: Int64) {
    self.id = id
    self.ordinal = ordinal
  }

  /// What the load balancer answers at.
  var frontends: [Frontend] {
    let addresses: [IPAddress?] = frontendVIPs.isEmpty ? [nil] : frontendVIPs
    return addresses.flatMap { address in
      ports.map { port in
        Frontend(
          address: address, isIPv6: address.map { $0.family == .ipv6 } ?? (flags & Self.ipv6Flag != 0),
          protocol: port.protocol, port: port.externalPort)
      }
    }
  }
}

/// A route of the software defined network as the service keeps it (reference: hns, 1.7).
struct RouteObject: Hashable {
  /// The two names clients give the list of settings.
  enum ListName: String {
    case setting = "Setting"
    case routes = "Routes"
  }

  let id: GUID
  /// The place in the order of creation, over all kinds.
  let ordinal: Int64
  var name = ""
  var owner = ""
  var network: GUID?
  var endpoints: [GUID] = []
  /// Policies of type SDNRoute.
  var settings: [Policy] = []
  /// The name under which the settings came, and go back.
  var listName = ListName.setting
  var schemaVersion = SchemaVersion()

  init(id: GUID, ordinal: Int64) {
    self.id = id
    self.ordinal = ordinal
  }
}
