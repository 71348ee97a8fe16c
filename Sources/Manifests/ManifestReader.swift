package import Diagnostics
import JSONText

/// Reads files of manifests: YAML with any number of documents, or JSON.
package enum ManifestReader {
  /// Reads the documents of a file one after the other, so that they need not be in memory together.
  ///
  /// A YAML document that cannot be parsed does not hide the others: reading continues at the next line that
  /// begins with `---`, which always begins a document. JSON has no such mark, and ends at its first error.
  ///
  /// - Parameters:
  ///   - bytes: The text of the file.
  ///   - file: The file as the user named it, for the diagnostics.
  ///   - body: Called with each document; documents without content are left out.
  /// - Returns: The diagnostics; an error means that not all of the file was read.
  package static func read(
    _ bytes: [UInt8], file: String, _ body: (ManifestValue) -> Void
  ) -> [Diagnostic] {
    let bytes = withoutWarnings(bytes)
    if isJSON(bytes) {
      guard let error = readJSON(bytes, body) else { return [] }
      return [
        Diagnostic(
          .jsonSyntax, "this is not valid JSON: \(error.reason)", file: file,
          at: SourceRange(line: UInt32(clamping: error.line), column: UInt32(clamping: error.column)))
      ]
    }
    return YAMLStream(bytes: bytes, file: file).read(body)
  }

  /// A text without the lines `WARNING: ...` before its JSON, which `az` writes to standard error, where both streams
  /// were redirected to one file; blanks take their place, so that every location stays.
  private static func withoutWarnings(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.starts(with: "WARNING:".utf8) else { return bytes }
    var text = bytes
    var start = 0
    while text[start...].starts(with: "WARNING:".utf8) {
      let end = text[start...].firstIndex(of: 0x0a) ?? text.count
      for index in start..<end { text[index] = 0x20 }
      start = min(end + 1, text.count)
    }
    return isJSON(text) ? text : bytes
  }

  private static func readJSON(_ bytes: [UInt8], _ body: (ManifestValue) -> Void) -> JSONError? {
    do throws(JSONError) {
      var conversion = JSONConversion(bytes)
      while let value = try conversion.next() { if !value.isNull { body(value) } }
      return nil
    } catch { return error }
  }

  /// Whether a text begins like JSON and is not a YAML flow collection, which can begin with the same bracket.
  private static func isJSON(_ bytes: [UInt8]) -> Bool {
    var index = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    func skipBlanks() {
      while index < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[index]) { index += 1 }
    }
    skipBlanks()
    guard index < bytes.count, bytes[index] == UInt8(ascii: "{") || bytes[index] == UInt8(ascii: "[") else {
      return false
    }
    let isObject = bytes[index] == UInt8(ascii: "{")
    index += 1
    skipBlanks()
    guard index < bytes.count else { return true }
    return !isObject || bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "}")
  }
}
