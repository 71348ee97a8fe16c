import HostModel

/// Why a verdict is unknown.
package enum UnknownReason: Hashable, Sendable {
  /// No rule matches, and the value of the assumption `implicitDeny` is unknown.
  case implicitDeny
  /// A rule of a policy matches, and how it acts beside ACLs is not documented.
  case policy(type: String, rule: String, endpoint: String)

  /// The reason among the filters of a route; nil if none of them is undecided.
  init?(_ steps: [TraceStep], _ topology: HostTopology) {
    let undecided = steps.lazy.compactMap(\.filter).first { $0.isReached && $0.answer.verdict == .unknown }
    guard let step = undecided else { return nil }
    let type = step.answer.source.policyType
    guard !type.isEmpty, let endpoint = step.endpoint else {
      self = .implicitDeny
      return
    }
    self = .policy(type: type, rule: step.answer.id, endpoint: topology.endpoints[endpoint].name)
  }
}

extension UnknownReason: CustomStringConvertible {
  /// The reason as a sentence.
  package var description: String {
    switch self {
    case .implicitDeny: return "the assumption implicitDeny leaves it undetermined"
    case .policy(let type, let rule, let endpoint):
      let name = rule.isEmpty ? "" : " '\(rule)'"
      return "a \(type) rule\(name) of \(endpoint) matches, and how it acts beside ACLs is not documented"
    }
  }
}
