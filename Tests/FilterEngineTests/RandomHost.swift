import FilterEngine
import HostModel
import NetworkTypes

/// A random host with everything that legs depend on: endpoints of every driver, on this host and on others,
/// attached and not, published ports with and without an address, load balancers of every kind, outbound NAT
/// with exceptions, and filters at every point.
struct RandomHost: FilteredHost {
  let topology: HostTopology
  let hostFirewall: FirewallInstance
  let assumptions: Assumptions
  private var firewalls: [GUID: FirewallInstance] = [:]
  private var ports: [GUID: SwitchPort] = [:]

  var build: WindowsBuild { WindowsBuild(build: 20348) }

  static let protocols: [IPProtocol] = [.tcp, .tcp, .udp, .icmp, .icmpv6, .gre]
  private static let portNumbers: [UInt16] = [0, 53, 80, 80, 443, 8080, 8080, 65535]
  /// Few enough that rules, NAT and published ports apply to packets.
  private static let addresses: [IPAddress] =
    (0..<14).map { IPAddress(.ipv4, 0x0a00_0000 + $0) }
    + (0..<10).map { IPAddress(.ipv6, 0x2001_0db8 << 96 + $0) }
  /// Addresses of services only.
  private static let serviceAddresses: [IPAddress] =
    (0..<3).map { IPAddress(.ipv4, 0x0a60_0000 + $0) }
    + (0..<3).map { IPAddress(.ipv6, 0xfd00 << 112 + $0) }
  /// Addresses at both ends of every special range, which documents can contain too.
  static let specialAddresses: [IPAddress] = [
    "127.0.0.1", "127.255.255.255", "::1", "224.0.0.0", "239.255.255.255", "ff02::1", "255.255.255.255",
    "0.0.0.0", "::",
  ].compactMap { IPAddress($0) }

  init(using random: inout SeededGenerator) {
    var assumptions = Assumptions()
    assumptions.natSource = random.one(of: [.translated, .original])
    assumptions.publishedDestination = random.one(of: [.published, .container])
    assumptions.serviceDestination = random.one(of: [.byKind, .byKind, .backend, .vip])
    assumptions.filterOrder = random.once(in: 2) ? .firewallOuter : assumptions.filterOrder
    self.assumptions = assumptions
    let hosts = Self.some(upTo: 3, using: &random)
    let networks = NetworkDriver.allCases.enumerated().map { index, driver in
      let prefix = IPPrefix(containing: IPAddress(.ipv4, 0x0a00_0000), length: 29)
      let gateway = random.once(in: 2) ? random.one(of: Self.addresses) : nil
      return HostTopology.Network(
        id: Self.id(index), name: driver.rawValue, driver: driver,
        subnets: [HostTopology.Subnet(prefix: prefix, gateway: gateway)])
    }
    var endpoints: [HostTopology.Endpoint] = []
    for index in 0..<random.below(7) {
      let mappings = (0..<random.below(3)).map { _ in
        PortMapping(
          protocol: random.one(of: [.tcp, .udp]), internalPort: random.one(of: [80, 443]),
          externalPort: random.one(of: [80, 8080]),
          vip: random.once(in: 2) ? nil : random.one(of: hosts + Self.addresses),
          flags: random.once(in: 4) ? 2 : 0)
      }
      let translation = OutboundNAT(
        virtualIP: random.once(in: 2) ? nil : random.one(of: Self.addresses),
        exceptions: Self.set(using: &random),
        destinations: random.once(in: 2) ? nil : Self.set(using: &random))
      endpoints.append(
        HostTopology.Endpoint(
          id: Self.id(100 + index), name: "endpoint-\(index)", owner: "",
          network: random.below(networks.count), addresses: Self.some(upTo: 3, using: &random),
          isolation: random.one(of: Isolation.allCases),
          namespace: random.once(in: 5) ? nil : Self.id(200 + random.below(4)),
          isAttached: !random.once(in: 6), isRemote: random.once(in: 6), dnsServers: [], mappings: mappings,
          outboundNAT: random.once(in: 2) ? [translation] : []))
    }
    let indices = Array(endpoints.indices)
    let balancers = (0..<random.below(5)).map { number in
      HostTopology.LoadBalancer(
        id: Self.id(300 + number), name: "service-\(number)",
        addresses: random.once(in: 3) ? [] : Self.some(upTo: 2, among: hosts, using: &random),
        ports: (0...random.below(2)).map { _ in
          HostTopology.LoadBalancer.Port(
            protocol: random.one(of: [.tcp, .udp]), externalPort: random.one(of: [80, 443, 8080]),
            internalPort: random.one(of: [80, 443]), hasAffinity: random.once(in: 3),
            isLocalRouted: random.once(in: 2), preservesClient: random.once(in: 4),
            isExternal: random.once(in: 4))
        }, backends: indices.filter { _ in random.once(in: 2) },
        sourceVIP: random.once(in: 2) ? random.one(of: Self.addresses) : nil, isDSR: random.once(in: 2),
        family: random.one(of: AddressFamily.allCases))
    }
    topology = HostTopology(
      addresses: hosts, networks: networks, endpoints: endpoints, namespaces: [], loadBalancers: balancers)
    hostFirewall = Self.firewall("host", using: &random)
    for endpoint in endpoints where endpoint.isAttached && !endpoint.isRemote {
      firewalls[endpoint.id] = Self.firewall(endpoint.name, using: &random)
      if !random.once(in: 3) {
        ports[endpoint.id] = Self.port(endpoint, networks[endpoint.network].driver, using: &random)
      }
    }
  }

  func switchPort(of endpoint: GUID) -> SwitchPort? { ports[endpoint] }
  func firewall(of endpoint: GUID) -> FirewallInstance? { firewalls[endpoint] }
  func under(_ assumptions: Assumptions) -> any FilteredHost { self }

  /// A packet between any two ends, often to a service or a published port.
  func packet(using random: inout SeededGenerator) -> PacketQuery {
    if !topology.loadBalancers.isEmpty, random.once(in: 3) {
      let balancer = random.one(of: topology.loadBalancers)
      let port = random.one(of: balancer.ports)
      let to =
        balancer.addresses.isEmpty ? peer(using: &random) : .address(random.one(of: balancer.addresses))
      return PacketQuery(
        from: peer(using: &random), to: to, protocol: port.protocol, port: port.externalPort,
        sourcePort: random.one(of: Self.portNumbers))
    }
    let mappings = topology.endpoints.flatMap(\.mappings)
    if !mappings.isEmpty, random.once(in: 6) {
      let mapping = random.one(of: mappings)
      return PacketQuery(
        from: peer(using: &random), to: mapping.vip.map { .address($0) } ?? .host, protocol: mapping.protocol,
        port: mapping.externalPort, sourcePort: random.one(of: Self.portNumbers))
    }
    return PacketQuery(
      from: peer(using: &random), to: peer(using: &random), protocol: random.one(of: Self.protocols),
      port: random.one(of: Self.portNumbers), sourcePort: random.one(of: Self.portNumbers))
  }

  private func peer(using random: inout SeededGenerator) -> Peer {
    switch random.below(7) {
    case 6: .address(random.one(of: Self.specialAddresses))
    case 0: .host
    case 1, 2: topology.endpoints.isEmpty ? .host : .endpoint(random.below(topology.endpoints.count))
    default: .address(random.one(of: Self.addresses))
    }
  }

  // MARK: Filters

  private static func firewall(_ name: String, using random: inout SeededGenerator) -> FirewallInstance {
    let rules = (0..<random.below(5)).map { index in
      FirewallRule(
        name: "\(name)-firewall-\(index)", direction: random.one(of: Direction.allCases),
        action: random.one(of: [.allow, .block]), match: match(using: &random))
    }
    return FirewallInstance(
      stack: .host, compartment: 1, aclRules: rules,
      platformUnmatched: [.in: random.one(of: [.allow, .block]), .out: random.one(of: [.allow, .unknown])])
  }

  private static func port(
    _ endpoint: HostTopology.Endpoint, _ driver: NetworkDriver, using random: inout SeededGenerator
  ) -> SwitchPort {
    let groups = AddressFamily.allCases.flatMap { family in
      Direction.allCases.map { VFPGroup(family: family, direction: $0) }
    }
    let rules = (0..<random.below(8)).map { index in
      VFPRule(
        name: "\(endpoint.name)-vfp-\(index)", group: random.one(of: groups), priority: UInt16(index),
        action: random.one(of: [.allow, .block]), match: match(using: &random))
    }
    return SwitchPort(
      id: endpoint.id, name: endpoint.name, endpoint: endpoint.id, network: endpoint.id, driver: driver,
      isolation: .process, mac: MACAddress(0), groups: groups, rules: rules,
      unmatchedInbound: random.one(of: UnmatchedTraffic.allCases),
      unmatchedOutbound: random.one(of: UnmatchedTraffic.allCases))
  }

  private static func match(using random: inout SeededGenerator) -> RuleMatch {
    var match = RuleMatch()
    if random.once(in: 2) { match.localAddresses = set(using: &random) }
    if random.once(in: 2) { match.remoteAddresses = set(using: &random) }
    if random.once(in: 2) { match.protocols = ProtocolSet((0...1).map { _ in random.one(of: protocols) }) }
    if random.once(in: 3) { match.localPorts = PortSet([PortRange(random.one(of: portNumbers))]) }
    if random.once(in: 3) { match.remotePorts = PortSet([PortRange(random.one(of: portNumbers))]) }
    if match.localPorts != nil || match.remotePorts != nil { match.protocols = .withPorts }
    return match
  }

  // MARK: Values

  /// Addresses of a load balancer, sometimes one of the host.
  private static func some(
    upTo count: Int, among hosts: [IPAddress], using random: inout SeededGenerator
  ) -> [IPAddress] {
    let others = hosts + addresses.prefix(4) + specialAddresses.prefix(1)
    return (0...random.below(count)).map { _ in
      random.one(of: random.once(in: 3) ? others : serviceAddresses)
    }
  }

  private static func some(upTo count: Int, using random: inout SeededGenerator) -> [IPAddress] {
    (0..<random.below(count + 1)).map { _ in
      random.one(of: random.once(in: 12) ? specialAddresses : addresses)
    }
  }

  private static func set(using random: inout SeededGenerator) -> AddressSet {
    AddressSet(
      (0...random.below(6)).map { _ in
        AddressRange(random.one(of: addresses + serviceAddresses + specialAddresses))
      })
  }

  private static func id(_ number: Int) -> GUID { GUID(UInt128(number)) }
}
