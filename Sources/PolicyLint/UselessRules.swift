import PacketSpace

/// The rules of one direction of an endpoint that can never match, and those that change no verdict.
struct UselessRules {
  /// The rules that can never match, with the rules that cover them.
  let unreachable: Result<[PacketPolicy.UnreachableRule], BudgetExceeded>
  /// The rules that can match but can be removed: each on its own, and all of them together, whether or not
  /// rules that can never match are present.
  let redundant: Result<Set<Int>, BudgetExceeded>

  /// Finds them.
  ///
  /// - Parameters:
  ///   - policy: The rules.
  ///   - budget: The work limit, shared with other questions.
  init(_ policy: PacketPolicy, within budget: Budget) {
    var analysis = RuleAnalysis(policy, within: budget)
    unreachable = Result { () throws(BudgetExceeded) in
      try budget.share { () throws(BudgetExceeded) in try analysis.unreachableRules() }
    }
    let covered: Set<Int>
    switch unreachable {
    case .success(let rules): covered = Set(rules.map(\.identity))
    case .failure(let undecided):
      redundant = .failure(undecided)
      return
    }
    redundant = Result { () throws(BudgetExceeded) in
      try budget.share { () throws(BudgetExceeded) in
        let alone = Set(try analysis.redundantRules()).subtracting(covered)
        return alone.isEmpty ? [] : Set(try analysis.removableRules(among: alone, without: covered))
      }
    }
  }
}

extension Linter {
  /// The rules that have no effect; computed once for equal rules.
  mutating func useless(_ rules: ProfileRules) -> UselessRules {
    if let known = uselessRules[rules.kind] { return known }
    let found = UselessRules(rules.policy, within: budget)
    uselessRules[rules.kind] = found
    return found
  }
}
