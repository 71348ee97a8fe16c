/// Whether a packet goes to an endpoint or comes from it.
public enum Direction: String, Sendable, Hashable, CaseIterable, Comparable {
  case `in`
  case out

  /// `in` sorts before `out`.
  public static func < (left: Self, right: Self) -> Bool { left == .in && right == .out }
}

/// What the port filters of one endpoint see of a packet.
///
/// Local is the endpoint's side in both directions, as in an HNS ACL (reference: hns, 1.8.1).
public struct Packet: Hashable, Sendable {
  /// The direction as the endpoint sees it.
  public var direction: Direction
  /// The IP protocol.
  public var `protocol`: IPProtocol
  /// The endpoint's address.
  public var local: IPAddress
  /// The peer's address, of the same family.
  public var remote: IPAddress
  /// The endpoint's port; 0 for a protocol without ports.
  public var localPort: UInt16
  /// The peer's port; 0 for a protocol without ports.
  public var remotePort: UInt16

  /// Makes a packet from what the filters see of it.
  ///
  /// - Parameters:
  ///   - direction: The direction as the endpoint sees it.
  ///   - protocol: The IP protocol.
  ///   - local: The endpoint's address.
  ///   - remote: The peer's address.
  ///   - localPort: The endpoint's port.
  ///   - remotePort: The peer's port.
  public init(
    direction: Direction, protocol: IPProtocol, local: IPAddress, remote: IPAddress,
    localPort: UInt16 = 0, remotePort: UInt16 = 0
  ) {
    self.direction = direction
    self.protocol = `protocol`
    self.local = local
    self.remote = remote
    self.localPort = localPort
    self.remotePort = remotePort
  }
}
