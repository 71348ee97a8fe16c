import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

/// The rules of one direction of an endpoint that can never match, and those that change no verdict.
struct UselessRules {
  /// The rules that can never match, with the rules that cover them.
  let unreachable: Result<[PacketPolicy.UnreachableRule], BudgetExceeded>
  /// The rules that can match but can be removed: each on its own, and all of them together, whether or not
  /// rules that can never match are present.
  let redundant: Result<Set<Int>, BudgetExceeded>
  /// For each of these rules, the first earlier rules with the other action that decide some of its packets.
  let rivals: Result<[Int: [RuleAnalysis.Rival]], BudgetExceeded>

  /// How many of these are found for a rule.
  private static let rivalLimit = 4

  /// Finds them.
  ///
  /// - Parameters:
  ///   - policy: The rules.
  ///   - possible: The packets that occur.
  ///   - budget: The work limit, shared with other questions.
  init(_ policy: PacketPolicy, among possible: PacketBox, within budget: Budget) {
    var analysis = RuleAnalysis(policy, within: budget)
    unreachable = Result { () throws(BudgetExceeded) in
      try budget.share { () throws(BudgetExceeded) in try analysis.unreachableRules() }
    }
    let covered: Set<Int>
    switch unreachable {
    case .success(let rules): covered = Set(rules.map(\.identity))
    case .failure(let undecided):
      redundant = .failure(undecided)
      rivals = .failure(undecided)
      return
    }
    redundant = Result { () throws(BudgetExceeded) in
      try budget.share { () throws(BudgetExceeded) in
        let alone = Set(try analysis.redundantRules()).subtracting(covered)
        return alone.isEmpty ? [] : Set(try analysis.removableRules(among: alone, without: covered))
      }
    }
    let actions = Dictionary(policy.rules.map { ($0.identity, $0.action) }) { first, _ in first }
    let opposed = ((try? unreachable.get()) ?? []).filter { rule in
      rule.cover.contains { actions[$0] != actions[rule.identity] }
    }
    let useless = ((try? redundant.get()) ?? []).union(opposed.map(\.identity))
    rivals = Result { () throws(BudgetExceeded) in
      try budget.share { () throws(BudgetExceeded) in
        try analysis.rivals(of: useless, among: possible, limit: Self.rivalLimit)
      }
    }
  }
}

extension Linter {
  /// The rules that have no effect; computed once for equal rules.
  mutating func useless(_ rules: ProfileRules) -> UselessRules {
    if let known = uselessRules[rules.kind] { return known }
    let own = subject.evaluator.topology.endpoints.first { $0.name == rules.endpoint }?.addresses ?? []
    let possible = EndpointTraffic.box(
      at: AddressSet(own.map { AddressRange($0) }), rules.rules.first?.direction ?? .in)
    let found = UselessRules(rules.policy, among: possible, within: budget)
    uselessRules[rules.kind] = found
    return found
  }
}
