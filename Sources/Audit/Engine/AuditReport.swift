package import Diagnostics
import Manifests

/// The name of a Kubernetes object.
package struct AuditObjectName: Sendable, Hashable {
  package var kind: String
  package var namespace: String
  package var name: String

  init(_ object: ManifestObject) {
    kind = object.kind
    namespace = object.namespace
    name = object.name
  }

  /// `KIND/NAMESPACE/NAME`.
  package var text: String { "\(kind)/\(namespace)/\(name)" }
}

/// A reason why a resource does not comply.
package struct AuditFinding: Sendable {
  package var rule: AuditRule
  package var severity: AuditSeverity
  /// The GUID of the definition that decides; nil for a finding in the rules of a host, which no definition checks.
  package var definition: String?
  /// The benchmark that has this definition.
  package var benchmark: String
  package var resource: String
  /// The Kubernetes object that the resource is; nil for a resource of Azure.
  package var object: AuditObjectName?
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

/// A finding that is accepted.
package struct SuppressedFinding: Sendable {
  package var finding: AuditFinding
  package var reason: String
  /// Whether an annotation of the object accepts it, and not a file beside it.
  package var isInSource: Bool
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

  /// Counts the verdict on a resource.
  mutating func count(_ status: AuditStatus, because reason: String?) {
    counts[status, default: 0] += 1
    guard let reason else { return }
    if let index = reasons.firstIndex(where: { $0.status == status && $0.reason == reason }) {
      reasons[index].count += 1
    } else if reasons.count < 100 {
      reasons.append((status, reason, 1))
    }
  }
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
  package var suppressed: [SuppressedFinding]
  /// What only an ACL would fix, and the platform cannot program one.
  package var unenforceable: [AuditFinding]
  /// What assessments say of what files contain.
  package var comparisons: [DefenderComparison]
  /// What is wrong with suppressions.
  package var problems: [Diagnostic]
  /// The verdicts on the resources, in the order found; empty unless they were asked for.
  package var results: AuditResults
  /// Whether findings are compared with those of an earlier audit.
  package var hasBaseline: Bool
  /// How many resources were evaluated.
  package var resourceCount: Int

  /// The findings of a row.
  package func findings(ofRow row: Int) -> ArraySlice<AuditFinding> { findings[places[row] ?? 0..<0] }

  /// The findings that the baseline does not have: the only ones that make an audit fail.
  package var newFindings: [AuditFinding] { findings.filter { !$0.isKnown } }

  /// The findings that the baseline has.
  package var knownFindings: [AuditFinding] { findings.filter(\.isKnown) }

  /// How many new findings are at least as severe as this.
  package func count(atLeast severity: AuditSeverity) -> Int {
    findings.count { $0.severity >= severity && !$0.isKnown }
  }
}
