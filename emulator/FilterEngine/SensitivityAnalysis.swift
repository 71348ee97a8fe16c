package import HostModel

/// How an answer depends on the host's assumptions.
package struct SensitivityAnalysis<Answer: Sendable>: Sendable {
  /// An assumption on which an answer depends.
  package struct Dependency: Sendable {
    /// The assumption.
    package var assumption: Assumption
    /// Its current value.
    package var value: String
    /// Other values with the different answers they lead to.
    package var others: [(value: String, answer: Answer)]
  }

  /// The answer under the current assumptions.
  package let answer: Answer
  /// The assumptions that alone change the answer, in the catalogue's order.
  package let dependencies: [Dependency]

  /// The assumptions that affect the evaluation of a packet.
  ///
  /// The others take effect when a host is programmed, which has already happened.
  package static var relevant: [Assumption] {
    [
      .implicitDeny, .implicitDenyScope, .omittedRuleType, .hypervInboundBefore1709, .natAclOnServer2025,
      .setRoles, .equalPriority, .filterOrder, .hostAclScope, .hostProfileScope, .natSource,
      .publishedDestination, .serviceDestination, .firewall,
    ]
  }

  /// Evaluates again with every assumption changed, one at a time.
  ///
  /// - Parameters:
  ///   - evaluator: Evaluates packets of the host as it is.
  ///   - keys: The assumptions.
  ///   - areEqual: Whether two answers are the same.
  ///   - evaluate: Computes the answer with an evaluator.
  package init(
    _ evaluator: inout PacketEvaluator, of keys: [Assumption] = relevant,
    areEqual: (Answer, Answer) -> Bool, evaluate: (inout PacketEvaluator) -> Answer
  ) {
    answer = evaluate(&evaluator)
    var found: [Dependency] = []
    for key in keys where evaluator.canDepend(on: key) {
      var others: [(String, Answer)] = []
      for value in Self.alternatives(key) where value != evaluator.assumptions[key] {
        var assumptions = evaluator.assumptions
        assumptions[key] = value
        var other = evaluator.under(assumptions)
        let answer = evaluate(&other)
        if !areEqual(answer, self.answer) { others.append((value, answer)) }
      }
      if !others.isEmpty {
        found.append(Dependency(assumption: key, value: evaluator.assumptions[key], others: others))
      }
    }
    dependencies = found
  }

  /// The other values that an assumption can have.
  ///
  /// - Parameters:
  ///   - key: The assumption.
  ///   - assumptions: The assumptions of the host.
  package static func otherValues(of key: Assumption, than assumptions: Assumptions) -> [String] {
    alternatives(key).filter { $0 != assumptions[key] }
  }

  /// The values of an assumption that a host can really have, without "unknown".
  private static func alternatives(_ key: Assumption) -> [String] {
    key.values.map(\.value).filter { $0 != "unknown" }
  }
}

extension SensitivityAnalysis where Answer: Equatable {
  /// Evaluates again with every assumption changed, one at a time.
  ///
  /// - Parameters:
  ///   - evaluator: Evaluates packets of the host as it is.
  ///   - keys: The assumptions.
  ///   - evaluate: Computes the answer with an evaluator.
  package init(
    _ evaluator: inout PacketEvaluator, of keys: [Assumption] = relevant,
    evaluate: (inout PacketEvaluator) -> Answer
  ) {
    self.init(&evaluator, of: keys, areEqual: { $0 == $1 }, evaluate: evaluate)
  }

  /// Evaluates under every combination of assumptions, because several can have an effect together that none
  /// has alone.
  ///
  /// The order of the filters is not varied: a packet must pass them all, in any order.
  ///
  /// - Parameters:
  ///   - evaluator: Evaluates packets of the host as it is.
  ///   - evaluate: Computes the answer with an evaluator.
  /// - Returns: The number of combinations evaluated, and the first with a different answer, with that
  ///   answer.
  package static func evaluateAllCombinations(
    _ evaluator: inout PacketEvaluator, evaluate: (inout PacketEvaluator) -> Answer
  ) -> (count: Int, counterexample: (assumptions: Assumptions, answer: Answer)?) {
    let reference = evaluate(&evaluator)
    var combinations = [evaluator.assumptions]
    for key in relevant where key != .filterOrder && evaluator.canDepend(on: key) {
      combinations = combinations.flatMap { assumptions in
        alternatives(key).map { value in
          var copy = assumptions
          copy[key] = value
          return copy
        }
      }
    }
    // Without an implicit deny, its scope makes no difference.
    let distinct = combinations.filter {
      $0[.implicitDeny] != "never" || $0[.implicitDenyScope] == Assumption.implicitDenyScope.defaultValue
    }
    for (index, assumptions) in distinct.enumerated() {
      var other = evaluator.under(assumptions)
      let answer = evaluate(&other)
      if answer != reference { return (index + 1, (assumptions, answer)) }
    }
    return (distinct.count, nil)
  }
}
