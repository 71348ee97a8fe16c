package import NetworkTypes

/// One end of a packet.
package enum Peer: Hashable, Sendable {
  /// An address, whoever has it.
  case address(IPAddress)
  /// An endpoint, by its index in the topology.
  case endpoint(Int)
  /// The host itself, including what runs in its compartment.
  case host
}

/// The first packet of a flow.
package struct PacketQuery: Hashable, Sendable {
  /// The source port of a packet without one.
  package static let standardSourcePort: UInt16 = 49152

  /// The source of the packet.
  package var from: Peer
  /// The destination of the packet.
  package var to: Peer
  /// The IP protocol.
  package var `protocol`: IPProtocol
  /// The destination port; 0 for a protocol without ports.
  package var port: UInt16
  /// The source port; 0 for a protocol without ports.
  package var sourcePort: UInt16

  /// Creates a packet.
  ///
  /// - Parameters:
  ///   - from: The source.
  ///   - to: The destination.
  ///   - protocol: The IP protocol.
  ///   - port: The destination port; required for TCP and UDP.
  ///   - sourcePort: The source port; 49152 by default.
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

extension PacketQuery {
  /// The packet between every two of some ends.
  ///
  /// - Parameters:
  ///   - senders: The sources.
  ///   - receivers: The destinations.
  ///   - protocol: The IP protocol.
  ///   - port: The destination port; required for TCP and UDP.
  ///   - sourcePort: The source port; 49152 by default.
  package static func between(
    _ senders: [Peer], _ receivers: [Peer], protocol: IPProtocol, port: UInt16?, sourcePort: UInt16?
  ) -> [PacketQuery] {
    senders.flatMap { sender in
      receivers.map { receiver in
        PacketQuery(from: sender, to: receiver, protocol: `protocol`, port: port, sourcePort: sourcePort)
      }
    }
  }
}

/// Why a packet cannot be evaluated.
package enum PacketProblem: Error, Hashable, Sendable {
  /// The two ends have no address family in common.
  case mixedFamilies(AddressFamily, AddressFamily)
  /// The packet is neither sent nor received by an endpoint of the host, or by the host.
  case noEndpoint(IPAddress)
  /// The endpoint is in no open compartment, so its rules have no effect.
  case notAttached(Int)
  /// Several endpoints have the address.
  case ambiguousAddress(IPAddress, [Int])
  /// No packet that a filter could see has this special address as its source, or as its destination.
  case cannotOccur(IPAddress, SpecialAddress, isSource: Bool)
  /// No filter of the host sees any packet of the query.
  case noPackets
  /// The answer to a query exceeds the work limit.
  case tooScattered
  /// The host is the sender, and none of its addresses is known.
  case unknownHostAddress(AddressFamily)
}
