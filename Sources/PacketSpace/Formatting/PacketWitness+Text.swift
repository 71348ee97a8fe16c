import HostModel
import NetworkTypes

extension PacketWitness {
  /// The packet as text, such as `tcp from 10.1.2.3 port 49152 to web port 443`.
  ///
  /// - Parameter endpoint: The name of the endpoint that sends or receives it.
  package func text(at endpoint: String) -> String {
    let isInbound = packet.direction == .in
    let from = isInbound ? "\(packet.remote)" : endpoint
    let to = isInbound ? endpoint : "\(packet.remote)"
    guard packet.protocol.hasPorts else {
      return "\(packet.protocol)\(icmpType.map { " type \($0)" } ?? "") from \(from) to \(to)"
    }
    let (source, destination) =
      isInbound ? (packet.remotePort, packet.localPort) : (packet.localPort, packet.remotePort)
    return "\(packet.protocol) from \(from) port \(source) to \(to) port \(destination)"
  }
}
