/// Why a text is not the JSON that was wanted, and where.
public struct JSONError: Error, Hashable, Sendable {
  /// What is wrong, in words that complete "line 3, column 7:".
  public let reason: String
  /// The line, counted from 1.
  public let line: Int
  /// The column in bytes, counted from 1.
  public let column: Int

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - reason: What is wrong.
  ///   - line: The line, counted from 1.
  ///   - column: The column in bytes, counted from 1.
  public init(reason: String, line: Int, column: Int) {
    self.reason = reason
    self.line = line
    self.column = column
  }
}

extension JSONError: CustomStringConvertible {
  /// The place and the reason.
  public var description: String { "line \(line), column \(column): \(reason)" }
}

extension JSON {
  /// The nesting a document may have before it is refused.
  public static let depthLimit = 64

  /// Parses a whole text as one JSON value (RFC 8259).
  ///
  /// Refused besides malformed text: a member named twice, nesting beyond ``depthLimit``, invalid
  /// UTF-8, and anything behind the value.
  ///
  /// - Parameter bytes: The UTF-8 bytes of the text.
  /// - Throws: ``JSONError`` with the place of the first problem.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    var parser = JSONParser(bytes: bytes)
    self = try parser.document()
  }

  /// Parses a whole string as one JSON value.
  ///
  /// - Parameter text: The text.
  /// - Throws: ``JSONError`` with the place of the first problem.
  public init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }
}

private struct JSONParser {
  let bytes: [UInt8]
  var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONError) -> JSON {
    let result = try value(depth: 0)
    skipBlanks()
    guard index == bytes.count else { throw failure("unexpected text after the document") }
    return result
  }

  func failure(_ reason: String, at position: Int? = nil) -> JSONError {
    let end = min(position ?? index, bytes.count)
    var line = 1
    var start = 0
    for cursor in 0..<end where bytes[cursor] == 0x0a {
      line += 1
      start = cursor + 1
    }
    return JSONError(reason: reason, line: line, column: end - start + 1)
  }

  mutating func skipBlanks() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0a, 0x0d: index += 1
      default: return
      }
    }
  }

  mutating func value(depth: Int) throws(JSONError) -> JSON {
    skipBlanks()
    guard index < bytes.count else { throw failure("the text ends where a value is expected") }
    switch bytes[index] {
    case UInt8(ascii: "{") where depth == JSON.depthLimit, UInt8(ascii: "[") where depth == JSON.depthLimit:
      throw failure("nesting deeper than \(JSON.depthLimit) levels")
    case UInt8(ascii: "{"): return try objectValue(depth: depth)
    case UInt8(ascii: "["): return try arrayValue(depth: depth)
    case UInt8(ascii: "\""): return .string(try text())
    case UInt8(ascii: "t"): return try keyword("true", .bool(true))
    case UInt8(ascii: "f"): return try keyword("false", .bool(false))
    case UInt8(ascii: "n"): return try keyword("null", .null)
    case UInt8(ascii: "-"), 0x30...0x39: return try numberValue()
    default: throw failure("unexpected character where a value is expected")
    }
  }

  mutating func keyword(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
    guard bytes[index...].starts(with: word.utf8) else { throw failure("expected '\(word)'") }
    index += word.utf8.count
    return value
  }

  mutating func arrayValue(depth: Int) throws(JSONError) -> JSON {
    index += 1
    var elements: [JSON] = []
    skipBlanks()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try value(depth: depth + 1))
      skipBlanks()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else { throw failure("expected ',' or ']'") }
    }
  }

  mutating func objectValue(depth: Int) throws(JSONError) -> JSON {
    index += 1
    var members: [JSONObject.Member] = []
    var seen: Set<String> = []
    skipBlanks()
    if take(UInt8(ascii: "}")) { return .object(JSONObject()) }
    while true {
      skipBlanks()
      let start = index
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
        throw failure("expected a member name in double quotes")
      }
      let key = try text()
      guard Self.isNew(key, among: members, &seen) else {
        throw failure("the member '\(key)' stands twice in one object", at: start)
      }
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw failure("expected ':'") }
      members.append(.init(key, try value(depth: depth + 1)))
      skipBlanks()
      if take(UInt8(ascii: "}")) { return .object(JSONObject(members)) }
      guard take(UInt8(ascii: ",")) else { throw failure("expected ',' or '}'") }
    }
  }

  /// Whether no member before has the name; few are looked through, and many are found by a set.
  private static func isNew(
    _ key: String, among members: [JSONObject.Member], _ seen: inout Set<String>
  ) -> Bool {
    let few = 16
    if members.count < few { return !members.contains { $0.key == key } }
    if members.count == few { seen = Set(members.map(\.key)) }
    return seen.insert(key).inserted
  }

  mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  mutating func numberValue() throws(JSONError) -> JSON {
    let start = index
    _ = take(UInt8(ascii: "-"))
    let leading = index
    let whole = digits()
    guard whole > 0 else { throw failure("expected a digit") }
    guard whole == 1 || bytes[leading] != 0x30 else {
      throw failure("a number does not start with a zero", at: start)
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
    let literal = String(decoding: bytes[start..<index], as: UTF8.self)
    if isInteger, let integer = Int64(literal), literal != "-0" { return .integer(integer) }
    return .number(literal)
  }

  mutating func digits() -> Int {
    let start = index
    while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
    return index - start
  }

  mutating func text() throws(JSONError) -> String {
    index += 1
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\"),
      bytes[index] >= 0x20
    { index += 1 }
    guard index < bytes.count else { throw failure("a string is not closed") }
    if bytes[index] == UInt8(ascii: "\"") {
      defer { index += 1 }
      return try decoded(bytes[start..<index], at: start)
    }
    var buffer = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        index += 1
        return try decoded(buffer[...], at: start)
      }
      guard byte >= 0x20 else { throw failure("a control character inside a string") }
      if byte == UInt8(ascii: "\\") {
        try escape(into: &buffer)
      } else {
        buffer.append(byte)
        index += 1
      }
    }
    throw failure("a string is not closed")
  }

  func decoded(_ slice: ArraySlice<UInt8>, at start: Int) throws(JSONError) -> String {
    guard let string = String(validating: slice, as: UTF8.self) else {
      throw failure("a string is not valid UTF-8", at: start)
    }
    return string
  }

  mutating func escape(into buffer: inout [UInt8]) throws(JSONError) {
    let start = index
    index += 1
    guard index < bytes.count else { throw failure("a string is not closed") }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0c)
    case UInt8(ascii: "n"): buffer.append(0x0a)
    case UInt8(ascii: "r"): buffer.append(0x0d)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "u"):
      var code = try fourDigits()
      if (0xd800..<0xdc00).contains(code) {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
          throw failure("half of a surrogate pair", at: start)
        }
        let low = try fourDigits()
        guard (0xdc00..<0xe000).contains(low) else {
          throw failure("half of a surrogate pair", at: start)
        }
        code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw failure("half of a surrogate pair", at: start)
      }
      buffer.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    default: throw failure("an unknown escape", at: start)
    }
  }

  mutating func fourDigits() throws(JSONError) -> UInt32 {
    guard index + 4 <= bytes.count,
      let text = String(validating: bytes[index..<index + 4], as: UTF8.self),
      text.allSatisfy(\.isHexDigit), let code = UInt32(text, radix: 16)
    else { throw failure("expected four hexadecimal digits") }
    index += 4
    return code
  }
}
