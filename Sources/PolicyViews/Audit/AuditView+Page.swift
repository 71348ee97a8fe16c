import Audit
import Diagnostics
import NetworkTypes

extension AuditView {
  /// A self-contained page with the findings and the coverage.
  package var page: [UInt8] {
    var page = HTMLPage(title: "Audit: \(report.benchmark.rawValue)")
    let escape = HTMLPage.escape
    page.add("<header>\n<h1>Audit of containers</h1>")
    page.add(
      "<p class=\"lead\">\(escape(report.benchmark.title)) · \(escape(summary))</p>\n</header>\n<main>")
    for severity in AuditSeverity.allCases.reversed() {
      addSection(Self.title(severity), report.newFindings.filter { $0.severity == severity }, &page)
    }
    addSection("Known from the baseline", report.knownFindings, &page)
    let rows = report.rows.map { row in
      let reason = row.reasons.first { $0.status == row.status }?.reason ?? ""
      let counts = [row.failed, row.passed].map { $0 == 0 ? "<td></td>" : "<td>\($0)</td>" }
      return "<tr><td>\(row.rule.row)</td><td>\(escape(row.rule.name(in: report.benchmark)))</td>"
        + "<td class=\"\(row.status.rawValue)\">\(Self.mark(row.status))\(row.status.rawValue)</td>"
        + counts.joined() + "<td>\(escape(reason))</td></tr>"
    }
    page.add("<section>\n<h2>Coverage</h2>")
    page.add(
      HTMLPage.table(
        "The result for each recommendation",
        columns: ["Row", "Recommendation", "Status", "Failed", "Passed", "Reason"], rows: rows,
        attribute: "data-report"))
    page.add("</section>\n</main>")
    page.add("<footer><p>Rows without input or parameters have not passed.</p></footer>")
    return page.bytes()
  }

  /// Adds the findings of a section, a table for each row; nothing if there are none.
  private func addSection(_ title: String, _ findings: [AuditFinding], _ page: inout HTMLPage) {
    guard !findings.isEmpty else { return }
    let escape = HTMLPage.escape
    page.add("<section>\n<h2>\(escape(title))</h2>")
    for row in report.rows {
      let ofRow = findings.filter { $0.rule.row == row.rule.row }
      guard !ofRow.isEmpty else { continue }
      page.add("<h3>\(row.rule.row) \(escape(row.rule.name(in: report.benchmark)))</h3>")
      for remedy in Self.remedies(ofRow) { page.add("<p>\(escape(remedy))</p>") }
      let rows = ofRow.map { finding in
        let place = finding.file + (finding.location.map { ":\($0.line)" } ?? "")
        return "<tr><td><code>\(escape(finding.resource))</code></td><td>"
          + escape(finding.message + Self.remark(finding))
          + "<br><code>\(escape(finding.path))</code></td><td><code>\(escape(place))</code></td></tr>"
      }
      page.add(
        HTMLPage.table(
          MatrixFormatter.count(ofRow.count, "finding", "findings"),
          columns: ["Resource", "Finding", "Place"], rows: rows, attribute: "data-report"))
    }
    page.add("</section>")
  }

  private static func mark(_ status: AuditStatus) -> String {
    switch status {
    case .pass: "✓ "
    case .fail: "✕ "
    default: ""
    }
  }
}
