package import NetworkTypes

/// A set of ICMP types.
package typealias ICMPTypeSet = IntervalSet<UInt8>

extension IntervalSet where Bound == UInt8 {
  /// Every ICMP type: 0 to 255.
  package static var allICMPTypes: ICMPTypeSet { Whole.icmpTypes }

  /// ICMP and ICMPv6: the protocols whose packets have an ICMP type.
  package static var withICMPTypes: ProtocolSet { Whole.protocolsWithTypes }
}

/// Frequently used sets, created once.
private enum Whole {
  static let icmpTypes = ICMPTypeSet(0, 255)
  static let protocolsWithTypes = ProtocolSet([.icmp, .icmpv6])
}
