package import HostModel

extension PacketEvaluator {
  /// What the source of the host lacks about the filters at one end; nil if nothing.
  ///
  /// Comparisons and proofs cover every packet, and so cannot answer for an end with a gap.
  ///
  /// - Parameters:
  ///   - location: The end.
  ///   - enforcement: The only component to consider; nil for all of them.
  package func gap(_ location: RoutedPacket.Location, at enforcement: EnforcementPoint? = nil) -> HostGap? {
    guard !gaps.isEmpty else { return nil }
    if case .endpoint(let index) = location,
      let gap = gaps.endpoints[topology.endpoints[index].id]?.first(where: { $0.affects(enforcement) })
    {
      return .endpoint(gap)
    }
    guard enforcement != .vfp, let stack = firewallStack(location) else { return nil }
    return gaps.firewall(of: stack, under: assumptions).map { .firewall($0) }
  }
}
