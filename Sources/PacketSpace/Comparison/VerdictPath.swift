/// A path in the shortest form that gives every packet of a box the same verdict.
///
/// A rule that holds the whole box is the default, and what stands behind it is gone; a rule with the
/// packets of an earlier one is gone; what the default says too is left to it; and a policy that allows
/// everything is gone. Rules keep the names of their deciders. Where a name is lost on the way it is -1:
/// then only the whole policies say what decides.
struct VerdictPath {
  /// What is left of the policies, in their order.
  private(set) var layers: [FlatPolicy] = []
  /// The layer that decides about what all policies allow; nil when it is gone.
  private(set) var speaker: Int?

  /// Shortens the policies of a path.
  ///
  /// - Parameters:
  ///   - policies: The policies.
  ///   - speaker: The place of the one that decides about what all allow.
  ///   - box: The box.
  init(_ policies: ArraySlice<FlatPolicy>, speaker: Int, in box: FlatBox) {
    for (place, policy) in policies.enumerated() {
      let layer = policy.shortened(in: box)
      if layer.ruleCount == 0, layer.fallback.answer { continue }
      if place == speaker { self.speaker = layers.count }
      layers.append(layer)
    }
  }
}

extension FlatPolicy {
  /// The shortest form with the same verdict on every packet of a box.
  fileprivate func shortened(in box: FlatBox) -> FlatPolicy {
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
    return FlatPolicy(table, left + [fallback])
  }
}
