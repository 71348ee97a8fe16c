import PolicyViews

/// Help texts, laid out for the width of the terminal.
///
/// The argument parser breaks every line of a text on its own, so one whose lines are already broken for a wider
/// terminal would be ragged, and it leaves the usage on one line.
enum HelpText {
  /// The discussion of a command: paragraphs, and indented lines such as examples, which stay lines.
  ///
  /// - Parameter text: The discussion; an indented line continues one that is indented less.
  static func discussion(_ text: String) -> String {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      let (indent, above) = (indentation(line), lines.last.map(indentation) ?? 0)
      let isText = !line.isEmpty && lines.last?.isEmpty == false
      if isText, indent == 0 && above == 0 || above > 0 && indent > above {
        lines[lines.count - 1] += " " + line.drop { $0 == " " }
      } else {
        lines.append(line)
      }
    }
    // The argument parser breaks a line that is as wide as the terminal.
    return lines.flatMap { fitted($0, width: Terminal.helpWidth - 1) }.joined(separator: "\n")
  }

  /// A whole text with its usage in the width of the terminal.
  static func fitted(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      line.lowercased().hasPrefix("usage: ")
        ? wrapped(String(line), width: Terminal.helpWidth, hanging: "       ") : [String(line)]
    }.joined(separator: "\n")
  }

  private static func fitted(_ line: String, width: Int) -> [String] {
    let indent = indentation(line)
    guard line.count > width else { return [line] }
    let spaces = String(repeating: " ", count: indent)
    guard indent > 0, let gap = line.dropFirst(indent).firstRange(of: "  ") else {
      return wrapped(line, width: width, indent: spaces, hanging: indent > 0 ? spaces + "  " : "")
    }
    let (term, remark) = (String(line[..<gap.lowerBound]), String(line[gap.upperBound...]))
    // A short term such as an exit code stays beside its text; a command gets a line of its own.
    if term.count <= 6 {
      let column = String(repeating: " ", count: term.count + 2 + indentation(remark))
      let text = wrapped(remark, width: width, indent: column, hanging: column)
      return text.enumerated().map { $0 == 0 ? term + $1.dropFirst(term.count) : $1 }
    }
    let hanging = spaces + "    "
    return wrapped(term, width: width, indent: spaces, hanging: spaces + "  ")
      + wrapped(remark, width: width, indent: hanging, hanging: hanging)
  }

  private static func indentation(_ line: String) -> Int { line.prefix { $0 == " " }.count }
}
