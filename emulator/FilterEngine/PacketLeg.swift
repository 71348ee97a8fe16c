package import HostModel
package import NetworkTypes

/// One leg of packets through the host: the endpoints whose filters apply, and the packet each of them sees.
///
/// Packets are filtered at most twice: outbound at the sender, then inbound at the receiver. Every kind of
/// sender and receiver, of published port and of address translation is expressed by these members, which
/// single packets and sets of packets share.
package struct PacketLeg: Hashable, Sendable {
  /// The end whose filters apply first.
  package var sender: RoutedPacket.Location
  /// The end whose filters apply second.
  package var receiver: RoutedPacket.Location
  /// The published port that forwards to the receiver.
  package var published: PortMapping?
  /// The destination before port forwarding; one of them if there are many.
  package var destination: IPAddress
  /// The source address after outbound NAT.
  package var translatedSource: IPAddress?
  /// What the sender's filters see instead of the packet as sent.
  package var senderTranslation = PacketTranslation()
  /// What the receiver's filters see instead of the packet as sent.
  package var receiverTranslation = PacketTranslation()
  /// Whether both ends are in one compartment, where nothing is filtered; traffic to a published port leaves
  /// the compartment and comes back.
  package var isLoopback = false
}

/// What the filters at one end see instead of the packet as sent; nil means unchanged.
package struct PacketTranslation: Hashable, Sendable {
  /// The source address.
  package var source: IPAddress?
  /// The destination address.
  package var destination: IPAddress?
  /// The destination port.
  package var port: UInt16?

  /// The packets, as sent, that a rule at this end matches; nil for none.
  ///
  /// - Parameters:
  ///   - rule: The match of the rule, for packets as this end sees them.
  ///   - direction: The direction at this end.
  /// - Returns: The match, with the destination as its local side.
  func match(_ rule: RuleMatch, _ direction: Direction) -> RuleMatch? {
    var match = rule
    if direction == .out {
      swap(&match.localAddresses, &match.remoteAddresses)
      swap(&match.localPorts, &match.remotePorts)
    }
    // From here on, local is the destination. A translated property is a single value, which a rule matches
    // or not.
    if let destination, let addresses = match.localAddresses {
      guard addresses.contains(destination) else { return nil }
      match.localAddresses = nil
    }
    if let source, let addresses = match.remoteAddresses {
      guard addresses.contains(source) else { return nil }
      match.remoteAddresses = nil
    }
    if let port, let ports = match.localPorts {
      guard ports.contains(port) else { return nil }
      match.localPorts = nil
      // Only TCP and UDP have ports, and only these are translated.
      match.protocols = (match.protocols ?? .allProtocols).intersection(.withPorts)
    }
    return match
  }
}
