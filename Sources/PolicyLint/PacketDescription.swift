import HostModel
import NetworkTypes
import PacketSpace

/// An example packet of a set, in words.
enum PacketDescription {
  /// The simplest packet of a set; empty for the empty set.
  ///
  /// - Parameters:
  ///   - set: The packets as the endpoint sees them.
  ///   - direction: The direction as the endpoint sees it.
  ///   - endpoint: The name of the endpoint; nil to use its address.
  static func text(_ set: PacketSet, _ direction: Direction, endpoint: String? = nil) -> String {
    guard let witness = set.witness(direction) else { return "" }
    let packet = witness.packet
    let local = endpoint ?? "\(packet.local)"
    let (from, to) = direction == .in ? ("\(packet.remote)", local) : (local, "\(packet.remote)")
    guard packet.protocol.hasPorts else {
      return "\(packet.protocol)\(witness.icmpType.map { " type \($0)" } ?? "") from \(from) to \(to)"
    }
    let (source, destination) =
      direction == .in
      ? (packet.remotePort, packet.localPort) : (packet.localPort, packet.remotePort)
    return "\(packet.protocol) from \(from) port \(source) to \(to) port \(destination)"
  }
}
