import HostModel
import NetworkTypes

/// The packets for which two paths have different verdicts.
package struct PathDifference: Sendable {
  /// How the verdict changes.
  package enum Change: String, Hashable, Sendable, CaseIterable, Comparable {
    case newlyAllowed
    case newlyBlocked

    /// Newly allowed packets come first.
    package static func < (left: Self, right: Self) -> Bool { left == .newlyAllowed && right != left }
  }

  /// The packets that one rule matched before and one matches after, with different verdicts.
  package struct Region: Hashable, Sendable {
    /// How the verdict changes.
    package let change: Change
    /// The rule that matched before.
    package let before: PacketPath.MatchedRule
    /// The rule that matches after.
    package let after: PacketPath.MatchedRule
    /// The packets.
    package let set: PacketSet
  }

  /// The disjoint regions: newly allowed packets, then newly blocked ones, each in the order of the rules
  /// before and after.
  package let regions: [Region]

  /// Whether every packet has the same verdict before and after.
  package var isEmpty: Bool { regions.isEmpty }

  /// The packets of one change.
  ///
  /// - Parameters:
  ///   - change: The change.
  ///   - budget: The work limit.
  package func set(of change: Change, within budget: Budget = Budget()) throws(BudgetExceeded) -> PacketSet {
    var store = DecisionDiagram(budget: budget)
    var nodes: [Int32] = []
    for region in regions where region.change == change { nodes.append(try store.take(region.set)) }
    let root = try store.combine(all: nodes, .union())
    return store.export(root)
  }
}

extension PacketPath {
  /// The packets for which this path and another have different verdicts.
  ///
  /// - Parameters:
  ///   - after: The other path.
  ///   - query: The packets to compare; nil for all of the families of both.
  ///   - representation: The engine; the answer does not depend on it.
  ///   - budget: The work limit.
  package func difference(
    to after: PacketPath, on query: PacketSet? = nil, using representation: Representation = .automatic,
    within budget: Budget = Budget()
  ) throws(BudgetExceeded) -> PathDifference {
    var comparison = try PathComparison(
      self, after, of: nil, isFirstEnough: false, on: query, representation, budget)
    return PathDifference(regions: try comparison.regions())
  }

  /// Some of the packets for which this path and another have different verdicts; nil is the proof that there
  /// are none.
  ///
  /// - Parameters:
  ///   - after: The other path.
  ///   - change: The change to look for; nil for both.
  ///   - query: The packets to compare; nil for all of the families of both.
  ///   - representation: The engine; the answer does not depend on it.
  ///   - budget: The work limit.
  package func firstDifference(
    to after: PacketPath, of change: PathDifference.Change? = nil, on query: PacketSet? = nil,
    using representation: Representation = .automatic, within budget: Budget = Budget()
  ) throws(BudgetExceeded) -> PathDifference.Region? {
    var comparison = try PathComparison(
      self, after, of: change, isFirstEnough: true, on: query, representation, budget)
    return try comparison.regions().first
  }

  /// Whether this path and another allow the same packets.
  ///
  /// - Parameters:
  ///   - other: The other path.
  ///   - budget: The work limit.
  package func isEquivalent(
    to other: PacketPath, within budget: Budget = Budget()
  ) throws(BudgetExceeded) -> Bool {
    try firstDifference(to: other, within: budget) == nil
  }

  /// Whether the other path allows every packet that this one allows.
  ///
  /// - Parameters:
  ///   - other: The other path.
  ///   - budget: The work limit.
  package func isIncluded(in other: PacketPath, within budget: Budget = Budget()) throws(BudgetExceeded)
    -> Bool
  {
    try firstDifference(to: other, of: .newlyBlocked, within: budget) == nil
  }
}
