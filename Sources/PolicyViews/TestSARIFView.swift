import Diagnostics
import FilterEngine
import HostModel
package import JSONText
package import PolicyTesting

/// A test report as a log of the Static Analysis Results Interchange Format, version 2.1.0.
///
/// Results are the tests that failed and the errors of files that could not be tested; what passed is no
/// result.
package struct TestSARIFView: Sendable {
  private let version: String

  /// Prepares the view.
  ///
  /// - Parameter version: The version of this program.
  package init(version: String) { self.version = version }

  /// The log.
  ///
  /// - Parameter report: The report.
  package func document(_ report: TestReport) -> JSON {
    var findings: [Finding] = []
    for file in report.files {
      let words = TestWords(file)
      findings += words.errors.map { Self.finding($0, file.file) }
      findings += file.outcomes.filter { !$0.isPassed }.map { Self.finding($0, words) }
    }
    var codes: [DiagnosticCode] = []
    for finding in findings where !codes.contains(finding.code) { codes.append(finding.code) }
    codes.sort { $0.id < $1.id }
    let results = findings.map { finding in
      Self.result(finding, codes.firstIndex(of: finding.code) ?? 0)
    }
    let driver: JSON = [
      "name": "hnsctl", "version": .string(version), "rules": .array(codes.map(Self.rule)),
    ]
    return [
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        [
          "tool": ["driver": driver],
          "columnKind": "unicodeCodePoints",
          "invocations": [["executionSuccessful": .bool(report.broken == 0)]],
          "results": .array(results),
        ]
      ],
    ]
  }

  /// What becomes a result.
  private struct Finding {
    var code: DiagnosticCode
    var message: [String]
    var file: String
    var place: Place?
    var fingerprint: String
    var related: (text: String, file: String, place: Place)?
  }

  private static func finding(_ error: Diagnostic, _ file: String) -> Finding {
    Finding(
      code: error.code, message: [error.message, error.remedy].compactMap(\.self), file: error.file ?? file,
      place: error.place, fingerprint: "\(error.code.id) \(error.message)",
      related: error.notes.first.flatMap { note in
        note.place.map { (note.message, error.file ?? file, $0) }
      })
  }

  private static func finding(_ outcome: TestOutcome, _ words: TestWords) -> Finding {
    let code = TestWords.code(outcome)
    return Finding(
      code: code,
      message: ["\(outcome.name): \(TestWords.message(outcome))"] + words.traceLines(outcome),
      file: words.report.file, place: outcome.place, fingerprint: "\(code.id) \(outcome.name)",
      related: words.origin(outcome).map { ("\(outcome.rule ?? "") decided", $0.file, $0.place) })
  }

  private static func rule(_ code: DiagnosticCode) -> JSON {
    [
      "id": .string(code.id), "shortDescription": ["text": .string(code.summary)],
      "fullDescription": ["text": .string(code.explanation)],
      "defaultConfiguration": ["level": .string(code.severity.rawValue)],
    ]
  }

  private static func result(_ finding: Finding, _ ruleIndex: Int) -> JSON {
    var object = JSONObject()
    object.append("ruleId", .string(finding.code.id))
    object.append("ruleIndex", .whole(ruleIndex))
    object.append("level", "error")
    object.append("message", message(finding.message))
    object.append("locations", [["physicalLocation": physical(finding.file, finding.place)]])
    if let related = finding.related {
      object.append(
        "relatedLocations",
        [
          [
            "id": 1, "message": message([related.text]),
            "physicalLocation": physical(related.file, related.place),
          ]
        ])
    }
    object.append("partialFingerprints", ["test/v1": .string(printable(finding.fingerprint))])
    return .object(object)
  }

  /// A message: braces are doubled, because single ones hold places for arguments, and brackets are
  /// escaped where they would make a link.
  private static func message(_ lines: [String]) -> JSON {
    let text = lines.map(printable).joined(separator: "\n")
    let hasLink = text.contains("](")
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "{", "}": escaped.unicodeScalars.append(scalar)
      case "[", "]": if hasLink { escaped += "\\" }
      default: break
      }
      escaped.unicodeScalars.append(scalar)
    }
    return ["text": .string(escaped)]
  }

  private static func physical(_ file: String, _ place: Place?) -> JSON {
    var object = JSONObject()
    object.append("artifactLocation", ["uri": .string(URIText.reference(toFile: file))])
    if let place {
      var region = JSONObject()
      region.append("startLine", .whole(place.line))
      region.append("startColumn", .whole(place.column))
      if place.length > 0 { region.append("endColumn", .whole(place.column + place.length)) }
      object.append("region", .object(region))
    }
    return .object(object)
  }
}

/// Paths of files as URI references (RFC 3986).
enum URIText {
  /// A reference to a file: absolute for an absolute path, otherwise relative.
  static func reference(toFile path: String) -> String {
    let escaped = escaped(path)
    if path.hasPrefix("/") { return "file://\(escaped)" }
    // A colon in the first segment would end a scheme.
    let first = escaped.prefix { $0 != "/" }
    return first.contains(":") || first.isEmpty ? "./\(escaped)" : escaped
  }

  private static func escaped(_ path: String) -> String {
    var result = ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        if "-._~!$&'()*+,;=:@/".utf8.contains(byte) {
          result.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
          let digits = String(byte, radix: 16, uppercase: true)
          result += "%" + (digits.count < 2 ? "0" : "") + digits
        }
      }
    }
    return result
  }
}
