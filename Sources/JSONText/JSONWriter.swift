/// Writes a long document part by part, so that its text need not be in memory as a whole.
package struct JSONWriter<Failure: Error> {
  /// How much is buffered before it is sent.
  private static var partSize: Int { 1 << 16 }

  private var part: [UInt8] = []
  private let send: ([UInt8]) throws(Failure) -> Void

  /// Starts an empty text.
  ///
  /// - Parameter send: Called with each part of the text in turn.
  package init(_ send: @escaping ([UInt8]) throws(Failure) -> Void) { self.send = send }

  /// Appends text as it is.
  package mutating func write(_ text: String) { part += text.utf8 }

  /// Appends the compact text of a value.
  package mutating func write(_ value: JSON) { value.write(compactInto: &part) }

  /// Appends bytes that were written before.
  package mutating func write(_ bytes: [UInt8]) { part += bytes }

  /// Starts a new line.
  ///
  /// - Parameter indent: By how many levels it is indented.
  /// - Throws: Whatever sending a part throws.
  package mutating func newLine(_ indent: Int) throws(Failure) {
    if part.count >= Self.partSize { try flush() }
    part.append(0x0a)
    for _ in 0..<indent {
      part.append(0x20)
      part.append(0x20)
    }
  }

  /// Appends a value whose outer arrays and objects have a line for each element and member.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - levels: The number of nesting levels that are broken into lines, if they contain nested values.
  ///   - indent: The indentation of the line it starts in.
  /// - Throws: Whatever sending a part throws.
  package mutating func write(_ value: JSON, levels: Int, indent: Int) throws(Failure) {
    switch value {
    case .array(let elements) where levels > 0 && elements.contains { $0.isNested }:
      try list("[", elements.count, "]", indent) { index, writer throws(Failure) in
        try writer.write(elements[index], levels: levels - 1, indent: indent + 1)
      }
    case .object(let object) where levels > 0 && !object.members.isEmpty:
      try list("{", object.members.count, "}", indent) { index, writer throws(Failure) in
        writer.write(.string(object.members[index].key))
        writer.write(": ")
        try writer.write(object.members[index].value, levels: levels - 1, indent: indent + 1)
      }
    default: write(value)
    }
  }

  /// Appends a number of items, each on its own line, between two brackets.
  package mutating func list(
    _ start: String, _ count: Int, _ end: String, _ indent: Int,
    _ item: (_ index: Int, _ writer: inout Self) throws(Failure) -> Void
  ) throws(Failure) {
    write(start)
    for index in 0..<count {
      if index > 0 { part.append(UInt8(ascii: ",")) }
      try newLine(indent + 1)
      try item(index, &self)
    }
    if count > 0 { try newLine(indent) }
    write(end)
  }

  /// Ends the text with a line feed and sends the rest.
  package mutating func finish() throws(Failure) {
    part.append(0x0a)
    try flush()
  }

  private mutating func flush() throws(Failure) {
    try send(part)
    part.removeAll(keepingCapacity: true)
  }
}

extension JSON {
  /// Whether the value is an array or object.
  fileprivate var isNested: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }
}
