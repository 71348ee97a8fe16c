/// A set of IP protocol numbers.
public typealias ProtocolSet = IntervalSet<UInt8>

extension IntervalSet where Bound == UInt8 {
  /// Every protocol number that a policy can match: 1 to 255.
  ///
  /// Number 0 is the hop-by-hop options header of IPv6 and not a transport. No client of HNS is known to
  /// send it (reference: hns, 1.8.1), and neither the emulator nor a profile accepts it.
  public static var allProtocols: ProtocolSet { FullSets.protocols }

  /// The set of the given protocols.
  ///
  /// - Parameter protocols: The members, in any order.
  public init(_ protocols: some Sequence<IPProtocol>) {
    self.init(protocols.map { Interval($0.number, $0.number) })
  }

  /// The members in ascending order.
  public var protocols: [IPProtocol] {
    intervals.flatMap { interval in (interval.lower...interval.upper).map { IPProtocol($0) } }
  }

  /// TCP and UDP: the protocols whose ports a rule can match.
  public static var withPorts: ProtocolSet { FullSets.protocolsWithPorts }
}
