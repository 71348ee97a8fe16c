package import HostModel
package import NetworkTypes

/// Who meets a packet on its way, and what each end's filters see of it.
///
/// Routing itself is not judged: a packet is taken to arrive unless a filter blocks it, and what speaks
/// against that is told beside the verdict.
package struct PacketRoute: Sendable {
  /// Where an end of a packet is.
  package enum Place: Hashable, Sendable {
    /// Outside the host.
    case outside
    /// In the host's own compartment.
    case host
    /// In the compartment of an endpoint.
    case endpoint(Int)
  }

  /// Where the packet comes from.
  package var sender: Place
  /// Where it goes.
  package var receiver: Place
  /// The packet as the sender's filters see it.
  package var sent: Packet
  /// The packet as the receiver's filters see it.
  package var received: Packet
  /// The published port that leads to the receiver.
  package var published: PortMapping?
  /// The destination before a published port led on.
  package var destination: IPAddress
  /// The source address that outbound NAT puts in place.
  package var translatedSource: IPAddress?
  /// Whether both ends are in one compartment, where nothing is filtered; what goes to a published port
  /// leaves it and comes back.
  package var isLoopback = false
}

/// Finds the way of a packet through a host.
struct PacketRouter: Sendable {
  let topology: HostTopology
  private(set) var seesTranslatedSource: Bool
  private(set) var seesPublishedDestination: Bool
  private let owners: [IPAddress: [Int]]
  let hostAddresses: Set<IPAddress>
  private let mappings: [PortMapping.Key: Int]

  init(_ topology: HostTopology, switches: HostSwitches) {
    self.topology = topology
    seesTranslatedSource = switches[.natSource] == "translated"
    seesPublishedDestination = switches[.publishedDestination] == "published"
    var owners: [IPAddress: [Int]] = [:]
    var mappings: [PortMapping.Key: Int] = [:]
    for (index, endpoint) in topology.endpoints.enumerated() {
      for address in endpoint.addresses { owners[address, default: []].append(index) }
      for mapping in endpoint.mappings { mappings[mapping.key] = index }
    }
    self.owners = owners
    self.mappings = mappings
    // The gateway of a nat network is the host's own vNIC.
    let gateways = topology.networks.filter { $0.driver == .nat }.flatMap(\.subnets).compactMap(\.gateway)
    hostAddresses = Set(topology.addresses + gateways)
  }

  /// A router of the same host under other choices.
  func under(_ switches: HostSwitches) -> PacketRouter {
    var copy = self
    copy.seesTranslatedSource = switches[.natSource] == "translated"
    copy.seesPublishedDestination = switches[.publishedDestination] == "published"
    return copy
  }

  /// The way of a packet.
  ///
  /// - Parameter query: The packet.
  /// - Returns: The way.
  /// - Throws: ``PacketProblem`` for a packet that cannot exist or that no filter of the host sees.
  func route(_ query: PacketQuery) throws(PacketProblem) -> PacketRoute {
    let from = try place(query.from)
    let family = try family(query)
    let source = try sourceAddress(query, from, family)
    var destination = address(query.to, family)
    var receiver = try place(query.to)
    var arrival = destination
    var port = query.port
    var published: PortMapping?
    if let found = mapping(query, receiver, destination, family) {
      published = found.mapping
      receiver = .endpoint(found.endpoint)
      arrival = topology.endpoints[found.endpoint].address(family) ?? destination
      port = found.mapping.internalPort
      // An address of the host that was not stated is the one the port is published on.
      if query.to == .host, let vip = found.mapping.vip { destination = vip }
    }
    if case .outside = from, case .outside = receiver { throw .noEndpoint(destination) }
    try checkAttached(from)
    try checkAttached(receiver)
    var sent = Packet(
      direction: .out, protocol: query.protocol, local: source, remote: destination,
      localPort: query.sourcePort, remotePort: query.port)
    if published != nil, !seesPublishedDestination {
      sent.remote = arrival
      sent.remotePort = port
    }
    let translated = translatedSource(from, destination: published == nil ? arrival : destination)
    let received = Packet(
      direction: .in, protocol: query.protocol, local: arrival,
      remote: seesTranslatedSource ? translated ?? source : source, localPort: port,
      remotePort: query.sourcePort)
    return PacketRoute(
      sender: from, receiver: receiver, sent: sent, received: received, published: published,
      destination: destination, translatedSource: translated,
      isLoopback: published == nil && isLoopback(from, receiver))
  }

  // MARK: Ends

  /// Where an end is; the endpoint that holds an address, the host, or outside.
  func place(_ peer: Peer) throws(PacketProblem) -> PacketRoute.Place {
    switch peer {
    case .host: return .host
    case .endpoint(let index): return topology.endpoints[index].isRemote ? .outside : .endpoint(index)
    case .address(let address):
      guard let holders = owners[address] else { return hostAddresses.contains(address) ? .host : .outside }
      let local = holders.filter { !topology.endpoints[$0].isRemote }
      guard local.count <= 1 else { throw .ambiguousAddress(address, local) }
      return local.first.map { .endpoint($0) } ?? .outside
    }
  }

  private func checkAttached(_ place: PacketRoute.Place) throws(PacketProblem) {
    if case .endpoint(let index) = place, !topology.endpoints[index].isAttached { throw .notAttached(index) }
  }

  /// The families an end can use, as one bit each; an end without known addresses can use both.
  private func families(_ peer: Peer) -> Set<AddressFamily> {
    let known: Set<AddressFamily> =
      switch peer {
      case .address(let address): [address.family]
      case .endpoint(let index): Set(topology.endpoints[index].addresses.map(\.family))
      case .host: Set(topology.addresses.map(\.family))
      }
    return known.isEmpty ? Set(AddressFamily.allCases) : known
  }

  /// The family of a packet: the only common one, otherwise IPv6 for ICMPv6 and IPv4 for the rest.
  private func family(_ query: PacketQuery) throws(PacketProblem) -> AddressFamily {
    if case .address(let from) = query.from, case .address(let to) = query.to {
      guard from.family == to.family else { throw .mixedFamilies(from.family, to.family) }
      return from.family
    }
    let (from, to) = (families(query.from), families(query.to))
    // What the host's addresses are is not told by a published port or a gateway of it.
    let common = from.intersection(to)
    let candidates =
      !common.isEmpty ? common : query.to == .host ? from : query.from == .host ? to : common
    guard let first = candidates.min(), let last = candidates.max() else {
      throw .mixedFamilies(from.min() ?? .ipv4, to.min() ?? .ipv6)
    }
    return query.protocol == .icmpv6 ? last : first
  }

  /// An end's address; the unspecified one where it is not known.
  private func address(_ peer: Peer, _ family: AddressFamily) -> IPAddress {
    let known: IPAddress? =
      switch peer {
      case .address(let address): address
      case .endpoint(let index): topology.endpoints[index].address(family)
      case .host: topology.addresses.first { $0.family == family }
      }
    return known ?? IPAddress(family, 0)
  }

  /// The address a packet is sent from.
  private func sourceAddress(
    _ query: PacketQuery, _ from: PacketRoute.Place, _ family: AddressFamily
  ) throws(PacketProblem) -> IPAddress {
    guard query.from == .host else { return address(query.from, family) }
    switch try place(query.to) {
    case .endpoint(let index): return try hostSource(towards: index, family)
    case .host: return address(.host, family)
    case .outside:
      guard let own = topology.addresses.first(where: { $0.family == family }) else {
        throw .unknownHostAddress(family)
      }
      return own
    }
  }

  /// The address from which the host sends to an endpoint.
  ///
  /// To one of a nat network it is the gateway, which is the host's own vNIC there; to any other the
  /// host's first address, which is this project's choice.
  func hostSource(towards endpoint: Int, _ family: AddressFamily) throws(PacketProblem) -> IPAddress {
    let network = topology.networks[topology.endpoints[endpoint].network]
    if network.driver == .nat,
      let gateway = network.subnets.lazy.compactMap(\.gateway).first(where: { $0.family == family })
    {
      return gateway
    }
    guard let own = topology.addresses.first(where: { $0.family == family }) else {
      throw .unknownHostAddress(family)
    }
    return own
  }

  // MARK: Translation

  /// The published port that a packet to the host meets.
  private func mapping(
    _ query: PacketQuery, _ receiver: PacketRoute.Place, _ destination: IPAddress, _ family: AddressFamily
  ) -> (mapping: PortMapping, endpoint: Int)? {
    guard !mappings.isEmpty, query.protocol.hasPorts else { return nil }
    if case .endpoint = receiver { return nil }
    func find(_ vip: IPAddress?) -> (PortMapping, Int)? {
      let key = PortMapping.Key(protocol: query.protocol, port: query.port, vip: vip, family: family)
      guard let index = mappings[key],
        let mapping = topology.endpoints[index].mappings.first(where: { $0.key == key })
      else { return nil }
      return (mapping, index)
    }
    if let stated = find(destination) { return stated }
    guard receiver == .host else { return nil }
    if let open = find(nil) { return open }
    guard query.to == .host else { return nil }
    // The host without an address stands for any of its own.
    return topology.addresses.lazy.compactMap(find).first
  }

  /// The source address that takes an endpoint's place towards a destination; nil where none does.
  ///
  /// A nat network translates what leaves it. An OutBoundNAT policy translates what its exceptions do not
  /// name, within the network too.
  func translatedSource(_ sender: PacketRoute.Place, destination: IPAddress) -> IPAddress? {
    guard case .endpoint(let index) = sender else { return nil }
    let endpoint = topology.endpoints[index]
    let network = topology.networks[endpoint.network]
    let host = topology.addresses.first { $0.family == destination.family }
    if network.driver == .nat { return network.contains(destination) ? nil : host }
    guard let policy = endpoint.outboundNAT.first(where: { $0.translates(destination) }) else { return nil }
    return policy.virtualIP.flatMap { $0.family == destination.family ? $0 : nil } ?? host
  }

  /// Whether two ends share a compartment.
  func isLoopback(_ from: PacketRoute.Place, _ to: PacketRoute.Place) -> Bool {
    switch (from, to) {
    case (.host, .host): true
    case (.endpoint(let left), .endpoint(let right)):
      left == right || topology.endpoints[left].namespace == topology.endpoints[right].namespace
    default: false
    }
  }
}
