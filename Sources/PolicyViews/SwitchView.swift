package import FilterEngine
import HostModel
package import JSONText

/// On which of the host's switches a verdict depends.
package struct SwitchView: Sendable {
  /// A verdict with the rule that decided.
  private struct Outcome: Equatable, Sendable {
    var verdict: Verdict
    var rule: String?

    var words: String { "\(verdict.rawValue)\(rule.map { " by \(printable($0))" } ?? "")" }
  }

  private let study: SwitchStudy<Outcome>
  /// What asking under every combination found; nil when that was not asked for.
  private let exhausted: (asked: Int, counterexample: (switches: HostSwitches, verdict: Verdict)?)?

  /// Asks again under other values of the switches.
  ///
  /// - Parameters:
  ///   - evaluator: Judges packets of the host as it is.
  ///   - exhaustive: Whether every combination is asked as well.
  ///   - ask: The verdict and the rule by an evaluator.
  package init(
    _ evaluator: inout PacketEvaluator, exhaustive: Bool,
    ask: (inout PacketEvaluator) -> (verdict: Verdict, rule: String?)
  ) {
    study = SwitchStudy(&evaluator) { evaluator in
      let (verdict, rule) = ask(&evaluator)
      return Outcome(verdict: verdict, rule: rule)
    }
    guard exhaustive else {
      exhausted = nil
      return
    }
    let found = SwitchStudy<Verdict>.exhaust(&evaluator) { ask(&$0).verdict }
    exhausted = (found.asked, found.counterexample.map { ($0.switches, $0.answer) })
  }

  /// The switches as lines; empty when the verdict depends on none and nothing more was asked.
  package var lines: [String] {
    var lines = study.dependences.map { dependence in
      let others = dependence.others.map { "\($0.value): \($0.answer.words)" }.joined(separator: "; ")
      return "Depends on the switch \(dependence.key.rawValue): \(dependence.value) (\(others))"
    }
    guard let exhausted else { return lines }
    if let other = exhausted.counterexample {
      lines.append(
        "Not the same under all switches: \(other.verdict.rawValue) with \(Self.words(other.switches))")
    } else {
      lines.append("The verdict is the same under all switches (\(exhausted.asked) combinations asked)")
    }
    return lines
  }

  private static func words(_ switches: HostSwitches) -> String {
    let changed = switches.changed
    guard !changed.isEmpty else { return "every switch at its default" }
    return changed.map { "\($0.key.rawValue): \($0.value)" }.joined(separator: ", ")
  }

  /// The switches for programs, as members of the document they belong to.
  package var document: JSONObject {
    var object = JSONObject()
    object.append(
      "switches",
      .array(
        study.dependences.map { dependence in
          [
            "switch": .string(dependence.key.rawValue), "value": .string(dependence.value),
            "others": .array(
              dependence.others.map { other in
                [
                  "value": .string(other.value), "verdict": .string(other.answer.verdict.rawValue),
                  "rule": other.answer.rule.map { .string($0) } ?? .null,
                ]
              }),
          ]
        }))
    guard let exhausted else { return object }
    var all = JSONObject()
    all.append("same", .bool(exhausted.counterexample == nil))
    all.append("combinations", .whole(exhausted.asked))
    if let other = exhausted.counterexample {
      all.append("verdict", .string(other.verdict.rawValue))
      all.append(
        "switches",
        .object(
          JSONObject(other.switches.changed.map { JSONObject.Member($0.key.rawValue, .string($0.value)) })))
    }
    object.append("allSwitches", .object(all))
    return object
  }
}
