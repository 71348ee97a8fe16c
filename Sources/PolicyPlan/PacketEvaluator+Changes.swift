import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

extension PacketEvaluator {
  /// The filters' answers to the first example of a change; empty if the host does not have its sender.
  mutating func steps(of change: VerdictChange) -> [FilterStep] {
    guard let witness = change.witnesses.first else { return [] }
    let query: PacketQuery
    switch change.sender {
    case .endpoint:
      guard let index = topology.endpoints.firstIndex(where: { $0.name == change.endpoint && $0.isAttached })
      else { return [] }
      query = witness.query(at: index)
    case .host, .outside:
      let packet = witness.packet
      query = PacketQuery(
        from: change.sender == .host ? .host : .address(packet.local), to: .address(packet.remote),
        protocol: packet.protocol, port: packet.remotePort, sourcePort: packet.localPort)
    }
    return (try? trace(query))?.filters ?? []
  }
}
