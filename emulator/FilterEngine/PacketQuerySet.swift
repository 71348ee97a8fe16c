package import NetworkTypes

/// Ends of packets: addresses, whoever has them, and endpoints and the host by name.
package struct PeerSelection: Hashable, Sendable {
  /// Addresses, whoever has them.
  package var addresses: AddressSet
  /// Endpoints, by their index in the topology.
  package var endpoints: Set<Int>
  /// Whether the host itself is included.
  package var includesHost: Bool

  /// Creates a selection.
  ///
  /// - Parameters:
  ///   - addresses: Addresses, whoever has them.
  ///   - endpoints: Endpoints, by their index in the topology.
  ///   - includesHost: Whether the host itself is included.
  package init(addresses: AddressSet = AddressSet(), endpoints: Set<Int> = [], includesHost: Bool = false) {
    self.addresses = addresses
    self.endpoints = endpoints
    self.includesHost = includesHost
  }

  /// Everyone.
  package static let any = PeerSelection(addresses: .all)

  /// Adds one end.
  ///
  /// - Parameter peer: The end.
  package mutating func insert(_ peer: Peer) {
    switch peer {
    case .address(let address): addresses = addresses.union(AddressSet([AddressRange(address)]))
    case .endpoint(let index): endpoints.insert(index)
    case .host: includesHost = true
    }
  }

  /// The only end; nil for none or several.
  package var single: Peer? {
    let named = endpoints.count + (includesHost ? 1 : 0)
    guard addresses.isEmpty else {
      guard named == 0, addresses.ranges.count == 1, let range = addresses.ranges.first,
        range.lower == range.upper
      else { return nil }
      return .address(IPAddress(range.family, range.lower))
    }
    guard named == 1 else { return nil }
    return includesHost ? .host : endpoints.first.map { .endpoint($0) }
  }
}

/// First packets of flows, as a product of sets.
package struct PacketQuerySet: Hashable, Sendable {
  /// The sources.
  package var from: PeerSelection
  /// The destinations.
  package var to: PeerSelection
  /// The IP protocols.
  package var protocols: ProtocolSet
  /// The destination ports of TCP and UDP.
  package var ports: PortSet
  /// The source ports of TCP and UDP.
  package var sourcePorts: PortSet

  /// Creates a set.
  ///
  /// - Parameters:
  ///   - from: The sources.
  ///   - to: The destinations.
  ///   - protocols: The IP protocols.
  ///   - ports: The destination ports of TCP and UDP.
  ///   - sourcePorts: The source ports of TCP and UDP.
  package init(
    from: PeerSelection, to: PeerSelection, protocols: ProtocolSet = .allProtocols,
    ports: PortSet = .allPorts, sourcePorts: PortSet = .allPorts
  ) {
    self.from = from
    self.to = to
    self.protocols = protocols
    self.ports = ports
    self.sourcePorts = sourcePorts
  }
}
