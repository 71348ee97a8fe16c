/// An element of an XML text.
package struct XMLElement: Sendable {
  /// The name.
  package var name: String
  /// The attributes in order.
  package var attributes: [(name: String, value: String)] = []
  /// The elements inside, in order.
  package var children: [XMLElement] = []
  /// The text directly inside, without blanks at its ends.
  package var text = ""
  /// The line it begins on, counted from 1.
  package var line: Int

  /// The first element inside with a name.
  package subscript(_ name: String) -> XMLElement? { children.first { $0.name == name } }
}

/// Reads XML as Windows' tools write it: elements, attributes, text, references, comments; no document types.
///
/// A text can have several roots, as `netsh wfp show state` writes (reference: windows-firewall-and-vfp, 10.0).
package struct XMLText {
  /// A problem in a text.
  package struct Problem: Error, Hashable, Sendable {
    /// What is wrong.
    package var reason: String
    /// The line, counted from 1.
    package var line: Int
    /// The column, counted from 1.
    package var column: Int
  }

  private static let depthLimit = 64

  private let bytes: [UInt8]
  private var index = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The roots of a text.
  ///
  /// - Parameter bytes: The UTF-8 bytes.
  /// - Returns: The elements that are in no other.
  /// - Throws: ``Problem`` for a text that is cut off or not XML.
  package static func roots(_ bytes: [UInt8]) throws(Problem) -> [XMLElement] {
    var reader = XMLText(bytes)
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { reader.index = 3 }
    var lines = LineCount()
    /// The elements that are open; what is outside of all is the first.
    var open = [XMLElement(name: "", line: 1)]
    while let part = try reader.next() {
      switch part {
      case .text(let range):
        if open.count > 1 { open[open.count - 1].text += try reader.text(range) }
      case .start(var element, let start, let isEmpty):
        element.line = lines.line(at: start, in: bytes)
        if isEmpty {
          open[open.count - 1].children.append(element)
        } else {
          guard open.count <= depthLimit else {
            throw reader.problem("elements are nested deeper than \(depthLimit) levels", at: start)
          }
          open.append(element)
        }
      case .end(let name, let start):
        guard open.count > 1, var element = open.popLast(), element.name == name else {
          throw reader.problem("</\(name)> ends no open element", at: start)
        }
        element.text = trimmed(element.text)
        open[open.count - 1].children.append(element)
      }
    }
    guard open.count == 1 else {
      throw reader.problem("the text is cut off: <\(open[open.count - 1].name)> has no end", at: bytes.count)
    }
    return open[0].children
  }

  private enum Part {
    case text(Range<Int>)
    case start(XMLElement, at: Int, isEmpty: Bool)
    case end(String, at: Int)
  }

  private mutating func next() throws(Problem) -> Part? {
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<") else {
        let start = index
        index = bytes[index...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
        return .text(start..<index)
      }
      if starts("<!--") {
        try skip(past: "-->")
      } else if starts("<?") {
        try skip(past: "?>")
      } else if starts("<!") {
        throw problem("document types and CDATA are not read", at: index)
      } else {
        return try tag()
      }
    }
    return nil
  }

  private mutating func tag() throws(Problem) -> Part {
    let start = index
    index += 1
    if take(UInt8(ascii: "/")) {
      let name = try name()
      skipBlanks()
      guard take(UInt8(ascii: ">")) else { throw expected("'>'") }
      return .end(name, at: start)
    }
    var element = XMLElement(name: try name(), line: 0)
    while true {
      skipBlanks()
      if take(UInt8(ascii: ">")) { return .start(element, at: start, isEmpty: false) }
      if take(UInt8(ascii: "/")) {
        guard take(UInt8(ascii: ">")) else { throw expected("'>'") }
        return .start(element, at: start, isEmpty: true)
      }
      let attribute = try name()
      skipBlanks()
      guard take(UInt8(ascii: "=")) else { throw expected("'='") }
      skipBlanks()
      guard index < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[index]) else {
        throw expected("a value in quotes")
      }
      guard let end = bytes[(index + 1)...].firstIndex(of: bytes[index]) else {
        throw problem("the text is cut off: a value has no closing quote", at: index)
      }
      element.attributes.append((attribute, try text(index + 1..<end)))
      index = end + 1
    }
  }

  private mutating func name() throws(Problem) -> String {
    let start = index
    while index < bytes.count, !" \t\r\n=/><\"'".utf8.contains(bytes[index]) { index += 1 }
    guard index > start else { throw expected("a name") }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  /// A text with its references replaced.
  private func text(_ range: Range<Int>) throws(Problem) -> String {
    guard bytes[range].contains(UInt8(ascii: "&")) else {
      return String(decoding: bytes[range], as: UTF8.self)
    }
    var result = ""
    var position = range.lowerBound
    while position < range.upperBound {
      guard let mark = bytes[position..<range.upperBound].firstIndex(of: UInt8(ascii: "&")) else {
        return result + String(decoding: bytes[position..<range.upperBound], as: UTF8.self)
      }
      result += String(decoding: bytes[position..<mark], as: UTF8.self)
      let limit = min(mark + 12, range.upperBound)
      guard let end = bytes[mark..<limit].firstIndex(of: UInt8(ascii: ";")),
        let character = Self.character(String(decoding: bytes[mark + 1..<end], as: UTF8.self))
      else {
        throw problem(
          limit == bytes.count ? "the text is cut off in a reference" : "a reference cannot be read", at: mark
        )
      }
      result.unicodeScalars.append(character)
      position = end + 1
    }
    return result
  }

  private static func character(_ name: String) -> Unicode.Scalar? {
    switch name {
    case "lt": "<"
    case "gt": ">"
    case "amp": "&"
    case "quot": "\""
    case "apos": "'"
    case _ where name.hasPrefix("#x"): UInt32(name.dropFirst(2), radix: 16).flatMap { Unicode.Scalar($0) }
    case _ where name.hasPrefix("#"): UInt32(name.dropFirst()).flatMap { Unicode.Scalar($0) }
    default: nil
    }
  }

  private func starts(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

  private mutating func skip(past end: String) throws(Problem) {
    let start = index
    while index < bytes.count, !starts(end) { index += 1 }
    guard index < bytes.count else { throw problem("the text is cut off", at: start) }
    index += end.utf8.count
  }

  private mutating func skipBlanks() {
    while index < bytes.count, " \t\r\n".utf8.contains(bytes[index]) { index += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  /// The problem of a text that goes on with something else, or not at all.
  private func expected(_ what: String) -> Problem {
    problem(index < bytes.count ? "expected \(what)" : "the text is cut off in a tag", at: index)
  }

  private func problem(_ reason: String, at offset: Int) -> Problem {
    let before = bytes[..<min(offset, bytes.count)]
    let line = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
    return Problem(
      reason: reason, line: before.count(where: { $0 == 0x0a }) + 1, column: before.count - line + 1)
  }

  private static func trimmed(_ text: String) -> String {
    var part = text[...]
    while part.first?.isWhitespace == true { part.removeFirst() }
    while part.last?.isWhitespace == true { part.removeLast() }
    return String(part)
  }
}

/// Counts lines up to offsets that only grow.
private struct LineCount {
  private var counted = 0
  private var current = 1

  mutating func line(at offset: Int, in bytes: [UInt8]) -> Int {
    for index in counted..<max(counted, offset) where bytes[index] == 0x0a { current += 1 }
    counted = max(counted, offset)
    return current
  }
}
