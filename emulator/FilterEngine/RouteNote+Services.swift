import HostModel
import NetworkTypes

extension PacketEvaluator {
  /// The notes on a packet to a load balancer, whatever backend it goes to.
  func notes(on packet: BalancedPacket) -> [RouteNote] {
    let (target, destination) = (packet.target, packet.destination)
    let port = topology.loadBalancers[target.balancer].ports[target.port]
    guard port.hasAffinity, packet.backends.count > 1 else { return [] }
    return [.sessionAffinity(target.address ?? destination, port: target.frontend.port)]
  }

  /// The notes on a packet that a load balancer takes.
  func serviceNotes(_ query: PacketQuery, _ route: RoutedPacket) -> [RouteNote] {
    guard let hop = route.service else { return [] }
    guard let backend = hop.backend else {
      return [.noBackends(route.destination, port: query.port)]
    }
    let endpoint = topology.endpoints[backend]
    var notes: [RouteNote] = []
    if hop.isHairpin { notes.append(.hairpin(endpoint: endpoint.name)) }
    if hop.isSourceUnknown { notes.append(.unknownServiceSource) }
    if route.leg.unknownEnd == .notAttached {
      notes.append(.backendNotAttached(endpoint: endpoint.name))
    }
    if endpoint.isRemote { notes.append(.remoteEndpoint(endpoint.name)) }
    return notes
  }

  /// The notes on a packet that no load balancer takes, to an address that one has.
  func frontendNotes(_ query: PacketQuery, _ route: RoutedPacket) -> [RouteNote] {
    guard legs.virtualAddresses.contains(route.destination) else { return [] }
    if case .endpoint(let index) = route.receiver {
      return [.endpointHasFrontend(route.destination, endpoint: topology.endpoints[index].name)]
    }
    return [
      query.protocol.hasPorts
        ? .portNotBalanced(route.destination, port: query.port)
        : .protocolNotBalanced(route.destination, query.protocol)
    ]
  }

  /// How packets of this host get to another one: the most specific policy decides (reference: hns, 1.9).
  func encapsulationNotes(_ route: RoutedPacket) -> [RouteNote] {
    let target = route.target
    let network: Int
    switch (route.sender, route.receiver) {
    case (.endpoint(let index), .host), (.host, .endpoint(let index)):
      let network = topology.networks[topology.endpoints[index].network]
      return network.hasHostRoute ? [.hostRoute(network: network.name)] : []
    case (.endpoint(let index), .outside): network = topology.endpoints[index].network
    case (_, .outside):
      guard let own = remoteEndpoint(route) else { return [] }
      network = own.network
    default: return []
    }
    guard !target.isGroup else { return [] }
    if let provider = remoteEndpoint(route, network)?.providerAddress {
      return [encapsulated(target, provider, "ProviderAddress")]
    }
    let subnets = topology.networks[network].remoteSubnets.filter { $0.prefix.contains(target) }
    guard let subnet = subnets.max(by: { $0.prefix.length < $1.prefix.length }) else { return [] }
    return [encapsulated(target, subnet.provider, "RemoteSubnetRoute")]
  }

  private func encapsulated(_ target: IPAddress, _ provider: IPAddress, _ policy: String) -> RouteNote {
    topology.addresses.contains(provider)
      ? .encapsulatedForThisHost(target, provider: provider, policy: policy)
      : .encapsulated(target, provider: provider, policy: policy)
  }

  /// The endpoint of another host that a packet goes to.
  private func remoteEndpoint(_ route: RoutedPacket, _ network: Int? = nil) -> HostTopology.Endpoint? {
    if let backend = route.service?.backend { return topology.endpoints[backend] }
    return topology.endpoints.first {
      $0.isRemote && $0.addresses.contains(route.target) && (network == nil || $0.network == network)
    }
  }
}
