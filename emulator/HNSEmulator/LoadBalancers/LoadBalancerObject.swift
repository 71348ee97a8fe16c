import HostModel
import JSONText
import NetworkTypes

/// A port that a load balancer forwards to its endpoints (reference: hns, 1.7).
struct LoadBalancerPort: Hashable {
  /// IP protocol number.
  var `protocol`: UInt32
  var internalPort: UInt16
  var externalPort: UInt16
  /// Session affinity: 0 per connection, 1 by source address and protocol, 2 by source address.
  var distributionType: UInt32
  /// Internal load balancer 1, local routed VIP 2, mux 4, preserve DIP 8, external VIP 16.
  var flags: UInt32
}

/// The service's record of a load balancer.
struct LoadBalancerObject: Hashable {
  static let directServerReturnFlag: UInt32 = 1
  static let ipv6Flag: UInt32 = 2
  /// The most pairs of an address and a port of one load balancer: a small document could otherwise describe
  /// more pairs than fit into memory.
  static let frontendLimit = 4_096

  /// What must be unique among the load balancers of a host; a nil address is the host's own.
  struct Frontend: Hashable {
    var address: IPAddress?
    var isIPv6: Bool
    var `protocol`: UInt32
    var port: UInt16
  }

  let id: GUID
  /// The position in the order of creation, over all kinds.
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

  /// The frontends of the load balancer.
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

/// The service's record of a route of the software defined network (reference: hns, 1.7).
struct RouteObject: Hashable {
  /// The two names that clients use for the list of settings.
  enum ListName: String {
    case setting = "Setting"
    case routes = "Routes"
  }

  let id: GUID
  /// The position in the order of creation, over all kinds.
  let ordinal: Int64
  var name = ""
  var owner = ""
  var network: GUID?
  var endpoints: [GUID] = []
  /// Policies of type SDNRoute.
  var settings: [Policy] = []
  /// The name under which the settings were given and are returned.
  var listName = ListName.setting
  var schemaVersion = SchemaVersion()

  init(id: GUID, ordinal: Int64) {
    self.id = id
    self.ordinal = ordinal
  }
}
