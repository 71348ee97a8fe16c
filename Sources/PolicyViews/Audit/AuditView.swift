package import Audit
import Diagnostics
package import JSONText
import NetworkTypes

/// The result of an audit, as text and JSON.
package struct AuditView: Sendable {
  /// How many findings of a row the text lists.
  private static let findingLimit = 20

  let report: AuditReport

  /// Prepares the view.
  ///
  /// - Parameter report: The result.
  package init(_ report: AuditReport) { self.report = report }

  // MARK: Text

  /// The findings by severity, with one remedy for each row, and the coverage of the 24 rows.
  package func lines(style: Style) -> [String] {
    var lines = [
      style(.bold, "\(report.benchmark.title) (\(report.benchmark.rawValue))"), summary,
    ]
    let known = report.knownFindings.count
    if known > 0 {
      lines.append(
        "\(Listing.number(known, "known finding")) of the baseline \(known == 1 ? "is" : "are") not listed")
    }
    let new = report.newFindings
    for severity in AuditSeverity.allCases.reversed() {
      let findings = new.filter { $0.severity == severity }
      guard !findings.isEmpty else { continue }
      lines += ["", style(severity == .high ? .red : .yellow, Self.title(severity))]
      for row in report.rows {
        let ofRow = findings.filter { $0.rule.row == row.rule.row }
        if !ofRow.isEmpty { lines += section(row.rule, ofRow, style) }
      }
    }
    return lines + unenforceable(style) + coverage(style) + defender(style)
  }

  /// How much was evaluated and found, in one line.
  var summary: String {
    let new = report.newFindings
    let rows = Set(new.map(\.rule.row)).count
    var text = "\(Listing.number(report.resourceCount, "resource")) evaluated, "
    text +=
      new.isEmpty
      ? "no \(newFinding)s"
      : "\(Listing.number(new.count, newFinding)) in \(Listing.number(rows, "recommendation"))"
    if !report.suppressed.isEmpty { text += ", \(report.suppressed.count) suppressed" }
    return text
  }

  /// What a finding that makes an audit fail is called.
  var newFinding: String { report.hasBaseline ? "new finding" : "finding" }

  static func title(_ severity: AuditSeverity) -> String {
    severity.rawValue.prefix(1).uppercased() + severity.rawValue.dropFirst()
  }

  /// The remedies of findings, each once, in the order found.
  static func remedies(_ findings: [AuditFinding]) -> [String] {
    var remedies: [String] = []
    for finding in findings where !remedies.contains(finding.remediation) {
      remedies.append(finding.remediation)
    }
    return remedies
  }

  private func section(_ rule: AuditRule, _ findings: [AuditFinding], _ style: Style) -> [String] {
    var lines = ["", "  \(style(.bold, "\(rule.row) \(rule.code)")): \(rule.name(in: report.benchmark))"]
    lines = [""] + foldedLines(Array(lines.dropFirst()), width: style.proseWidth)
    lines += foldedLines(
      Self.remedies(findings).map { "    \(style(.green, "fix:")) \($0)" }, width: style.proseWidth)
    for finding in findings.prefix(Self.findingLimit) { lines += Self.entry(finding, style) }
    let count = findings.count
    if count > Self.findingLimit {
      lines.append("    and \(count - Self.findingLimit) more; --json lists all")
    }
    return lines
  }

  private static func entry(_ finding: AuditFinding, _ style: Style) -> [String] {
    let place = finding.location.map { ":\($0.line):\($0.column)" } ?? ""
    return ["    \(printable(finding.file))\(place)"]
      + foldedLines(
        [
          "      \(printable(finding.resource)) \(printable(finding.path))",
          "      \(printable(finding.message))\(remark(finding))",
        ], width: style.proseWidth)
  }

  /// What no ACL can fix on these hosts; empty if there is nothing of the kind.
  private func unenforceable(_ style: Style) -> [String] {
    guard !report.unenforceable.isEmpty else { return [] }
    var lines = ["", style(.bold, "Unenforceable")]
    for finding in report.unenforceable.prefix(Self.findingLimit) {
      lines += foldedLines(
        ["  \(finding.rule.row) \(finding.rule.code): \(printable(finding.remediation))"],
        width: style.proseWidth)
      lines += Self.entry(finding, style)
    }
    if report.unenforceable.count > Self.findingLimit {
      lines.append("    and \(report.unenforceable.count - Self.findingLimit) more; --json lists all")
    }
    return lines
  }

  /// What a reader has to know about a finding.
  static func remark(_ finding: AuditFinding) -> String {
    var remarks: [String] = []
    if finding.isGenerated { remarks.append("generated from a template") }
    if finding.isUnfixableOnWindows { remarks.append("cannot be fixed on Windows") }
    if finding.network != nil {
      remarks.append("found in a host's rules; no Azure Policy definition checks it")
    }
    if finding.benchmark == AuditBenchmark.noInitiative {
      remarks.append("a Windows policy that no benchmark contains")
    } else if let definition = finding.definition.flatMap({ WindowsDefinition(rawValue: $0) }) {
      remarks.append("a Windows policy of \(definition.benchmark)")
    }
    return remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))"
  }

  private func coverage(_ style: Style) -> [String] {
    var rows = [["row", "recommendation", "status", "failed", "passed"]]
    for row in report.rows {
      rows.append([
        "\(row.rule.row)", row.rule.code, row.status.rawValue, row.failed > 0 ? "\(row.failed)" : "",
        row.passed > 0 ? "\(row.passed)" : "",
      ])
    }
    var lines = ["", style(.bold, "Coverage")] + columns(rows, indent: "  ", width: style.width)
    var reasons: [(text: String, rows: [Int])] = []
    for row in report.rows {
      for reason in row.reasons.prefix(3) where reason.status == row.status {
        let text = "\(reason.status.rawValue): \(reason.reason)"
        if let index = reasons.firstIndex(where: { $0.text == text }) {
          reasons[index].rows.append(row.rule.row)
        } else {
          reasons.append((text, [row.rule.row]))
        }
      }
    }
    if !reasons.isEmpty { lines.append("") }
    for reason in reasons {
      let numbers = reason.rows.map(String.init).joined(separator: ", ")
      lines += foldedLines(
        ["  \(reason.rows.count == 1 ? "row" : "rows") \(numbers): \(printable(reason.text))"],
        width: style.proseWidth)
    }
    return lines
  }

  /// What Defender reports about the same resources; empty without assessments of them.
  private func defender(_ style: Style) -> [String] {
    guard !report.comparisons.isEmpty else { return [] }
    let differing = report.comparisons.filter { !$0.agrees }
    var lines = [
      "", style(.bold, "Defender"),
      "  \(report.comparisons.count - differing.count) of \(Listing.number(report.comparisons.count, "verdict")) agree",
    ]
    for comparison in differing {
      lines += foldedLines(
        [
          "  row \(comparison.rule.row): Defender \(comparison.defender.rawValue), files \(comparison.files.rawValue): "
            + printable(comparison.resource) + (comparison.reason.map { " (\($0))" } ?? "")
        ], width: style.proseWidth)
    }
    return lines
  }

  // MARK: JSON

  /// The result as JSON, without the diagnostics.
  package var document: LongJSON {
    .object([
      ("formatVersion", .value(1)),
      ("benchmark", .value(.string(report.benchmark.rawValue))),
      ("resources", .value(.number(report.resourceCount))),
      ("coverage", .value(.array(report.rows.map(coverageDocument)))),
      ("findings", .array(report.findings) { .object(Self.findingObject($0)) }),
      ("unenforceable", .array(report.unenforceable) { .object(Self.findingObject($0)) }),
      ("defender", .array(report.comparisons, Self.document)),
      (
        "suppressed",
        .array(report.suppressed) { suppressed in
          var object = Self.findingObject(suppressed.finding)
          object.append("reason", .string(suppressed.reason))
          return .object(object)
        }
      ),
    ])
  }

  private static func document(_ comparison: DefenderComparison) -> JSON {
    var object = JSONObject()
    object.append("row", .number(comparison.rule.row))
    object.append("code", .string(comparison.rule.code))
    object.append("resource", .string(comparison.resource))
    object.append("agrees", .bool(comparison.agrees))
    object.append("defender", .string(comparison.defender.rawValue))
    object.append("files", .string(comparison.files.rawValue))
    object.append("reason", comparison.reason.map { .string($0) })
    return .object(object)
  }

  private func coverageDocument(_ row: AuditRowReport) -> JSON {
    var object = JSONObject()
    object.append("row", .number(row.rule.row))
    object.append("code", .string(row.rule.code))
    object.append("name", .string(row.rule.name(in: report.benchmark)))
    object.append("severity", .string(row.rule.severity(in: report.benchmark).rawValue))
    object.append("status", .string(row.status.rawValue))
    object.append("failed", .number(row.failed))
    object.append("passed", .number(row.passed))
    for status in AuditStatus.allCases where status != .pass && status != .fail {
      if let count = row.counts[status] { object.append(status.rawValue, .number(count)) }
    }
    if !row.reasons.isEmpty {
      object.append(
        "reasons",
        .array(
          row.reasons.map {
            ["status": .string($0.status.rawValue), "reason": .string($0.reason), "count": .number($0.count)]
          }))
    }
    return .object(object)
  }

  private static func findingObject(_ finding: AuditFinding) -> JSONObject {
    var object = JSONObject()
    object.append("row", .number(finding.rule.row))
    object.append("code", .string(finding.rule.code))
    object.append("severity", .string(finding.severity.rawValue))
    object.append(
      "policyDefinitionId", finding.definition.map { .string(AuditRule.definitionID($0)) } ?? .null)
    object.append("benchmark", .string(finding.benchmark))
    object.append("resource", .string(finding.resource))
    object.append("path", .string(finding.path))
    object.append("message", .string(finding.message))
    object.append("remediation", .string(finding.remediation))
    object.append("file", .string(finding.file))
    object.append("line", finding.location.map { .number($0.line) } ?? .null)
    object.append("column", finding.location.map { .number($0.column) } ?? .null)
    if finding.isGenerated { object.append("generated", true) }
    if finding.isUnfixableOnWindows { object.append("unfixableOnWindows", true) }
    if finding.isKnown { object.append("known", true) }
    if let network = finding.network { object.append("network", document(network)) }
    return object
  }

  private static func document(_ evidence: NetworkEvidence) -> JSON {
    [
      "source": .string(evidence.source), "endpoint": .string(evidence.endpoint),
      "rule": evidence.rule.map { .string($0) } ?? .null,
      "file": evidence.ruleLocation == nil ? .null : .string(evidence.source),
      "line": evidence.ruleLocation.map { .number($0.line) } ?? .null,
      "column": evidence.ruleLocation.map { .number($0.column) } ?? .null,
      "verdict": .string(evidence.verdict),
      "packet": [
        "from": .string(evidence.packet.from), "to": .string(evidence.packet.to),
        "protocol": .string(evidence.packet.protocol), "port": .number(evidence.packet.port),
        "sourcePort": .number(evidence.packet.sourcePort),
      ],
    ]
  }
}
