import FilterEngine
import Reachability

extension MatrixDifferenceView {
  /// A self-contained page with the rows that differ.
  package var page: [UInt8] {
    var page = HTMLPage(title: "Reachability: \(before) to \(after)")
    page.add("<a class=\"skip\" href=\"#matrix\">Skip to the changes</a>")
    page.add("<header>\n<h1>Reachability changes</h1>")
    page.add(
      "<p class=\"lead\">from <code>\(HTMLPage.escape(before))</code> to <code>\(HTMLPage.escape(after))</code>: \(HTMLPage.escape(comparison.meaning)) · \(number)</p>"
    )
    for remark in remarks { page.add("<p>\(HTMLPage.escape(remark))</p>") }
    page.add("</header>\n<main id=\"matrix\" tabindex=\"-1\">")
    if count > 0 { page.add(table) }
    let folded = foldedGroups.map(title)
    if !folded.isEmpty {
      page.add("<section aria-labelledby=\"parties-title\">\n<h2 id=\"parties-title\">Parties</h2>\n<dl>")
      for group in folded {
        page.add(
          "<dt>\(HTMLPage.escape(group.name))</dt><dd>same reachability: \(HTMLPage.escape(group.members))</dd>"
        )
      }
      page.add("</dl>\n</section>")
    }
    page.add("</main>")
    return page.bytes()
  }

  private var table: String {
    let rows = rows.map { row in
      let plain = [row.to, row.services, row.packets.isEmpty ? "all" : row.packets]
      return "<tr><th scope=\"row\">\(HTMLPage.escape(row.from))</th>"
        + plain.map { "<td>\(HTMLPage.escape($0))</td>" }.joined() + Self.cell(row.before)
        + Self.cell(row.after) + "</tr>"
    }
    return HTMLPage.table(
      "Cells that differ, with the matching rule on each side",
      columns: ["From", "To", "Service", "Packets", "Before", "After"], rows: rows, attribute: "data-changes")
  }

  private static func cell(_ outcome: MatrixDifference.Outcome) -> String {
    guard let verdict = outcome.verdict else {
      return
        "<td class=\"none\">– \(HTMLPage.escape(MatrixFormatter.text(outcome.unevaluatedReason)))</td>"
    }
    let summary = MatrixCell.Summary(rawValue: verdict.rawValue) ?? .unknown
    return "<td class=\"\(verdict.rawValue)\"><span class=\"mark\" aria-hidden=\"true\">"
      + "\(MatrixFormatter.mark(summary))</span><b>\(verdict.rawValue)</b> \(MatrixView.rule(outcome.rule, verdict))</td>"
  }
}
