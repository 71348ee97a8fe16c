import HostModel
import NetworkTypes

/// Finds the way of a packet through a host.
struct PacketRouter: Sendable {
  let topology: HostTopology
  private(set) var seesTranslatedSource: Bool
  private(set) var seesPublishedDestination: Bool
  let hostAddresses: Set<IPAddress>
  private let ends: [End]
  private let hostEnd: Addresses
  private let holders: AddressTable
  private let mappings: [PortMapping.Key: Published]

  /// The first address of each family.
  private struct Addresses {
    var ipv4: IPAddress?
    var ipv6: IPAddress?

    init(_ addresses: [IPAddress]) {
      ipv4 = addresses.first { $0.family == .ipv4 }
      ipv6 = addresses.first { $0.family == .ipv6 }
    }

    subscript(family: AddressFamily) -> IPAddress? { family == .ipv4 ? ipv4 : ipv6 }

    /// The families an end can use; one without known addresses can use both.
    var families: Families {
      switch (ipv4, ipv6) {
      case (_?, nil): .ipv4
      case (nil, _?): .ipv6
      default: .both
      }
    }
  }

  /// What a packet asks of an endpoint, without anything that has to be counted or allocated.
  private struct End {
    var addresses: Addresses
    var isRemote: Bool
    var isAttached: Bool
    /// Whether two of them are in one namespace.
    var namespace: Int
    var network: Int
    var isBehindNAT: Bool
    var translates: Bool
  }

  /// A published port and the endpoint it leads to.
  private struct Published {
    var mapping: PortMapping
    var endpoint: Int
  }

  /// A set of address families.
  private struct Families: OptionSet {
    let rawValue: UInt8

    static let ipv4 = Families(rawValue: 1)
    static let ipv6 = Families(rawValue: 2)
    static let both: Families = [.ipv4, .ipv6]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ family: AddressFamily) { self = family == .ipv4 ? .ipv4 : .ipv6 }

    /// IPv4 where the set has it.
    var first: AddressFamily? { contains(.ipv4) ? .ipv4 : last }
    /// IPv6 where the set has it.
    var last: AddressFamily? { contains(.ipv6) ? .ipv6 : contains(.ipv4) ? .ipv4 : nil }
  }

  init(_ topology: HostTopology, assumptions: Assumptions) {
    self.topology = topology
    seesTranslatedSource = assumptions.natSource == .translated
    seesPublishedDestination = assumptions.publishedDestination == .published
    var mappings: [PortMapping.Key: Published] = [:]
    var namespaces: [GUID?: Int] = [:]
    var ends: [End] = []
    ends.reserveCapacity(topology.endpoints.count)
    for (index, endpoint) in topology.endpoints.enumerated() {
      for mapping in endpoint.mappings {
        mappings[mapping.key] = Published(mapping: mapping, endpoint: index)
      }
      let next = namespaces.count
      ends.append(
        End(
          addresses: Addresses(endpoint.addresses), isRemote: endpoint.isRemote,
          isAttached: endpoint.isAttached,
          namespace: namespaces[endpoint.namespace, default: next], network: endpoint.network,
          isBehindNAT: topology.networks[endpoint.network].driver == .nat,
          translates: !endpoint.outboundNAT.isEmpty))
      namespaces[endpoint.namespace, default: next] = ends[index].namespace
    }
    self.ends = ends
    self.mappings = mappings
    hostEnd = Addresses(topology.addresses)
    // The gateway of a nat network is the host's own vNIC.
    let gateways = topology.networks.filter { $0.driver == .nat }.flatMap(\.subnets).compactMap(\.gateway)
    hostAddresses = Set(topology.addresses + gateways)
    holders = AddressTable(
      topology.endpoints.map { ($0.addresses, $0.isRemote) }, host: topology.addresses + gateways)
  }

  /// A router of the same host under other choices.
  func under(_ assumptions: Assumptions) -> PacketRouter {
    var copy = self
    copy.seesTranslatedSource = assumptions.natSource == .translated
    copy.seesPublishedDestination = assumptions.publishedDestination == .published
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
      arrival = ends[found.endpoint].addresses[family] ?? destination
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
    case .endpoint(let index): return ends[index].isRemote ? .outside : .endpoint(index)
    case .address(let address):
      switch holders.holder(of: address) {
      case .endpoint(let index): return .endpoint(index)
      case .host: return .host
      case .outside: return .outside
      case .several: throw .ambiguousAddress(address, holders.holders(of: address))
      }
    }
  }

  private func checkAttached(_ place: PacketRoute.Place) throws(PacketProblem) {
    if case .endpoint(let index) = place, !ends[index].isAttached { throw .notAttached(index) }
  }

  /// The families an end can use; an end without known addresses can use both.
  private func families(_ peer: Peer) -> Families {
    switch peer {
    case .address(let address): Families(address.family)
    case .endpoint(let index): ends[index].addresses.families
    case .host: hostEnd.families
    }
  }

  /// The family of a packet: the only common one, otherwise IPv6 for ICMPv6 and IPv4 for the rest.
  private func family(_ query: PacketQuery) throws(PacketProblem) -> AddressFamily {
    if case .address(let from) = query.from, case .address(let to) = query.to {
      guard from.family == to.family else { throw .mixedFamilies(from.family, to.family) }
      return from.family
    }
    let (from, to) = (families(query.from), families(query.to))
    // To a nat network the host sends from the gateway there, whatever its own addresses are.
    let common = from.intersection(to)
    let candidates = common.isEmpty && query.from == .host ? to : common
    guard let first = candidates.first, let last = candidates.last else {
      throw .mixedFamilies(from.first ?? .ipv4, to.first ?? .ipv6)
    }
    return query.protocol == .icmpv6 ? last : first
  }

  /// An end's address; the unspecified one where it is not known.
  private func address(_ peer: Peer, _ family: AddressFamily) -> IPAddress {
    let known: IPAddress? =
      switch peer {
      case .address(let address): address
      case .endpoint(let index): ends[index].addresses[family]
      case .host: hostEnd[family]
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
      guard let own = hostEnd[family] else { throw .unknownHostAddress(family) }
      return own
    }
  }

  /// The address from which the host sends to an endpoint.
  ///
  /// To one of a nat network it is the gateway, which is the host's own vNIC there; to any other the
  /// host's first address, which is this project's choice.
  func hostSource(towards endpoint: Int, _ family: AddressFamily) throws(PacketProblem) -> IPAddress {
    if ends[endpoint].isBehindNAT {
      for subnet in topology.networks[ends[endpoint].network].subnets {
        if let gateway = subnet.gateway, gateway.family == family { return gateway }
      }
    }
    guard let own = hostEnd[family] else { throw .unknownHostAddress(family) }
    return own
  }

  // MARK: Translation

  /// The published port that a packet to the host meets.
  private func mapping(
    _ query: PacketQuery, _ receiver: PacketRoute.Place, _ destination: IPAddress, _ family: AddressFamily
  ) -> Published? {
    guard !mappings.isEmpty, query.protocol.hasPorts else { return nil }
    if case .endpoint = receiver { return nil }
    if let stated = mapping(query, vip: destination, family) { return stated }
    guard receiver == .host else { return nil }
    if let open = mapping(query, vip: nil, family) { return open }
    guard query.to == .host else { return nil }
    // The host without an address stands for any of its own.
    for address in topology.addresses {
      if let own = mapping(query, vip: address, family) { return own }
    }
    return nil
  }

  private func mapping(_ query: PacketQuery, vip: IPAddress?, _ family: AddressFamily) -> Published? {
    mappings[PortMapping.Key(protocol: query.protocol, port: query.port, vip: vip, family: family)]
  }

  /// The source address that takes an endpoint's place towards a destination; nil where none does.
  ///
  /// A nat network translates what leaves it. An OutBoundNAT policy translates what its exceptions do not
  /// name, within the network too.
  func translatedSource(_ sender: PacketRoute.Place, destination: IPAddress) -> IPAddress? {
    guard case .endpoint(let index) = sender else { return nil }
    let end = ends[index]
    guard end.isBehindNAT || end.translates else { return nil }
    let host = hostEnd[destination.family]
    if end.isBehindNAT { return topology.networks[end.network].contains(destination) ? nil : host }
    let policies = topology.endpoints[index].outboundNAT
    guard let policy = policies.first(where: { $0.translates(destination) }) else { return nil }
    return policy.virtualIP.flatMap { $0.family == destination.family ? $0 : nil } ?? host
  }

  /// Whether two ends share a compartment.
  func isLoopback(_ from: PacketRoute.Place, _ to: PacketRoute.Place) -> Bool {
    switch (from, to) {
    case (.host, .host): true
    case (.endpoint(let left), .endpoint(let right)):
      ends[left].namespace == ends[right].namespace
    default: false
    }
  }
}
