/// Folds lines that are wider than a limit.
///
/// A line breaks between words. A word that is wider than a whole line, such as a list of addresses, breaks
/// after its commas; without them it stays whole, and the terminal breaks it. Escape sequences have no
/// width; a color that is on at a break is on again after it.
struct FoldedText {
  /// What stays together on a line.
  private struct Piece {
    var text = ""
    var width = 0
    /// The spaces before it, which a break replaces.
    var spaces = 0
    /// The escape sequence that is on after it; empty if there is none.
    var color = ""
  }

  private static let reset = "\u{1b}[0m"

  /// The lines of a line.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - width: The most columns.
  ///   - hanging: What the lines after the first begin with; nil for four spaces more than the first.
  static func lines(_ line: String, width: Int, hanging: String? = nil) -> [String] {
    // No character is wider than its bytes are many.
    guard line.utf8.count > width, displayWidth(line) > width else { return [line] }
    let indent = line.prefix { $0 == " " }
    // In a narrow terminal most of the line is left to the text.
    let hanging = hanging ?? String(repeating: " ", count: min(indent.count + 4, width / 3))
    var folded: [String] = []
    var current = String(indent)
    var length = indent.count
    var isEmpty = true
    var color = ""
    let room = width - hanging.count
    for word in words(line.dropFirst(indent.count)) {
      let total = word.reduce(0) { $0 + $1.width }
      for (position, piece) in (total > room ? word : [joined(word)]).enumerated() {
        let spaces = position == 0 ? piece.spaces : 0
        if !isEmpty, length + spaces + piece.width > width {
          folded.append(color.isEmpty ? current : current + reset)
          current = hanging + color
          length = hanging.count
        } else {
          current += String(repeating: " ", count: spaces)
          length += spaces
        }
        current += piece.text
        length += piece.width
        color = piece.color
        isEmpty = false
      }
    }
    return folded + [current]
  }

  /// The columns of the widest part of a text that no break divides.
  static func leastWidth(_ text: String) -> Int {
    words(text[...]).joined().map(\.width).max() ?? 0
  }

  /// The words of a text, each in the pieces between which it can break.
  private static func words(_ text: Substring) -> [[Piece]] {
    var words: [[Piece]] = []
    var word: [Piece] = []
    var piece = Piece()
    var color = ""
    var spaces = 0
    var isEscape = false
    var sequence = ""
    func ends(_ piece: inout Piece) {
      guard !piece.text.isEmpty else { return }
      piece.color = color
      word.append(piece)
      piece = Piece()
    }
    for character in text {
      if isEscape {
        sequence.append(character)
        piece.text.append(character)
        if character == "m" {
          isEscape = false
          color = sequence == reset ? "" : sequence
        }
      } else if character == "\u{1b}" {
        isEscape = true
        sequence = "\u{1b}"
        piece.text.append(character)
      } else if character == " " {
        ends(&piece)
        if !word.isEmpty {
          words.append(word)
          word = []
        }
        spaces += 1
      } else {
        if spaces > 0, piece.width == 0, word.isEmpty {
          piece.spaces = spaces
          spaces = 0
        }
        piece.text.append(character)
        piece.width += displayWidth(character)
        if character == "," { ends(&piece) }
      }
    }
    ends(&piece)
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static func joined(_ word: [Piece]) -> Piece {
    guard var result = word.first, word.count > 1 else { return word.first ?? Piece() }
    for piece in word.dropFirst() {
      result.text += piece.text
      result.width += piece.width
      result.color = piece.color
    }
    return result
  }
}

extension Style {
  /// Lines in the width of the terminal; what is folded is indented further than its line.
  package func fitted(_ lines: [String]) -> [String] {
    guard let width else { return lines }
    return lines.flatMap { FoldedText.lines($0, width: width) }
  }
}

/// Wraps a text between words; a word longer than a line gets a line of its own.
package func wrapped(_ text: String, width: Int, indent: String = "", hanging: String = "") -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
    FoldedText.lines(
      indent + paragraph.split(separator: " ").joined(separator: " "), width: width, hanging: hanging)
  }
}

/// Folds lines between words; what is folded is indented further than its line.
///
/// - Parameters:
///   - lines: The lines; shorter ones stay as they are.
///   - width: The most columns.
func foldedLines(_ lines: [String], width: Int) -> [String] {
  lines.flatMap { FoldedText.lines($0, width: width) }
}

/// The columns that a text takes on a terminal; escape sequences take none.
func displayWidth(_ text: String) -> Int {
  var isEscape = false
  var width = 0
  // Most text is ASCII, and all others are counted by character.
  if text.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x1b }) { return text.utf8.count }
  for character in text {
    if isEscape {
      isEscape = character != "m"
    } else if character == "\u{1b}" {
      isEscape = true
    } else {
      width += displayWidth(character)
    }
  }
  return width
}

/// The columns of a character: two for those of East Asian scripts and pictures, none for a lone mark.
private func displayWidth(_ character: Character) -> Int {
  guard let scalar = character.unicodeScalars.first else { return 0 }
  switch scalar.value {
  case 0..<0x300: return 1
  case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
    0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
    return 2
  default:
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: return 1
    }
  }
}

/// A text with spaces after it up to a width; a wider one as it is.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - displayWidth(text)))
}
