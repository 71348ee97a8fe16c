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
    var text = """
      <section aria-labelledby="changes-title">
      <h2 id="changes-title" class="hidden">Changes</h2>
      <div class="scroll" role="region" aria-labelledby="changes-title" tabindex="0">
      <table data-changes>
      <caption>Cells that differ, with the matching rule on each side</caption>
      <thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">Service</th>\
      <th scope="col">Packets</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
      <tbody>

      """
    for row in rows {
      text += "<tr><th scope=\"row\">\(HTMLPage.escape(row.from))</th>"
      for plain in [row.to, row.services, row.packets.isEmpty ? "all" : row.packets] {
        text += "<td class=\"text\">\(HTMLPage.escape(plain))</td>"
      }
      text += Self.cell(row.before) + Self.cell(row.after) + "</tr>\n"
    }
    return text + "</tbody>\n</table>\n</div>\n</section>"
  }

  private static func cell(_ outcome: MatrixDifference.Outcome) -> String {
    guard let verdict = outcome.verdict else {
      return
        "<td class=\"text none\">– \(HTMLPage.escape(MatrixFormatter.text(outcome.unevaluatedReason)))</td>"
    }
    let summary = MatrixCell.Summary(rawValue: verdict.rawValue) ?? .unknown
    return "<td class=\"text \(verdict.rawValue)\"><span class=\"mark\" aria-hidden=\"true\">"
      + "\(MatrixFormatter.mark(summary))</span><b>\(verdict.rawValue)</b> \(MatrixView.rule(outcome.rule, verdict))</td>"
  }
}
