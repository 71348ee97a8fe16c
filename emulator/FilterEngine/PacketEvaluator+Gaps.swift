package import HostModel
import NetworkTypes

extension PacketEvaluator {
  /// What is not known about the filters at one end; nil if everything is.
  ///
  /// Comparisons and proofs cover every packet, and so cannot answer for an end with a gap.
  ///
  /// - Parameters:
  ///   - location: The end.
  ///   - enforcement: The only component to consider; nil for all of them.
  package mutating func gap(
    _ location: RoutedPacket.Location, at enforcement: EnforcementPoint? = nil
  ) -> HostGap? {
    guard location != .outside else { return nil }
    if case .endpoint(let index) = location,
      let gap = gaps.endpoints[topology.endpoints[index].id]?.first(where: { $0.affects(enforcement) })
    {
      return .endpoint(gap)
    }
    if let object = gaps.missing.first { return .missing(object) }
    guard enforcement != .vfp, let stack = firewallStack(location) else { return nil }
    if let gap = gaps.firewall(of: stack, under: assumptions) { return .firewall(gap) }
    return hasSeveralReadings(location) ? .uncertainFirewall : nil
  }

  /// Whether rules of the host's own firewall leave open what happens to a packet.
  private mutating func hasSeveralReadings(_ location: RoutedPacket.Location) -> Bool {
    guard hasCapturedFirewall else { return false }
    for family in AddressFamily.allCases {
      for direction in Direction.allCases {
        for point in points(location, family, direction)
        where point.enforcement == .windowsFirewall && filter(point).readings.count > 1 {
          return true
        }
      }
    }
    return false
  }
}
