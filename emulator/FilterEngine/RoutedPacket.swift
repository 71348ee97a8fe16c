package import HostModel
package import NetworkTypes

/// One packet on its leg through the host: the packet as the filters of each end see it.
///
/// Routing itself is not evaluated: a packet is assumed to arrive unless a filter blocks it, and anything
/// else that could stop it is reported in notes.
package struct RoutedPacket: Sendable {
  /// Where an end of a packet is.
  package enum Location: Hashable, Sendable {
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

  /// The sender.
  package var sender: Location { leg.sender }
  /// The receiver.
  package var receiver: Location { leg.receiver }
  /// The published port that forwards to the receiver.
  package var published: PortMapping? { leg.published }
  /// The destination before port forwarding.
  package var destination: IPAddress { leg.destination }
  /// The source address after outbound NAT.
  package var translatedSource: IPAddress? { leg.translatedSource }
  /// Whether both ends are in one compartment.
  package var isLoopback: Bool { leg.isLoopback }

  /// The packet of a query on a leg.
  init(_ query: PacketQuery, from source: IPAddress, along leg: PacketLeg) {
    self.leg = leg
    sent = Packet(
      direction: .out, protocol: query.protocol, local: leg.senderTranslation.source ?? source,
      remote: leg.senderTranslation.destination ?? leg.destination, localPort: query.sourcePort,
      remotePort: leg.senderTranslation.port ?? query.port)
    received = Packet(
      direction: .in, protocol: query.protocol, local: leg.receiverTranslation.destination ?? leg.destination,
      remote: leg.receiverTranslation.source ?? source, localPort: leg.receiverTranslation.port ?? query.port,
      remotePort: query.sourcePort)
  }
}
