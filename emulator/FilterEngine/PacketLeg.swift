package import HostModel
package import NetworkTypes

/// One leg of packets through the host: whose filters they meet, and what these see of them.
///
/// Packets are filtered twice at most: going out at the sender, then coming in at the receiver. Every kind of
/// sender and receiver, of published port and of address translation comes down to these members, which
/// single packets and sets of packets share.
package struct PacketLeg: Hashable, Sendable {
  /// Whose filters the packets meet first.
  package var sender: PacketRoute.Place
  /// Whose filters they meet then.
  package var receiver: PacketRoute.Place
  /// The published port that leads to the receiver.
  package var published: PortMapping?
  /// The destination before a published port led on; of many destinations, one.
  package var destination: IPAddress
  /// The source address that outbound NAT puts in place.
  package var translatedSource: IPAddress?
  /// What the sender's filters see in place of what is sent.
  package var sent = PacketTranslation()
  /// What the receiver's filters see in place of what is sent.
  package var received = PacketTranslation()
  /// Whether both ends are in one compartment, where nothing is filtered; what goes to a published port
  /// leaves it and comes back.
  package var isLoopback = false
}

/// What the filters at one end see in place of what is sent; nil leaves it as it is.
package struct PacketTranslation: Hashable, Sendable {
  /// The source address.
  package var source: IPAddress?
  /// The destination address.
  package var destination: IPAddress?
  /// The destination port.
  package var port: UInt16?

  /// What a rule at this end matches of the packets as they are sent; nil for nothing.
  ///
  /// - Parameters:
  ///   - rule: What the rule matches of the packets as this end sees them.
  ///   - direction: The direction at this end.
  /// - Returns: The match with the destination as its local side.
  func match(_ rule: RuleMatch, _ direction: Direction) -> RuleMatch? {
    var match = rule
    if direction == .out {
      swap(&match.localAddresses, &match.remoteAddresses)
      swap(&match.localPorts, &match.remotePorts)
    }
    // Local is the destination from here on. What is translated is one value, which a rule has or has not.
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
      // Ports belong to TCP and UDP, and only these are translated.
      match.protocols = (match.protocols ?? .allProtocols).intersection(.withPorts)
    }
    return match
  }
}
