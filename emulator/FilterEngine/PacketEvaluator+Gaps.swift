package import HostModel
import NetworkTypes

extension PacketEvaluator {
  /// What is not known about the filters at one end; nil if everything is.
  ///
  /// Proofs cover every packet, and so cannot answer for an end with a gap.
  ///
  /// - Parameters:
  ///   - location: The end.
  ///   - enforcement: The only component to consider; nil for all of them.
  package mutating func gap(
    _ location: RoutedPacket.Location, at enforcement: EnforcementPoint? = nil
  ) -> HostGap? {
    if let gap = missingPart(location, at: enforcement) { return gap }
    if location != .outside, let object = gaps.missing.first { return .missing(object) }
    return enforcement != .vfp && hasSeveralReadings(location) ? .uncertainFirewall : nil
  }

  /// What the source lacks about the filters at one end; nil if nothing, even if rules of Windows Firewall only
  /// may match.
  ///
  /// Comparisons cannot answer for such an end. Where rules may match, they can: see ``UncertainFirewall``. Of
  /// objects of the host that are missing, they leave out the packets.
  ///
  /// - Parameters:
  ///   - location: The end.
  ///   - enforcement: The only component to consider; nil for all of them.
  package func missingPart(
    _ location: RoutedPacket.Location, at enforcement: EnforcementPoint? = nil
  ) -> HostGap? {
    guard location != .outside else { return nil }
    if case .endpoint(let index) = location,
      let gap = gaps.endpoints[topology.endpoints[index].id]?.first(where: { $0.affects(enforcement) })
    {
      return .endpoint(gap)
    }
    guard enforcement != .vfp, let stack = firewallStack(location) else { return nil }
    return gaps.firewall(of: stack, under: assumptions).map { .firewall($0) }
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
