package import HostModel
package import NetworkTypes

/// The leg of one packet, and what each end's filters see of it.
///
/// Routing itself is not evaluated: a packet is taken to arrive unless a filter blocks it, and what speaks
/// against that is reported beside the verdict.
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

  /// The leg.
  package let leg: PacketLeg
  /// The packet as the sender's filters see it.
  package let sent: Packet
  /// The packet as the receiver's filters see it.
  package let received: Packet

  /// Where the packet comes from.
  package var sender: Place { leg.sender }
  /// Where it goes.
  package var receiver: Place { leg.receiver }
  /// The published port that leads to the receiver.
  package var published: PortMapping? { leg.published }
  /// The destination before a published port led on.
  package var destination: IPAddress { leg.destination }
  /// The source address that outbound NAT puts in place.
  package var translatedSource: IPAddress? { leg.translatedSource }
  /// Whether both ends are in one compartment.
  package var isLoopback: Bool { leg.isLoopback }

  /// Sends a packet along a leg.
  init(_ query: PacketQuery, from source: IPAddress, along leg: PacketLeg) {
    self.leg = leg
    sent = Packet(
      direction: .out, protocol: query.protocol, local: leg.sent.source ?? source,
      remote: leg.sent.destination ?? leg.destination, localPort: query.sourcePort,
      remotePort: leg.sent.port ?? query.port)
    received = Packet(
      direction: .in, protocol: query.protocol, local: leg.received.destination ?? leg.destination,
      remote: leg.received.source ?? source, localPort: leg.received.port ?? query.port,
      remotePort: query.sourcePort)
  }
}
