package import FilterEngine
package import HostModel
package import NetworkTypes

/// A sender or receiver.
package struct MatrixPeer: Hashable, Sendable {
  /// The name, unique in the list.
  package var name: String
  /// The endpoint, the host, or the address of a service; nil for addresses outside the host.
  package let peer: Peer?
  /// The ends of packets that it represents.
  package let ends: PeerSelection
  /// Its addresses as given; for a set, including those on the host.
  package var addresses: AddressSet
  /// Its other names.
  package var aliases: [String] = []
  /// Whether the matrix includes it as a sender.
  package var sends = true
  /// Whether the matrix includes it as a receiver.
  package var receives = true

  /// Whether it is a service, which only receives.
  package private(set) var isService = false

  /// Creates a peer for an endpoint or the host.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - peer: The endpoint, the host, or the address of a service.
  ///   - addresses: Its addresses as given.
  package init(_ name: String, _ peer: Peer, addresses: AddressSet) {
    var ends = PeerSelection()
    ends.insert(peer)
    self.name = name
    self.peer = peer
    self.ends = ends
    self.addresses = addresses
  }

  /// Creates a peer for addresses outside the host.
  ///
  /// Loopback and unspecified addresses are nowhere outside.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - outside: The addresses.
  ///   - addresses: The addresses as given, including those on the host.
  package init(_ name: String, outside: AddressSet, addresses: AddressSet) {
    self.name = name
    peer = nil
    ends = PeerSelection(addresses: outside.subtracting(SpecialAddress.neverDestinations))
    self.addresses = addresses
  }

  /// Creates a peer for a service.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - service: The addresses of the service; at least one.
  package init(_ name: String, service: [IPAddress]) {
    let addresses = AddressSet(service.map { AddressRange($0) })
    self.name = name
    peer = service.count == 1 ? .address(service[0]) : nil
    ends = PeerSelection(addresses: addresses)
    self.addresses = addresses
    sends = false
    isService = true
  }

  /// Whether it is an endpoint.
  package var isEndpoint: Bool { if case .endpoint? = peer { true } else { false } }

  /// Where its filters are; nil outside the host.
  func location(_ topology: HostTopology) -> RoutedPacket.Location? {
    switch peer {
    case .endpoint(let index)?: topology.endpoints[index].isRemote ? nil : .endpoint(index)
    case .host?: .host
    case .address?, nil: nil
    }
  }

  /// Whether the matrix uses its filters for a direction.
  func participates(in direction: Direction) -> Bool { direction == .in ? receives : sends }
}

/// All senders and receivers of a host: its endpoints, the host, services, named address sets, and all other
/// addresses.
///
/// An address set includes only its addresses outside the host: an address of an endpoint, of the host or of
/// a load balancer belongs to that peer.
package struct MatrixPeerList: Sendable {
  /// The name of the peer for all addresses not on the host.
  package static let outside = "outside"

  /// The peers: endpoints in order of creation, the host, services, address sets, all other addresses.
  package private(set) var peers: [MatrixPeer]
  /// The addresses on the host: those of its endpoints, its own and those of its load balancers.
  package let onHostAddresses: AddressSet
  private let sets: [String: AddressSet]
  private let topology: HostTopology

  /// Lists the peers of a host.
  ///
  /// - Parameters:
  ///   - topology: The topology of the host.
  ///   - sets: Named address sets; names must be unique.
  package init(_ topology: HostTopology, sets: [(name: String, addresses: AddressSet)]) {
    self.topology = topology
    self.sets = Dictionary(sets.map { ($0.name, $0.addresses) }) { first, _ in first }
    let own = topology.endpoints.filter { !$0.isRemote }.flatMap(\.addresses)
    let balanced = Set(topology.loadBalancers.flatMap(\.addresses))
    onHostAddresses = AddressSet((own + topology.hostAddresses + balanced).map { AddressRange($0) })

    var counts: [String: Int] = [:]
    for endpoint in topology.endpoints { counts[endpoint.name, default: 0] += 1 }
    peers = topology.endpoints.enumerated().compactMap { index, endpoint in
      // The endpoint that kube-proxy makes for the address of a service stands for the service (reference:
      // hns, 10.1).
      if endpoint.isRemote, !endpoint.addresses.isEmpty, endpoint.addresses.allSatisfy(balanced.contains) {
        return nil
      }
      let isUnique =
        counts[endpoint.name] == 1 && !endpoint.name.isEmpty && endpoint.name != PeerDirectory.host
      let id = endpoint.id.lowercase
      let name = isUnique ? endpoint.name : endpoint.name.isEmpty ? id : "\(endpoint.name) (\(id))"
      return MatrixPeer(
        name, .endpoint(index), addresses: AddressSet(endpoint.addresses.map { AddressRange($0) }))
    }
    var host = MatrixPeer(
      PeerDirectory.host, .host, addresses: AddressSet(topology.addresses.map { AddressRange($0) }))
    var pods: Set<String> = []
    for container in topology.namespaces.filter(\.isHost).flatMap(\.containers) {
      if let pod = container.split(separator: "/").first { pods.insert(String(pod)) }
    }
    host.aliases = pods.sorted()
    peers.append(host)
    let named = Set(peers.map(\.name))
    for service in NamedService.all(of: topology) where !named.contains(service.name) {
      peers.append(MatrixPeer(service.name, service: service.addresses))
    }
    peers += otherServices()
    var taken = Set(peers.map(\.name))
    for (name, addresses) in sets + [(Self.outside, .all)] {
      let outside = addresses.subtracting(onHostAddresses)
      guard !outside.isEmpty else {
        // A set of host addresses with a single holder is an alias of that peer.
        let holders = holders(of: addresses)
        if holders.count == 1 { peers[holders[0]].aliases.append(name) }
        continue
      }
      let title = taken.contains(name) ? "\(name) (addresses)" : name
      guard taken.insert(title).inserted else { continue }
      peers.append(MatrixPeer(title, outside: outside, addresses: addresses))
    }
  }

  /// The addresses of load balancers that are no cluster address of a service by name: its external addresses
  /// as `svc:NAME external`, and those of a load balancer without a name each on its own.
  private func otherServices() -> [MatrixPeer] {
    var taken = Set(topology.endpoints.filter { !$0.isRemote }.flatMap(\.addresses) + topology.hostAddresses)
    for peer in peers where peer.isService {
      taken.formUnion(peer.addresses.ranges.map(\.first))
    }
    var order: [String] = []
    var addresses: [String: [IPAddress]] = [:]
    for balancer in topology.loadBalancers {
      for address in balancer.addresses where address.special == nil && taken.insert(address).inserted {
        let name =
          balancer.name.isEmpty ? "\(address)" : "\(ServiceName.destination(balancer.name)) external"
        if addresses[name] == nil { order.append(name) }
        addresses[name, default: []].append(address)
      }
    }
    return order.map { MatrixPeer($0, service: addresses[$0] ?? []) }
  }

  /// The peers that a text specifies; adds one for addresses outside the host that no peer has.
  ///
  /// A set specifies its addresses outside the host, and the peers on the host with any of the others.
  ///
  /// - Parameters:
  ///   - text: A name, an address, a prefix or a range.
  ///   - named: The ends that the text names; empty if none.
  /// - Returns: Indices in ``peers``; empty for an unknown text.
  package mutating func resolve(_ text: String, peers named: [Peer]) -> [Int] {
    var found: [Int] = []
    if let index = peers.firstIndex(where: { $0.name == text }) {
      found = [index]
    } else {
      found = named.compactMap { peer in peers.firstIndex { $0.peer == peer } }
    }
    let range = AddressText(parsing: Array(text.utf8).span).range
    guard let addresses = found.isEmpty ? sets[text] ?? range.map({ AddressSet([$0]) }) : sets[text] else {
      return found
    }
    if let index = peers.firstIndex(where: { $0.name == "\(text) (addresses)" }), found.isEmpty {
      found.append(index)
    }
    let outside = addresses.subtracting(onHostAddresses)
    if found.isEmpty, !outside.isEmpty {
      peers.append(MatrixPeer(text, outside: outside, addresses: addresses))
      found.append(peers.count - 1)
    }
    return found + holders(of: addresses).filter { !found.contains($0) }
  }

  /// The peers on the host that have any of the addresses.
  package func holders(of addresses: AddressSet) -> [Int] {
    peers.indices.filter { index in
      switch peers[index].peer {
      case .endpoint(let number)?:
        !topology.endpoints[number].isRemote
          && topology.endpoints[number].addresses.contains { addresses.contains($0) }
      case .host?: topology.addresses.contains { addresses.contains($0) }
      case .address?, nil: peers[index].isService && !peers[index].addresses.intersection(addresses).isEmpty
      }
    }
  }
}
