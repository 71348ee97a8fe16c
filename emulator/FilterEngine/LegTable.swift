import HostModel
import NetworkTypes

/// The legs that packets take through a host, by sender, receiver and published port.
///
/// Single packets look up a leg, sets of packets enumerate all legs; both use the same members for the owner
/// of an address, the host's source address, the target of a published port and address translation.
struct LegTable: Sendable {
  let topology: HostTopology
  let ends: [EndpointProperties]
  /// The host's first address of each family.
  let host: AddressPair
  /// The published ports in the order of their endpoints.
  let published: [PublishedPort]
  /// Every address of the host, without duplicates and special addresses.
  let hostAddresses: [IPAddress]
  private let holders: AddressTable
  private let publishedPositions: [PortMapping.Key: Int]
  /// The frontends of load balancers, oldest first.
  let services: [ServiceTarget]
  /// Every address of a load balancer, without special addresses.
  let virtualAddresses: AddressSet
  /// The backends of each frontend, one frontend after the other.
  private let serviceBackends: [ServiceBackend]
  private let servicePositions: [Frontend: Int]
  private(set) var seesTranslatedSource: Bool
  private(set) var seesPublishedDestination: Bool
  private(set) var serviceDestination: Assumptions.ServiceDestination
  private(set) var isFirewallOuter: Bool

  /// The properties of an endpoint that packets need, without anything that must be reference-counted or
  /// allocated.
  struct EndpointProperties {
    var addresses: AddressPair
    var isRemote: Bool
    var isAttached: Bool
    /// Equal for endpoints of the same compartment.
    var compartment: Int
    var network: Int
    var isBehindNAT: Bool
    /// Whether VFP handles the packets of its switch port.
    var usesVFP: Bool
    /// Whether an OutBoundNAT policy translates its packets.
    var translates: Bool
  }

  /// A published port and its endpoint.
  struct PublishedPort {
    var mapping: PortMapping
    var endpoint: Int
  }

  init(_ topology: HostTopology, assumptions: Assumptions) {
    self.topology = topology
    seesTranslatedSource = assumptions.natSource == .translated
    seesPublishedDestination = assumptions.publishedDestination == .published
    serviceDestination = assumptions.serviceDestination
    isFirewallOuter = assumptions.filterOrder == .firewallOuter
    var published: [PublishedPort] = []
    var positions: [PortMapping.Key: Int] = [:]
    var compartments: [GUID: Int] = [:]
    var ends: [EndpointProperties] = []
    ends.reserveCapacity(topology.endpoints.count)
    for (index, endpoint) in topology.endpoints.enumerated() {
      // If two publish the same port, the older one takes effect.
      for mapping in endpoint.mappings where positions[mapping.key] == nil && mapping.vip?.special == nil {
        positions[mapping.key] = published.count
        published.append(PublishedPort(mapping: mapping, endpoint: index))
      }
      // An endpoint without a namespace is in no compartment, so its own id is used.
      let compartment = compartments[endpoint.namespace ?? endpoint.id, default: compartments.count]
      compartments[endpoint.namespace ?? endpoint.id] = compartment
      ends.append(
        EndpointProperties(
          addresses: AddressPair(endpoint.addresses), isRemote: endpoint.isRemote,
          isAttached: endpoint.isAttached, compartment: compartment, network: endpoint.network,
          isBehindNAT: topology.networks[endpoint.network].driver == .nat,
          usesVFP: topology.networks[endpoint.network].driver.filtersWithVFP,
          translates: !endpoint.outboundNAT.isEmpty))
    }
    self.ends = ends
    self.published = published
    publishedPositions = positions
    (services, servicePositions, serviceBackends) = Self.services(topology, ends)
    virtualAddresses = AddressSet(
      topology.loadBalancers.lazy.flatMap(\.addresses).filter { $0.special == nil }.map { AddressRange($0) })
    host = AddressPair(topology.addresses)
    // Nobody has a special address, whatever a document says.
    hostAddresses = Set(topology.hostAddresses).filter { $0.special == nil }.sorted()
    holders = AddressTable(
      topology.endpoints.map {
        (addresses: $0.addresses.filter { $0.special == nil }, isRemote: $0.isRemote)
      },
      host: hostAddresses)
  }

  /// The legs of the same host under other assumptions.
  func under(_ assumptions: Assumptions) -> LegTable {
    var copy = self
    copy.seesTranslatedSource = assumptions.natSource == .translated
    copy.seesPublishedDestination = assumptions.publishedDestination == .published
    copy.serviceDestination = assumptions.serviceDestination
    copy.isFirewallOuter = assumptions.filterOrder == .firewallOuter
    return copy
  }

  // MARK: Ends

  /// The owner of an address; nil for several endpoints.
  func holder(of address: IPAddress) -> RoutedPacket.Location? { holders.holder(of: address) }

  /// The endpoints with an address, if there are several.
  func holders(of address: IPAddress) -> [Int] { holders.holders(of: address) }

  /// The source address of the host; nil if none is known.
  ///
  /// To an endpoint of a nat network it is the gateway, which is the host's own vNIC there; to any other
  /// destination it is the host's first address, which is this project's choice.
  func hostSource(to receiver: RoutedPacket.Location, _ family: AddressFamily) -> IPAddress? {
    switch receiver {
    case .outside: return host[family]
    case .host: return hostDestination(family)
    case .endpoint(let index):
      guard ends[index].isBehindNAT else { return host[family] }
      for subnet in topology.networks[ends[index].network].subnets {
        if let gateway = subnet.gateway, gateway.family == family { return gateway }
      }
      return host[family]
    }
  }

  /// The address of the host by name: the unspecified one if none is known.
  func hostDestination(_ family: AddressFamily) -> IPAddress { host[family] ?? IPAddress(family, 0) }

  /// Whether two ends share a compartment.
  private func isLoopback(_ from: RoutedPacket.Location, _ to: RoutedPacket.Location) -> Bool {
    switch (from, to) {
    case (.host, .host): true
    case (.endpoint(let left), .endpoint(let right)): ends[left].compartment == ends[right].compartment
    default: false
    }
  }

  // MARK: Published ports

  /// How a packet can reach a published port.
  enum PublishedPortMatch {
    /// The port is published at the destination.
    case atDestination
    /// It is published without an address, that is, on every address of the host.
    case atAnyAddress
    /// It is published on this address of the host, and the packet is sent to the host by name.
    case atAddress(IPAddress)

    /// The address on which the port is published.
    func address(_ destination: IPAddress) -> IPAddress? {
      switch self {
      case .atDestination: destination
      case .atAnyAddress: nil
      case .atAddress(let address): address
      }
    }
  }

  /// How packets to a receiver can reach a published port, in order of precedence.
  func publishedPortMatch(
    _ number: Int, _ receiver: RoutedPacket.Location, isHostByName: Bool
  ) -> PublishedPortMatch? {
    switch (receiver, number) {
    case (.endpoint, _): nil
    case (_, 0): .atDestination
    case (.outside, _): nil
    case (.host, 1): .atAnyAddress
    case (.host, _):
      isHostByName && number - 2 < topology.addresses.count ? .atAddress(topology.addresses[number - 2]) : nil
    }
  }

  /// The published port with a key.
  func published(_ key: PortMapping.Key) -> PublishedPort? { publishedPositions[key].map { published[$0] } }

  /// The backends of a load balancer that have addresses of the family, or none that are known.
  func usableBackends(_ target: ServiceTarget) -> ArraySlice<ServiceBackend> {
    serviceBackends[target.backends]
  }

  /// The frontend of a load balancer; nil if none takes packets there.
  func service(_ frontend: Frontend) -> ServiceTarget? {
    servicePositions[frontend].map { services[$0] }
  }

  // MARK: Legs

  /// The leg between two ends.
  ///
  /// - Parameters:
  ///   - sender: The sender.
  ///   - receiver: The receiver.
  ///   - destination: The destination address.
  ///   - hasPorts: Whether the packets are TCP or UDP.
  func leg(
    _ sender: RoutedPacket.Location, _ receiver: RoutedPacket.Location, destination: IPAddress, hasPorts: Bool
  ) -> PacketLeg {
    var leg = PacketLeg(sender: sender, receiver: receiver, destination: destination)
    leg.isLoopback = isLoopback(sender, receiver)
    if !leg.isLoopback {
      let source = translatedSource(of: sender, to: destination, hasPorts: hasPorts)
      leg.translate(to: source, isSeen: seesTranslatedSource)
    }
    return leg
  }

  /// The leg to the endpoint of a published port.
  ///
  /// - Parameters:
  ///   - sender: The sender.
  ///   - published: The published port.
  ///   - destination: The destination address.
  ///   - isHostByName: Whether the destination is the host by name; the packet is then sent to where the port
  ///     is published.
  func leg(
    _ sender: RoutedPacket.Location, through published: PublishedPort, destination: IPAddress,
    isHostByName: Bool
  ) -> PacketLeg {
    var leg = PacketLeg(
      sender: sender, receiver: .endpoint(published.endpoint), published: published.mapping,
      destination: destination)
    if isHostByName, let address = published.mapping.vip {
      leg.destination = address
      leg.senderTranslation.setDestination(address, port: nil)
    }
    leg.receiverTranslation.destination =
      ends[published.endpoint].addresses[destination.family] ?? IPAddress(destination.family, 0)
    leg.receiverTranslation.port = published.mapping.internalPort
    if !seesPublishedDestination {
      leg.senderTranslation.setDestination(
        leg.receiverTranslation.destination, port: leg.receiverTranslation.port)
    }
    leg.translate(to: translatedSource(of: sender, to: leg.destination), isSeen: seesTranslatedSource)
    return leg
  }

  /// The source address to which outbound NAT translates the packets of an endpoint: the unspecified one if it is not
  /// known; nil if it does not translate them.
  ///
  /// A nat network translates what leaves it. An OutBoundNAT policy translates everything except its
  /// exceptions, within the network too, but only TCP and UDP. Neither translates multicast and broadcast
  /// (reference: windows-firewall-and-vfp, 10.5).
  ///
  /// - Parameters:
  ///   - sender: The sender.
  ///   - destination: The destination that outbound NAT sees.
  ///   - hasPorts: Whether the packets are TCP or UDP.
  func translatedSource(
    of sender: RoutedPacket.Location, to destination: IPAddress, hasPorts: Bool = true
  ) -> IPAddress? {
    guard case .endpoint(let index) = sender, ends[index].isBehindNAT || ends[index].translates && hasPorts,
      !destination.isGroup
    else { return nil }
    let host = hostDestination(destination.family)
    if ends[index].isBehindNAT {
      return topology.networks[ends[index].network].contains(destination) ? nil : host
    }
    return topology.endpoints[index].outboundNAT.first { $0.translates(destination) }?
      .source(destination.family, host: host)
  }
}

/// The first address of each family.
struct AddressPair: Sendable {
  private var ipv4: IPAddress?
  private var ipv6: IPAddress?

  init(_ addresses: [IPAddress]) {
    ipv4 = addresses.first { $0.family == .ipv4 }
    ipv6 = addresses.first { $0.family == .ipv6 }
  }

  subscript(family: AddressFamily) -> IPAddress? { family == .ipv4 ? ipv4 : ipv6 }

  /// The families an end can use; one without known addresses can use both.
  var families: FamilySet {
    switch (ipv4, ipv6) {
    case (_?, nil): .ipv4
    case (nil, _?): .ipv6
    default: .both
    }
  }
}

/// A set of address families.
struct FamilySet: OptionSet {
  let rawValue: UInt8

  static let ipv4 = FamilySet(rawValue: 1)
  static let ipv6 = FamilySet(rawValue: 2)
  static let both: FamilySet = [.ipv4, .ipv6]

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ family: AddressFamily) { self = family == .ipv4 ? .ipv4 : .ipv6 }

  /// IPv4 if the set contains it.
  var first: AddressFamily? { contains(.ipv4) ? .ipv4 : last }
  /// IPv6 if the set contains it.
  var last: AddressFamily? { contains(.ipv6) ? .ipv6 : contains(.ipv4) ? .ipv4 : nil }
}
