package import Diagnostics

/// A reason why a resource does not comply.
package struct AuditFinding: Sendable {
  package var rule: AuditRule
  package var severity: AuditSeverity
  /// The GUID of the definition that decides; nil for a finding of the join with a network, which no policy has.
  package var definition: String?
  /// The benchmark that has this definition.
  package var benchmark: String
  package var resource: String
  /// Where in the resource.
  package var path: String
  package var message: String
  package var remediation: String
  package var file: String
  package var location: SourceRange?
  /// Whether the pod is made by a controller from a template.
  package var isGenerated: Bool
  /// Whether it is about a Windows pod that cannot comply.
  package var isUnfixableOnWindows: Bool
  /// Whether the baseline has it.
  package var isKnown = false
  /// What the rules of a host do, for a finding that they show.
  package var network: NetworkEvidence?
}

/// The verdict on a row.
package struct AuditRowReport: Sendable {
  package var rule: AuditRule
  package var status: AuditStatus
  /// How many resources have each status.
  package var counts: [AuditStatus: Int] = [:]
  /// Why resources have neither passed nor failed, and how many, in the order found.
  package var reasons: [(status: AuditStatus, reason: String, count: Int)] = []

  package var failed: Int { counts[.fail] ?? 0 }
  package var passed: Int { counts[.pass] ?? 0 }
}

/// The result of an audit.
package struct AuditReport: Sendable {
  package var benchmark: AuditBenchmark
  /// All 24 rows in order.
  package var rows: [AuditRowReport]
  /// By severity, row and the order of the input.
  package var findings: [AuditFinding]
  /// Which of the findings are of each row.
  var places: [Int: Range<Int>]
  /// The findings that are accepted, each with the reason.
  package var suppressed: [(finding: AuditFinding, reason: String)]
  /// What only an ACL could mend that the platform cannot program.
  package var unenforceable: [AuditFinding]
  /// What assessments say of what files contain.
  package var comparisons: [DefenderComparison]
  /// What is wrong with suppressions.
  package var problems: [Diagnostic]
  /// The verdicts on the resources, in the order found; empty unless they were asked for.
  package var results: AuditResults
  /// How many resources were evaluated.
  package var resourceCount: Int

  /// The findings of a row.
  package func findings(ofRow row: Int) -> ArraySlice<AuditFinding> { findings[places[row] ?? 0..<0] }

  /// How many findings that are not known are at least as severe as this.
  package func count(atLeast severity: AuditSeverity) -> Int {
    findings.count { $0.severity >= severity && !$0.isKnown }
  }

  /// How many findings are known.
  package var knownCount: Int { findings.count(where: \.isKnown) }
}
