import Diagnostics
import FilterEngine
import HostModel
package import JSONText
package import PolicyTesting

/// A test report as JSON.
package enum TestJSONView {
  /// The report as JSON, without the diagnostics.
  ///
  /// - Parameter report: The report.
  package static func document(_ report: TestReport) -> JSON {
    var object = JSONObject()
    object.append("formatVersion", 1)
    object.append("passed", .number(report.passed))
    object.append("failed", .number(report.failed))
    object.append("filesWithErrors", .number(report.broken))
    object.append("complete", .bool(!report.isStoppedEarly))
    object.append(
      "tests",
      .array(
        report.files.flatMap { file in
          let formatter = TestReportFormatter(file)
          return file.outcomes.map { document($0, formatter) }
        }))
    return .object(object)
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
    object.append("subject", formatter.report.subject.map { .string($0.file) } ?? .null)
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
