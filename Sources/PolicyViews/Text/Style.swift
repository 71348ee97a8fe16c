/// How text is styled: with color on a terminal, without elsewhere.
package struct Style: Sendable {
  /// Whether escape sequences are printed.
  package var hasColor: Bool

  package init(hasColor: Bool) { self.hasColor = hasColor }

  /// Plain text.
  package static let plain = Style(hasColor: false)

  package enum Attribute: String, Sendable {
    case bold = "1"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case faint = "2"
  }

  /// The text in a color or weight.
  package func callAsFunction(_ attribute: Attribute, _ text: String) -> String {
    hasColor && !text.isEmpty ? "\u{1b}[\(attribute.rawValue)m\(text)\u{1b}[0m" : text
  }
}

/// Makes untrusted text safe to print: control characters are escaped.
package func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if isControl(scalar) {
      result += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Whether a scalar moves the cursor, changes the text direction, or is invisible.
func isControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7f..<0xa0, 0x200b...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: true
  default: false
  }
}

/// Wraps a text between words; a word longer than a line gets a line of its own.
package func wrapped(_ text: String, width: Int) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
    var lines = [""]
    var length = 0
    for word in paragraph.split(separator: " ") {
      if length > 0, length + 1 + word.count > width {
        lines.append("")
        length = 0
      }
      lines[lines.count - 1] += (length > 0 ? " " : "") + word
      length += (length > 0 ? 1 : 0) + word.count
    }
    return lines
  }
}

/// Folds lines between words; what is folded is indented further than its line.
///
/// - Parameters:
///   - lines: The lines; shorter ones stay as they are.
///   - width: The width in characters.
func foldedLines(_ lines: [String], width: Int = 80) -> [String] {
  lines.flatMap { line -> [String] in
    guard line.count > width else { return [line] }
    let indent = String(line.prefix { $0 == " " })
    var folded = [indent]
    var length = indent.count
    for (position, word) in line.dropFirst(indent.count)
      .split(separator: " ", omittingEmptySubsequences: false).enumerated()
    {
      if position > 0, length + 1 + word.count > width {
        folded.append("\(indent)    ")
        length = indent.count + 4
      } else if position > 0 {
        folded[folded.count - 1] += " "
        length += 1
      }
      folded[folded.count - 1] += word
      length += word.count
    }
    return folded
  }
}

/// A text with spaces after it up to a width; a wider one as it is.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// Aligns rows in columns as wide as their widest cell; the last column is not padded.
package func columns(_ rows: [[String]], indent: String = "", gap: String = "  ") -> [String] {
  var widths: [Int] = []
  for row in rows {
    for (index, cell) in row.enumerated() {
      if index == widths.count { widths.append(0) }
      widths[index] = max(widths[index], cell.count)
    }
  }
  return rows.map { row in
    var line = indent
    for (index, cell) in row.enumerated() {
      line += cell
      if index < row.count - 1 { line += String(repeating: " ", count: widths[index] - cell.count) + gap }
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}
