import Diagnostics
import FilterEngine
import HostModel
package import JSONText
package import PolicyTesting

/// A test report as a log of the Static Analysis Results Interchange Format, version 2.1.0.
///
/// The results are failed tests and the errors of files that could not be tested; passed tests are
/// omitted.
package struct TestSARIFView: Sendable {
  private let log: SARIFLog

  /// Prepares the view.
  ///
  /// - Parameter version: The version of this program.
  package init(version: String) { log = SARIFLog(version: version, fingerprintName: "test/v1") }

  /// The log.
  ///
  /// - Parameter report: The report.
  package func document(_ report: TestReport) -> JSON {
    var results: [SARIFLog.Result] = []
    for file in report.files {
      let formatter = TestReportFormatter(file)
      results += formatter.errors.map { SARIFLog.result($0, file.file) }
      results += file.outcomes.filter { !$0.isPassed }.map { Self.result($0, formatter) }
    }
    return log.document(results, isSuccessful: report.totals.broken == 0)
  }

  private static func result(_ outcome: TestOutcome, _ formatter: TestReportFormatter) -> SARIFLog.Result {
    let code = TestReportFormatter.code(outcome)
    let origin = formatter.origin(outcome).map { ("\(outcome.rule ?? "") matched", $0.file, $0.location) }
    return SARIFLog.Result(
      code: code, severity: .error,
      message: ["\(outcome.name): \(TestReportFormatter.message(outcome))"] + formatter.traceLines(outcome),
      file: formatter.report.file, location: outcome.location, fingerprint: "\(code.id) \(outcome.name)",
      related: [origin].compactMap(\.self))
  }
}
