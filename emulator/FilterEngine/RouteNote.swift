package import HostModel
package import NetworkTypes

/// Something other than a port filter that affects whether a packet arrives, or how its verdict is
/// interpreted.
package enum RouteNote: Hashable, Sendable {
  /// Both ends are in one compartment.
  case sameCompartment
  /// The destination is a loopback address, which never leaves its compartment.
  case loopback(IPAddress)
  /// The destination is a multicast group or the limited broadcast address, received by others too.
  case severalReceivers(IPAddress)
  /// Outbound NAT, which applies here, does not translate multicast and broadcast.
  case groupNotTranslated(IPAddress)
  /// A published port forwards to an endpoint.
  case publishedPort(endpoint: String, port: UInt16, container: UInt16)
  /// Outbound NAT translates the source address.
  case translatedSource(IPAddress)
  /// Outbound NAT applies, but the translated address is not known.
  case unknownTranslation
  /// The receiver is behind NAT and unreachable from outside.
  case behindNAT(endpoint: String)
  /// The two endpoints are on different networks.
  case betweenNetworks(String, String)
  /// VFP's NAT supports only TCP and UDP.
  case natCarriesPortsOnly
  /// Before 1809 a host cannot reach its own published ports.
  case hostCannotReachPublishedPort(UInt16)
  /// The provider's network has its own filters.
  case providerNetwork
  /// No endpoint of the network has the destination address.
  case unheldAddress(IPAddress, network: String)
  /// The peer is an endpoint on another host.
  case remoteEndpoint(String)
  /// No container of the endpoint has started.
  case containerNotStarted(endpoint: String)
  /// ACLs do not apply to IPv6 here.
  case aclsDoNotBindIPv6(endpoint: String)
  /// ACLs are stored but not enforced on this build.
  case aclsNotEnforced(endpoint: String)
  /// ACLs of a type are stored but not enforced on such a network with such an isolation.
  case ruleTypesNotEnforced(endpoint: String, types: [RuleType], cell: PlatformCell)
  /// The port is not published.
  case notPublished(UInt16)
  /// For the host's own firewall, only ACLs and the documented defaults are known: it was not captured.
  case hostFirewall
  /// The address of an endpoint is not known.
  case unknownAddress(endpoint: String)
  /// The host is the sender, and this address of it was assumed.
  case hostSendsFrom(IPAddress)
  /// ICMPv6 is a protocol of IPv6 and ICMP one of IPv4.
  case foreignICMP
  /// The load balancer that takes the packet has no backends.
  case noBackends(IPAddress, port: UInt16)
  /// A load balancer sends packets of one client to one backend.
  case sessionAffinity(IPAddress, port: UInt16)
  /// A load balancer has the address, and none takes packets to the port.
  case portNotBalanced(IPAddress, port: UInt16)
  /// A load balancer has the address, and none takes packets of the protocol.
  case protocolNotBalanced(IPAddress, IPProtocol)
  /// An endpoint of this host has the address of a load balancer.
  case endpointHasFrontend(IPAddress, endpoint: String)
  /// A backend's compartment is not open.
  case backendNotAttached(endpoint: String)
  /// A load balancer replaces the source by an address that is not known.
  case unknownServiceSource
  /// The packet comes back to the compartment it was sent from.
  case hairpin(endpoint: String)
  /// The packet is encapsulated for another host, by a policy of this type.
  case encapsulated(IPAddress, provider: IPAddress, policy: String)
  /// The packet is encapsulated for this host itself, by a policy of this type.
  case encapsulatedForThisHost(IPAddress, provider: IPAddress, policy: String)
  /// The host sends to its own port, for which the document does not ask for a route to the switch.
  case notLocalRouted(IPAddress, port: UInt16)
  /// Packets between the endpoints of a network and the host have a route of their own.
  case hostRoute(network: String)
}

extension PacketEvaluator {
  /// The notes on a verdict.
  func notes(_ query: PacketQuery, _ route: RoutedPacket) -> [RouteNote] {
    var notes: [RouteNote] = []
    if case .endpoint(let index) = query.from, topology.endpoints[index].isRemote {
      notes.append(.remoteEndpoint(topology.endpoints[index].name))
    }
    if case .endpoint(let index) = query.to, topology.endpoints[index].isRemote {
      notes.append(.remoteEndpoint(topology.endpoints[index].name))
    }
    notes += startNotes(route)
    if route.isLoopback {
      let isLoopbackAddress = query.to != .host && route.destination.special == .loopback
      return notes + [isLoopbackAddress ? .loopback(route.destination) : .sameCompartment]
    }
    if route.original.protocol == .icmpv6 && route.original.local.family == .ipv4
      || route.original.protocol == .icmp && route.original.local.family == .ipv6
    {
      notes.append(.foreignICMP)
    }
    if route.service != nil {
      notes += serviceNotes(query, route)
    } else if let mapping = route.published, case .endpoint(let index) = route.receiver {
      notes.append(
        .publishedPort(
          endpoint: topology.endpoints[index].name, port: mapping.externalPort,
          container: mapping.internalPort))
      // WinNAT, without VFP's part in it (reference: windows-firewall-and-vfp, 10.5).
      if route.sender == .host, build.build < 17763 {
        notes.append(.hostCannotReachPublishedPort(mapping.externalPort))
      }
      let driver = topology.networks[topology.endpoints[index].network].driver
      if route.sender == .host, driver == .l2bridge, !mapping.isLocalRouted {
        notes.append(.notLocalRouted(route.destination, port: mapping.externalPort))
      }
    } else {
      if query.protocol.hasPorts, route.receiver == .host { notes.append(.notPublished(query.port)) }
      notes += frontendNotes(query, route)
    }
    if query.from == .host { notes.append(.hostSendsFrom(route.original.local)) }
    if route.receiver == .host || route.sender == .host, hasOnlyDocumentedDefaults {
      notes.append(.hostFirewall)
    }
    notes += senderNotes(query, route) + receiverNotes(query, route) + encapsulationNotes(route)
    for location in [route.sender, route.receiver] {
      guard case .endpoint(let index) = location else { continue }
      notes += endpointNotes(index, family: route.original.local.family)
    }
    return notes
  }

  /// A note for each end whose container has not started.
  private func startNotes(_ route: RoutedPacket) -> [RouteNote] {
    [route.sender, route.receiver].compactMap { location in
      guard case .endpoint(let index) = location, topology.endpoints[index].isStartAssumed else { return nil }
      return .containerNotStarted(endpoint: topology.endpoints[index].name)
    }
  }

  private func senderNotes(_ query: PacketQuery, _ route: RoutedPacket) -> [RouteNote] {
    guard case .endpoint(let index) = route.sender else { return [] }
    let endpoint = topology.endpoints[index]
    let network = topology.networks[endpoint.network]
    var notes: [RouteNote] = []
    let leaves = route.receiver == .outside
    let destination = route.target
    if query.to != .host, route.destination.isGroup {
      return groupNotes(endpoint, network, route) + (network.driver == .l2tunnel ? [.providerNetwork] : [])
    }
    if let source = route.translatedSource {
      notes.append(source.isUnspecified ? .unknownTranslation : .translatedSource(source))
    }
    let usesOverlayNAT =
      network.driver == .overlay && leaves && build.build >= 17763 && !network.contains(destination)
    // WinNAT carries ICMP; VFP's NAT does not (reference: windows-firewall-and-vfp, 10.5).
    let usesPolicy =
      network.driver != .nat && endpoint.outboundNAT.contains { $0.translates(destination) }
    if usesOverlayNAT || usesPolicy, !query.protocol.hasPorts { notes.append(.natCarriesPortsOnly) }
    if network.driver == .l2tunnel { notes.append(.providerNetwork) }
    if leaves, network.contains(destination),
      !topology.endpoints.contains(where: { $0.addresses.contains(destination) })
    {
      notes.append(.unheldAddress(destination, network: network.name))
    }
    if case .endpoint(let other) = route.receiver, topology.endpoints[other].network != endpoint.network,
      route.published == nil
    {
      notes.append(.betweenNetworks(network.name, topology.networks[topology.endpoints[other].network].name))
    }
    return notes
  }

  /// The notes on packets to everyone on the network, or in a group.
  private func groupNotes(
    _ endpoint: HostTopology.Endpoint, _ network: HostTopology.Network, _ route: RoutedPacket
  ) -> [RouteNote] {
    let isTranslated =
      network.driver == .nat || endpoint.outboundNAT.contains { $0.translates(route.destination) }
    return [.severalReceivers(route.destination)]
      + (isTranslated ? [.groupNotTranslated(route.destination)] : [])
  }

  private func receiverNotes(_ query: PacketQuery, _ route: RoutedPacket) -> [RouteNote] {
    guard case .endpoint(let index) = route.receiver else { return [] }
    let endpoint = topology.endpoints[index]
    let network = topology.networks[endpoint.network]
    var notes: [RouteNote] = []
    if network.driver == .nat, route.sender == .outside, route.published == nil, route.service == nil,
      !network.contains(route.original.local)
    {
      notes.append(.behindNAT(endpoint: endpoint.name))
    }
    if network.driver == .l2tunnel, route.sender == .outside { notes.append(.providerNetwork) }
    return notes
  }

  private func endpointNotes(_ index: Int, family: AddressFamily) -> [RouteNote] {
    let endpoint = topology.endpoints[index]
    guard let isolation = endpoint.isolation else { return [] }
    let cell = PlatformCell(driver: topology.networks[endpoint.network].driver, isolation: isolation)
    var notes: [RouteNote] = []
    if !cell.filteredFamilies(build).contains(family) {
      notes.append(.aclsDoNotBindIPv6(endpoint: endpoint.name))
    }
    if !endpoint.unenforcedRuleTypes.isEmpty {
      notes.append(
        cell.enforcesACLs(build, assumptions)
          ? .ruleTypesNotEnforced(endpoint: endpoint.name, types: endpoint.unenforcedRuleTypes, cell: cell)
          : .aclsNotEnforced(endpoint: endpoint.name))
    }
    if endpoint.address(family) == nil { notes.append(.unknownAddress(endpoint: endpoint.name)) }
    return notes
  }
}

extension RouteNote: CustomStringConvertible {
  /// The note as a sentence.
  package var description: String {
    switch self {
    case .sameCompartment: "both ends are in the same compartment: traffic between them is not filtered"
    case .loopback(let address):
      "\(address) never leaves its compartment: no filter, NAT or published port applies"
    case .severalReceivers(let address):
      "\(address) is for several receivers, whose filters are not evaluated"
    case .groupNotTranslated(let address):
      "outbound NAT does not translate packets to \(address): they do not leave the host"
    case .hostCannotReachPublishedPort(let port):
      "before Windows Server 2019 (1809) a host cannot reach its own published ports: "
        + "port \(port) works only from outside"
    case .publishedPort(let endpoint, let port, let container):
      "published port \(port) maps to port \(container) of \(endpoint); "
        + "rules of \(endpoint) see port \(container)"
    case .translatedSource(let address): "outbound NAT translates the source to \(address)"
    case .unknownTranslation:
      "outbound NAT translates the source to an address of the host, but none is known"
    case .behindNAT(let endpoint):
      "\(endpoint) is behind NAT: from outside it is reachable only through a published port"
    case .betweenNetworks(let from, let to):
      "routing between networks \(from) and \(to) is not evaluated"
    case .natCarriesPortsOnly:
      "the packet goes through VFP's NAT, which supports only TCP and UDP: no replies"
    case .providerNetwork:
      "l2tunnel sends all traffic through the provider's network, whose own rules are not evaluated"
    case .unheldAddress(let address, let network):
      "no endpoint of \(network) on this host has address \(address)"
    case .remoteEndpoint(let endpoint):
      "\(endpoint) is an endpoint on another host, whose filters are not evaluated"
    case .containerNotStarted(let endpoint): Self.containerNotStarted([endpoint])
    case .aclsDoNotBindIPv6(let endpoint):
      "ACLs do not apply to IPv6 on this network: the platform defaults apply at \(endpoint)"
    case .aclsNotEnforced(let endpoint):
      "this build stores the ACLs of \(endpoint) but does not enforce them"
    case .ruleTypesNotEnforced(let endpoint, let types, let cell):
      "\(types.map(\.rawValue).joined(separator: " and ")) ACLs of \(endpoint) are stored but not enforced: "
        + "\(cell.unenforcedReason(types))"
    case .notPublished(let port): "port \(port) is not published: the packet is for the host itself"
    case .hostFirewall:
      "for the host's own firewall only the documented defaults are known, not the rules built into Windows"
    case .unknownAddress(let endpoint):
      "the address of \(endpoint) is not known: a DHCP server assigns it, or the source does not contain it"
    case .notLocalRouted(let address, let port):
      "\(address.orHost) port \(port) lacks LocalRoutedVIP, which gives the host a route to the switch: "
        + "without it, packets of the host's own processes do not get there"
    case .hostSendsFrom(let address): "the host is assumed to send from \(address)"
    case .noBackends(let address, let port):
      "the load balancer at \(address.orHost) port \(port) has no backends: only the sender's filters are evaluated"
    case .sessionAffinity(let address, let port):
      "the load balancer at \(address.orHost) port \(port) sends packets of one client to one backend, "
        + "which may be any of them"
    case .portNotBalanced(let address, let port):
      "no load balancer at \(address.orHost) takes packets to port \(port): the packet goes on as addressed"
    case .protocolNotBalanced(let address, let number):
      "the load balancers at \(address.orHost) do not take \(number): the packet goes on as addressed"
    case .endpointHasFrontend(let address, let endpoint):
      "\(endpoint) has the address \(address) and gets its packets, not the load balancer at that address"
    case .backendNotAttached(let endpoint):
      "\(endpoint) is a backend and in no open compartment: its filters are not known"
    case .unknownServiceSource:
      "the load balancer replaces the source by an address of the host, but none is known"
    case .hairpin(let endpoint):
      "the packet comes back to the compartment of \(endpoint), and its inbound rules apply"
    case .encapsulated(let address, let provider, let policy):
      "packets to \(address) are encapsulated for \(provider), by a policy of type \(policy): "
        + "the other host's filters are not evaluated"
    case .encapsulatedForThisHost(let address, let provider, let policy):
      "packets to \(address) are encapsulated for \(provider), by a policy of type \(policy): "
        + "that is an address of this host, so no other host gets them"
    case .hostRoute(let network):
      "a HostRoute policy of \(network) routes packets between its endpoints and the host"
    case .foreignICMP: "ICMP belongs to IPv4 and ICMPv6 to IPv6: evaluated by protocol number"
    }
  }
}

extension IPAddress {
  /// The address of a load balancer as text; the unspecified one stands for every address of the host.
  package var orHost: String { isUnspecified ? "an address of the host" : description }
}

extension RouteNote {
  /// What is assumed about endpoints whose containers have not started.
  ///
  /// - Parameter endpoints: The names of the endpoints.
  package static func containerNotStarted(_ endpoints: [String]) -> String {
    "no container of \(endpoints.joined(separator: ", ")) has started: evaluated as if one ran"
  }
}

extension HostTopology {
  /// A note about endpoints whose containers have not started; nil if there are none.
  ///
  /// - Parameter selected: The endpoints to look at; nil for all.
  package func startNote(_ selected: Set<Int>? = nil) -> String? {
    let names = endpoints.enumerated().filter { $1.isStartAssumed && selected?.contains($0) ?? true }
      .map(\.element.name)
    return names.isEmpty ? nil : RouteNote.containerNotStarted(names)
  }
}
