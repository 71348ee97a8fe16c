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
    let balancer = topology.loadBalancers[hop.balancer]
    if route.sender == .host, balancer.addresses.isEmpty, !balancer.ports[hop.port].isLocalRouted {
      notes.append(.notLocalRouted(route.destination, port: query.port))
    }
    if hop.isHairpin { notes.append(.hairpin(endpoint: endpoint.name)) }
    if hop.source?.isUnspecified ?? false { notes.append(.unknownServiceSource) }
    if !route.leg.isReceiverAttached {
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

  /// The notes on how a packet gets to another host, or between an endpoint and its own.
  func encapsulationNotes(_ route: RoutedPacket) -> [RouteNote] {
    switch (route.sender, route.receiver) {
    case (.endpoint(let index), .host), (.host, .endpoint(let index)):
      let network = topology.networks[topology.endpoints[index].network]
      return network.hasHostRoute ? [.hostRoute(network: network.name)] : []
    default: break
    }
    guard let step = encapsulation(route) else { return [] }
    let (target, provider, policy) = (step.destination, step.provider, step.policy.rawValue)
    return topology.addresses.contains(provider)
      ? [.encapsulatedForThisHost(target, provider: provider, policy: policy)]
      : [.encapsulated(target, provider: provider, policy: policy)]
  }
}
