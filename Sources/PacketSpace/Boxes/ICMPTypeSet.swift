package import NetworkTypes

/// A set of ICMP types.
package typealias ICMPTypeSet = IntervalSet<UInt8>

extension IntervalSet where Bound == UInt8 {
  /// Every ICMP type: 0 to 255.
  package static var allICMPTypes: ICMPTypeSet { ICMPTypeSet(0, 255) }

  /// ICMP and ICMPv6: the protocols whose packets have an ICMP type.
  package static var withICMPTypes: ProtocolSet { ProtocolSet([.icmp, .icmpv6]) }
}
