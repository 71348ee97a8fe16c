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
  package var sent: Packet { seen(by: .windowsFirewall, .out) }
  /// The packet as VFP sees it at the sender's switch port.
  package var switched: Packet { seen(by: .vfp, .out) }
  /// The packet as the receiver's filters see it.
  package var received: Packet {
    let translation = leg.receiverTranslation
    return Packet(
      direction: .in, protocol: original.protocol, local: translation.destination ?? original.remote,
      remote: translation.source ?? original.local, localPort: translation.port ?? original.remotePort,
      remotePort: original.localPort)
  }

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
    original = Packet(
      direction: .out, protocol: query.protocol, local: source, remote: leg.destination,
      localPort: query.sourcePort, remotePort: query.port)
  }

  /// The packet as a filter sees it.
  ///
  /// - Parameters:
  ///   - enforcement: The component.
  ///   - direction: The direction at its end.
  @inline(__always)
  package func seen(by enforcement: EnforcementPoint, _ direction: Direction) -> Packet {
    guard direction == .out else { return received }
    let translation = leg.senderTranslation[enforcement]
    return Packet(
      direction: .out, protocol: original.protocol, local: translation.source ?? original.local,
      remote: translation.destination ?? original.remote, localPort: original.localPort,
      remotePort: translation.port ?? original.remotePort)
  }
}
