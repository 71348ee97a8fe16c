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
