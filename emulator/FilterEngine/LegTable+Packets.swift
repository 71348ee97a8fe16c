import HostModel
import NetworkTypes

extension LegTable {
  /// The way of a packet: its leg, or the load balancer that takes it.
  ///
  /// - Parameter query: The packet.
  /// - Returns: The leg, with the packet as seen at each end; or the load balancer, if it has backends.
  /// - Throws: ``PacketProblem`` for a packet that cannot exist or that no filter of the host sees.
  func way(_ query: PacketQuery) throws(PacketProblem) -> PacketWay {
    let sender = try sender(query.from)
    let receiver = try receiver(query.to, from: sender)
    let family = try family(query)
    let source = try source(query.from, receiver, family)
    let destination = address(query.to, family)
    let isHostByName = query.to == .host
    let leg: PacketLeg
    if let port = published(query, receiver, destination, family) {
      leg = self.leg(sender, through: port, destination: destination, isHostByName: isHostByName)
    } else if let target = service(query, receiver, destination) {
      try checkAttached(sender)
      let packet = BalancedPacket(
        query: query, sender: sender, source: source, destination: destination, target: target,
        backends: usableBackends(target))
      guard packet.backends.isEmpty else { return .balanced(packet) }
      return .direct(try checked(route(packet, to: nil)))
    } else {
      leg = self.leg(sender, receiver, destination: destination, hasPorts: query.protocol.hasPorts)
    }
    return .direct(try checked(RoutedPacket(query, from: source, along: leg)))
  }

  /// The leg of a packet; to the first of several backends.
  func route(_ query: PacketQuery) throws(PacketProblem) -> RoutedPacket {
    switch try way(query) {
    case .direct(let route): route
    case .balanced(let packet): route(packet, to: packet.backends.first)
    }
  }

  /// The leg of a packet to one of its backends, or to none.
  func route(_ packet: BalancedPacket, to backend: ServiceBackend?) -> RoutedPacket {
    RoutedPacket(
      packet.query, from: packet.source,
      along: leg(
        packet.sender, through: packet.target, to: backend, destination: packet.destination,
        isHostByName: packet.query.to == .host))
  }

  /// A route whose filters can be evaluated.
  private func checked(_ route: RoutedPacket) throws(PacketProblem) -> RoutedPacket {
    if route.sender == .outside, route.receiver == .outside, route.service == nil,
      !virtualAddresses.contains(route.destination)
    {
      throw .noEndpoint(route.destination)
    }
    try checkAttached(route.sender)
    try checkAttached(route.receiver)
    return route
  }

  /// Where a packet is sent from; a special address does not say where.
  private func sender(_ peer: Peer) throws(PacketProblem) -> RoutedPacket.Location {
    if case .address(let address) = peer, let special = address.special {
      throw .cannotOccur(address, special, isSource: true)
    }
    return try location(peer)
  }

  /// Where a packet arrives: loopback where it was sent from, multicast and broadcast outside.
  private func receiver(
    _ peer: Peer, from sender: RoutedPacket.Location
  ) throws(PacketProblem) -> RoutedPacket.Location {
    guard case .address(let address) = peer, let special = address.special else { return try location(peer) }
    switch special {
    case .loopback where sender != .outside: return sender
    case .multicast, .limitedBroadcast: return .outside
    case .loopback, .unspecified: throw .cannotOccur(address, special, isSource: false)
    }
  }

  /// Where an end is: at the endpoint that has an address, in the host, or outside.
  private func location(_ peer: Peer) throws(PacketProblem) -> RoutedPacket.Location {
    switch peer {
    case .host: return .host
    case .endpoint(let index): return ends[index].isRemote ? .outside : .endpoint(index)
    case .address(let address):
      guard let holder = holder(of: address) else {
        throw .ambiguousAddress(address, holders(of: address))
      }
      return holder
    }
  }

  private func checkAttached(_ location: RoutedPacket.Location) throws(PacketProblem) {
    if case .endpoint(let index) = location, !ends[index].isAttached { throw .notAttached(index) }
  }

  /// The families an end can use; an end without known addresses can use both.
  private func families(_ peer: Peer) -> FamilySet {
    switch peer {
    case .address(let address): FamilySet(address.family)
    case .endpoint(let index): ends[index].addresses.families
    case .host: host.families
    }
  }

  /// The family of a packet: the only common one, otherwise IPv6 for ICMPv6 and IPv4 for the rest.
  private func family(_ query: PacketQuery) throws(PacketProblem) -> AddressFamily {
    if case .address(let from) = query.from, case .address(let to) = query.to {
      guard from.family == to.family else { throw .mixedFamilies(from.family, to.family) }
      return from.family
    }
    // Every compartment has the loopback addresses of both families.
    if case .address(let to) = query.to, to.special == .loopback { return to.family }
    let (from, to) = (families(query.from), families(query.to))
    // To a nat network the host sends from the gateway of that network, whatever its own addresses are.
    let common = from.intersection(to)
    let candidates = common.isEmpty && query.from == .host ? to : common
    guard let first = candidates.first, let last = candidates.last else {
      throw .mixedFamilies(from.first ?? .ipv4, to.first ?? .ipv6)
    }
    return query.protocol == .icmpv6 ? last : first
  }

  /// An end's address; the unspecified one if it is not known.
  private func address(_ peer: Peer, _ family: AddressFamily) -> IPAddress {
    switch peer {
    case .address(let address): address
    case .endpoint(let index): ends[index].addresses[family] ?? IPAddress(family, 0)
    case .host: hostDestination(family)
    }
  }

  /// The source address of a packet.
  private func source(
    _ peer: Peer, _ receiver: RoutedPacket.Location, _ family: AddressFamily
  ) throws(PacketProblem) -> IPAddress {
    guard peer == .host else { return address(peer, family) }
    guard let own = hostSource(to: receiver, family) else { throw .unknownHostAddress(family) }
    return own
  }

  /// The published port that a packet is sent to.
  private func published(
    _ query: PacketQuery, _ receiver: RoutedPacket.Location, _ destination: IPAddress, _ family: AddressFamily
  ) -> PublishedPort? {
    guard !published.isEmpty, query.protocol.hasPorts, query.to == .host || destination.special == nil else {
      return nil
    }
    var number = 0
    while let portMatch = publishedPortMatch(number, receiver, isHostByName: query.to == .host) {
      let key = PortMapping.Key(
        protocol: query.protocol, port: query.port, vip: portMatch.address(destination), family: family)
      if let found = published(key) { return found }
      number += 1
    }
    return nil
  }

  /// The load balancer that a packet is sent to.
  private func service(
    _ query: PacketQuery, _ receiver: RoutedPacket.Location, _ destination: IPAddress
  ) -> ServiceTarget? {
    guard !services.isEmpty, query.protocol.hasPorts, query.to == .host || destination.special == nil else {
      return nil
    }
    return service(query.protocol, query.port, at: receiver, destination, isHostByName: query.to == .host)
  }
}

/// The way of a packet through the host.
enum PacketWay {
  /// On one leg.
  case direct(RoutedPacket)
  /// To any one of the backends of a load balancer, at least one.
  case balanced(BalancedPacket)
}
