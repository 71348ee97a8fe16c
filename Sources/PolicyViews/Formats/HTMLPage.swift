/// A self-contained page: it loads nothing, and is readable without scripts.
struct HTMLPage {
  private var body = ""
  private let title: String

  /// Starts a page.
  ///
  /// - Parameter title: The title as plain text.
  init(title: String) { self.title = title }

  /// Text escaped for use in a page, attributes included.
  static func escape(_ text: String) -> String { XMLText.escaped(text) }

  /// Adds markup that is already escaped.
  mutating func add(_ markup: String) {
    body += markup
    body += "\n"
  }

  /// A table that scrolls if it is wider than the page.
  ///
  /// - Parameters:
  ///   - caption: What the table shows, as plain text.
  ///   - columns: The titles of its columns, as plain text.
  ///   - rows: Its rows as markup.
  ///   - attribute: An attribute that marks the table.
  static func table(_ caption: String, columns: [String], rows: [String], attribute: String = "") -> String {
    let heads = columns.map { "<th scope=\"col\">\(escape($0))</th>" }.joined()
    let caption = escape(caption)
    return """
      <div class="scroll" role="region" aria-label="\(caption)" tabindex="0">
      <table\(attribute.isEmpty ? "" : " \(attribute)")>
      <caption>\(caption)</caption>
      <thead><tr>\(heads)</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </div>
      """
  }

  /// The page as bytes.
  ///
  /// - Parameter script: An optional script that the page does not depend on.
  func bytes(script: String? = nil) -> [UInt8] {
    let text = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
      <title>\(Self.escape(title))</title>
      <style>
      \(Self.styles)
      </style>
      </head>
      <body>
      \(body)\(script.map { "<script>\n\($0)\n</script>\n" } ?? "")</body>
      </html>

      """
    return Array(text.utf8)
  }
}
