import Audit
package import Diagnostics
package import JSONText

extension AuditView {
  // MARK: SARIF

  /// The findings as a log of the Static Analysis Results Interchange Format; suppressed ones are marked.
  ///
  /// - Parameters:
  ///   - version: The version of this program.
  ///   - errors: The errors of files that could not be read.
  package func log(version: String, errors: [Diagnostic]) -> LongJSON {
    let rows = Set(report.findings.map(\.rule.row) + report.suppressed.map(\.finding.rule.row))
    var codes = AuditRule.all.filter { rows.contains($0.row) }.map(\.diagnosticCode)
    for error in errors where !codes.contains(error.code) { codes.append(error.code) }
    let (findings, suppressed) = (report.findings, report.suppressed)
    return SARIFLog(version: version, fingerprintName: "audit/v1").document(
      codes, isSuccessful: errors.isEmpty, errors.count + findings.count + suppressed.count
    ) { number in
      guard number >= errors.count else { return SARIFLog.result(errors[number], errors[number].file ?? "-") }
      let place = number - errors.count
      guard place >= findings.count else { return result(findings[place], nil) }
      let accepted = suppressed[place - findings.count]
      return result(accepted.finding, accepted.reason)
    }
  }

  private func result(_ finding: AuditFinding, _ justification: String?) -> SARIFLog.Result {
    SARIFLog.Result(
      code: finding.rule.diagnosticCode, severity: AuditRule.diagnosticSeverity(finding.severity),
      message: [
        "\(finding.resource) \(finding.path): \(finding.message)\(Self.remark(finding))", finding.remediation,
        finding.definition.map { "Policy definition \($0) of \(finding.benchmark)" }
          ?? "Shown by the rules of \(finding.network?.source ?? "a host"); no policy definition has it",
      ],
      file: finding.file, location: finding.location,
      fingerprint:
        "\(finding.definition ?? finding.benchmark) \(finding.resource) \(finding.path) \(finding.message)",
      justification: justification)
  }

  // MARK: JUnit

  /// The result as JUnit XML: a case for each row; rows without a verdict are skipped.
  ///
  /// - Parameter errors: The errors of files that could not be read, each a case of its own.
  package func junit(errors: [Diagnostic]) -> [String] {
    let failed = report.rows.count { $0.status == .fail }
    let skipped = report.rows.count { ![.fail, .pass].contains($0.status) }
    let sums = XMLText.attributes([
      "name": "hnsctl audit \(report.benchmark.rawValue)", "tests": "\(report.rows.count + errors.count)",
      "failures": "\(failed)", "errors": "\(errors.count)", "skipped": "\(skipped)",
    ])
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites>", "  <testsuite\(sums)>",
    ]
    for error in errors {
      let name = XMLText.attributes(["name": "(\(error.code.id))", "classname": error.file ?? "-"])
      let reason = XMLText.attributes(["message": error.message, "type": error.code.id])
      lines += ["    <testcase\(name)>", "      <error\(reason)/>", "    </testcase>"]
    }
    for row in report.rows {
      let name = XMLText.attributes([
        "name": "\(row.rule.row) \(row.rule.code)", "classname": report.benchmark.rawValue,
      ])
      guard row.status != .pass else {
        lines.append("    <testcase\(name)/>")
        continue
      }
      lines.append("    <testcase\(name)>")
      if row.status == .fail {
        let findings = report.findings(ofRow: row.rule.row)
        let reason = XMLText.attributes([
          "message": "\(Self.number(findings.count, "finding")): \(row.rule.name(in: report.benchmark))",
          "type": row.rule.code,
        ])
        let text = findings.map { finding in
          "\(finding.file)\(finding.location.map { ":\($0.line)" } ?? ""): \(finding.resource) \(finding.path): "
            + finding.message
        }
        lines.append("      <failure\(reason)>\(XMLText.content(text))</failure>")
      } else {
        let reason = row.reasons.first { $0.status == row.status }?.reason ?? row.status.rawValue
        lines.append(
          "      <skipped\(XMLText.attributes(["message": "\(row.status.rawValue): \(reason)"]))/>")
      }
      lines.append("    </testcase>")
    }
    return lines + ["  </testsuite>", "</testsuites>"]
  }

  // MARK: OpenReports

  /// The result as a list of OpenReports documents (`openreports.io/v1alpha1`): one Report for each namespace,
  /// and one ClusterReport for resources of no namespace (reference: audit, 10).
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
    func scope(of resource: String) -> Int {
      let namespace = Self.namespace(of: resource)
      if let index = known[namespace] { return index }
      known[namespace] = scopes.count
      scopes.append(ReportScope(namespace: namespace))
      return scopes.count - 1
    }
    for (number, finding) in report.findings.enumerated() {
      let index = scope(of: finding.resource)
      scopes[index].findings.append(number)
      scopes[index].counts["fail", default: 0] += 1
    }
    for (number, result) in report.results.enumerated() where result.status != .fail {
      let index = scope(of: result.resource)
      scopes[index].results.append(number)
      scopes[index].counts[Self.outcome(result), default: 0] += 1
    }
    return scopes
  }

  private static func outcome(_ result: AuditResult) -> String { result.status == .pass ? "pass" : "skip" }

  private func entry(_ finding: AuditFinding) -> JSON {
    entry(
      finding.rule, "fail", finding.severity, finding.definition, finding.benchmark, finding.resource,
      "\(finding.path): \(finding.message)", finding.file, finding.location)
  }

  private func entry(_ result: AuditResult) -> JSON {
    let rule = AuditRule.all[result.row - 1]
    return entry(
      rule, Self.outcome(result), rule.severity(in: report.benchmark), rule.definition(in: report.benchmark),
      report.benchmark.rawValue, result.resource,
      result.reason.map { "\(result.status.rawValue): \($0)" } ?? result.status.rawValue, result.file,
      result.location)
  }

  private func entry(
    _ rule: AuditRule, _ outcome: String, _ severity: AuditSeverity, _ definition: String?,
    _ benchmark: String,
    _ resource: String, _ message: String, _ file: String, _ location: SourceRange?
  ) -> JSON {
    var object: JSONObject = [
      "source": "hnsctl", "policy": .string(definition ?? benchmark), "rule": .string(rule.code),
      "category": .string(benchmark), "severity": .string(severity.rawValue), "result": .string(outcome),
      "scored": true, "message": .string(message),
    ]
    let parts = resource.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 3, !resource.hasPrefix("/"), !resource.hasPrefix("Microsoft.") {
      object.append(
        "resources",
        [["kind": .string(parts[0]), "namespace": .string(parts[1]), "name": .string(parts[2])]])
    }
    object.append(
      "properties",
      [
        "row": .string("\(rule.row)"), "resource": .string(resource), "file": .string(file),
        "line": .string(location.map { "\($0.line)" } ?? ""),
      ])
    return .object(object)
  }

  /// The namespace of `KIND/NAMESPACE/NAME`; nil for a resource of Azure.
  private static func namespace(of resource: String) -> String? {
    let parts = resource.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, !resource.hasPrefix("/"), !resource.hasPrefix("Microsoft.") else { return nil }
    return String(parts[1])
  }

  // MARK: HTML

  /// A self-contained page with the findings and the coverage.
  package var page: [UInt8] {
    var page = HTMLPage(title: "Audit: \(report.benchmark.rawValue)")
    let escape = HTMLPage.escape
    page.add("<header>\n<h1>Audit of containers</h1>")
    page.add(
      "<p class=\"lead\">\(escape(report.benchmark.title)) · \(Self.number(report.resourceCount, "resource")), "
        + "\(Self.number(report.findings.count, "finding"))</p>\n</header>\n<main>")
    for severity in AuditSeverity.allCases.reversed() {
      let rows = report.rows.filter { row in
        report.findings(ofRow: row.rule.row).first?.severity == severity
      }
      guard !rows.isEmpty else { continue }
      page.add(
        "<section>\n<h2>\(severity.rawValue.prefix(1).uppercased())\(severity.rawValue.dropFirst())</h2>")
      for row in rows {
        let ofRow = report.findings(ofRow: row.rule.row)
        page.add("<h3>\(row.rule.row) \(escape(row.rule.name(in: report.benchmark)))</h3>")
        for remedy in Set(ofRow.map(\.remediation)).sorted() { page.add("<p>\(escape(remedy))</p>") }
        page.add(
          "<table><thead><tr><th scope=\"col\">Resource</th><th scope=\"col\">Finding</th>"
            + "<th scope=\"col\">Place</th></tr></thead><tbody>")
        for finding in ofRow {
          let place = finding.file + (finding.location.map { ":\($0.line)" } ?? "")
          page.add(
            "<tr><td><code>\(escape(finding.resource))</code></td><td>\(escape(finding.message + Self.remark(finding)))"
              + "<br><code>\(escape(finding.path))</code></td><td><code>\(escape(place))</code></td></tr>")
        }
        page.add("</tbody></table>")
      }
      page.add("</section>")
    }
    page.add(
      "<section>\n<h2>Coverage</h2>\n<table><thead><tr><th scope=\"col\">Row</th><th scope=\"col\">Recommendation</th>"
        + "<th scope=\"col\">Status</th><th scope=\"col\">Failed</th><th scope=\"col\">Passed</th>"
        + "<th scope=\"col\">Reason</th></tr></thead><tbody>")
    for row in report.rows {
      let reason = row.reasons.first { $0.status == row.status }?.reason ?? ""
      page.add(
        "<tr><td>\(row.rule.row)</td><td>\(escape(row.rule.name(in: report.benchmark)))</td>"
          + "<td>\(row.status.rawValue)</td><td>\(row.failed)</td><td>\(row.passed)</td><td>\(escape(reason))</td></tr>"
      )
    }
    page.add("</tbody></table>\n</section>\n</main>")
    page.add("<footer><p>Rows without input or parameters have not passed.</p></footer>")
    return page.bytes()
  }
}
