import JSONText

/// Values as literals of PowerShell, which no value can leave.
///
/// A literal is single-quoted ASCII without any quote inside: PowerShell takes several Unicode characters for a
/// quote, and Windows PowerShell 5.1 reads a script without a byte order mark in the local code page. Every
/// other character is written as `\uXXXX`, which JSON reads back.
enum PowerShellLiteral {
  /// A JSON document as a literal.
  static func json(_ value: JSON) -> String { quoted(value.text()) }

  /// A text for people as a literal; characters that are not plain ASCII appear as `\uXXXX`.
  static func text(_ text: String) -> String {
    let quotedText = JSON.string(text).text()
    return quoted(String(quotedText.dropFirst().dropLast()))
  }

  private static func quoted(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars {
      if (0x20...0x7e).contains(scalar.value), scalar != "'" {
        result.unicodeScalars.append(scalar)
      } else {
        for unit in String(Character(scalar)).utf16 {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return result + "'"
  }
}
