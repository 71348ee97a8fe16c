import FilterEngine
package import PolicyTesting

/// A test report as text.
package struct TestTextView: Sendable {
  private let style: Style

  /// Prepares the view.
  ///
  /// - Parameter style: How text is styled.
  package init(style: Style) { self.style = style }

  /// The totals in one line.
  package func line(_ totals: TestTotals) -> String {
    style(totals.failed + totals.broken > 0 ? .red : .green, TestReportFormatter.summary(totals))
  }

  /// The report of a file as lines: one per test, failures with the actual result.
  ///
  /// - Parameter report: The report.
  package func lines(_ report: TestFileReport) -> [String] {
    let formatter = TestReportFormatter(report, style: style)
    var heading = printable(report.file)
    if let subject = report.subjectFile, subject != report.file {
      heading += ", subject \(printable(subject))"
    }
    var lines = [style(.bold, heading)]
    if report.hasErrors { lines.append("  \(style(.red, "error")) the file could not be tested") }
    for outcome in report.outcomes {
      guard !outcome.isPassed else {
        lines.append("  \(style(.green, "pass")) \(printable(outcome.name))")
        continue
      }
      lines.append("  \(style(.red, "FAIL")) \(printable(outcome.name))")
      lines.append("       \(formatter.location(outcome)): \(TestReportFormatter.message(outcome))")
      lines += formatter.traceLines(outcome).map { $0.isEmpty ? "" : "         \($0)" }
    }
    return lines + [""]
  }
}
