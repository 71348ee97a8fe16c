import Diagnostics
package import PolicyTesting

/// A test report as JUnit XML, for continuous integration services.
///
/// A file is a suite. A file that could not be tested is a suite with one case per error, named after
/// the file. Times are omitted, so that equal input gives equal bytes.
package enum TestJUnitView {
  /// The report as lines.
  ///
  /// - Parameter report: The report.
  package static func lines(_ report: TestReport) -> [String] {
    let suites = report.files.map { TestReportFormatter($0) }
    let errors = suites.reduce(0) { $0 + $1.errors.count }
    let total = report.passed + report.failed + errors
    let sums = XMLText.attributes([
      "name": "hnsctl", "tests": "\(total)", "failures": "\(report.failed)", "errors": "\(errors)",
    ])
    return ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites\(sums)>"] + suites.flatMap(suite) + [
      "</testsuites>"
    ]
  }

  private static func suite(_ formatter: TestReportFormatter) -> [String] {
    let file = formatter.report.file
    let outcomes = formatter.report.outcomes
    let sums = XMLText.attributes([
      "name": file, "tests": "\(outcomes.count + formatter.errors.count)",
      "failures": "\(outcomes.count { !$0.isPassed })", "errors": "\(formatter.errors.count)", "skipped": "0",
      "file": file,
    ])
    var lines = ["  <testsuite\(sums)>"]
    for error in formatter.errors {
      let name = XMLText.attributes([
        "name": "(\(error.code.id))", "classname": file, "file": error.file ?? file,
        "line": error.location.map { "\($0.line)" },
      ])
      let reason = XMLText.attributes(["message": error.message, "type": error.code.id])
      let text = XMLText.content(DiagnosticView(style: .plain).lines(error))
      lines += ["    <testcase\(name)>", "      <error\(reason)>\(text)</error>", "    </testcase>"]
    }
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
    return lines + ["  </testsuite>"]
  }
}
