/// A path in normal form: reduced, with the same verdict for every packet of a box.
///
/// A rule that contains the whole box becomes the default, and the rules after it are dropped; so are a rule
/// with the same packets as an earlier one, rules that repeat the default, and a policy that allows
/// everything. Rules keep the names of their deciders. A lost name is -1: then only the complete policies
/// determine the matched rule.
struct VerdictPath {
  /// The remaining policies, in order.
  private(set) var layers: [RankPolicy] = []
  /// The layer that is reported for packets that all policies allow; nil if it was dropped.
  private(set) var reportingPolicy: Int?

  /// Reduces the policies of a path.
  ///
  /// - Parameters:
  ///   - policies: The policies.
  ///   - reportingPolicy: The index of the policy that is reported for packets that all allow.
  ///   - box: The box.
  init(_ policies: ArraySlice<RankPolicy>, reportingPolicy: Int, in box: RankBox) {
    for (position, policy) in policies.enumerated() {
      let layer = policy.shortened(in: box)
      if layer.ruleCount == 0, layer.fallback.answer { continue }
      if position == reportingPolicy { self.reportingPolicy = layers.count }
      layers.append(layer)
    }
  }
}

extension RankPolicy {
  /// The normal form with the same verdict for every packet of a box.
  fileprivate func shortened(in box: RankBox) -> RankPolicy {
    var left = entries(reaching: box)
    var fallback = left.removeLast()
    var seen = Array(repeating: false, count: table.count)
    left.removeAll { entry in
      if seen[Int(entry.product)] { return true }
      seen[Int(entry.product)] = true
      return false
    }
    while let last = left.last, last.answer == fallback.answer {
      left.removeLast()
      fallback.name = -1
    }
    return RankPolicy(table, left + [fallback])
  }
}
