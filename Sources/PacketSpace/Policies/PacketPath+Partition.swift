package import HostModel
import NetworkTypes

extension PacketPath {
  /// The packets of a question about which one rule decides.
  package struct Part: Hashable, Sendable {
    /// What decides.
    package let decider: Decider
    /// The verdict.
    package let action: RuleAction
    /// The packets.
    package let set: PacketSet
  }

  /// Divides a set of packets by what decides about them.
  ///
  /// - Parameters:
  ///   - query: The set; packets of families that do not matter are left out.
  ///   - representation: How to work; the answer does not depend on it.
  ///   - budget: The work allowed.
  /// - Returns: The parts, each with at least one packet, no two with one in common, in the order of
  ///   the policies and their rules.
  package func partition(
    of query: PacketSet, using representation: Representation = .automatic,
    within budget: Budget = Budget()
  ) throws(Undecided) -> [Part] {
    var partition = PathPartition(self, of: query, representation, budget)
    let sets = try partition.sets()
    return sets.sorted { $0.key < $1.key }.map { number, set in
      Part(
        decider: partition.deciders.decider(number), action: partition.deciders.actions[number], set: set)
    }
  }

  /// The packets that pass.
  ///
  /// - Parameters:
  ///   - query: The packets asked about; nil asks about all of the families.
  ///   - representation: How to work; the answer does not depend on it.
  ///   - budget: The work allowed.
  package func allowed(
    of query: PacketSet? = nil, using representation: Representation = .automatic,
    within budget: Budget = Budget()
  ) throws(Undecided) -> PacketSet {
    let asked: PacketSet
    if let query { asked = query } else { asked = try PacketSet(universe, within: budget) }
    var store = DiagramStore(budget: budget)
    var nodes: [Int32] = []
    for part in try partition(of: asked, using: representation, within: budget) where part.action == .allow {
      nodes.append(try store.take(part.set))
    }
    let root = try store.combine(all: nodes, .union())
    return store.export(root)
  }
}
