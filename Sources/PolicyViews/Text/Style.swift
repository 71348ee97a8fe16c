import NetworkTypes

/// How text is styled: with color and in the width of a terminal, without color and unlimited elsewhere.
package struct Style: Sendable {
  /// Whether escape sequences are printed.
  package var hasColor: Bool
  /// The columns of the terminal; nil where lines can have any length.
  package var width: Int?

  /// The fewest columns that text is laid out for; narrower terminals break lines themselves.
  private static let leastWidth = 20

  /// Creates a style.
  ///
  /// - Parameters:
  ///   - hasColor: Whether escape sequences are printed.
  ///   - width: The columns of the terminal; nil where lines can have any length.
  package init(hasColor: Bool, width: Int? = nil) {
    self.hasColor = hasColor
    self.width = width.map { max($0, Self.leastWidth) }
  }

  /// The columns of sentences: no more than 80, which is easy to read.
  package var proseWidth: Int { min(width ?? 80, 80) }

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

  /// A sentence in which the verdicts are colored.
  func verdicts(_ text: String) -> String {
    guard hasColor else { return text }
    return text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      let letters = word.prefix { $0.isLetter }
      // The name of a rule continues with other characters.
      guard word.dropFirst(letters.count).allSatisfy({ ",;:)".contains($0) }) else { return String(word) }
      let color: Attribute? =
        switch letters {
        case "allow", "allowed", "allows", "opened": .green
        case "block", "blocked", "blocks", "closed": .red
        default: nil
        }
      return color.map { self($0, String(letters)) + word.dropFirst(letters.count) } ?? String(word)
    }.joined(separator: " ")
  }
}

/// Makes untrusted text safe to print: control characters are escaped.
package func printable(_ text: String) -> String { PrintableText.escaped(text) }

/// Whether a scalar moves the cursor, changes the text direction, or is invisible.
func isControl(_ scalar: Unicode.Scalar) -> Bool { PrintableText.isControl(scalar) }
