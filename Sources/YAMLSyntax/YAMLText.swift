/// A YAML document to be written, laid out as a person would.
///
/// The only writer of YAML: what it writes, ``YAMLDocument`` reads as the same values.
package indirect enum YAMLText: Sendable {
  /// How a collection is laid out.
  package enum Layout: Sendable {
    /// Each member on its own line.
    case lines
    /// On one line if it fits, else each member on its own line.
    case compact
  }

  /// A text or a number.
  case scalar(String)
  /// A truth value, never in quotation marks.
  case boolean(Bool)
  case list([YAMLText], Layout)
  case mapping([Member], Layout)

  /// A key with its value.
  package struct Member: Sendable {
    package var key: String
    package var value: YAMLText

    package init(_ key: String, _ value: YAMLText) {
      self.key = key
      self.value = value
    }
  }

  /// A list of texts, on one line if it fits.
  package static func words(_ texts: [String]) -> YAMLText { .list(texts.map { .scalar($0) }, .compact) }

  /// The most columns of a collection on one line; a longer one is written over several.
  private static let width = 160

  /// The lines of the value in block style, all of them indented.
  ///
  /// - Parameter indentation: By how many columns.
  package func lines(indentedBy indentation: Int = 0) -> [String] {
    let lines = lines(indentedBy: indentation, column: indentation)
    return [String(repeating: " ", count: indentation) + lines[0]] + lines.dropFirst()
  }

  // MARK: Collections

  /// The value on one line; nil if its layout does not allow that.
  private var inline: String? {
    switch self {
    case .scalar(let text): return Self.written(text)
    case .boolean(let value): return value ? "true" : "false"
    case .list(let elements, let layout):
      guard layout == .compact || elements.isEmpty else { return nil }
      var parts: [String] = []
      for element in elements {
        guard let part = element.inline else { return nil }
        parts.append(part)
      }
      return "[\(parts.joined(separator: ", "))]"
    case .mapping(let members, let layout):
      guard layout == .compact || members.isEmpty else { return nil }
      var parts: [String] = []
      for member in members {
        guard let part = member.value.inline else { return nil }
        parts.append("\(Self.written(member.key)): \(part)")
      }
      return "{\(parts.joined(separator: ", "))}"
    }
  }

  /// The value on one line if it fits there.
  private func fitting(column: Int) -> String? {
    guard let inline else { return nil }
    if case .scalar = self { return inline }
    return column + inline.utf8.count <= Self.width ? inline : nil
  }

  /// The lines of a value in block style; the first one is not indented.
  private func lines(indentedBy indentation: Int, column: Int) -> [String] {
    if let inline = fitting(column: column) { return [inline] }
    let space = String(repeating: " ", count: indentation)
    var lines: [String] = []
    func add(_ first: String, _ value: YAMLText, deeper: Int) {
      let start = (lines.isEmpty ? "" : space) + first
      if let inline = value.fitting(column: indentation + first.utf8.count + 1) {
        lines.append(start + " " + inline)
        return
      }
      let inner = value.lines(indentedBy: indentation + deeper, column: indentation + deeper)
      guard first == "-" else {
        lines.append(start)
        lines.append(String(repeating: " ", count: indentation + deeper) + inner[0])
        lines += inner.dropFirst()
        return
      }
      lines.append("\(start) \(inner[0])")
      lines += inner.dropFirst()
    }
    switch self {
    case .scalar, .boolean: return [inline ?? ""]
    case .list(let elements, _): for element in elements { add("-", element, deeper: 2) }
    case .mapping(let members, _):
      for member in members { add("\(Self.written(member.key)):", member.value, deeper: 2) }
    }
    return lines
  }

  // MARK: Scalars

  /// Words that other readers of YAML take for something else than text.
  private static let reserved: Set<String> = [
    "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n",
  ]

  /// A scalar without quotation marks where every reader takes it as this text or number, else in them.
  private static func written(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: "("), UInt8(ascii: ")"),
        UInt8(ascii: " "), UInt8(ascii: "\\"):
        true
      default: false
      }
    }
    let startsPlain = text.utf8.first.map { byte in
      byte != UInt8(ascii: "-") && byte != UInt8(ascii: "@") && byte != UInt8(ascii: " ")
    }
    if isPlain, startsPlain == true, text.utf8.last != UInt8(ascii: " "),
      !reserved.contains(text.lowercased())
    {
      return text
    }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: result += "\\\""
      case 0x5c: result += "\\\\"
      case 0x0a: result += "\\n"
      case 0x09: result += "\\t"
      case 0x0d: result += "\\r"
      case 0..<0x20, 0x7f...0xa0: result += "\\x" + hexadecimal(scalar.value, digits: 2)
      case 0x1680, 0x2000...0x200f, 0x2028...0x202f, 0x205f...0x206f, 0x3000, 0xfeff, 0xfff0...0xffff:
        result += "\\u" + hexadecimal(scalar.value, digits: 4)
      case 0xe0000...: result += "\\U" + hexadecimal(scalar.value, digits: 8)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
