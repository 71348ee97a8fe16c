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
}
