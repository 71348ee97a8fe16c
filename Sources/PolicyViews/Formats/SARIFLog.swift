package import Diagnostics
package import JSONText

/// A log of the Static Analysis Results Interchange Format, version 2.1.0.
package struct SARIFLog: Sendable {
  /// One result.
  package struct Result: Sendable {
    /// The code, which becomes a rule of the log.
    package var code: DiagnosticCode
    /// The severity.
    package var severity: Severity
    /// The message, in lines.
    package var message: [String]
    /// The file as given by the user.
    package var file: String
    /// The location in the file.
    package var location: SourceRange?
    /// What distinguishes the result from others in its file, regardless of its line.
    package var fingerprint: String
    /// Related locations.
    package var related: [(text: String, file: String, location: SourceRange)] = []
    /// Why the result is allowed; nil if it is not.
    package var suppression: Suppression?
    /// How the result relates to an earlier run; nil without one.
    package var baselineState: BaselineState?
  }

  /// Why a result is allowed.
  package struct Suppression: Sendable {
    package var justification: String
    /// Whether the file of the result says so, and not another one.
    package var isInSource: Bool
  }

  /// How a result relates to those of an earlier run.
  package enum BaselineState: String, Sendable {
    case new, unchanged
  }

  /// The name and version of the fingerprint scheme.
  private let fingerprintName: String
  private let version: String

  /// Prepares a log.
  ///
  /// - Parameters:
  ///   - version: The version of this program.
  ///   - fingerprintName: The name and version of the fingerprint scheme.
  package init(version: String, fingerprintName: String) {
    self.version = version
    self.fingerprintName = fingerprintName
  }

  /// The log.
  ///
  /// - Parameters:
  ///   - results: The results, in order.
  ///   - isSuccessful: Whether everything could be read.
  package func document(_ results: [Result], isSuccessful: Bool) -> JSON {
    var codes: [DiagnosticCode] = []
    for result in results where !codes.contains(result.code) { codes.append(result.code) }
    return document(codes, isSuccessful: isSuccessful, results.count) { results[$0] }.json
  }

  /// The log of many results, each made only as it is written.
  ///
  /// - Parameters:
  ///   - codes: The codes of the results.
  ///   - isSuccessful: Whether everything could be read.
  ///   - count: The number of results.
  ///   - result: Makes the result at an index.
  package func document(
    _ codes: [DiagnosticCode], isSuccessful: Bool, _ count: Int, _ result: @escaping (Int) -> Result
  ) -> LongJSON {
    let codes = codes.sorted { $0.id < $1.id }
    let driver: JSON = [
      "name": "hnsctl", "version": .string(version), "rules": .array(codes.map(Self.rule)),
    ]
    let results = LongJSON.elements(count) { number in
      let result = result(number)
      return .value(self.result(result, codes.firstIndex { $0.id == result.code.id } ?? 0))
    }
    let run = LongJSON.object([
      ("tool", .value(["driver": driver])), ("columnKind", .value("unicodeCodePoints")),
      ("invocations", .value([["executionSuccessful": .bool(isSuccessful)]])), ("results", results),
    ])
    return .object([
      (
        "$schema",
        .value("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
      ),
      ("version", .value("2.1.0")), ("runs", .elements(1) { _ in run }),
    ])
  }

  /// An error of a file as a result.
  ///
  /// - Parameters:
  ///   - error: The error.
  ///   - file: The file to use when the error has none.
  package static func result(_ error: Diagnostic, _ file: String) -> Result {
    Result(
      code: error.code, severity: error.severity, message: [error.message, error.help].compactMap(\.self),
      file: error.file ?? file, location: error.location, fingerprint: "\(error.code.id) \(error.message)",
      related: error.notes.prefix(1).compactMap { note in
        note.location.map { (note.message, error.file ?? file, $0) }
      })
  }

  private static func rule(_ code: DiagnosticCode) -> JSON {
    [
      "id": .string(code.id), "shortDescription": ["text": .string(code.summary)],
      "fullDescription": ["text": .string(code.explanation)],
      "defaultConfiguration": ["level": .string(code.severity.rawValue)],
    ]
  }

  private func result(_ result: Result, _ ruleIndex: Int) -> JSON {
    var object = JSONObject()
    object.append("ruleId", .string(result.code.id))
    object.append("ruleIndex", .number(ruleIndex))
    object.append("level", .string(result.severity.rawValue))
    object.append("message", Self.message(result.message))
    object.append("locations", [["physicalLocation": Self.physical(result.file, result.location)]])
    if !result.related.isEmpty {
      let related = result.related.enumerated().map { index, related -> JSON in
        [
          "id": .number(index + 1), "message": Self.message([related.text]),
          "physicalLocation": Self.physical(related.file, related.location),
        ]
      }
      object.append("relatedLocations", .array(related))
    }
    object.append("partialFingerprints", [fingerprintName: .string(printable(result.fingerprint))])
    object.append("baselineState", result.baselineState.map { .string($0.rawValue) })
    if let suppression = result.suppression {
      object.append(
        "suppressions",
        [
          [
            "kind": .string(suppression.isInSource ? "inSource" : "external"),
            "justification": .string(printable(suppression.justification)),
          ]
        ])
    }
    return .object(object)
  }

  /// A message: braces are doubled, because single ones are argument placeholders, and brackets are
  /// escaped where they would form a link.
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

  private static func physical(_ file: String, _ location: SourceRange?) -> JSON {
    var object = JSONObject()
    object.append("artifactLocation", ["uri": .string(URIText.reference(toFile: file))])
    if let location {
      var region = JSONObject()
      region.append("startLine", .number(location.line))
      region.append("startColumn", .number(location.column))
      if location.length > 0 { region.append("endColumn", .number(location.column + location.length)) }
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
    // A colon in the first segment would be read as the end of a scheme.
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
