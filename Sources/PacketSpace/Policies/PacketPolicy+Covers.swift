import HostModel
import NetworkTypes

extension PacketPolicy {
  /// A rule that decides no packet, because earlier rules match all of its packets.
  package struct UnreachableRule: Hashable, Sendable {
    /// The rule.
    package let identity: Int
    /// A minimal set of earlier rules, in order, that together match every packet of the rule; empty for a
    /// rule that matches no packet at all.
    package let cover: [Int]

    /// Creates a value from a rule and its cover.
    ///
    /// - Parameters:
    ///   - identity: The rule.
    ///   - cover: The rules that cover it, in order.
    package init(identity: Int, cover: [Int]) {
      self.identity = identity
      self.cover = cover
    }
  }

  /// The rules that decide no packet, in order, each with the rules that cover it.
  ///
  /// - Parameters:
  ///   - representation: The engine. Which of several minimal covers is found may depend on it.
  ///   - budget: The work limit.
  package func unreachableRules(
    using representation: Representation = .automatic, within budget: Budget = Budget()
  ) throws(BudgetExceeded) -> [UnreachableRule] {
    var analysis = RuleAnalysis(self, using: representation, within: budget)
    return try analysis.unreachableRules()
  }

  /// The rules, in order, each of which can be removed by itself without changing any verdict.
  ///
  /// This includes rules that can never match.
  ///
  /// - Parameters:
  ///   - representation: The engine; the answer does not depend on it.
  ///   - budget: The work limit.
  package func redundantRules(
    using representation: Representation = .automatic, within budget: Budget = Budget()
  ) throws(BudgetExceeded) -> [Int] {
    var analysis = RuleAnalysis(self, using: representation, within: budget)
    return try analysis.redundantRules()
  }

  /// A maximal set of rules, in order, that can be removed together without changing any verdict; given a
  /// choice, later rules are removed.
  ///
  /// - Parameters:
  ///   - candidates: The identities of the rules that may be removed; nil for all.
  ///   - representation: The engine; the answer does not depend on it.
  ///   - budget: The work limit.
  package func removableRules(
    among candidates: Set<Int>? = nil, using representation: Representation = .automatic,
    within budget: Budget = Budget()
  ) throws(BudgetExceeded) -> [Int] {
    try RuleAnalysis(self, using: representation, within: budget).removableRules(among: candidates)
  }
}
