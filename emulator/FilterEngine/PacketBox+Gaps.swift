import NetworkTypes
import PacketSpace

extension PacketBox {
  /// The box with the narrow gaps of its address sets filled, if they are many.
  ///
  /// The addresses outside a host have a gap for each endpoint. Every gap costs steps at every rule, although rules
  /// seldom name the addresses in it. So packets are divided without gaps, and the gaps taken out of the answer.
  var withoutNarrowGaps: PacketBox {
    let (local, remote) = (local.withoutNarrowGaps, self.remote.withoutNarrowGaps)
    guard local != self.local || remote != self.remote else { return self }
    return PacketBox(
      protocols: protocols, local: local, remote: remote, localPorts: localPorts, remotePorts: remotePorts,
      icmpTypes: icmpTypes)
  }
}

extension AddressSet {
  fileprivate var withoutNarrowGaps: AddressSet {
    AddressSet(ipv4: ipv4.withoutNarrowGaps(), ipv6: ipv6.withoutNarrowGaps())
  }
}

extension IntervalSet {
  /// The set with its gaps filled; itself if it has few, or if that would add more than it has.
  fileprivate func withoutNarrowGaps(above limit: Int = 8) -> Self {
    guard intervals.count > limit, let first = intervals.first, let last = intervals.last else { return self }
    let size = intervals.reduce(0.0) { $0 + Double($1.upper - $1.lower) + 1 }
    return Double(last.upper - first.lower) < 2 * size ? Self(first.lower, last.upper) : self
  }
}
