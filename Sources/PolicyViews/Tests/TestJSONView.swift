import Diagnostics
import FilterEngine
import HostModel
package import JSONText
package import PolicyTesting

/// A test report as JSON.
package enum TestJSONView {
  /// The report of several files as JSON, without the diagnostics.
  ///
  /// - Parameters:
  ///   - report: The totals.
  ///   - tests: The tests of all files.
  package static func document(_ report: TestTotals, _ tests: [JSON]) -> JSON {
    var object = JSONObject()
    object.append("formatVersion", 1)
    object.append("passed", .number(report.passed))
    object.append("failed", .number(report.failed))
    object.append("filesWithErrors", .number(report.broken))
    object.append("complete", .bool(!report.isStoppedEarly))
    object.append("tests", .array(tests))
    return .object(object)
  }

  /// The tests of a file as JSON.
  package static func tests(_ report: TestFileReport) -> [JSON] {
    let formatter = TestReportFormatter(report)
    return report.outcomes.map { document($0, formatter) }
  }

  private static func document(_ outcome: TestOutcome, _ formatter: TestReportFormatter) -> JSON {
    var object = JSONObject()
    object.append("name", .string(outcome.name))
    object.append("passed", .bool(outcome.isPassed))
    object.append("expected", .string(outcome.expected.rawValue))
    object.append("actual", .string(outcome.actual.rawValue))
    object.append("rule", outcome.rule.map { .string($0) } ?? .null)
    object.append("claim", .string(outcome.claim.rawValue))
    object.append("file", .string(formatter.report.file))
    object.append("line", .number(outcome.location.line))
    object.append("column", .number(outcome.location.column))
    object.append("subject", formatter.report.subjectFile.map { .string($0) } ?? .null)
    guard !outcome.isPassed else { return .object(object) }
    object.append("message", .string(TestReportFormatter.message(outcome)))
    if let origin = formatter.origin(outcome) {
      object.append(
        "decidedAt",
        [
          "file": .string(origin.file), "line": .number(origin.location.line),
          "column": .number(origin.location.column),
        ])
    }
    object.append("trace", formatter.traceDocument(outcome).map { .object($0) })
    return .object(object)
  }
}
