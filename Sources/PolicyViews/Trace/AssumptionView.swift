package import FilterEngine
import HostModel
package import JSONText
import NetworkTypes

/// The assumptions of the host on which a verdict depends.
package struct AssumptionView: Sendable {
  /// The assumptions that the verdict depends on.
  private let dependencies: [SensitivityAnalysis<AssumptionOutcome>.Dependency]
  /// The assumptions for which the budget was exceeded before a different outcome was found.
  private let undecided: [Assumption]
  /// The result for every combination; nil if not requested.
  private let allCombinations:
    (count: Int, counterexample: (assumptions: Assumptions, answer: AssumptionOutcome)?)?

  /// Evaluates again under other values of the assumptions.
  ///
  /// - Parameters:
  ///   - evaluator: Evaluates packets on the host as it is.
  ///   - outcome: The outcome on the host as it is.
  ///   - exhaustive: Whether every combination is evaluated too; only verdicts are compared there, not
  ///     matching rules.
  ///   - evaluate: Evaluates the outcome with an evaluator.
  package init(
    _ evaluator: inout PacketEvaluator, _ outcome: AssumptionOutcome, exhaustive: Bool,
    evaluate: (inout PacketEvaluator) -> AssumptionOutcome
  ) {
    let actual = evaluator.assumptions
    func evaluated(_ evaluator: inout PacketEvaluator) -> AssumptionOutcome {
      evaluator.assumptions == actual ? outcome : evaluate(&evaluator)
    }
    let different = SensitivityAnalysis(&evaluator, evaluate: evaluated).dependencies
    dependencies = different.compactMap { dependency in
      var decided = dependency
      decided.others.removeAll { $0.answer.isUndecided }
      return decided.others.isEmpty ? nil : decided
    }
    undecided = different.filter { $0.others.allSatisfy { $0.answer.isUndecided } }.map(\.assumption)
    allCombinations =
      exhaustive
      ? SensitivityAnalysis.evaluateAllCombinations(&evaluator) { evaluator in
        var outcome = evaluated(&evaluator)
        outcome.rule = nil
        return outcome
      } : nil
  }

  /// The assumptions as lines; empty if the verdict depends on none and no combinations were evaluated.
  package var lines: [String] {
    var lines = dependencies.map { dependency in
      let others = dependency.others.map { "\($0.value): \($0.answer.text)" }.joined(separator: "; ")
      return "Depends on the assumption \(dependency.assumption.name): \(dependency.value) (\(others))"
    }
    if !undecided.isEmpty {
      let title = Self.title(undecided.map(\.name))
      lines.append("May depend on the \(title): not decided within the budget")
    }
    guard let allCombinations else { return lines }
    if let other = allCombinations.counterexample, other.answer.isUndecided {
      lines.append(
        "Not decided under all assumptions: the query exceeded its budget with \(Self.text(other.assumptions))"
      )
    } else if let other = allCombinations.counterexample {
      lines.append(
        "Not the same under all assumptions: \(other.answer.text) with \(Self.text(other.assumptions))")
    } else {
      let combinations = Listing.number(allCombinations.count, "combination")
      lines.append("The verdict is the same under all assumptions (\(combinations) evaluated)")
    }
    return lines
  }

  /// Assumptions in a sentence: `assumption natSource`, or `assumptions natSource, implicitDeny`.
  static func title(_ names: [String]) -> String {
    "assumption\(names.count == 1 ? "" : "s") \(names.joined(separator: ", "))"
  }

  private static func text(_ assumptions: Assumptions) -> String {
    let changed = assumptions.changed
    guard !changed.isEmpty else { return "all assumptions at their defaults" }
    return changed.map { "\($0.key.name): \($0.value)" }.joined(separator: ", ")
  }

  /// Adds the assumptions to the JSON document of the verdict.
  ///
  /// - Parameter document: The document of the verdict.
  package func adding(to document: JSONObject) -> JSON {
    var object = document
    object.append("assumptions", dependencies(named: "assumption"))
    // The former key of "assumptions", kept for existing readers.
    object.append("switches", dependencies(named: "switch"))
    if !undecided.isEmpty { object.append("mayDependOn", .strings(undecided.map(\.name))) }
    guard let allCombinations else { return .object(object) }
    var all = JSONObject()
    all.append("same", .bool(allCombinations.counterexample == nil))
    all.append("combinations", .number(allCombinations.count))
    if let other = allCombinations.counterexample {
      all.append("verdict", .string(other.answer.text(includingRule: false)))
      let values = JSON.object(
        JSONObject(other.assumptions.changed.map { JSONObject.Member($0.key.name, .string($0.value)) }))
      all.append("assumptions", values)
      all.append("switches", values)
    }
    object.append("allAssumptions", .object(all))
    object.append("allSwitches", .object(all))
    return .object(object)
  }

  /// The assumptions that the verdict depends on, each with its outcomes under other values.
  private func dependencies(named name: String) -> JSON {
    .array(
      dependencies.map { dependency in
        [
          name: .string(dependency.assumption.name), "value": .string(dependency.value),
          "others": .array(
            dependency.others.map { other in
              [
                "value": .string(other.value), "verdict": .string(other.answer.text(includingRule: false)),
                "rule": other.answer.rule.map { .string($0) } ?? .null,
              ]
            }),
        ]
      })
  }
}

/// The outcome for a packet, or for all packets of a query, under some values of the assumptions.
package struct AssumptionOutcome: Equatable, Sendable {
  /// The verdict; nil if there are no packets.
  private var verdict: Verdict?
  /// The rule that matched a packet.
  var rule: String?
  /// The parts of a query.
  private var parts: [QueryPart] = []
  /// The answers for a packet between several endpoints.
  private var answers: [Answer] = []

  /// The answer for one packet.
  private struct Answer: Equatable, Sendable {
    var verdict: Verdict
    var rule: String?
  }

  /// Whether the budget was not enough for an answer.
  fileprivate private(set) var isUndecided = false

  /// The outcome for one packet, or for one between several endpoints.
  ///
  /// - Parameter traces: The packet's traces.
  package init(_ traces: [PacketTrace]) {
    verdict = traces.verdict
    rule = traces.rule
    if traces.count > 1 { answers = traces.map { Answer(verdict: $0.verdict, rule: $0.rule) } }
  }

  /// The outcome for a query.
  ///
  /// - Parameter parts: Its parts.
  package init(_ parts: [QueryPart]) {
    verdict = parts.isEmpty ? nil : parts.verdict
    self.parts = parts
  }

  /// The outcome for a query that exceeded the budget.
  package static var undecided: Self {
    var outcome = Self([QueryPart]())
    outcome.isUndecided = true
    return outcome
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.isUndecided == right.isUndecided && left.verdict == right.verdict && left.rule == right.rule
      && left.answers == right.answers && QueryPart.haveEqualVerdicts(left.parts, right.parts)
  }

  var text: String { text(includingRule: true) }

  /// The verdict as one word, with the rule if there is one.
  func text(includingRule includesRule: Bool) -> String {
    if isUndecided { return "undecided, exceeded the budget" }
    let word = verdict?.rawValue ?? "no packet"
    return includesRule ? word + (rule.map { " by \(printable($0))" } ?? "") : word
  }
}
