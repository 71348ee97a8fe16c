package import HostModel
package import NetworkTypes

/// One leg of packets through the host: the endpoints whose filters apply, and the packet each of them sees.
///
/// Packets are filtered at most twice: outbound at the sender, then inbound at the receiver. Every kind of
/// sender and receiver, of published port, of load balancer and of address translation is expressed by these
/// members, which single packets and sets of packets share.
package struct PacketLeg: Hashable, Sendable {
  /// The end whose filters apply first.
  package var sender: RoutedPacket.Location
  /// The end whose filters apply second.
  package var receiver: RoutedPacket.Location
  /// The published port that forwards to the receiver.
  package var published: PortMapping?
  /// The load balancer that takes the packet.
  package var service: ServiceHop?
  /// The destination before port forwarding; one of them if there are many.
  package var destination: IPAddress
  /// The source address after outbound NAT.
  package var translatedSource: IPAddress?
  /// What the sender's filters see instead of the packet as sent.
  package var senderTranslation = SenderTranslation()
  /// What the receiver's filters see instead of the packet as sent.
  package var receiverTranslation = PacketTranslation()
  /// Whether both ends are in one compartment, where nothing is filtered; traffic to a published port leaves
  /// the compartment and comes back.
  package var isLoopback = false
  /// Whether the receiver, a backend of a load balancer, is in an open compartment; otherwise the answers of its
  /// filters are not known.
  package var isReceiverAttached = true

  /// Whether packets have an address that is not known, for which the unspecified address stands.
  ///
  /// - Parameter source: The source address as sent.
  @inline(__always)
  func hasUnknownAddress(from source: IPAddress) -> Bool {
    source.isUnspecified || destination.isUnspecified
      || receiverTranslation.source?.isUnspecified ?? false
      || receiverTranslation.destination?.isUnspecified ?? false
  }

  /// Sets the backend that filters see: the receiver's, and those of the sender after the rewrite.
  ///
  /// - Parameters:
  ///   - address: The address of the backend.
  ///   - port: Its port.
  mutating func setBackend(_ address: IPAddress, port: UInt16) {
    receiverTranslation.setDestination(address, port: port)
    if isBackendSeen(by: .windowsFirewall) { senderTranslation.firewall.setDestination(address, port: port) }
    if isBackendSeen(by: .vfp) { senderTranslation.vfp.setDestination(address, port: port) }
  }

  /// Sets the source address after outbound NAT; nil leaves it as it is.
  mutating func translate(to source: IPAddress?, isSeen: Bool) {
    translatedSource = source
    if isSeen { receiverTranslation.source = source }
  }

  /// Whether a filter of the sender sees the backend of a load balancer instead of the frontend.
  func isBackendSeen(by enforcement: EnforcementPoint) -> Bool {
    guard let service else { return false }
    return enforcement == .vfp ? service.vfpSeesBackend : service.firewallSeesBackend
  }
}

/// The step of a packet through a load balancer.
package struct ServiceHop: Hashable, Sendable {
  /// The load balancer, by its index in the topology.
  package var balancer: Int
  /// Its port, by its index.
  package var port: Int
  /// The address that the load balancer takes packets to; nil for every address of the host.
  package var address: IPAddress?
  /// The backend, by its index in the topology; nil if there is none.
  package var backend: Int?
  /// The source that the load balancer gives the packet, the unspecified one if it is not known; nil for the client's
  /// own.
  package var source: IPAddress?
  /// Whether the packet comes back to the compartment it was sent from.
  package var isHairpin = false
  /// Whether the sender's own port rewrites, and not the host's.
  package var isAtSender = false
  /// Whether the sender's Windows Firewall sees the backend, whichever it is.
  package var firewallSeesBackend = false
  /// Whether VFP at the sender's port sees it.
  package var vfpSeesBackend = false
}

/// What each of the filters at the sender's end sees instead of the packet as sent: a packet can be rewritten
/// between them.
package struct SenderTranslation: Hashable, Sendable {
  /// What Windows Firewall sees.
  package var firewall = PacketTranslation()
  /// What VFP sees.
  package var vfp = PacketTranslation()

  /// What a filter sees.
  package subscript(enforcement: EnforcementPoint) -> PacketTranslation {
    enforcement == .vfp ? vfp : firewall
  }

  /// Sets the destination that both see.
  mutating func setDestination(_ destination: IPAddress?, port: UInt16?) {
    firewall.setDestination(destination, port: port)
    vfp.setDestination(destination, port: port)
  }
}

/// What the filters at one end see instead of the packet as sent; nil means unchanged.
package struct PacketTranslation: Hashable, Sendable {
  /// The source address.
  package var source: IPAddress?
  /// The destination address.
  package var destination: IPAddress?
  /// The destination port.
  package var port: UInt16?

  /// Sets the destination, as far as it changes.
  mutating func setDestination(_ destination: IPAddress?, port: UInt16?) {
    self.destination = destination ?? self.destination
    self.port = port ?? self.port
  }

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
