import HostModel
import NetworkTypes

extension DecisionDiagram {
  /// The terminal of a decider.
  static func terminal(_ number: Int) -> Int32 { ~Int32(truncatingIfNeeded: number) }

  /// The number of the decider of a terminal.
  static func number(_ terminal: Int32) -> Int { Int(~terminal) }

  /// The diagram of the deciders of one policy for the packets of a set.
  ///
  /// - Parameters:
  ///   - part: The policy.
  ///   - query: The set.
  mutating func decisions(of part: TerminalTable.Part, on query: Int32) throws(BudgetExceeded) -> Int32 {
    var restriction = DiagramOperation.restriction()
    var nodes: [Int32] = []
    for (offset, rule) in part.policy.rules.enumerated() {
      let box = PacketBox(rule.match, families: part.policy.families)
      let node = try node(box, terminal: Self.terminal(part.first + offset))
      let reached = try combine(query, node, &restriction)
      if reached != Self.none { nodes.append(reached) }
    }
    let rest = try node(
      .universe(part.policy.families), terminal: Self.terminal(part.first + part.policy.rules.count))
    nodes.append(try combine(query, rest, &restriction))
    return try combine(all: nodes, .overlay())
  }

  /// The diagram of the deciders of a path for the packets of a set.
  ///
  /// - Parameters:
  ///   - path: The number of the path.
  ///   - table: The deciders.
  ///   - query: The set.
  mutating func decisions(of path: Int, in table: TerminalTable, on query: Int32) throws(BudgetExceeded)
    -> Int32
  {
    let reportingPolicy = table.paths[path].reportingPolicy
    let actions = table.actions
    var answer = Self.none
    for part in table.parts where part.path == path {
      let own = try decisions(of: part, on: query)
      guard part.position > 0 else {
        answer = own
        continue
      }
      let passing = DiagramOperation.passing(actions, isLaterReported: part.position == reportingPolicy)
      answer = try combine(answer, own, passing)
    }
    return answer
  }

  /// The packets that a diagram of deciders allows.
  mutating func allowed(_ root: Int32, in table: TerminalTable) throws(BudgetExceeded) -> Int32 {
    let actions = table.actions
    return try set(root) { actions[Self.number($0)] == .allow }
  }
}
