import FilterEngine
import HostModel
import NetworkTypes
import PolicyCompiler

/// Finds the ACLs of other owners because of which packets have another verdict.
///
/// They are those that decide an example packet of a change. Where no rule matches it, all of them in that
/// direction are responsible: the profile has no catch-all beside them, and their presence blocks the rest.
struct AlteringRules {
  private let profile: String
  private var evaluator: PacketEvaluator

  /// - Parameters:
  ///   - profile: The profile's name.
  ///   - evaluator: Evaluates packets of the host.
  init(profile: String, _ evaluator: PacketEvaluator) {
    self.profile = profile
    self.evaluator = evaluator
  }

  /// Marks them.
  consuming func mark(_ drift: inout Drift) {
    guard !drift.others.isEmpty else { return }
    let changedEndpoints = Set((drift.changed + drift.missing).map(\.target))
    for change in drift.effect {
      let steps = evaluator.steps(of: change)
      guard !steps.isEmpty else {
        // Without a trace, the name of the rule decides.
        drift.mark { $0.rule.name == change.after }
        continue
      }
      var isFound = false
      for step in steps where evaluator.names[step.answer.name] == change.after {
        guard let endpoint = step.endpoint.map({ evaluator.topology.endpoints[$0].name }) else { continue }
        let direction = step.packet.direction
        if step.answer.source == .acl {
          guard RuleIdentity(id: step.answer.id)?.profile != profile else { continue }
          let name = RuleStatement.name(step.answer.id)
          isFound =
            drift.mark {
              $0.endpoint == endpoint && $0.rule.direction == direction && $0.rule.name == name
            } || isFound
        } else {
          isFound =
            drift.mark { rule in
              rule.endpoint == endpoint
                && (rule.rule.direction == direction || evaluator.assumptions.implicitDenyScope == .endpoint)
            } || isFound
        }
      }
      if !isFound, !changedEndpoints.contains(change.endpoint) {
        drift.mark { $0.endpoint == change.endpoint }
      }
    }
  }
}

extension Drift {
  /// Marks some rules of other owners; returns whether there are any.
  @discardableResult
  fileprivate mutating func mark(_ condition: (OtherRule) -> Bool) -> Bool {
    var isAny = false
    for index in others.indices where condition(others[index]) {
      others[index].alters = true
      isAny = true
    }
    return isAny
  }
}
