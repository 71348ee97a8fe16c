public import HostModel
import NetworkTypes

extension HostNetworkingService {
  /// The blocks of dynamic ports that load balancers without direct server return reserve, for TCP and UDP.
  public var portBlocks: [PortBlocks] {
    [.tcp, .udp].map { portBlocks($0, without: nil) }
  }

  /// The blocks of a protocol.
  ///
  /// - Parameter id: The load balancer that is not counted; nil to count all.
  private func portBlocks(_ number: IPProtocol, without id: GUID?) -> PortBlocks {
    let published = publishedPorts.values.lazy.flatMap { endpoint in
      self.endpoints[endpoint]?.policies.compactMap(\.mapping) ?? []
    }
    return PortBlocks(
      number, held: configuration.listens + configuration.excludedPorts, published: published,
      balancers: loadBalancers.values.lazy.filter { $0.id != id }.map(\.document))
  }

  /// Refuses a load balancer for whose ports no blocks are left, unless the assumption `exhaustedPortBlocks`
  /// allows it (reference: hns, 6.5 and 6.10).
  ///
  /// A load balancer that is changed and needs no more than before keeps its blocks.
  func checkPortBlocks(of balancer: LoadBalancerObject) throws(HCNError) {
    guard configuration.assumptions.exhaustedPortBlocks == .refused else { return }
    let present = loadBalancers[balancer.id]?.document
    for number in [IPProtocol.tcp, .udp] {
      let needed = balancer.document.neededBlocks(number)
      guard needed > present?.neededBlocks(number) ?? 0 else { continue }
      var blocks = portBlocks(number, without: balancer.id)
      blocks.needed += needed
      guard blocks.missing > 0, let problem = blocks.problem else { continue }
      throw HCNError(.portAlreadyExists, detail: problem)
    }
  }
}
