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
  ///   - budget: The work allowed.
  /// - Returns: The parts, each with at least one packet, no two with one in common, in the order of
  ///   the policies and their rules.
  package func partition(
    of query: PacketSet, within budget: Budget = Budget()
  ) throws(Undecided) -> [Part] {
    let table = DeciderTable([self])
    let store = DiagramStore(budget: budget)
    let asked = try store.combine(try store.take(query), try store.node(universe), .restriction())
    let root = try store.decisions(of: 0, in: table, on: asked)
    var parts: [Part] = []
    for terminal in store.terminals(root) {
      let number = DiagramStore.number(terminal)
      let set = store.export(try store.set(root) { $0 == terminal })
      parts.append(Part(decider: table.decider(number), action: table.actions[number], set: set))
    }
    return parts
  }

  /// The packets that pass.
  ///
  /// - Parameters:
  ///   - query: The packets asked about; nil asks about all of the families.
  ///   - budget: The work allowed.
  package func allowed(
    of query: PacketSet? = nil, within budget: Budget = Budget()
  ) throws(Undecided) -> PacketSet {
    let table = DeciderTable([self])
    let store = DiagramStore(budget: budget)
    var asked = try store.node(universe)
    if let query { asked = try store.combine(try store.take(query), asked, .restriction()) }
    return store.export(try store.allowed(try store.decisions(of: 0, in: table, on: asked), in: table))
  }
}
