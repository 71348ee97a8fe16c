import Diagnostics

/// The parts of a report as JUnit XML that all commands have.
///
/// Times are omitted, so that equal input gives equal bytes.
enum JUnitReport {
  /// How many cases there are.
  struct Counts {
    var tests: Int
    var failures: Int
    var errors: Int
    var skipped = 0
  }

  /// A report.
  ///
  /// - Parameters:
  ///   - name: What was run.
  ///   - counts: The sums over the suites.
  ///   - suites: The lines of the suites.
  static func lines(_ name: String, _ counts: Counts, _ suites: [String]) -> [String] {
    let sums = XMLText.attributes([
      "name": name, "tests": "\(counts.tests)", "failures": "\(counts.failures)",
      "errors": "\(counts.errors)",
    ])
    return ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<testsuites\(sums)>"] + suites + ["</testsuites>"]
  }

  /// A suite.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - counts: Its sums.
  ///   - file: The file that it is about.
  ///   - cases: The lines of its cases.
  static func suite(_ name: String, _ counts: Counts, file: String? = nil, _ cases: [String]) -> [String] {
    let sums = XMLText.attributes([
      "name": name, "tests": "\(counts.tests)", "failures": "\(counts.failures)",
      "errors": "\(counts.errors)", "skipped": "\(counts.skipped)", "file": file,
    ])
    return ["  <testsuite\(sums)>"] + cases + ["  </testsuite>"]
  }

  /// A case for an error of a file.
  ///
  /// - Parameters:
  ///   - error: The error.
  ///   - file: The file to use when the error has none.
  static func errorCase(_ error: Diagnostic, in file: String) -> [String] {
    let name = XMLText.attributes([
      "name": "(\(error.code.id))", "classname": file, "file": error.file ?? file,
      "line": error.location.map { "\($0.line)" },
    ])
    let reason = XMLText.attributes(["message": error.message, "type": error.code.id])
    let text = XMLText.content(DiagnosticView(style: .plain).lines(error))
    return ["    <testcase\(name)>", "      <error\(reason)>\(text)</error>", "    </testcase>"]
  }
}
