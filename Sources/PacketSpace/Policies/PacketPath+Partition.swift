package import HostModel
import NetworkTypes

extension PacketPath {
  /// The packets of a query that one rule decides.
  package struct Part: Hashable, Sendable {
    /// The matched rule or default.
    package let matchedRule: MatchedRule
    /// The verdict.
    package let action: RuleAction
    /// The packets.
    package let set: PacketSet
  }

  /// Divides a set of packets by their deciders.
  ///
  /// - Parameters:
  ///   - query: The set; packets of other families are ignored.
  ///   - representation: The engine; the answer does not depend on it.
  ///   - budget: The work limit.
  /// - Returns: The disjoint, non-empty parts, in the order of the policies and their rules.
  package func partition(
    of query: PacketSet, using representation: Representation = .automatic,
    within budget: Budget = Budget()
  ) throws(BudgetExceeded) -> [Part] {
    try PreparedPath(self).partition(of: query, using: representation, within: budget)
  }

  /// The allowed packets.
  ///
  /// - Parameters:
  ///   - query: The packets to check; nil for all of the families.
  ///   - representation: The engine; the answer does not depend on it.
  ///   - budget: The work limit.
  package func allowed(
    of query: PacketSet? = nil, using representation: Representation = .automatic,
    within budget: Budget = Budget()
  ) throws(BudgetExceeded) -> PacketSet {
    let asked: PacketSet
    if let query { asked = query } else { asked = try PacketSet(universe, within: budget) }
    var store = DecisionDiagram(budget: budget)
    var nodes: [Int32] = []
    for part in try partition(of: asked, using: representation, within: budget) where part.action == .allow {
      nodes.append(try store.take(part.set))
    }
    let root = try store.combine(all: nodes, .union())
    return store.export(root)
  }
}
