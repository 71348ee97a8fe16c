package import HostModel
package import NetworkTypes

/// The configuration of a load balancer; its backends are named, so that hosts can be compared.
package struct LoadBalancerStatement: Sendable, Hashable {
  /// Its virtual addresses; empty for the host's own, as of a node port.
  package var addresses: [IPAddress]
  package var ports: [HostComputeLoadBalancer.Port]
  /// The names of its endpoints, sorted; an endpoint without a name is given by its address.
  package var backends: [String]
  package var sourceVIP: IPAddress?
  package var flags: UInt32
  package var owner: String

  /// Creates the configuration of a load balancer.
  package init(
    addresses: [IPAddress], ports: [HostComputeLoadBalancer.Port], backends: [String],
    sourceVIP: IPAddress?, flags: UInt32, owner: String
  ) {
    self.addresses = addresses
    self.ports = ports
    self.backends = backends
    self.sourceVIP = sourceVIP
    self.flags = flags
    self.owner = owner
  }

  init(_ balancer: HostComputeLoadBalancer, in documents: HostDocuments) {
    self.init(
      addresses: balancer.frontendVIPs, ports: balancer.ports,
      backends: balancer.endpoints.map { id in
        documents.endpoint(id).map(\.title) ?? id.lowercase
      }.sorted(), sourceVIP: balancer.sourceVIP, flags: balancer.flags, owner: balancer.owner)
  }

  /// Whether backends answer clients directly.
  package var isDSR: Bool { flags & HostComputeLoadBalancer.directServerReturnFlag != 0 }
  package var isIPv6: Bool {
    flags & HostComputeLoadBalancer.ipv6Flag != 0 || addresses.contains { $0.family == .ipv6 }
  }
}

extension HostComputeLoadBalancer {
  /// What clients dial, as in `10.96.7.7:80/tcp`, or `node port 30080/tcp`.
  package var title: String {
    func text(_ port: Port) -> String {
      "\(port.externalPort)/\(UInt8(exactly: port.protocol).map { "\(IPProtocol($0))" } ?? "\(port.protocol)")"
    }
    guard let port = ports.first else { return frontendVIPs.first.map { "\($0)" } ?? "" }
    let more = max(1, frontendVIPs.count) * ports.count - 1
    let rest = more > 0 ? " and \(more) more" : ""
    guard let address = frontendVIPs.first else { return "node port \(text(port))\(rest)" }
    return (address.family == .ipv6 ? "[\(address)]:" : "\(address):") + text(port) + rest
  }
}
