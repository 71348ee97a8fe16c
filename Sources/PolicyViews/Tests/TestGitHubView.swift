import Diagnostics
package import PolicyTesting

/// A test report as workflow commands of GitHub Actions, which are shown next to the lines of the files.
///
/// Apart from commands there is only a line of totals: a test name printed unescaped could be read as
/// a command.
package enum TestGitHubView {
  /// The report as lines.
  ///
  /// - Parameter report: The report.
  package static func lines(_ report: TestReport) -> [String] {
    var lines: [String] = []
    for file in report.files {
      let formatter = TestReportFormatter(file)
      for diagnostic in file.diagnostics {
        let text = [diagnostic.message, diagnostic.help].compactMap(\.self).map(printable)
        lines.append(
          command(
            level(diagnostic.severity), file: diagnostic.file ?? file.file, at: diagnostic.location,
            title: diagnostic.code.id, text))
      }
      for outcome in file.outcomes where !outcome.isPassed {
        lines.append(
          command(
            "error", file: file.file, at: outcome.location, title: outcome.name,
            [TestReportFormatter.message(outcome)] + formatter.traceLines(outcome)))
      }
    }
    return lines + [TestReportFormatter.summary(report.totals)]
  }

  private static func level(_ severity: Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .note: "notice"
    }
  }

  private static func command(
    _ level: String, file: String, at location: SourceRange?, title: String, _ text: [String]
  ) -> String {
    var properties = ["file=\(property(file))"]
    if let location {
      properties += ["line=\(location.line)", "col=\(location.column)"]
      if location.length > 0 { properties.append("endColumn=\(location.column + location.length)") }
    }
    properties.append("title=\(property(printable(title)))")
    return "::\(level) \(properties.joined(separator: ","))::\(data(text.joined(separator: "\n")))"
  }

  /// Escapes characters that would end a command.
  private static func data(_ text: String) -> String { escaped(text, ["%", "\r", "\n"]) }

  /// Escapes characters that would end a command or a property.
  private static func property(_ text: String) -> String { escaped(text, ["%", "\r", "\n", ":", ","]) }

  private static func escaped(_ text: String, _ reserved: Set<Unicode.Scalar>) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if reserved.contains(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "%" + (digits.count < 2 ? "0" : "") + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
