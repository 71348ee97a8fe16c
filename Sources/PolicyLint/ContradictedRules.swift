import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

/// An earlier rule that decides packets of a rule with the other action, which thereby changes no verdict.
struct Contradiction {
  /// The rule that it is about: equal ones are examined once.
  struct Key: Hashable {
    let kind: Int
    let identity: Int
  }

  /// The rule that wins.
  let winner: Int
  /// A packet of both.
  let example: String
}

extension Linter {
  /// The finding about a rule that changes no verdict because of its position; nil if there is none.
  ///
  /// - Parameters:
  ///   - identity: A rule that can be removed without changing a verdict.
  ///   - rules: The rules of the endpoint.
  mutating func contradiction(
    _ identity: Int, _ rules: ProfileRules
  ) throws(BudgetExceeded) -> PendingFinding? {
    let rivals = try rivals(of: identity, rules)
    guard let first = rivals.first, let found = try contradiction(identity, rules, by: rivals) else {
      return nil
    }
    let (own, winner) = (rules.rules[identity].acl, rules.rules[found.winner].acl)
    let (name, other) = (own.name.value, winner.name.value)
    let verb = Self.verb(own.action, count: 1)
    let remedy = precedence(
      of: own.name.location, own.action, over: [other], before: rules.rules[first.identity].priority)
    guard remedy.isContradicted else { return nil }
    let note = Diagnostic.Note(
      "'\(other)' is evaluated before it and \(verb) some of its packets", winner.name.location)
    return PendingFinding(
      .contradictedRule, at: rules.endpoint, location: own.name.location, rule: name, related: [other],
      notes: [note] + remedy.notes, help: remedy.help, edits: remedy.edits, isAboutEndpoint: false,
      isContradicted: true, example: found.example
    ) {
      "'\(name)' changes no verdict at \($0): its packets are \(own.action == .allow ? "allowed" : "blocked") "
        + "without it, except those that '\(other)' \(verb) first"
    }
  }

  /// The first earlier rules with the other action that decide some packets of a useless rule.
  mutating func rivals(
    of identity: Int, _ rules: ProfileRules
  ) throws(BudgetExceeded) -> [RuleAnalysis.Rival] {
    try useless(rules).rivals.get()[identity] ?? []
  }

  /// The first of some earlier rules that decides packets of a rule that occur.
  private mutating func contradiction(
    _ identity: Int, _ rules: ProfileRules, by rivals: [RuleAnalysis.Rival]
  ) throws(BudgetExceeded) -> Contradiction? {
    let key = Contradiction.Key(kind: rules.kind, identity: identity)
    if let known = contradictions[key] { return known }
    let topology = subject.evaluator.topology
    guard let prover, let index = topology.endpoints.firstIndex(where: { $0.name == rules.endpoint }) else {
      return nil
    }
    let direction = rules.rules[identity].direction
    for rival in rivals {
      let packets = try PacketSet(rival.packets, within: budget)
      let possible = try prover.traffic.possible(packets, at: rules.endpoint, direction, within: budget)
      guard let example = try example(of: possible, at: index, direction) else { continue }
      let found = Contradiction(winner: rival.identity, example: example)
      contradictions[key] = found
      return found
    }
    return nil
  }
}
