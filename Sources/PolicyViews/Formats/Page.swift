/// A self-contained page: nothing of it is loaded from anywhere, and it can be read without scripts.
struct Page {
  private var body = ""
  private let title: String

  /// Begins a page.
  ///
  /// - Parameter title: The title as plain text.
  init(title: String) { self.title = title }

  /// Text made safe to stand in a page, in attributes too.
  static func escape(_ text: String) -> String { XMLText.escaped(text) }

  /// Adds markup that is already safe.
  mutating func add(_ markup: String) {
    body += markup
    body += "\n"
  }

  /// The page as bytes.
  ///
  /// - Parameter script: A script that adds comfort; nil for none.
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
