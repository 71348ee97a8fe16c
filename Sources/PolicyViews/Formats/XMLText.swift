/// Text as XML 1.0 can hold it, and HTML too.
enum XMLText {
  /// The text for a content or a quoted attribute.
  ///
  /// What XML 1.0 cannot hold even as a reference, and what would not survive an attribute, is written
  /// visibly as in other output.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in printable(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      // Never the end of a CDATA section, which content must not hold.
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      // HTML before 5 has no name for it.
      case "'": result += "&#39;"
      case "\u{fffe}", "\u{ffff}": result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Lines as content.
  static func content(_ lines: [String]) -> String { lines.map(escaped).joined(separator: "\n") }

  /// Attributes in order; those without a value are left out.
  static func attributes(_ values: KeyValuePairs<String, String?>) -> String {
    values.compactMap { key, value in value.map { " \(key)=\"\(escaped($0))\"" } }.joined()
  }
}
