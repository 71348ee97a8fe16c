package import HostModel

/// What becomes of an answer under other values of the host's assumptions.
package struct SensitivityAnalysis<Answer: Equatable & Sendable>: Sendable {
  /// A switch on which an answer depends.
  package struct Dependence: Sendable {
    /// The switch.
    package var key: Assumption
    /// The value it has.
    package var value: String
    /// Other values with the different answers they lead to.
    package var others: [(value: String, answer: Answer)]
  }

  /// The answer as the host is.
  package let answer: Answer
  /// The assumptions that alone change the answer, in the catalogue's order.
  package let dependences: [Dependence]

  /// The assumptions that bear on what becomes of a packet.
  ///
  /// The others act when a host is programmed, which has happened by then.
  package static var relevant: [Assumption] {
    [
      .implicitDeny, .implicitDenyScope, .omittedRuleType, .hypervInboundBefore1709, .natAclOnServer2025,
      .setRoles, .equalPriority, .filterOrder, .natSource, .publishedDestination,
    ]
  }

  /// Asks again with every switch set otherwise, one at a time.
  ///
  /// - Parameters:
  ///   - evaluator: Judges packets of the host as it is.
  ///   - keys: The assumptions.
  ///   - ask: Answers by an evaluator.
  package init(
    _ evaluator: inout PacketEvaluator, of keys: [Assumption] = relevant,
    ask: (inout PacketEvaluator) -> Answer
  ) {
    answer = ask(&evaluator)
    var found: [Dependence] = []
    for key in keys {
      var others: [(String, Answer)] = []
      for value in Self.worlds(key) where value != evaluator.assumptions[key] {
        var assumptions = evaluator.assumptions
        assumptions[key] = value
        var other = evaluator.under(assumptions)
        let answer = ask(&other)
        if answer != self.answer { others.append((value, answer)) }
      }
      if !others.isEmpty {
        found.append(Dependence(key: key, value: evaluator.assumptions[key], others: others))
      }
    }
    dependences = found
  }

  /// The values of a switch that a host can really have; "unknown" is no such value.
  private static func worlds(_ key: Assumption) -> [String] {
    key.values.map(\.value).filter { $0 != "unknown" }
  }

  /// Asks under every combination of switch values, since assumptions can act together and not alone.
  ///
  /// The order of the filters is left as it is: a packet must pass them all, in whatever order.
  ///
  /// - Parameters:
  ///   - evaluator: Judges packets of the host as it is.
  ///   - ask: Answers by an evaluator.
  /// - Returns: How many combinations were asked, and the first that answers differently with its answer.
  package static func exhaust(
    _ evaluator: inout PacketEvaluator, ask: (inout PacketEvaluator) -> Answer
  ) -> (asked: Int, counterexample: (assumptions: Assumptions, answer: Answer)?) {
    let reference = ask(&evaluator)
    var combinations = [evaluator.assumptions]
    for key in relevant where key != .filterOrder && evaluator.canDepend(on: key) {
      combinations = combinations.flatMap { assumptions in
        worlds(key).map { value in
          var copy = assumptions
          copy[key] = value
          return copy
        }
      }
    }
    // The scope of an implicit deny that never comes is no choice.
    let distinct = combinations.filter {
      $0[.implicitDeny] != "never" || $0[.implicitDenyScope] == Assumption.implicitDenyScope.defaultValue
    }
    for (index, assumptions) in distinct.enumerated() {
      var other = evaluator.under(assumptions)
      let answer = ask(&other)
      if answer != reference { return (index + 1, (assumptions, answer)) }
    }
    return (distinct.count, nil)
  }
}
