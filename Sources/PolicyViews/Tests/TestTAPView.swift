import Diagnostics
import FilterEngine
import HostModel
import JSONText
package import PolicyTesting

/// A test report in version 14 of the Test Anything Protocol.
///
/// A file that could not be tested counts as one failed test per error.
package enum TestTAPView {
  /// The report as lines.
  ///
  /// - Parameter report: The report.
  package static func lines(_ report: TestReport) -> [String] {
    var lines: [String] = []
    var number = 0
    for file in report.files {
      let formatter = TestReportFormatter(file)
      for error in formatter.errors {
        number += 1
        lines.append("not ok \(number) - \(description("\(file.file): \(error.message)"))")
        lines += block([
          ("message", error.message), ("severity", "fail"), ("code", error.code.id),
          ("at", TestReportFormatter.location(error)), ("remedy", error.help),
        ])
      }
      for outcome in file.outcomes {
        number += 1
        let title = description("\(file.file): \(outcome.name)")
        guard !outcome.isPassed else {
          lines.append("ok \(number) - \(title)")
          continue
        }
        lines.append("not ok \(number) - \(title)")
        lines += block(
          [
            ("message", TestReportFormatter.message(outcome)), ("severity", "fail"),
            ("code", TestReportFormatter.code(outcome).id), ("at", formatter.location(outcome)),
            ("expected", outcome.expected.rawValue), ("actual", outcome.actual.rawValue),
            ("rule", outcome.rule),
          ], trace: formatter.traceLines(outcome))
      }
    }
    return ["TAP version 14", "1..\(number)"] + lines
  }

  /// A description: number signs are escaped, because they could start a directive.
  ///
  /// Readers of earlier versions do not support escapes; before a directive's keyword the sign is written
  /// as a visible escape, so that they never ignore a failure.
  private static func description(_ text: String) -> String {
    var result = ""
    let scalars = Array(printable(text).unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "\\": result += "\\\\"
      case "#":
        let rest = scalars[(index + 1)...].drop { $0.properties.isWhitespace }.prefix(4)
        let word = String(String.UnicodeScalarView(rest)).lowercased()
        result += word == "skip" || word == "todo" ? "\\\\u{23}" : "\\#"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A YAML block: quoted scalars, and the trace as a literal block.
  private static func block(_ members: [(String, String?)], trace: [String] = []) -> [String] {
    var lines = ["  ---"]
    for (key, value) in members {
      guard let value else { continue }
      lines.append("  \(key): \(JSON.string(visible(value)).text())")
    }
    if !trace.isEmpty {
      lines.append("  trace: |")
      // Blank lines are indented too: readers treat an unindented line as the end of the block.
      lines += trace.map { "    \(visible($0))" }
    }
    return lines + ["  ..."]
  }

  /// Text with characters that YAML considers unprintable escaped.
  private static func visible(_ text: String) -> String {
    var result = ""
    for scalar in printable(text).unicodeScalars {
      if scalar == "\u{fffe}" || scalar == "\u{ffff}" {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
