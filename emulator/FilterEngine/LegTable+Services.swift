import HostModel
import NetworkTypes

/// An address and port that a load balancer takes packets to.
struct Frontend: Hashable, Sendable {
  /// The address; the unspecified one stands for every address of the host.
  var address: IPAddress
  var `protocol`: IPProtocol
  var port: UInt16
}

/// A frontend of a load balancer, with what decides where its packets go.
struct ServiceTarget: Sendable {
  var frontend: Frontend
  /// The load balancer and its port, by their indices.
  var balancer: Int
  var port: Int
  /// Its backends that get packets, by their positions among those of all frontends.
  var backends: Range<Int>
  /// The port of the backends.
  var internalPort: UInt16
  var isDSR: Bool
  /// Whether it takes packets to every address of the host.
  var isNodePort: Bool
  /// Whether its address is an external one.
  var isExternal: Bool
  /// Whether backends see the address of the client.
  var preservesClient: Bool
  /// The address that the load balancer sends from; the unspecified one if it is not known.
  var source: IPAddress

  /// The address; nil for every address of the host.
  var address: IPAddress? { isNodePort ? nil : frontend.address }
}

/// A backend of a frontend.
struct ServiceBackend: Sendable {
  /// The endpoint, by its index in the topology.
  var endpoint: Int
  /// Its address; the unspecified one if it is not known.
  var address: IPAddress
  var isRemote: Bool
  /// Whether its compartment is open, or it is on another host.
  var isAttached: Bool
}

/// How a packet arrives at a backend, besides the backend's own address and port.
struct ServiceArrival {
  /// The source that the load balancer gives the packet; nil for the client's own.
  var source: IPAddress?
  /// The source after outbound NAT, where the load balancer leaves the client's.
  var translatedSource: IPAddress?
  /// The source that the backend's filters see instead of the client's; nil for the client's own.
  var seenSource: IPAddress?
  /// Whether the packet comes back to the compartment it was sent from.
  var isHairpin = false
  /// Whether the backend is in an open compartment; otherwise the answers of its filters are not known.
  var isAttached = true
}

extension LegTable {
  /// The frontends of a host: of two load balancers on one, the older takes the packets.
  static func services(
    _ topology: HostTopology, _ ends: [EndpointProperties]
  ) -> ([ServiceTarget], [Frontend: Int], backends: [ServiceBackend]) {
    var services: [ServiceTarget] = []
    var backends: [ServiceBackend] = []
    var positions: [Frontend: Int] = [:]
    let host = AddressPair(topology.addresses)
    for (index, balancer) in topology.loadBalancers.enumerated() {
      let isNodePort = balancer.addresses.isEmpty
      let addresses =
        isNodePort ? [IPAddress(balancer.family, 0)] : balancer.addresses.filter { $0.special == nil }
      for (number, port) in balancer.ports.enumerated() where port.protocol.hasPorts {
        for address in addresses {
          let frontend = Frontend(address: address, protocol: port.protocol, port: port.externalPort)
          guard positions[frontend] == nil else { continue }
          positions[frontend] = services.count
          let first = backends.count
          for endpoint in balancer.backends {
            let end = ends[endpoint]
            guard end.addresses.families.contains(FamilySet(address.family)) else { continue }
            backends.append(
              ServiceBackend(
                endpoint: endpoint, address: end.addresses[address.family] ?? IPAddress(address.family, 0),
                isRemote: end.isRemote, isAttached: end.isRemote || end.isAttached))
          }
          let own = balancer.sourceVIP.flatMap { $0.family == address.family ? $0 : nil }
          services.append(
            ServiceTarget(
              frontend: frontend, balancer: index, port: number, backends: first..<backends.count,
              internalPort: port.internalPort,
              isDSR: balancer.isDSR, isNodePort: isNodePort, isExternal: port.isExternal && !isNodePort,
              preservesClient: port.preservesClient,
              source: own ?? host[address.family] ?? IPAddress(address.family, 0)))
        }
      }
    }
    return (services, positions, backends)
  }

  /// The load balancer that a packet is sent to: an address of an endpoint of this host belongs to that
  /// endpoint, whatever a load balancer says.
  ///
  /// - Parameters:
  ///   - protocol: The protocol.
  ///   - port: The destination port.
  ///   - receiver: Who has the destination address.
  ///   - destination: The destination address.
  ///   - isHostByName: Whether the destination is the host by name, with any of its addresses.
  func service(
    _ protocol: IPProtocol, _ port: UInt16, at receiver: RoutedPacket.Location, _ destination: IPAddress,
    isHostByName: Bool
  ) -> ServiceTarget? {
    if case .endpoint = receiver { return nil }
    let exact = service(Frontend(address: destination, protocol: `protocol`, port: port))
    guard receiver == .host else { return exact }
    let any = service(
      Frontend(address: IPAddress(destination.family, 0), protocol: `protocol`, port: port))
    switch (exact, any) {
    case (let exact?, let any?): return exact.balancer <= any.balancer ? exact : any
    case (let found?, nil), (nil, let found?): return found
    case (nil, nil): break
    }
    guard isHostByName else { return nil }
    for address in topology.addresses where address.family == destination.family {
      if let found = service(Frontend(address: address, protocol: `protocol`, port: port)) { return found }
    }
    return nil
  }

  // MARK: Legs

  /// The leg to one backend of a load balancer, or to where the packet ends if there is none.
  ///
  /// With direct server return the switch port of a client rewrites the destination, before its ACLs; without,
  /// and for the host's own packets and those from outside, the host's port does (reference:
  /// windows-firewall-and-vfp, 10.2 and 10.4). Ports of networks without VFP rewrite nothing.
  ///
  /// - Parameters:
  ///   - sender: The sender.
  ///   - target: The frontend.
  ///   - backend: The backend; nil for none.
  ///   - destination: The destination address.
  ///   - isHostByName: Whether the destination is the host by name; the packet is then sent to where the load
  ///     balancer takes it.
  func leg(
    _ sender: RoutedPacket.Location, through target: ServiceTarget, to backend: ServiceBackend?,
    destination: IPAddress, isHostByName: Bool
  ) -> PacketLeg {
    var leg = PacketLeg(sender: sender, receiver: .outside, destination: destination)
    var hop = ServiceHop(
      balancer: target.balancer, port: target.port, address: target.address, backend: backend?.endpoint)
    if isHostByName, let address = target.address {
      leg.destination = address
      leg.senderTranslation.setDestination(address, port: nil)
    }
    guard let backend else {
      leg.service = hop
      leg.translate(to: translatedSource(of: sender, to: leg.destination), isSeen: seesTranslatedSource)
      return leg
    }
    if !backend.isRemote { leg.receiver = .endpoint(backend.endpoint) }
    hop.isAtSender = rewrites(sender, target)
    hop.vfpSeesBackend = vfpSeesBackend(hop)
    hop.firewallSeesBackend = isFirewallOuter && (hop.isAtSender || serviceDestination == .backend)
    let arrival = arrival(
      from: sender, through: target, at: backend, destination: leg.destination, isAtSender: hop.isAtSender)
    hop.source = arrival.source
    hop.isHairpin = arrival.isHairpin
    leg.service = hop
    leg.setBackend(backend.address, port: target.internalPort)
    leg.receiverTranslation.source = arrival.seenSource
    leg.translatedSource = arrival.translatedSource
    leg.isReceiverAttached = arrival.isAttached
    return leg
  }

  /// How a packet arrives at one backend of a load balancer.
  ///
  /// - Parameters:
  ///   - sender: The sender.
  ///   - target: The frontend.
  ///   - backend: The backend.
  ///   - destination: The address that the client dials.
  ///   - isAtSender: Whether the sender's own port rewrites the destination.
  func arrival(
    from sender: RoutedPacket.Location, through target: ServiceTarget, at backend: ServiceBackend,
    destination: IPAddress, isAtSender: Bool
  ) -> ServiceArrival {
    var arrival = ServiceArrival()
    if case .endpoint(let index) = sender, !backend.isRemote,
      ends[index].compartment == ends[backend.endpoint].compartment
    {
      arrival.isHairpin = true
    }
    if arrival.isHairpin || replacesSource(sender, target, backend) {
      arrival.source = target.source
      arrival.seenSource = target.source
    } else {
      arrival.translatedSource = translatedSource(
        of: sender, to: isAtSender ? backend.address : destination)
      if seesTranslatedSource { arrival.seenSource = arrival.translatedSource }
    }
    arrival.isAttached = backend.isAttached
    return arrival
  }

  /// Whether the sender's own port rewrites the destination: LB_DSR at a pod, or the host's port.
  func rewrites(_ sender: RoutedPacket.Location, _ target: ServiceTarget) -> Bool {
    switch sender {
    case .outside: false
    case .host: true
    case .endpoint(let index): target.isDSR && ends[index].usesVFP
    }
  }

  /// Whether VFP's outbound rules see the backend.
  private func vfpSeesBackend(_ hop: ServiceHop) -> Bool {
    switch serviceDestination {
    case .backend: true
    case .vip: false
    case .byKind: hop.isAtSender
    }
  }

  /// Whether the backend sees an address of the load balancer's instead of the client's (reference:
  /// windows-firewall-and-vfp, 10.2 and 10.5).
  ///
  /// With direct server return it sees the client's; so it does if the load balancer preserves it. A host
  /// process has no address of its own on overlay. An external address is served by the node in any case.
  private func replacesSource(
    _ sender: RoutedPacket.Location, _ target: ServiceTarget, _ backend: ServiceBackend
  ) -> Bool {
    if target.preservesClient { return false }
    if target.isExternal || !target.isDSR { return true }
    return sender == .host && topology.networks[ends[backend.endpoint].network].driver == .overlay
  }
}
