import HostModel
import NetworkTypes

/// What must be unique among the load balancers of a host; an address of nil is the host's own.
struct LoadBalancerFrontend: Hashable {
  /// The most pairs of an address and a port of one load balancer: a small document could otherwise describe
  /// more pairs than fit into memory.
  static let limit = 4_096

  var address: IPAddress?
  var isIPv6: Bool
  var `protocol`: UInt32
  var port: UInt16
}

extension HostComputeLoadBalancer {
  /// The frontends of the load balancer.
  var frontends: [LoadBalancerFrontend] {
    let addresses: [IPAddress?] = frontendVIPs.isEmpty ? [nil] : frontendVIPs
    return addresses.flatMap { address in
      ports.map { port in
        LoadBalancerFrontend(
          address: address, isIPv6: address.map { $0.family == .ipv6 } ?? (flags & Self.ipv6Flag != 0),
          protocol: port.protocol, port: port.externalPort)
      }
    }
  }
}
