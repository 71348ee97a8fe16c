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
  /// The packet as it was sent.
  package let original: Packet
  /// The packet as the sender's Windows Firewall sees it.
  package let sent: Packet
  /// The packet as VFP sees it at the sender's switch port.
  package let switched: Packet
  /// The packet as the receiver's filters see it.
  package let received: Packet

  /// The sender.
  package var sender: Location { leg.sender }
  /// The receiver.
  package var receiver: Location { leg.receiver }
  /// The published port that forwards to the receiver.
  package var published: PortMapping? { leg.published }
  /// The load balancer that takes the packet.
  package var service: ServiceHop? { leg.service }
  /// The destination before port forwarding.
  package var destination: IPAddress { leg.destination }
  /// The destination that the sender's network gets: a load balancer has chosen it already.
  package var target: IPAddress { service?.backend == nil ? destination : received.local }
  /// The source address after outbound NAT.
  package var translatedSource: IPAddress? { leg.translatedSource }
  /// Whether both ends are in one compartment.
  package var isLoopback: Bool { leg.isLoopback }

  /// The packet of a query on a leg.
  init(_ query: PacketQuery, from source: IPAddress, along leg: PacketLeg) {
    self.leg = leg
    let original = Packet(
      direction: .out, protocol: query.protocol, local: source, remote: leg.destination,
      localPort: query.sourcePort, remotePort: query.port)
    self.original = original
    sent = leg.senderTranslation.firewall.applied(to: original)
    switched = leg.senderTranslation.vfp.applied(to: original)
    received = Packet(
      direction: .in, protocol: query.protocol, local: leg.receiverTranslation.destination ?? leg.destination,
      remote: leg.receiverTranslation.source ?? source, localPort: leg.receiverTranslation.port ?? query.port,
      remotePort: query.sourcePort)
  }

  /// The packet as a filter sees it.
  ///
  /// - Parameters:
  ///   - enforcement: The component.
  ///   - direction: The direction at its end.
  @inline(__always)
  package func seen(by enforcement: EnforcementPoint, _ direction: Direction) -> Packet {
    direction == .in ? received : enforcement == .vfp ? switched : sent
  }
}

extension PacketTranslation {
  /// The packet as the sender's filter sees it.
  fileprivate func applied(to packet: Packet) -> Packet {
    Packet(
      direction: .out, protocol: packet.protocol, local: source ?? packet.local,
      remote: destination ?? packet.remote, localPort: packet.localPort,
      remotePort: port ?? packet.remotePort)
  }
}
