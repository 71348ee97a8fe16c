public import HostModel
import NetworkTypes

extension HostNetworkingService {
  /// The blocks of dynamic ports that load balancers without direct server return reserve, for TCP and UDP.
  ///
  /// That the service creates a load balancer when there are none left is this project's choice: some builds
  /// share pools, and which do is not documented (reference: windows-firewall-and-vfp, 10.2).
  public var portBlocks: [PortBlocks] {
    [.tcp, .udp].map { number in
      PortBlocks(protocol: number, available: availableBlocks(number), needed: neededBlocks(number))
    }
  }

  private func availableBlocks(_ number: IPProtocol) -> Int {
    let held = (configuration.listens + configuration.excludedPorts).filter { $0.protocol == number }
    let published = publishedPorts.values.flatMap { endpoint in
      (endpoints[endpoint]?.policies.compactMap(\.mapping) ?? []).filter { $0.protocol == number }
    }
    return PortBlocks.available(besides: held.map(\.ports) + published.map { PortRange($0.externalPort) })
  }

  private func neededBlocks(_ number: IPProtocol) -> Int {
    loadBalancers.values.reduce(0) { sum, balancer in
      guard balancer.flags & HostComputeLoadBalancer.directServerReturnFlag == 0 else { return sum }
      return sum + balancer.ports.count { $0.protocol == UInt32(number.number) }
        * max(1, balancer.frontendVIPs.count)
    }
  }
}
