import Diagnostics
package import PolicyTesting

/// A test report as JUnit XML, for continuous integration services.
///
/// A file is a suite. A file that could not be tested is a suite with one case per error, named after
/// the file.
package enum TestJUnitView {
  /// The report as lines.
  ///
  /// - Parameter report: The report.
  package static func lines(_ report: TestReport) -> [String] {
    let suites = report.files.map { TestReportFormatter($0) }
    let errors = suites.reduce(0) { $0 + $1.errors.count }
    let total = report.totals.passed + report.totals.failed + errors
    return JUnitReport.lines(
      "hnsctl", .init(tests: total, failures: report.totals.failed, errors: errors), suites.flatMap(suite))
  }

  private static func suite(_ formatter: TestReportFormatter) -> [String] {
    let file = formatter.report.file
    let outcomes = formatter.report.outcomes
    var lines = formatter.errors.flatMap { JUnitReport.errorCase($0, in: file) }
    for outcome in outcomes {
      let name = XMLText.attributes([
        "name": outcome.name, "classname": file, "file": file, "line": "\(outcome.location.line)",
      ])
      guard !outcome.isPassed else {
        lines.append("    <testcase\(name)/>")
        continue
      }
      let message = TestReportFormatter.message(outcome)
      let reason = XMLText.attributes(["message": message, "type": TestReportFormatter.code(outcome).id])
      let text = XMLText.content(
        ["\(formatter.location(outcome)): \(message)"] + formatter.traceLines(outcome))
      lines += ["    <testcase\(name)>", "      <failure\(reason)>\(text)</failure>", "    </testcase>"]
    }
    let counts = JUnitReport.Counts(
      tests: outcomes.count + formatter.errors.count, failures: outcomes.count { !$0.isPassed },
      errors: formatter.errors.count)
    return JUnitReport.suite(file, counts, file: file, lines)
  }
}
