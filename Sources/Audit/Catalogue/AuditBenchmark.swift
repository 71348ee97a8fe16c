/// A set of recommendations as it is, or was, in force (reference: audit, 0 and 10).
package enum AuditBenchmark: String, Sendable, CaseIterable {
  /// The Azure Security Benchmark of March 2021, with the logic of its templates to the letter.
  case asc2021 = "asc-2021"
  /// The Microsoft cloud security benchmark, with the major versions that it pins.
  case mcsbCurrent = "mcsb-current"
  /// The deployment safeguards of AKS.
  case aksSafeguards = "aks-safeguards"
  /// The second Microsoft cloud security benchmark, a preview.
  case mcsbV2Preview = "mcsb-v2-preview"

  /// What it is called.
  package var title: String {
    switch self {
    case .asc2021: "Azure Security Benchmark of March 2021"
    case .mcsbCurrent: "Microsoft cloud security benchmark"
    case .aksSafeguards: "AKS deployment safeguards"
    case .mcsbV2Preview: "Microsoft cloud security benchmark v2 (preview)"
    }
  }

  /// The benchmark of a policy definition that none of them contains.
  package static let noInitiative = "no-initiative"

  /// The benchmark of a finding in the rules of a host, which no policy definition checks.
  package static let network = "hnsctl-network"
}

/// How serious a recommendation is.
package enum AuditSeverity: String, Sendable, CaseIterable, Comparable {
  case low, medium, high

  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    }
  }
}

/// The verdict on a recommendation, for one resource or for all.
package enum AuditStatus: String, Sendable, CaseIterable {
  case pass, fail
  /// The recommendation is about something else, or is not in the benchmark.
  case notApplicable
  /// It needs a parameter that is not given.
  case unconfigured
  /// The input does not contain what decides.
  case notEvaluated
  /// Only an ACL would fix it, and the platform cannot program one.
  case unenforceable
  case suppressed

  /// The order in which the verdicts on resources decide the verdict on a row: nothing passes that is not
  /// evaluated.
  package static let precedence: [AuditStatus] = [
    .fail, .unenforceable, .unconfigured, .notEvaluated, .pass, .suppressed, .notApplicable,
  ]
}
