import Audit
import Diagnostics
package import JSONText

extension AuditView {
  /// The result as a list of OpenReports documents (`openreports.io/v1alpha1`): one Report for each namespace,
  /// and one ClusterReport for resources of no namespace (reference: audit, 10).
  ///
  /// Findings of the baseline are warnings that are not scored.
  package var openReports: LongJSON {
    let (findings, results) = (report.findings, report.results)
    let scopes = reportScopes
    let items = LongJSON.elements(scopes.count) { number in
      let scope = scopes[number]
      var metadata: JSONObject = ["name": .string("hnsctl-\(report.benchmark.rawValue)")]
      metadata.append("namespace", scope.namespace.map { .string($0) })
      var summary = JSONObject()
      for outcome in ["pass", "fail", "warn", "error", "skip"] {
        summary.append(outcome, .number(scope.counts[outcome] ?? 0))
      }
      return .object([
        ("apiVersion", .value("openreports.io/v1alpha1")),
        ("kind", .value(.string(scope.namespace == nil ? "ClusterReport" : "Report"))),
        ("metadata", .value(.object(metadata))), ("source", .value("hnsctl")),
        ("summary", .value(.object(summary))),
        (
          "results",
          .elements(scope.findings.count + scope.results.count) { place in
            .value(
              place < scope.findings.count
                ? entry(findings[scope.findings[place]])
                : entry(results[scope.results[place - scope.findings.count]]))
          }
        ),
      ])
    }
    return .object([
      ("apiVersion", .value("v1")), ("kind", .value("List")), ("items", items),
    ])
  }

  /// What is reported together: the findings and the other results of a namespace, by their indices.
  private struct ReportScope {
    var namespace: String?
    var findings: [Int] = []
    var results: [Int] = []
    var counts: [String: Int] = [:]
  }

  private var reportScopes: [ReportScope] {
    var scopes: [ReportScope] = []
    var known: [String?: Int] = [:]
    func scope(of object: AuditObjectName?) -> Int {
      let namespace = object?.namespace
      if let index = known[namespace] { return index }
      known[namespace] = scopes.count
      scopes.append(ReportScope(namespace: namespace))
      return scopes.count - 1
    }
    for (number, finding) in report.findings.enumerated() {
      let index = scope(of: finding.object)
      scopes[index].findings.append(number)
      scopes[index].counts[Self.outcome(finding), default: 0] += 1
    }
    for (number, result) in report.results.enumerated() where result.status != .fail {
      let index = scope(of: result.object)
      scopes[index].results.append(number)
      scopes[index].counts[Self.outcome(result), default: 0] += 1
    }
    return scopes
  }

  private static func outcome(_ finding: AuditFinding) -> String { finding.isKnown ? "warn" : "fail" }

  private static func outcome(_ result: AuditResult) -> String { result.status == .pass ? "pass" : "skip" }

  private func entry(_ finding: AuditFinding) -> JSON {
    entry(
      finding.rule, Self.outcome(finding), finding.severity, finding.definition, finding.benchmark,
      finding.resource, finding.object,
      "\(finding.path): \(finding.message)" + (finding.isKnown ? " (known from the baseline)" : ""),
      finding.file, finding.location)
  }

  private func entry(_ result: AuditResult) -> JSON {
    let rule = AuditRule.all[result.row - 1]
    return entry(
      rule, Self.outcome(result), rule.severity(in: report.benchmark), rule.definition(in: report.benchmark),
      report.benchmark.rawValue, result.resource, result.object,
      result.reason.map { "\(result.status.rawValue): \($0)" } ?? result.status.rawValue, result.file,
      result.location)
  }

  private func entry(
    _ rule: AuditRule, _ outcome: String, _ severity: AuditSeverity, _ definition: String?,
    _ benchmark: String, _ resource: String, _ object: AuditObjectName?, _ message: String, _ file: String,
    _ location: SourceRange?
  ) -> JSON {
    var entry: JSONObject = [
      "source": "hnsctl", "policy": .string(definition ?? benchmark), "rule": .string(rule.code),
      "category": .string(benchmark), "severity": .string(severity.rawValue), "result": .string(outcome),
      "scored": .bool(outcome != "warn"), "message": .string(message),
    ]
    if let object {
      entry.append(
        "resources",
        [
          [
            "kind": .string(object.kind), "namespace": .string(object.namespace),
            "name": .string(object.name),
          ]
        ])
    }
    entry.append(
      "properties",
      [
        "row": .string("\(rule.row)"), "resource": .string(resource), "file": .string(file),
        "line": .string(location.map { "\($0.line)" } ?? ""),
      ])
    return .object(entry)
  }
}
