import Audit
import Diagnostics

extension AuditView {
  // MARK: CSV

  private static let header =
    "row,code,severity,status,benchmark,recommendationId,recommendationName,policyDefinitionId,"
    + "resource,path,message,file,line"

  /// Sends the result as CSV (RFC 4180) part by part: a line for each finding, and for each other verdict on a
  /// resource; a row without a resource has one line.
  ///
  /// The status of a finding of the baseline is `known`.
  ///
  /// - Parameter send: Called with each part in turn.
  package func sendCSV(_ send: ([UInt8]) -> Void) {
    var part = Array("\(Self.header)\r\n".utf8)
    func add(_ line: String) {
      part += line.utf8
      guard part.count >= 1 << 16 else { return }
      send(part)
      part.removeAll(keepingCapacity: true)
    }
    let others = report.results.passedOrSkipped
    for row in report.rows {
      var isEmpty = true
      for finding in report.findings(ofRow: row.rule.row) {
        isEmpty = false
        add(
          line(
            row.rule, finding.isKnown ? "known" : AuditStatus.fail.rawValue, finding.benchmark,
            finding.definition, finding.resource, finding.path,
            finding.message, finding.file, finding.location))
      }
      for position in others[row.rule.row] ?? [] {
        let result = report.results[position]
        isEmpty = false
        add(
          line(
            row.rule, result.status.rawValue, report.benchmark.rawValue,
            row.rule.definition(in: report.benchmark),
            result.resource, "", result.reason ?? "", result.file, result.location))
      }
      if isEmpty {
        add(
          line(
            row.rule, row.status.rawValue, report.benchmark.rawValue,
            row.rule.definition(in: report.benchmark), "",
            "", row.reasons.first?.reason ?? "", "", nil))
      }
    }
    send(part)
  }

  private func line(
    _ rule: AuditRule, _ status: String, _ benchmark: String, _ definition: String?, _ resource: String,
    _ path: String, _ message: String, _ file: String, _ location: SourceRange?
  ) -> String {
    let cells = [
      "\(rule.row)", rule.code, rule.severity(in: report.benchmark).rawValue, status, benchmark,
      definition == nil ? "" : rule.assessmentKeys(in: report.benchmark).first ?? "",
      rule.name(in: report.benchmark),
      definition.map { AuditRule.definitionID($0) } ?? "", resource, path, message, file,
      location.map { "\($0.line)" } ?? "",
    ]
    return cells.map(Self.cell).joined(separator: ",") + "\r\n"
  }

  /// A cell in quotes where it needs them.
  ///
  /// A spreadsheet runs what starts like a formula, so that gets an apostrophe.
  private static func cell(_ text: String) -> String {
    var text = printable(text)
    if let first = text.first, "=+-@".contains(first) { text = "'" + text }
    guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }

  // MARK: Markdown

  /// The result as Markdown: the findings and the coverage as tables.
  package var markdown: [String] {
    var lines = ["# Audit: \(report.benchmark.title)", "", "\(summary)."]
    lines += Self.table("Findings", report.newFindings)
    lines += Self.table("Known from the baseline", report.knownFindings)
    lines += [
      "", "## Coverage", "", "| Row | Recommendation | Status | Failed | Passed | Reason |",
      "|---|---|---|---|---|---|",
    ]
    for row in report.rows {
      let reason = row.reasons.first { $0.status == row.status }?.reason ?? ""
      lines.append(
        "| \(row.rule.row) | \(Self.markdownCell(row.rule.name(in: report.benchmark))) | \(row.status.rawValue) "
          + "| \(row.failed) | \(row.passed) | \(Self.markdownCell(reason)) |")
    }
    return lines
  }

  /// Findings as a table with a heading; nothing if there are none.
  private static func table(_ title: String, _ findings: [AuditFinding]) -> [String] {
    guard !findings.isEmpty else { return [] }
    return [
      "", "## \(title)", "", "| Severity | Row | Recommendation | Resource | Finding | Place |",
      "|---|---|---|---|---|---|",
    ]
      + findings.map { finding in
        let place = finding.file + (finding.location.map { ":\($0.line)" } ?? "")
        let cells = [
          finding.severity.rawValue, "\(finding.rule.row)", "`\(finding.rule.code)`",
          markdownCell(finding.resource), markdownCell(finding.message + remark(finding)),
          markdownCell(place),
        ]
        return "| \(cells.joined(separator: " | ")) |"
      }
  }

  private static func markdownCell(_ text: String) -> String {
    var result = ""
    for character in printable(text) {
      if "|\\`*_<>[]".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
