/// Wraps text for people to the width of a terminal.
package enum WrappedText {
  /// The columns of a line.
  package static let width = 80

  /// The lines of a text; a word that is longer than a line has one of its own.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - indent: What the first line begins with.
  ///   - hanging: What the other lines begin with.
  package static func lines(_ text: String, indent: String = "", hanging: String) -> [String] {
    var lines: [String] = []
    var line = indent
    var isEmpty = true
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        (line, isEmpty) = (hanging, true)
      }
      line += isEmpty ? String(word) : " \(word)"
      isEmpty = false
    }
    return lines + [line]
  }
}
