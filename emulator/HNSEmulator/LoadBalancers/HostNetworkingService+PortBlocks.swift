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
    let ports = PortBlocks.dynamicPorts
    let first = Int(ports.lower)
    var isTaken = [Bool](repeating: false, count: (Int(ports.upper) - first + 1) / PortBlocks.size)
    func take(_ lower: UInt16, _ upper: UInt16) {
      guard upper >= ports.lower else { return }
      for block in (Int(max(lower, ports.lower)) - first) / PortBlocks.size...(Int(upper) - first)
        / PortBlocks.size
      {
        isTaken[block] = true
      }
    }
    for held in configuration.listens + configuration.excludedPorts where held.protocol == number {
      take(held.ports.lower, held.ports.upper)
    }
    for endpoint in publishedPorts.values {
      for mapping in endpoints[endpoint]?.policies.compactMap(\.mapping) ?? []
      where mapping.protocol == number {
        take(mapping.externalPort, mapping.externalPort)
      }
    }
    return isTaken.count { !$0 }
  }

  private func neededBlocks(_ number: IPProtocol) -> Int {
    loadBalancers.values.reduce(0) { sum, balancer in
      guard balancer.flags & HostComputeLoadBalancer.directServerReturnFlag == 0 else { return sum }
      return sum + balancer.ports.count { $0.protocol == UInt32(number.number) }
        * max(1, balancer.frontendVIPs.count)
    }
  }
}
