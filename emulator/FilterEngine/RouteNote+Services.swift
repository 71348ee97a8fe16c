import HostModel
import NetworkTypes

extension PacketEvaluator {
  /// The notes on a packet to a load balancer, whatever backend it goes to.
  func notes(on packet: BalancedPacket) -> [RouteNote] {
    let (target, destination) = (packet.target, packet.destination)
    let balancer = topology.loadBalancers[target.balancer]
    var notes: [RouteNote] = []
    if balancer.ports[target.port].hasAffinity, packet.backends.count > 1 {
      notes.append(.sessionAffinity(target.address ?? destination, port: target.frontend.port))
    }
    for backend in balancer.backends
    where !packet.backends.contains(where: { $0.endpoint == backend })
      && legs.hasFamily(backend, destination.family)
    {
      notes.append(.backendNotAttached(endpoint: topology.endpoints[backend].name))
    }
    return notes
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
    if endpoint.isRemote { notes.append(.remoteEndpoint(endpoint.name)) }
    return notes
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
      return [.encapsulated(target, provider: provider, policy: "ProviderAddress")]
    }
    let subnets = topology.networks[network].remoteSubnets.filter { $0.prefix.contains(target) }
    guard let subnet = subnets.max(by: { $0.prefix.length < $1.prefix.length }) else { return [] }
    return [.encapsulated(target, provider: subnet.provider, policy: "RemoteSubnetRoute")]
  }

  /// The endpoint of another host that a packet goes to.
  private func remoteEndpoint(_ route: RoutedPacket, _ network: Int? = nil) -> HostTopology.Endpoint? {
    if let backend = route.service?.backend { return topology.endpoints[backend] }
    return topology.endpoints.first {
      $0.isRemote && $0.addresses.contains(route.target) && (network == nil || $0.network == network)
    }
  }
}
