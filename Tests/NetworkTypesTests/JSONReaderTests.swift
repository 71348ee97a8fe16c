import JSONText
import Testing

/// Reading a text in parts, or piece by piece, gives the same result as reading it from memory at once.
@Suite struct JSONReaderTests {
  /// Texts, most of them damaged by `damages` random bytes.
  private static func texts(_ random: inout SeededGenerator, damages: Int) -> [[UInt8]] {
    (0..<600).map { number in
      var text = Self.value(&random, depth: 4).bytes(number % 2 == 0 ? .pretty : .compact)
      for _ in 0..<Int.random(in: 0...damages, using: &random) where !text.isEmpty {
        let index = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: text.remove(at: index)
        case 1: text[index] = UInt8.random(in: 0...255, using: &random)
        case 2: text.insert(Array("\"\\{}[],:0e-\n".utf8).randomElement(using: &random) ?? 0, at: index)
        default: text = Array(text[..<index])
        }
      }
      return text
    }
  }

  private static func value(_ random: inout SeededGenerator, depth: Int) -> JSON {
    let words = ["", "a", "é\n\"", "\u{1F9F1}\\", "a longer text without anything in it", "\u{85}x"]
    switch Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &random) {
    case 0: return [.null, .bool(true), .bool(false)].randomElement(using: &random) ?? .null
    case 1: return .integer(Int64.random(in: -9...Int64.max, using: &random))
    case 2: return .number("-1.5e+7")
    case 3, 4: return .string(words.randomElement(using: &random) ?? "")
    case 5, 6:
      return .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(&random, depth: depth - 1) })
    default:
      let count = Int.random(in: 0..<20, using: &random)
      return .object(
        JSONObject(
          (0..<count).map { number in
            .init("\(words.randomElement(using: &random) ?? "")\(number)", value(&random, depth: depth - 1))
          }))
    }
  }

  private static func parts(_ text: [UInt8], _ size: Int) -> () -> [UInt8] {
    var rest = text[...]
    return {
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
  }

  private static func outcome(_ read: () throws(JSONError) -> JSON) -> Result<JSON, JSONError> {
    do throws(JSONError) { return .success(try read()) } catch { return .failure(error) }
  }

  @Test(arguments: [1, 2, 3, 7, 64]) func partsMakeNoDifference(_ size: Int) {
    let seed = UInt64(size) + 4_100
    var random = SeededGenerator(seed: seed)
    for text in Self.texts(&random, damages: 2) {
      let whole = Self.outcome { () throws(JSONError) in try JSON(parsing: text) }
      let inParts = Self.outcome { () throws(JSONError) in
        var reader = JSONReader(parts: Self.parts(text, size))
        let value = try reader.value()
        try reader.finish()
        return value
      }
      #expect(whole == inParts, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
      let skipped = Self.outcome { () throws(JSONError) in
        var reader = JSONReader(parts: Self.parts(text, size))
        try reader.skip()
        try reader.finish()
        return .null
      }
      #expect(
        whole.map { _ in JSON.null } == skipped, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
    }
  }

  /// Reads a value piece by piece, with some of its parts set aside as text and read later.
  private static func pieces(
    _ reader: inout JSONReader, _ random: inout SeededGenerator
  ) throws(JSONError) -> JSON {
    if Int.random(in: 0..<4, using: &random) == 0 {
      var passage = JSONReader(try reader.passage())
      let value = try pieces(&passage, &random)
      try passage.finish()
      return value
    }
    switch reader.peek() {
    case UInt8(ascii: "["):
      try reader.enter()
      var elements: [JSON] = []
      while try reader.nextElement() { elements.append(try pieces(&reader, &random)) }
      return .array(elements)
    case UInt8(ascii: "{"):
      try reader.enter()
      var object = JSONObject()
      while let name = try reader.nextMember() { object.append(name, try pieces(&reader, &random)) }
      return .object(object)
    default: return try reader.value()
    }
  }

  @Test(arguments: [1, 5, 1000]) func parsingInPiecesEqualsParsingAtOnce(_ size: Int) {
    let seed = UInt64(size) + 4_200
    var random = SeededGenerator(seed: seed)
    for text in Self.texts(&random, damages: 1) {
      let whole = Self.outcome { () throws(JSONError) in try JSON(parsing: text) }
      let inPieces = Self.outcome { () throws(JSONError) in
        var reader = JSONReader(parts: Self.parts(text, size))
        let value = try Self.pieces(&reader, &random)
        #expect(reader.depth == 0)
        try reader.finish()
        return value
      }
      #expect(whole == inPieces, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
    }
  }

  @Test func excessiveNestingIsRefusedAtItsLocation() {
    let text = Array((String(repeating: "[{\"a\":", count: 33) + "1").utf8)
    let expected = JSONError(reason: "nesting deeper than 64 levels", line: 1, column: 193)
    #expect(throws: expected) { try JSON(parsing: text) }
    #expect(throws: expected) {
      var reader = JSONReader(text)
      var random = SeededGenerator(seed: 1)
      _ = try Self.pieces(&reader, &random)
    }
  }

  @Test func remainingMembersAreReported() throws {
    let text = #"{"a": [{"b": 1, "c": [2, {"d": 3}], "e": 4}, 5], "b": {"b": 6}, "c": 7}"#
    var reader = JSONReader(Array(text.utf8))
    try reader.enter()
    #expect(try reader.nextMember() == "a")
    try reader.enter()
    #expect(try reader.nextElement())
    try reader.enter()
    #expect(try reader.nextMember() == "b")
    #expect(try reader.value() == 1)
    var seen: [String] = []
    try reader.leave(to: 0) { depth, name, value in seen.append("\(depth) \(name) \(value.text())") }
    try reader.finish()
    #expect(seen == ["3 e 4", "1 c 7"])
  }

  @Test func outputInPartsRoundTrips() throws {
    var random = SeededGenerator(seed: 77)
    for _ in 0..<200 {
      let value = Self.value(&random, depth: 5)
      for levels in 0..<4 {
        var text: [UInt8] = []
        var writer = JSONWriter<Never> { text += $0 }
        writer.write(value, levels: levels, indent: 1)
        writer.finish()
        #expect(try JSON(parsing: text) == value)
      }
    }
  }
}
