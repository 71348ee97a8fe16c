import HostModel
import NetworkTypes

extension RuleMatch {
  /// A number that is the same for equal matches, and seldom for others.
  var fingerprint: UInt64 {
    var print = Fingerprint()
    print.add(protocols)
    print.add(localAddresses)
    print.add(remoteAddresses)
    print.add(localPorts)
    print.add(remotePorts)
    return print.value
  }
}

/// A number made of many.
struct Fingerprint {
  private(set) var value: UInt64 = 0x243f_6a88_85a3_08d3

  mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 0x9e37_79b9_7f4a_7c15
    value ^= value >> 32
  }

  fileprivate mutating func add<Bound>(_ set: IntervalSet<Bound>?) {
    guard let set else { return add(.max) }
    for interval in set.intervals {
      add(UInt64(truncatingIfNeeded: interval.lower))
      add(UInt64(truncatingIfNeeded: interval.upper))
      if Bound.bitWidth > 64 {
        add(UInt64(truncatingIfNeeded: interval.lower >> 64))
        add(UInt64(truncatingIfNeeded: interval.upper >> 64))
      }
    }
    add(UInt64(set.intervals.count))
  }

  fileprivate mutating func add(_ set: AddressSet?) {
    guard let set else { return add(.max - 1) }
    add(set.ipv4)
    add(set.ipv6)
  }
}
