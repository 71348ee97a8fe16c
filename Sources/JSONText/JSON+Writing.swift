extension JSON {
  /// The layout of a document.
  public enum Layout: Sendable {
    /// Without whitespace.
    case compact
    /// Two-space indentation, one member per line; arrays of plain values stay on one line.
    case pretty
  }

  /// The text of the value as UTF-8 bytes; a pretty document ends with a line feed.
  ///
  /// The same value always gives the same bytes.
  ///
  /// - Parameter layout: How to lay the text out.
  public func bytes(_ layout: Layout = .compact) -> [UInt8] {
    var output: [UInt8] = []
    switch layout {
    case .compact: write(compactInto: &output)
    case .pretty:
      write(prettyInto: &output, indent: 0)
      output.append(0x0a)
    }
    return output
  }

  /// The pretty text of the value as a member of a document that is written piece by piece; without a line feed at
  /// the end.
  ///
  /// - Parameter depth: How many arrays and objects the value is in.
  package func bytes(prettyAt depth: Int) -> [UInt8] {
    var output: [UInt8] = []
    write(prettyInto: &output, indent: depth)
    return output
  }

  /// Sends the pretty text of the value part by part, so that the whole text need not be in memory.
  ///
  /// - Parameter send: Called with each part of the text in turn.
  package func sendPretty(_ send: ([UInt8]) -> Void) {
    var output: [UInt8] = []
    write(prettyInto: &output, indent: 0) { part in
      guard part.count >= 1 << 16 else { return }
      send(part)
      part.removeAll(keepingCapacity: true)
    }
    output.append(0x0a)
    send(output)
  }

  /// The text of the value.
  ///
  /// - Parameter layout: How to lay the text out.
  public func text(_ layout: Layout = .compact) -> String {
    String(decoding: bytes(layout), as: UTF8.self)
  }

  /// Appends the compact text of the value.
  package func write(compactInto output: inout [UInt8]) {
    switch self {
    case .null: output += "null".utf8
    case .bool(let value): output += (value ? "true" : "false").utf8
    case .integer(let value): output += String(value).utf8
    case .number(let literal): output += literal.utf8
    case .string(let text): writeJSONString(text, into: &output)
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        element.write(compactInto: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let object):
      output.append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        writeJSONString(member.key, into: &output)
        output.append(UInt8(ascii: ":"))
        member.value.write(compactInto: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  func write(
    prettyInto output: inout [UInt8], indent: Int, beforeLine: (inout [UInt8]) -> Void = { _ in }
  ) {
    func newLine(_ depth: Int) {
      beforeLine(&output)
      output.append(0x0a)
      output.append(contentsOf: repeatElement(0x20, count: depth * 2))
    }
    switch self {
    case .array(let elements) where elements.contains { $0.array != nil || $0.object != nil }:
      output.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        newLine(indent + 1)
        element.write(prettyInto: &output, indent: indent + 1, beforeLine: beforeLine)
      }
      newLine(indent)
      output.append(UInt8(ascii: "]"))
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { output += ", ".utf8 }
        element.write(compactInto: &output)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let object) where !object.members.isEmpty:
      output.append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        newLine(indent + 1)
        writeJSONString(member.key, into: &output)
        output += ": ".utf8
        member.value.write(prettyInto: &output, indent: indent + 1, beforeLine: beforeLine)
      }
      newLine(indent)
      output.append(UInt8(ascii: "}"))
    default: write(compactInto: &output)
    }
  }
}

/// Writes a string literal; control characters are escaped, everything else is written as UTF-8.
private func writeJSONString(_ text: String, into output: inout [UInt8]) {
  output.append(UInt8(ascii: "\""))
  defer { output.append(UInt8(ascii: "\"")) }
  // Nearly all text is plain, and can be copied as a whole.
  let isCopied = text.utf8.withContiguousStorageIfAvailable { bytes in
    guard bytes.allSatisfy({ (0x20..<0x7f).contains($0) && $0 != UInt8(ascii: "\"") && $0 != 0x5c }) else {
      return false
    }
    output.append(contentsOf: bytes)
    return true
  }
  guard isCopied != true else { return }
  var followsC2 = false
  for byte in text.utf8 {
    // The control characters from U+0080 on are two bytes, starting with this one.
    if followsC2, byte < 0xa0 {
      output.removeLast()
      output += "\\u00".utf8
      output += String(byte, radix: 16).utf8
      followsC2 = false
      continue
    }
    followsC2 = byte == 0xc2
    switch byte {
    case UInt8(ascii: "\""): output += "\\\"".utf8
    case UInt8(ascii: "\\"): output += "\\\\".utf8
    case 0x0a: output += "\\n".utf8
    case 0x0d: output += "\\r".utf8
    case 0x09: output += "\\t".utf8
    case 0..<0x20, 0x7f:
      let digits = String(byte, radix: 16)
      output += "\\u".utf8
      output += (String(repeating: "0", count: 4 - digits.count) + digits).utf8
    default: output.append(byte)
    }
  }
}
