import HostModel
import NetworkTypes

/// The packets about which two paths decide differently.
package struct PathDifference: Sendable {
  /// What becomes of packets.
  package enum Change: String, Hashable, Sendable, CaseIterable, Comparable {
    case newlyAllowed
    case newlyBlocked

    /// What is newly allowed comes first.
    package static func < (left: Self, right: Self) -> Bool { left == .newlyAllowed && right != left }
  }

  /// The packets about which one rule decided before and one decides after, differently.
  package struct Region: Hashable, Sendable {
    /// What becomes of the packets.
    package let change: Change
    /// What decided before.
    package let before: PacketPath.Decider
    /// What decides after.
    package let after: PacketPath.Decider
    /// The packets.
    package let set: PacketSet
  }

  /// The regions, no two with a packet in common: what is newly allowed, then what is newly blocked, each
  /// in the order of the rules before and after.
  package let regions: [Region]

  /// Whether every packet has the same verdict before and after.
  package var isEmpty: Bool { regions.isEmpty }

  /// The packets of one change.
  ///
  /// - Parameters:
  ///   - change: The change.
  ///   - budget: The work allowed.
  package func set(of change: Change, within budget: Budget = Budget()) throws(Undecided) -> PacketSet {
    var store = DiagramStore(budget: budget)
    var nodes: [Int32] = []
    for region in regions where region.change == change { nodes.append(try store.take(region.set)) }
    let root = try store.combine(all: nodes, .union())
    return store.export(root)
  }
}

extension PacketPath {
  /// The packets about which this path and another decide differently.
  ///
  /// - Parameters:
  ///   - after: The other path.
  ///   - query: The packets asked about; nil asks about all of the families of both.
  ///   - representation: How to work; the answer does not depend on it.
  ///   - budget: The work allowed.
  package func difference(
    to after: PacketPath, on query: PacketSet? = nil, using representation: Representation = .automatic,
    within budget: Budget = Budget()
  ) throws(Undecided) -> PathDifference {
    var comparison = try PathComparison(
      self, after, of: nil, isFirstEnough: false, on: query, representation, budget)
    return PathDifference(regions: try comparison.regions())
  }

  /// A part of the packets about which this path and another decide differently; nil is the proof that
  /// there are none.
  ///
  /// - Parameters:
  ///   - after: The other path.
  ///   - change: The change asked about; nil asks about both.
  ///   - query: The packets asked about; nil asks about all of the families of both.
  ///   - representation: How to work; the answer does not depend on it.
  ///   - budget: The work allowed.
  package func firstDifference(
    to after: PacketPath, of change: PathDifference.Change? = nil, on query: PacketSet? = nil,
    using representation: Representation = .automatic, within budget: Budget = Budget()
  ) throws(Undecided) -> PathDifference.Region? {
    var comparison = try PathComparison(
      self, after, of: change, isFirstEnough: true, on: query, representation, budget)
    return try comparison.regions().first
  }

  /// Whether this path and another allow the same packets.
  ///
  /// - Parameters:
  ///   - other: The other path.
  ///   - budget: The work allowed.
  package func isEquivalent(
    to other: PacketPath, within budget: Budget = Budget()
  ) throws(Undecided) -> Bool {
    try firstDifference(to: other, within: budget) == nil
  }

  /// Whether the other path allows every packet that this one allows.
  ///
  /// - Parameters:
  ///   - other: The other path.
  ///   - budget: The work allowed.
  package func isIncluded(in other: PacketPath, within budget: Budget = Budget()) throws(Undecided) -> Bool {
    try firstDifference(to: other, of: .newlyBlocked, within: budget) == nil
  }
}
