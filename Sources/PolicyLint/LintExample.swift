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
    let possible = PacketBox.possible(at: own, direction)
    for remote in [possible.remote.subtracting(analysis.onHostAddresses), possible.remote] {
      let box = PacketBox(local: possible.local, remote: remote)
      let found = try set.intersection(try PacketSet(box, within: budget), within: budget)
      if !found.isEmpty { return PacketDescription.text(found, direction, endpoint: "the endpoint") }
    }
    return nil
  }
}

extension PacketBox {
  /// The packets that the filters of an endpoint can see.
  ///
  /// - Parameters:
  ///   - addresses: The addresses of the endpoint; empty if they are not known.
  ///   - direction: The direction as the endpoint sees it.
  static func possible(at addresses: AddressSet, _ direction: Direction) -> PacketBox {
    // From its own address to its own address nothing is filtered.
    let remote = AddressSet.all.subtracting(SpecialAddress.neverRemote(direction)).subtracting(addresses)
    return PacketBox(local: addresses.isEmpty ? .all : addresses, remote: remote)
  }
}
