package import Diagnostics
package import HostModel
package import NetworkTypes

/// A load balancer of a service: for one port of one of its addresses, as kube-proxy makes them.
package struct ServiceLoadBalancer: Sendable {
  /// Where the port of the service is written.
  package var location: SourceRange
  /// The virtual address; nil for those of the host, where it is a node port.
  package var address: Located<IPAddress>?
  /// Its document, without id, owner and endpoints.
  package var document: HostComputeLoadBalancer
}

extension ServiceDeclaration {
  /// Each port of the service has a load balancer for the cluster address, one for each external address, and
  /// one without address for its node port.
  ///
  /// Only the one for the cluster address uses direct server return: at the others, packets come from outside,
  /// and their answers must leave by the same host.
  package var loadBalancers: [ServiceLoadBalancer] {
    typealias Port = HostComputeLoadBalancer.Port
    let external = Port.externalVIPFlag
    return ports.flatMap { port in
      [loadBalancer(port, address, port.port.value, flags: 0, dsr: isDSR)]
        + externalAddresses.map { loadBalancer(port, $0, port.port.value, flags: external, dsr: false) }
        + [port.nodePort].compactMap(\.self).map {
          loadBalancer(port, nil, $0.value, flags: Port.localRoutedVIPFlag | external, dsr: false)
        }
    }
  }

  private func loadBalancer(
    _ port: ServicePortDeclaration, _ address: Located<IPAddress>?, _ external: UInt16, flags: UInt32,
    dsr: Bool
  ) -> ServiceLoadBalancer {
    typealias Balancer = HostComputeLoadBalancer
    var document = Balancer(id: .zero, author: .client)
    document.name = name.value
    document.sourceVIP = sourceVIP?.value
    document.frontendVIPs = [address?.value].compactMap(\.self)
    document.ports = [
      .init(
        protocol: UInt32(port.protocol.number), internalPort: port.targetPort, externalPort: external,
        distributionType: affinity == .clientIP ? Balancer.Port.sourceIPDistribution : 0, flags: flags)
    ]
    document.flags =
      (dsr ? Balancer.directServerReturnFlag : 0)
      | (self.address.value.family == .ipv6 ? Balancer.ipv6Flag : 0)
    return ServiceLoadBalancer(location: port.port.location, address: address, document: document)
  }
}
