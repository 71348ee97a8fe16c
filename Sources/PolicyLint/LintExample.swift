import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

extension Linter {
  /// An example of some packets at an endpoint, from or to outside the host if possible, so that the filters
  /// of no other end on the host decide; nil if none of the packets can occur.
  ///
  /// - Parameters:
  ///   - set: The packets as the endpoint sees them.
  ///   - index: The endpoint, by its index in the topology.
  ///   - direction: The direction as the endpoint sees it.
  func example(
    of set: PacketSet, at index: Int, _ direction: Direction
  ) throws(BudgetExceeded) -> String? {
    let own = AddressSet(
      subject.evaluator.topology.endpoints[index].addresses.map { AddressRange($0) })
    let possible = EndpointTraffic.box(at: own, direction)
    for remote in [possible.remote.subtracting(analysis.onHostAddresses), possible.remote] {
      let box = PacketBox(local: possible.local, remote: remote)
      let found = try set.intersection(try PacketSet(box, within: budget), within: budget)
      if let witness = found.witness(direction, analysis.exampleAddresses) {
        return witness.text(at: "the endpoint")
      }
    }
    return nil
  }
}
