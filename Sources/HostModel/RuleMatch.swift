public import NetworkTypes

/// What a rule matches, in either component; nil means any.
///
/// A packet matches if its protocol, addresses and ports are all members. Ports are compared only for TCP
/// and UDP; a match with ports must list protocols that have them.
public struct RuleMatch: Hashable, Sendable {
  /// The IP protocols.
  public var protocols: ProtocolSet?
  /// The endpoint's addresses.
  public var localAddresses: AddressSet?
  /// The peer's addresses.
  public var remoteAddresses: AddressSet?
  /// The endpoint's ports.
  public var localPorts: PortSet?
  /// The peer's ports.
  public var remotePorts: PortSet?

  /// Makes a match; omitted members match anything.
  ///
  /// - Parameters:
  ///   - protocols: The IP protocols.
  ///   - localAddresses: The endpoint's addresses.
  ///   - remoteAddresses: The peer's addresses.
  ///   - localPorts: The endpoint's ports.
  ///   - remotePorts: The peer's ports.
  public init(
    protocols: ProtocolSet? = nil, localAddresses: AddressSet? = nil, remoteAddresses: AddressSet? = nil,
    localPorts: PortSet? = nil, remotePorts: PortSet? = nil
  ) {
    self.protocols = protocols
    self.localAddresses = localAddresses
    self.remoteAddresses = remoteAddresses
    self.localPorts = localPorts
    self.remotePorts = remotePorts
  }

  /// The address families of the packets that can match, IPv4 first.
  public var families: [AddressFamily] {
    AddressFamily.allCases.filter { family in
      localAddresses?.hasMembers(of: family) ?? true
        && remoteAddresses?.hasMembers(of: family) ?? true
    }
  }

  /// Whether a packet matches, regardless of its direction.
  ///
  /// - Parameter packet: The packet as the endpoint sees it.
  public func matches(_ packet: Packet) -> Bool {
    if let protocols, !protocols.contains(packet.protocol.number) { return false }
    if let localAddresses, !localAddresses.contains(packet.local) { return false }
    if let remoteAddresses, !remoteAddresses.contains(packet.remote) { return false }
    if let localPorts, !packet.protocol.hasPorts || !localPorts.contains(packet.localPort) { return false }
    if let remotePorts, !packet.protocol.hasPorts || !remotePorts.contains(packet.remotePort) {
      return false
    }
    return true
  }
}
