/// Text in Markdown, in which nothing from a file becomes markup.
enum MarkdownText {
  /// A text as code within a line or the cell of a table.
  ///
  /// Whatever can be markup is written as a character reference, which never begins markup, and code has no
  /// mentions or links to issues.
  static func code(_ text: String) -> String { "<code>\(escaped(printable(text)))</code>" }

  /// Lines as a block of code, whose fence is longer than any in the lines.
  static func block(_ lines: [String]) -> [String] {
    let longest = lines.flatMap { $0.split { $0 != "`" } }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return ["\(fence)text"] + lines + [fence]
  }

  /// A row of a table.
  ///
  /// - Parameter cells: The cells, already in Markdown.
  static func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", "-", ",", ";", ":", "(", ")", "+", "=":
        result.unicodeScalars.append(scalar)
      // An address of the web or of mail is a link even within code.
      case ".": result += result.hasSuffix("www") ? "&#46;" : "."
      case "@": result += "&#64;<!-- -->"
      case "/": result += result.hasSuffix(":") ? "&#47;" : "/"
      case _ where scalar.isASCII: result += "&#\(scalar.value);"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
