import HostModel
import NetworkTypes

/// What changes packets between the filters.
extension PacketEvaluator {
  /// What changes a packet on its way, in order.
  ///
  /// At a port outbound packets meet the layers by ascending priority: LB_DSR before the ACLs, and SLB_NAT_LAYER
  /// after them (reference: windows-firewall-and-vfp, 10.1.2 and 10.4). Where a packet is translated and
  /// encapsulated, no source says which comes first: encapsulation is last here.
  ///
  /// - Parameter route: The packet.
  func changes(_ route: RoutedPacket) -> [TraceStep] {
    let translation = outboundTranslation(route)
    let destination = destinationRewrite(route)
    // A load balancer at the sender's own port comes before outbound NAT, and so does what the sender's filters see.
    let isDestinationFirst =
      route.service?.isAtSender ?? false
      || [route.sent, route.switched].contains {
        $0.remote == destination?.to.address && $0.remotePort == destination?.to.port
      }
    let rewrites = isDestinationFirst ? [destination, translation] : [translation, destination]
    return (rewrites + [balancerSource(route)]).compactMap { $0 }.map { .rewrite($0) }
      + [encapsulation(route)].compactMap { $0 }.map { .encapsulate($0) }
  }

  /// The source translation of outbound NAT: by VFP at the port of the endpoint, on nat networks by WinNAT.
  private func outboundTranslation(_ route: RoutedPacket) -> RewriteStep? {
    guard let source = route.translatedSource, case .endpoint(let index) = route.sender else { return nil }
    let original = route.original
    let isByVFP = topology.networks[topology.endpoints[index].network].driver.filtersWithVFP
    return RewriteStep(
      endpoint: isByVFP ? index : nil, mechanism: .outboundNAT,
      rule: isByVFP ? .outboundNAT(original.protocol, to: source) : nil, field: .source,
      from: RewriteStep.Socket(
        address: original.local, port: original.protocol.hasPorts ? original.localPort : nil),
      to: RewriteStep.Socket(address: source))
  }

  /// The rewrite of the destination by a load balancer or a published port.
  private func destinationRewrite(_ route: RoutedPacket) -> RewriteStep? {
    let (original, received) = (route.original, route.received)
    var step = RewriteStep(
      mechanism: .loadBalancer, field: .destination,
      from: RewriteStep.Socket(address: original.remote, port: original.remotePort),
      to: RewriteStep.Socket(address: received.local, port: received.localPort))
    if let hop = route.service, hop.backend != nil {
      if hop.isAtSender, case .endpoint(let index) = route.sender { step.endpoint = index }
      step.rule = rules(of: hop, route).rule(step.endpoint == nil ? .host : .client)
    } else if let mapping = route.published, case .endpoint(let index) = route.receiver {
      let endpoint = topology.endpoints[index]
      step.mechanism = .publishedPort
      // No rule of l2tunnel is known.
      if [.l2bridge, .overlay].contains(topology.networks[endpoint.network].driver) {
        step.endpoint = index
        step.rule = .published(mapping, of: endpoint.id, on: legs.host[mapping.family])
      }
    } else {
      return nil
    }
    return step
  }

  /// The source that a load balancer gives the packet.
  private func balancerSource(_ route: RoutedPacket) -> RewriteStep? {
    let original = route.original
    guard let hop = route.service, let source = hop.source, source != original.local else { return nil }
    return RewriteStep(
      mechanism: .loadBalancer, rule: rules(of: hop, route).rule(hop.isHairpin ? .hairpin : .host),
      field: .source, from: RewriteStep.Socket(address: original.local, port: original.localPort),
      to: RewriteStep.Socket(address: source, port: original.localPort))
  }

  private func rules(of hop: ServiceHop, _ route: RoutedPacket) -> LoadBalancerRules {
    let balancer = topology.loadBalancers[hop.balancer]
    return topology.rules(of: balancer, balancer.ports[hop.port], at: hop.address ?? route.original.remote)
  }

  // MARK: Encapsulation

  /// How a packet of this host gets to another one; nil if no policy says so.
  ///
  /// The most specific policy decides (reference: hns, 1.9). An endpoint's packets are encapsulated at its own port,
  /// those of the host at the distributed router's (reference: windows-firewall-and-vfp, 10.1.2 and 10.4).
  func encapsulation(_ route: RoutedPacket) -> EncapsulationStep? {
    let target = route.target
    guard route.receiver == .outside, !target.isGroup else { return nil }
    let port: EncapsulationStep.Port
    let network: Int
    if case .endpoint(let index) = route.sender {
      port = .endpoint(index)
      network = topology.endpoints[index].network
    } else {
      guard let own = remoteEndpoint(route) else { return nil }
      network = own.network
      port = topology.hasRouter && topology.networks[network].driver == .overlay ? .router : .host
    }
    let layer: VFPLayer = port == .host ? .encap : .vnetEncap
    var step = EncapsulationStep(
      port: port, policy: .providerAddress, destination: target, provider: target)
    if topology.networks[network].driver.encapsulates(assumptions) {
      step.group = VFPGroup(layer: layer, family: target.family, direction: .out)
    }
    if let provider = remoteEndpoint(route, network)?.providerAddress {
      step.provider = provider
      return step
    }
    let subnets = topology.networks[network].remoteSubnets.filter { $0.prefix.contains(target) }
    guard let subnet = subnets.max(by: { $0.prefix.length < $1.prefix.length }) else { return nil }
    step.policy = .remoteSubnetRoute
    step.provider = subnet.provider
    if step.group != nil { step.rule = VFPRuleName.remoteSubnet(subnet.prefix, in: layer).name }
    return step
  }

  /// The endpoint of another host that a packet goes to.
  private func remoteEndpoint(_ route: RoutedPacket, _ network: Int? = nil) -> HostTopology.Endpoint? {
    if let backend = route.service?.backend { return topology.endpoints[backend] }
    return topology.endpoints.first {
      $0.isRemote && $0.addresses.contains(route.target) && (network == nil || $0.network == network)
    }
  }
}
