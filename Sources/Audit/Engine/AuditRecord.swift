import Diagnostics

/// Collects the verdicts on resources.
struct AuditRecord {
  /// What a verdict is about.
  struct Subject {
    var resource: String
    var file: String
    var location: SourceRange?
    var isGenerated = false
    var isUnfixable = false
  }

  let benchmark: AuditBenchmark
  private let keepsResults: Bool
  var suppressions: AuditSuppressions
  private var baseline: AuditBaseline
  private var suppressed: [(finding: AuditFinding, reason: String)] = []
  private var rows: [Int: AuditRowReport] = [:]
  private var findings: [AuditFinding] = []
  private var unenforceable: [AuditFinding] = []
  private var results: [AuditResult] = []
  private var resources: Set<String> = []
  /// The verdicts of each row on resources of Azure in files, for the assessments of the same ones.
  private var evaluated: [Int: [String: AuditStatus]] = [:]
  /// What assessments say of what files contain.
  var comparisons: [DefenderComparison] = []

  init(
    benchmark: AuditBenchmark, suppressions: AuditSuppressions, baseline: AuditBaseline, keepsResults: Bool
  ) {
    self.suppressions = suppressions
    self.baseline = baseline
    self.benchmark = benchmark
    self.keepsResults = keepsResults
  }

  mutating func add(_ result: CheckResult, _ settings: RowSettings, _ subject: Subject) {
    let rule = settings.rule
    var row = rows[rule.row] ?? AuditRowReport(rule: rule, status: .notEvaluated)
    var reason: String?
    let status: AuditStatus
    switch result {
    case .pass: status = .pass
    case .fail(let violations):
      let accepted = suppressions.reason(rule, subject.resource)
      status = accepted == nil ? .fail : .suppressed
      reason = accepted
      for violation in violations {
        var finding = finding(violation, settings, subject)
        if let accepted {
          suppressed.append((finding, accepted))
        } else {
          finding.isKnown = baseline.accounts(for: finding)
          findings.append(finding)
        }
      }
    case .notApplicable(let why):
      status = .notApplicable
      reason = why
    case .unconfigured(let why):
      status = .unconfigured
      reason = why
    case .notEvaluated(let why):
      status = .notEvaluated
      reason = why
    case .unenforceable(let violations, let why):
      status = .unenforceable
      reason = why
      unenforceable += violations.map { finding($0, settings, subject) }
    }
    row.counts[status, default: 0] += 1
    if let reason {
      if let index = row.reasons.firstIndex(where: { $0.status == status && $0.reason == reason }) {
        row.reasons[index].count += 1
      } else if row.reasons.count < 100 {
        row.reasons.append((status, reason, 1))
      }
    }
    rows[rule.row] = row
    if subject.resource.hasPrefix("/") {
      evaluated[rule.row, default: [:]][subject.resource.lowercased()] = status
    }
    resources.insert(subject.resource)
    guard keepsResults else { return }
    results.append(
      AuditResult(
        row: rule.row, status: status, resource: subject.resource, reason: reason, file: subject.file,
        location: subject.location))
  }

  /// The verdict of a row on a resource of Azure in a file; nil if there is none.
  func status(_ row: Int, of resource: String) -> AuditStatus? { evaluated[row]?[resource.lowercased()] }

  /// The verdict of a row on all resources so far; nil if there are none.
  func status(_ row: Int) -> AuditStatus? {
    rows[row].flatMap { row in AuditStatus.precedence.first { row.counts[$0] ?? 0 > 0 } }
  }

  private func finding(
    _ violation: Violation, _ settings: RowSettings, _ subject: Subject
  ) -> AuditFinding {
    let rule = settings.rule
    return AuditFinding(
      rule: rule, severity: rule.severity(in: benchmark),
      definition: violation.network == nil
        ? violation.windows?.rawValue ?? rule.definition(in: benchmark) : nil,
      benchmark: violation.network == nil
        ? violation.windows?.benchmark ?? benchmark.rawValue : AuditBenchmark.network,
      resource: subject.resource, path: violation.path, message: violation.message,
      remediation: violation.remediation ?? violation.windows?.remediation ?? rule.remediation,
      file: subject.file,
      location: violation.location ?? subject.location, isGenerated: subject.isGenerated,
      isUnfixableOnWindows: subject.isUnfixable, network: violation.network)
  }

  func report() -> AuditReport {
    let rows = AuditRule.all.map { rule -> AuditRowReport in
      let counts = self.rows[rule.row]?.counts ?? [:]
      // The rules of a host can show what the benchmark itself leaves out.
      let isShown = [.fail, .unenforceable, .suppressed].contains { counts[$0] ?? 0 > 0 }
      guard rule.isPart(of: benchmark) || isShown else {
        var row = AuditRowReport(rule: rule, status: .notApplicable)
        row.reasons = [(.notApplicable, "not in \(benchmark.rawValue)", 0)]
        return row
      }
      guard var row = self.rows[rule.row] else {
        var row = AuditRowReport(rule: rule, status: .notEvaluated)
        row.reasons = [(.notEvaluated, "no input: \(rule.input.title)", 0)]
        return row
      }
      row.status = AuditStatus.precedence.first { row.counts[$0] ?? 0 > 0 } ?? .notEvaluated
      return row
    }
    let sorted = findings.enumerated().sorted { left, right in
      if left.element.severity != right.element.severity {
        return left.element.severity > right.element.severity
      }
      if left.element.rule.row != right.element.rule.row {
        return left.element.rule.row < right.element.rule.row
      }
      return left.offset < right.offset
    }
    return AuditReport(
      benchmark: benchmark, rows: rows, findings: sorted.map(\.element), suppressed: suppressed,
      unenforceable: unenforceable, comparisons: comparisons,
      problems: suppressions.diagnostics, results: results,
      resourceCount: resources.count)
  }
}
