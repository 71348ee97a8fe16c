import Audit
package import Diagnostics
package import JSONText
import NetworkTypes

extension AuditView {
  // MARK: SARIF

  /// The findings as a log of the Static Analysis Results Interchange Format; suppressed ones and those of the
  /// baseline are marked as suppressed.
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
      guard place < findings.count else {
        let accepted = suppressed[place - findings.count]
        var result = result(accepted.finding)
        result.suppression = .init(justification: accepted.reason, isInSource: accepted.isInSource)
        return result
      }
      var result = result(findings[place])
      if report.hasBaseline { result.baselineState = findings[place].isKnown ? .unchanged : .new }
      if findings[place].isKnown {
        result.suppression = .init(justification: "known from the baseline", isInSource: false)
      }
      return result
    }
  }

  private func result(_ finding: AuditFinding) -> SARIFLog.Result {
    SARIFLog.Result(
      code: finding.rule.diagnosticCode, severity: AuditRule.diagnosticSeverity(finding.severity),
      message: [
        "\(finding.resource) \(finding.path): \(finding.message)\(Self.remark(finding))", finding.remediation,
        finding.definition.map { "Policy definition \($0) of \(finding.benchmark)" }
          ?? "Found in the rules of \(finding.network?.source ?? "a host"); no Azure Policy definition checks it",
      ],
      file: finding.file, location: finding.location,
      fingerprint:
        "\(finding.definition ?? finding.benchmark) \(finding.resource) \(finding.path) \(finding.message)")
  }

  // MARK: JUnit

  /// The result as JUnit XML: a case for each row; rows without a verdict, and those that fail with known findings
  /// only, are skipped.
  ///
  /// - Parameter errors: The errors of files that could not be read, each a case of its own.
  package func junit(errors: [Diagnostic]) -> [String] {
    var counts = JUnitReport.Counts(
      tests: report.rows.count + errors.count, failures: 0, errors: errors.count)
    var lines = errors.flatMap { JUnitReport.errorCase($0, in: $0.file ?? "-") }
    for row in report.rows {
      let name = XMLText.attributes([
        "name": "\(row.rule.row) \(row.rule.code)", "classname": report.benchmark.rawValue,
      ])
      let findings = report.findings(ofRow: row.rule.row).filter { !$0.isKnown }
      guard row.status != .pass else {
        lines.append("    <testcase\(name)/>")
        continue
      }
      lines.append("    <testcase\(name)>")
      if findings.isEmpty {
        counts.skipped += 1
        lines.append("      <skipped\(XMLText.attributes(["message": skipReason(row)]))/>")
      } else {
        counts.failures += 1
        let reason = XMLText.attributes([
          "message":
            "\(Listing.number(findings.count, newFinding)): \(row.rule.name(in: report.benchmark))",
          "type": row.rule.code,
        ])
        let text = findings.map { finding in
          "\(finding.file)\(finding.location.map { ":\($0.line)" } ?? ""): \(finding.resource) \(finding.path): "
            + finding.message
        }
        lines.append("      <failure\(reason)>\(XMLText.content(text))</failure>")
      }
      lines.append("    </testcase>")
    }
    let name = "hnsctl audit \(report.benchmark.rawValue)"
    return JUnitReport.lines(name, counts, JUnitReport.suite(name, counts, lines))
  }

  /// Why a row has neither passed nor failed with new findings.
  private func skipReason(_ row: AuditRowReport) -> String {
    if row.status == .fail {
      let known = report.findings(ofRow: row.rule.row).count
      return "known: \(Listing.number(known, "finding")) of the baseline"
    }
    let reason = row.reasons.first { $0.status == row.status }?.reason
    return reason.map { "\(row.status.rawValue): \($0)" } ?? row.status.rawValue
  }
}
