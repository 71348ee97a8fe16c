public import NetworkTypes

/// What a rule of Windows Firewall or VFP matches; nil means any.
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

  /// Hashes only what tells most matches apart: the first member of each set.
  package func hashKeyFields(into hasher: inout Hasher) {
    let protocols = protocols?.intervals.first.map { UInt32($0.lower) + 1 } ?? 0
    let local = localPorts?.intervals.first.map { UInt32($0.lower) + 1 } ?? 0
    let remote = remotePorts?.intervals.first.map { UInt32($0.lower) + 1 } ?? 0
    hasher.combine(UInt64(protocols) << 40 | UInt64(local) << 20 | UInt64(remote))
    let localAddress = localAddresses?.ipv4.intervals.first?.lower ?? 0
    let remoteAddress = remoteAddresses?.ipv4.intervals.first?.lower ?? 0
    hasher.combine(UInt64(localAddress) << 32 | UInt64(remoteAddress))
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
