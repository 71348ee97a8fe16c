/// Text escaped for XML 1.0 and HTML.
enum XMLText {
  /// The text as content or as a quoted attribute.
  ///
  /// Characters that XML 1.0 cannot represent even as a reference, or that would not survive in an
  /// attribute, are written as visible escapes, as in other output.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in printable(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      // Content must not contain "]]>".
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      // HTML 4 has no named entity for it.
      case "'": result += "&#39;"
      case "\u{fffe}", "\u{ffff}": result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Lines as content.
  static func content(_ lines: [String]) -> String { lines.map(escaped).joined(separator: "\n") }

  /// Attributes in order; those without a value are omitted.
  static func attributes(_ values: KeyValuePairs<String, String?>) -> String {
    values.compactMap { key, value in value.map { " \(key)=\"\(escaped($0))\"" } }.joined()
  }
}
