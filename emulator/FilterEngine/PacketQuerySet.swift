package import NetworkTypes

/// Ends of packets: addresses, whoever holds them, and endpoints and the host by name.
package struct PeerSelection: Hashable, Sendable {
  /// Addresses, whoever holds them.
  package var addresses: AddressSet
  /// Endpoints, by their places in the topology.
  package var endpoints: Set<Int>
  /// Whether the host itself is among them.
  package var includesHost: Bool

  /// Makes a selection.
  ///
  /// - Parameters:
  ///   - addresses: Addresses, whoever holds them.
  ///   - endpoints: Endpoints, by their places in the topology.
  ///   - includesHost: Whether the host itself is among them.
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

  /// The only end there is; nil for none or several.
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
  /// Who sends them.
  package var from: PeerSelection
  /// Whom they are sent to.
  package var to: PeerSelection
  /// The IP protocols.
  package var protocols: ProtocolSet
  /// The destination ports of TCP and UDP.
  package var ports: PortSet
  /// The source ports of TCP and UDP.
  package var sourcePorts: PortSet

  /// Makes a set.
  ///
  /// - Parameters:
  ///   - from: Who sends them.
  ///   - to: Whom they are sent to.
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
