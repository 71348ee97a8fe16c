/// Reads JSON text one value at a time, so that neither the text nor its values need be in memory as a whole.
///
/// The text can come in parts. Whatever `JSON(parsing:)` refuses is refused here too, with the same message
/// at the same location.
package struct JSONReader {
  /// An array or object that is open.
  private struct Container {
    var isArray: Bool
    var isEmpty = true
    var names = MemberNames()
  }

  /// The bytes from the offset ``base`` on.
  private(set) var buffer: [UInt8]
  /// Where the next byte is in the buffer.
  var index = 0
  /// The offset of the first byte of the buffer in the text.
  private var base: Int
  /// Returns the next part of the text; an empty part is its end.
  private var nextPart: (() -> [UInt8])?
  /// The offset from which bytes are still needed; nil if only the next bytes are.
  private var kept: Int?
  /// Lines are counted up to the bytes that have been discarded.
  private var lines: LineCounter
  private var open: [Container] = []
  /// The offset of the name of the last member.
  private var memberStart = 0
  /// How deeply the text is nested in the one it was taken from.
  private let outerDepth: Int

  private init(buffer: [UInt8], lines: LineCounter, outerDepth: Int) {
    self.buffer = buffer
    self.lines = lines
    self.outerDepth = outerDepth
    base = lines.offset
  }

  /// Reads a text that is in memory.
  ///
  /// - Parameter bytes: The UTF-8 bytes of the text.
  package init(_ bytes: [UInt8]) { self.init(buffer: bytes, lines: LineCounter(), outerDepth: 0) }

  /// Reads a text that comes in parts.
  ///
  /// - Parameter nextPart: Returns the next part; an empty part is the end of the text.
  package init(parts nextPart: @escaping () -> [UInt8]) {
    self.init([])
    self.nextPart = nextPart
  }

  /// Reads a value that was set aside.
  ///
  /// - Parameter passage: The text of the value; errors refer to locations in the whole text.
  package init(_ passage: JSONPassage) {
    self.init(buffer: passage.bytes, lines: passage.start, outerDepth: passage.depth)
  }

  /// How many arrays and objects are open.
  package var depth: Int { open.count }

  // MARK: Structure

  /// The first byte of the value that comes next; nil at the end of the text.
  package mutating func peek() -> UInt8? {
    skipBlanks()
    return hasByte() ? buffer[index] : nil
  }

  /// Enters the next object or array.
  ///
  /// - Throws: ``JSONError`` if it is nested too deeply. The next value must be one; see ``peek()``.
  package mutating func enter() throws(JSONError) {
    skipBlanks()
    guard outerDepth + open.count < JSON.depthLimit else { throw tooDeep }
    let isArray = hasByte() && buffer[index] == UInt8(ascii: "[")
    index += 1
    open.append(Container(isArray: isArray))
  }

  /// The name of the next member of the open object, whose value comes next; nil at the end of the object,
  /// which is then left.
  package mutating func nextMember() throws(JSONError) -> String? {
    guard try next(UInt8(ascii: "}"), "expected ',' or '}'") else { return nil }
    var container = open.removeLast()
    let name = try name(&container.names)
    open.append(container)
    return name
  }

  /// Whether a value comes next in the open array; at the array's end it is left.
  package mutating func nextElement() throws(JSONError) -> Bool {
    try next(UInt8(ascii: "]"), "expected ',' or ']'")
  }

  private mutating func next(_ end: UInt8, _ expected: String) throws(JSONError) -> Bool {
    skipBlanks()
    if take(end) {
      open.removeLast()
      return false
    }
    if open[open.count - 1].isEmpty {
      open[open.count - 1].isEmpty = false
    } else {
      guard take(UInt8(ascii: ",")) else { throw failure(expected) }
    }
    return true
  }

  /// Skips the rest of the innermost arrays and objects, and leaves them.
  ///
  /// The value of the last named member must have been read.
  ///
  /// - Parameters:
  ///   - depth: How many arrays and objects stay open.
  ///   - note: Called with each skipped member that has a plain value: how many arrays and objects are open
  ///     there, its name and its value.
  package mutating func leave(
    to depth: Int, _ note: (_ depth: Int, _ name: String, _ value: JSON) -> Void = { _, _, _ in }
  ) throws(JSONError) {
    while let last = open.last, open.count > depth {
      if last.isArray {
        while try nextElement() { try skip() }
      } else {
        while let name = try nextMember() {
          let isPlain = peek() != UInt8(ascii: "{") && peek() != UInt8(ascii: "[")
          if isPlain { note(open.count, name, try value()) } else { try skip() }
        }
      }
    }
  }

  /// Checks that there is nothing after the value that was read.
  package mutating func finish() throws(JSONError) {
    guard peek() == nil else { throw failure("unexpected text after the document") }
  }

  /// The value that comes next.
  package mutating func value() throws(JSONError) -> JSON {
    try value(depth: outerDepth + open.count, isWanted: true)
  }

  /// Skips the next value.
  package mutating func skip() throws(JSONError) {
    _ = try value(depth: outerDepth + open.count, isWanted: false)
  }

  /// Skips the next value; of an array or object only the strings and brackets are checked.
  package mutating func pass() throws(JSONError) {
    let first = peek()
    guard first == UInt8(ascii: "[") || first == UInt8(ascii: "{") else { return try skip() }
    guard skipBrackets() else { throw failure("the brackets do not match") }
  }

  /// Skips the next value and returns its text.
  ///
  /// Only the strings and brackets of an array or object are checked: other errors are found when the passage
  /// is read.
  package mutating func passage() throws(JSONError) -> JSONPassage {
    let first = peek()
    let before = keep()
    defer { kept = before }
    let start = offset
    lines.advance(to: start, over: buffer, from: base)
    let isNested = first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
    if !isNested || !skipBrackets() {
      index = start - base
      try skip()
    }
    return JSONPassage(
      bytes: Array(buffer[(start - base)..<index]), start: lines, depth: outerDepth + open.count)
  }

  /// Skips an array or object by its brackets alone; false if they do not match.
  private mutating func skipBrackets() -> Bool {
    var scan = BracketScan()
    repeat {
      index += buffer.withUnsafeBufferPointer { [index] bytes in
        scan.run(over: UnsafeBufferPointer(rebasing: bytes[index...]))
      }
    } while !scan.isOver && fetch()
    return scan.isClosed
  }

  /// Counts the lines up to the next byte, and returns where that is.
  mutating func countLines() -> (line: Int, column: Int) {
    lines.advance(to: offset, over: buffer, from: base)
    return (lines.line, lines.column)
  }

  /// Counts the lines up to the name of the last member, whose value must not have been looked at.
  mutating func countLinesToMember() -> (line: Int, column: Int) {
    lines.advance(to: memberStart, over: buffer, from: base)
    return (lines.line, lines.column)
  }

  /// Leaves the innermost arrays and objects.
  mutating func leaveOpen(_ depth: Int) { if open.count > depth { open.removeSubrange(depth...) } }

  // MARK: Bytes

  /// The offset of the next byte in the text.
  var offset: Int { base + index }

  /// Whether there is a next byte.
  mutating func hasByte() -> Bool { index < buffer.count || fetch() }

  private mutating func fetch() -> Bool {
    guard let nextPart else { return false }
    let part = nextPart()
    guard !part.isEmpty else {
      self.nextPart = nil
      return false
    }
    let dropped = min(kept.map { $0 - base } ?? index, index)
    lines.advance(to: base + dropped, over: buffer, from: base)
    if dropped == buffer.count {
      buffer = part
    } else {
      buffer.removeFirst(dropped)
      buffer += part
    }
    base += dropped
    index -= dropped
    return true
  }

  /// Keeps the bytes from the next one on until ``kept`` is set to the returned value.
  private mutating func keep() -> Int? {
    defer { kept = kept ?? offset }
    return kept
  }

  func failure(_ reason: String, at position: Int? = nil) -> JSONError {
    var lines = lines
    let errorOffset = min(position ?? offset, base + buffer.count)
    lines.advance(to: errorOffset, over: buffer, from: base)
    return JSONError(reason: reason, line: lines.line, column: lines.column)
  }

  private var tooDeep: JSONError { failure("nesting deeper than \(JSON.depthLimit) levels") }

  mutating func skipBlanks() {
    while hasByte() {
      switch buffer[index] {
      case 0x20, 0x09, 0x0a, 0x0d: index += 1
      default: return
      }
    }
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard hasByte(), buffer[index] == byte else { return false }
    index += 1
    return true
  }

  // MARK: Values

  private mutating func value(depth: Int, isWanted: Bool) throws(JSONError) -> JSON {
    guard let first = peek() else { throw failure("the text ends where a value is expected") }
    switch first {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth < JSON.depthLimit else { throw tooDeep }
      index += 1
      return first == UInt8(ascii: "{")
        ? try objectValue(depth: depth, isWanted) : try arrayValue(depth: depth, isWanted)
    case UInt8(ascii: "\""): return .string(try text())
    case UInt8(ascii: "t"): return try keyword("true", .bool(true))
    case UInt8(ascii: "f"): return try keyword("false", .bool(false))
    case UInt8(ascii: "n"): return try keyword("null", .null)
    case UInt8(ascii: "-"), 0x30...0x39: return try numberValue()
    default: throw failure("unexpected character where a value is expected")
    }
  }

  private mutating func arrayValue(depth: Int, _ isWanted: Bool) throws(JSONError) -> JSON {
    var elements: [JSON] = []
    skipBlanks()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      let element = try value(depth: depth + 1, isWanted: isWanted)
      if isWanted { elements.append(element) }
      skipBlanks()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else { throw failure("expected ',' or ']'") }
    }
  }

  private mutating func objectValue(depth: Int, _ isWanted: Bool) throws(JSONError) -> JSON {
    var members: [JSONObject.Member] = []
    var names = MemberNames()
    skipBlanks()
    if take(UInt8(ascii: "}")) { return .object(JSONObject()) }
    while true {
      let key = try name(&names)
      let value = try value(depth: depth + 1, isWanted: isWanted)
      if isWanted { members.append(.init(key, value)) }
      skipBlanks()
      if take(UInt8(ascii: "}")) { return .object(JSONObject(members)) }
      guard take(UInt8(ascii: ",")) else { throw failure("expected ',' or '}'") }
    }
  }

  /// The name of a member, with the colon after it.
  private mutating func name(_ names: inout MemberNames) throws(JSONError) -> String {
    guard peek() == UInt8(ascii: "\"") else { throw failure("expected a member name in double quotes") }
    let start = offset
    memberStart = start
    let before = keep()
    defer { kept = before }
    let key = try text()
    guard names.insert(key) else {
      throw failure("the member '\(key)' appears twice in one object", at: start)
    }
    skipBlanks()
    guard take(UInt8(ascii: ":")) else { throw failure("expected ':'") }
    return key
  }

  /// Whether this many more bytes follow; if so, they are in the buffer.
  mutating func has(_ count: Int) -> Bool {
    while buffer.count - index < count {
      guard fetch() else { return false }
    }
    return true
  }

  private mutating func keyword(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    let text = "\(word)".utf8
    guard has(text.count), buffer[index...].starts(with: text) else { throw failure("expected '\(word)'") }
    index += text.count
    return value
  }

  private mutating func numberValue() throws(JSONError) -> JSON {
    let before = keep()
    defer { kept = before }
    let start = offset
    let isNegative = take(UInt8(ascii: "-"))
    let leading = offset
    let whole = digits()
    guard whole > 0 else { throw failure("expected a digit") }
    guard whole == 1 || buffer[leading - base] != 0x30 else {
      throw failure("a number cannot start with a zero", at: start)
    }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      guard digits() > 0 else { throw failure("expected a digit") }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() > 0 else { throw failure("expected a digit") }
    }
    let literal = buffer[(start - base)..<index]
    if isInteger, !isNegative, whole < 19 {
      return .integer(literal.reduce(0) { $0 &* 10 &+ Int64($1 &- 0x30) })
    }
    let text = String(decoding: literal, as: UTF8.self)
    if isInteger, let integer = Int64(text), text != "-0" { return .integer(integer) }
    return .number(text)
  }

  private mutating func digits() -> Int {
    let start = offset
    while hasByte(), (0x30...0x39).contains(buffer[index]) { index += 1 }
    return offset - start
  }

  // MARK: Strings

  private mutating func text() throws(JSONError) -> String {
    index += 1
    let before = keep()
    defer { kept = before }
    let start = offset
    skipPlainText()
    guard hasByte() else { throw failure("a string is not closed") }
    if buffer[index] == UInt8(ascii: "\"") {
      let result = try decoded(buffer[(start - base)..<index], at: start)
      index += 1
      return result
    }
    var bytes = Array(buffer[(start - base)..<index])
    while hasByte() {
      let byte = buffer[index]
      if byte == UInt8(ascii: "\"") {
        index += 1
        return try decoded(bytes[...], at: start)
      }
      guard byte >= 0x20 else { throw failure("a control character inside a string") }
      if byte == UInt8(ascii: "\\") {
        try escape(into: &bytes)
        continue
      }
      // The text up to the next escape, or to the end of what is in the buffer.
      let first = index
      while index < buffer.count, Self.isPlain(buffer[index]) { index += 1 }
      bytes += buffer[first..<index]
    }
    throw failure("a string is not closed")
  }

  /// Skips the unescaped text of a string.
  private mutating func skipPlainText() {
    repeat {
      while index < buffer.count {
        guard Self.isPlain(buffer[index]) else { return }
        index += 1
      }
    } while fetch()
  }

  /// Whether a byte stands for itself in a string.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte >= 0x20
  }

  private func decoded(_ slice: ArraySlice<UInt8>, at start: Int) throws(JSONError) -> String {
    guard let string = String(validating: slice, as: UTF8.self) else {
      throw failure("a string is not valid UTF-8", at: start)
    }
    return string
  }
}
