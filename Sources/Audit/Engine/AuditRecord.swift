import Diagnostics

/// Collects the verdicts on resources.
struct AuditRecord {
  /// What a verdict is about.
  struct Subject {
    var resource: String
    /// The Kubernetes object that it is; nil for a resource of Azure.
    var object: AuditObjectName?
    var file: String
    var location: SourceRange?
    var isGenerated = false
    var isUnfixable = false
  }

  /// A verdict on what files contain.
  struct Evaluated {
    var status: AuditStatus
    /// When the file was changed, in ISO 8601 format; of several files the last one.
    var changed: String?
  }

  let benchmark: AuditBenchmark
  private let keepsResults: Bool
  var suppressions: AuditSuppressions
  private var baseline: AuditBaseline
  private var suppressed: [SuppressedFinding] = []
  /// All 24 rows in order; one without counts has no verdict.
  private var rows = AuditRule.all.map { AuditRowReport(rule: $0, status: .notEvaluated) }
  /// The findings by row.
  private var findings: [Int: [AuditFinding]] = [:]
  private var unenforceable: [AuditFinding] = []
  private var results = AuditResults()
  private var resources: Set<String> = []
  /// The resource of the last verdict; those on one resource come one after the other.
  private var lastResource: String?
  /// Where findings can be in a resource: paths are few, and findings many.
  private var paths = SharedValues<String>()
  /// The verdicts of each row on resources of Azure in files, for the assessments of the same ones.
  private var evaluated: [Int: [String: Evaluated]] = [:]
  /// The last change to a file with a resource of each row.
  private var newest: [Int: String] = [:]
  /// The file of the last verdict of each row.
  private var lastFiles = [String?](repeating: nil, count: AuditRule.all.count + 1)
  /// When files were changed.
  var changes: [String: String] = [:]
  /// What is wrong with objects beside the findings.
  var problems: [Diagnostic] = []
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
    var reason: String?
    let status: AuditStatus
    switch result {
    case .pass: status = .pass
    case .fail(let violations):
      let acceptance = suppressions.acceptance(of: rule, subject.resource)
      status = acceptance == nil ? .fail : .suppressed
      reason = acceptance?.reason
      for violation in violations {
        var finding = finding(violation, settings, subject)
        if let acceptance {
          suppressed.append(
            SuppressedFinding(
              finding: finding, reason: acceptance.reason, isInSource: acceptance.isInSource))
        } else {
          finding.isKnown = baseline.accounts(for: finding)
          findings[rule.row, default: []].append(finding)
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
      for violation in violations { unenforceable.append(finding(violation, settings, subject)) }
    }
    rows[rule.row - 1].count(status, because: reason)
    if subject.resource.hasPrefix("/") {
      evaluated[rule.row, default: [:]][subject.resource.lowercased()] = Evaluated(
        status: status, changed: changes[subject.file])
    }
    if subject.resource != lastResource {
      resources.insert(subject.resource)
      lastResource = subject.resource
    }
    if lastFiles[rule.row] != subject.file {
      lastFiles[rule.row] = subject.file
      if let changed = changes[subject.file], newest[rule.row].map({ $0 < changed }) ?? true {
        newest[rule.row] = changed
      }
    }
    guard keepsResults else { return }
    results.append(
      AuditResult(
        row: rule.row, status: status, resource: subject.resource, object: subject.object, reason: reason,
        file: subject.file, location: subject.location))
  }

  /// The verdict of a row on a resource of Azure in a file; nil if there is none.
  func evaluated(_ row: Int, of resource: String) -> Evaluated? { evaluated[row]?[resource.lowercased()] }

  /// The verdict of a row on all resources so far; nil if there are none.
  func evaluated(_ row: Int) -> Evaluated? {
    AuditStatus.precedence.first { rows[row - 1].counts[$0] ?? 0 > 0 }
      .map { Evaluated(status: $0, changed: newest[row]) }
  }

  private mutating func finding(
    _ violation: Violation, _ settings: RowSettings, _ subject: Subject
  ) -> AuditFinding {
    let rule = settings.rule
    return AuditFinding(
      rule: rule, severity: rule.severity(in: benchmark),
      definition: violation.network == nil
        ? violation.windows?.rawValue ?? rule.definition(in: benchmark) : nil,
      benchmark: violation.network == nil
        ? violation.windows?.benchmark ?? benchmark.rawValue : AuditBenchmark.network,
      resource: subject.resource, object: subject.object, path: paths.shared(violation.path),
      message: violation.message,
      remediation: violation.remediation ?? violation.windows?.remediation ?? rule.remediation,
      file: subject.file,
      location: violation.location ?? subject.location, isGenerated: subject.isGenerated,
      isUnfixableOnWindows: subject.isUnfixable, network: violation.network)
  }

  /// The report; the record is empty afterwards.
  mutating func report() -> AuditReport {
    let rows = rows.map { row -> AuditRowReport in
      var row = row
      let rule = row.rule
      // The rules of a host can show what the benchmark itself leaves out.
      let isShown = [.fail, .unenforceable, .suppressed].contains { row.counts[$0] ?? 0 > 0 }
      if !rule.isPart(of: benchmark), !isShown {
        row = AuditRowReport(rule: rule, status: .notApplicable)
        row.reasons = [(.notApplicable, "not in \(benchmark.rawValue)", 0)]
      } else if row.counts.isEmpty {
        row.reasons = [(.notEvaluated, "the input has no \(rule.input.title)", 0)]
      } else {
        row.status = AuditStatus.precedence.first { row.counts[$0] ?? 0 > 0 } ?? .notEvaluated
      }
      return row
    }
    var sorted: [AuditFinding] = []
    sorted.reserveCapacity(findings.values.reduce(0) { $0 + $1.count })
    var places: [Int: Range<Int>] = [:]
    for severity in AuditSeverity.allCases.reversed() {
      for rule in AuditRule.all where rule.severity(in: benchmark) == severity {
        // Each row is dropped here, so that no finding is in memory twice for long.
        guard let ofRow = findings.removeValue(forKey: rule.row) else { continue }
        places[rule.row] = sorted.count..<sorted.count + ofRow.count
        sorted += ofRow
      }
    }
    return AuditReport(
      benchmark: benchmark, rows: rows, findings: sorted, places: places, suppressed: suppressed,
      unenforceable: unenforceable, comparisons: comparisons,
      problems: problems + suppressions.diagnostics, results: results, hasBaseline: baseline.isGiven,
      resourceCount: resources.count)
  }
}
