package import Diagnostics
import JSONText

/// The catalogue of diagnostic codes for people, and as the documentation page.
package enum ExplainView {
  /// Everything the catalogue says of a code.
  package static func lines(_ code: DiagnosticCode) -> [String] {
    var lines = ["\(code.id) (\(code.severity.rawValue))", code.summary, ""]
    lines += wrapped(code.explanation, width: 80)
    if let bad = code.bad { lines += ["", "This brings it up:", ""] + indented(bad) }
    if let good = code.good { lines += ["", "This does not:", ""] + indented(good) }
    return lines
  }

  /// Every code with its summary, by area.
  package static func listing() -> [String] {
    var lines: [String] = []
    for area in DiagnosticCode.catalogue where !area.codes.isEmpty {
      if !lines.isEmpty { lines.append("") }
      lines.append(area.area)
      lines += columns(area.codes.map { [$0.id, $0.severity.rawValue, $0.summary] }, indent: "  ")
    }
    return lines
  }

  /// The documentation page, in Markdown.
  package static func page() -> String {
    var lines = [
      "# Diagnostic codes", "",
      "Made by `hnsctl explain --markdown` from the catalogue in `Sources/Diagnostics`; a test holds the two",
      "against each other. `hnsctl explain CODE` prints one entry.",
    ]
    for area in DiagnosticCode.catalogue where !area.codes.isEmpty {
      lines += ["", "## \(area.area)"]
      for code in area.codes {
        lines += [
          "", "### `\(code.id)`", "", "*\(code.severity.rawValue)*: \(code.summary)", "", code.explanation,
        ]
        if let bad = code.bad { lines += ["", "```yaml", bad, "```"] }
        if let good = code.good { lines += ["", "Put right:", "", "```yaml", good, "```"] }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func indented(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    \($0)" }
  }
}
