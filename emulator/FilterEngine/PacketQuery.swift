package import NetworkTypes

/// One end of a packet.
package enum Peer: Hashable, Sendable {
  /// An address, whoever holds it.
  case address(IPAddress)
  /// An endpoint, by its place in the topology.
  case endpoint(Int)
  /// The host itself, or what runs in its compartment.
  case host
}

/// The first packet of a flow.
package struct PacketQuery: Hashable, Sendable {
  /// The source port of a packet that states none.
  package static let standardSourcePort: UInt16 = 49152

  /// Who sends it.
  package var from: Peer
  /// Whom it is sent to.
  package var to: Peer
  /// The IP protocol.
  package var `protocol`: IPProtocol
  /// The destination port; 0 for a protocol without ports.
  package var port: UInt16
  /// The source port; 0 for a protocol without ports.
  package var sourcePort: UInt16

  /// Makes a packet.
  ///
  /// - Parameters:
  ///   - from: Who sends it.
  ///   - to: Whom it is sent to.
  ///   - protocol: The IP protocol.
  ///   - port: The destination port; it must be stated for TCP and UDP.
  ///   - sourcePort: The source port; 49152 when it is not stated.
  package init(
    from: Peer, to: Peer, protocol: IPProtocol, port: UInt16? = nil, sourcePort: UInt16? = nil
  ) {
    self.from = from
    self.to = to
    self.protocol = `protocol`
    self.port = `protocol`.hasPorts ? port ?? 0 : 0
    self.sourcePort = `protocol`.hasPorts ? sourcePort ?? Self.standardSourcePort : 0
  }
}

/// Why a packet cannot be judged.
package enum PacketProblem: Error, Hashable, Sendable {
  /// The two ends have no address family in common.
  case mixedFamilies(AddressFamily, AddressFamily)
  /// No endpoint of the host, nor the host, sends or receives the packet.
  case noEndpoint(IPAddress)
  /// The endpoint is in no open compartment, so that no rules of it act.
  case notAttached(Int)
  /// Several endpoints hold the address.
  case ambiguousAddress(IPAddress, [Int])
  /// No packet of a query is seen by a filter of the host.
  case noPackets
  /// The answer to a query takes more work than it may.
  case tooScattered
  /// The host sends, and no address of it is known.
  case unknownHostAddress(AddressFamily)
}
