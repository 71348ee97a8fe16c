/// A set of TCP or UDP ports.
public typealias PortSet = IntervalSet<UInt16>

extension IntervalSet where Bound == UInt16 {
  /// Every port, including 0: a packet can have it although a profile cannot specify it, and Windows
  /// Firewall accepts it in a rule (reference: windows-firewall-and-vfp, 2.5).
  public static var allPorts: PortSet { FullSets.ports }

  /// The union of port ranges.
  ///
  /// - Parameter ranges: The ranges, in any order.
  public init(_ ranges: some Sequence<PortRange>) {
    self.init(ranges.map { Interval($0.lower, $0.upper) })
  }

  /// The members as the fewest ranges, ascending.
  public var ranges: [PortRange] { intervals.map { PortRange($0.lower, $0.upper) } }
}
