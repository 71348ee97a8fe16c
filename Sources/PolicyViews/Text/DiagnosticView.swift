package import Diagnostics
package import JSONText

/// A source text quoted in diagnostics.
package struct SourceText: Sendable {
  private let bytes: [UInt8]
  private let lineStarts: [Int]

  /// Prepares a text; its lines are indexed once.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == 0x0a { starts.append(index + 1) }
    lineStarts = starts
  }

  /// The text of a line without its line break; nil after the last line.
  package func line(_ number: UInt32) -> String? {
    let index = Int(number) - 1
    guard lineStarts.indices.contains(index) else { return nil }
    let start = lineStarts[index]
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
    if end > start, bytes[end - 1] == 0x0d { end -= 1 }
    return String(decoding: bytes[start..<min(end, start + 4_096)], as: UTF8.self)
  }
}

/// Diagnostics, as text and JSON.
package struct DiagnosticView: Sendable {
  private let style: Style
  private let sources: [String: SourceText]

  /// Prepares the view.
  ///
  /// - Parameters:
  ///   - style: How text is styled.
  ///   - sources: The source texts to quote, by file name.
  package init(style: Style, sources: [String: SourceText] = [:]) {
    self.style = style
    self.sources = sources
  }

  /// The diagnostic as lines: the message, the excerpt with the text underlined, notes and help.
  package func lines(_ diagnostic: Diagnostic) -> [String] {
    var lines = [
      heading(
        diagnostic.file, diagnostic.location, color(diagnostic.severity), diagnostic.severity.rawValue,
        "\(printable(diagnostic.message)) [\(diagnostic.code.id)]")
    ]
    lines += excerpt(diagnostic.file, diagnostic.location)
    for note in diagnostic.notes {
      lines.append(heading(diagnostic.file, note.location, .blue, "note", printable(note.message)))
      lines += excerpt(diagnostic.file, note.location)
    }
    if let help = diagnostic.help { lines.append("  \(style(.green, "help:")) \(printable(help))") }
    return lines
  }

  private func color(_ severity: Severity) -> Style.Attribute {
    switch severity {
    case .error: .red
    case .warning: .yellow
    case .note: .blue
    }
  }

  private func heading(
    _ file: String?, _ location: SourceRange?, _ color: Style.Attribute, _ word: String, _ text: String
  )
    -> String
  {
    var start = ""
    if let file { start += printable(file) + ":" }
    if let location { start += "\(location.line):\(location.column):" }
    return (start.isEmpty ? "" : style(.bold, start) + " ") + style(color, "\(word):") + " \(text)"
  }

  /// How much of a line is shown around a location.
  private static let excerptWidth = 100

  /// The line of a location with its text underlined; long lines are cut around it.
  private func excerpt(_ file: String?, _ location: SourceRange?) -> [String] {
    guard let file, let location, let line = sources[file]?.line(location.line) else { return [] }
    let scalars = Array(line.unicodeScalars)
    let column = Int(location.column) - 1
    guard column <= scalars.count else { return [] }
    let width = Self.excerptWidth
    let start = column > width - 20 ? column - 20 : 0
    let end = min(scalars.count, start + width)
    var shown = scalars[start..<end].map { isControl($0) ? " " : Character($0) }
    if start > 0 { shown.insert("…", at: 0) }
    if end < scalars.count { shown.append("…") }
    let first = column - start + (start > 0 ? 1 : 0)
    let underlined = first..<(first + max(1, min(Int(location.length), end - column)))
    let number = "\(location.line)"
    var margin = String(repeating: " ", count: max(0, 5 - number.count)) + number
    return parts(of: shown).flatMap { part -> [String] in
      defer { margin = String(repeating: " ", count: margin.count) }
      let text = ["\(margin) | " + String(shown[part])]
      let marked = underlined.clamped(to: part.lowerBound..<max(part.upperBound, part.lowerBound + 1))
      guard !marked.isEmpty else { return text }
      return text + [
        "      | " + String(repeating: " ", count: marked.lowerBound - part.lowerBound)
          + style(.red, String(repeating: "^", count: marked.count))
      ]
    }
  }

  /// The parts of an excerpt that fit the terminal, which end after a space if possible.
  private func parts(of text: [Character]) -> [Range<Int>] {
    guard let width = style.width, text.count > width - 8 else { return [0..<text.count] }
    var parts: [Range<Int>] = []
    var start = 0
    while start < text.count {
      var end = min(text.count, start + width - 8)
      if end < text.count, let space = text[start..<end].lastIndex(of: " "), space > start { end = space + 1 }
      parts.append(start..<end)
      start = end
    }
    return parts
  }

  /// The diagnostic as JSON.
  package static func document(_ diagnostic: Diagnostic) -> JSON {
    var object = JSONObject()
    object.append("severity", .string(diagnostic.severity.rawValue))
    object.append("code", .string(diagnostic.code.id))
    object.append("message", .string(diagnostic.message))
    object.append("file", diagnostic.file.map { .string($0) } ?? .null)
    object.append("line", diagnostic.location.map { .number($0.line) } ?? .null)
    object.append("column", diagnostic.location.map { .number($0.column) } ?? .null)
    if !diagnostic.notes.isEmpty {
      object.append(
        "notes",
        .array(
          diagnostic.notes.map { note in
            [
              "message": .string(note.message), "line": note.location.map { .number($0.line) } ?? .null,
              "column": note.location.map { .number($0.column) } ?? .null,
            ]
          }))
    }
    object.append("remedy", diagnostic.help.map { .string($0) })
    return .object(object)
  }
}
