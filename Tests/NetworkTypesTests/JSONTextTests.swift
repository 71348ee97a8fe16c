import JSONText
import Testing

@Suite struct JSONTextTests {
  private func failure(_ text: String) -> String? {
    do throws(JSONError) {
      _ = try JSON(parsing: text)
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "1.50", "-0", "1e9",
    "1E+09",
    "18446744073709551615", "0.0", "\"\"", "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u007f\"", "\"é𝄞\"", "[]", "{}",
    "[1,[2,[]],{\"b\":1,\"a\":{}}]",
    "{\"Protocols\":\"6,17\",\"Priority\":100,\"protocols\":null}",
  ])
  func textsComeBackAsTheyWere(text: String) throws {
    let value = try JSON(parsing: text)
    #expect(value.text() == text)
    #expect(try JSON(parsing: value.bytes(.pretty)) == value)
    #expect(try JSON(parsing: " \t\r\n" + text + "\n") == value)
  }

  @Test(arguments: [1, 2, 15, 16, 17, 18, 40])
  func aMemberNamedTwiceIsFoundAmongAnyNumber(count: Int) throws {
    for twice in 0..<count {
      let members = (0..<count).map { "\"m\($0)\":\($0)" }
      let text = "{" + members.joined(separator: ",") + "}"
      #expect(try JSON(parsing: text).object?.members.count == count)
      let doubled = "{" + (members + [members[twice], "\"z\":1"]).joined(separator: ",") + "}"
      #expect(failure(doubled)?.hasSuffix("the member 'm\(twice)' appears twice in one object") == true)
    }
  }

  @Test func escapesAreRead() throws {
    let value = try JSON(parsing: #""\u0041\/\b\f\ud834\udd1e\u00e9""#)
    #expect(value == .string("A/\u{8}\u{c}𝄞é"))
    #expect(value.text() == "\"A/\\u0008\\u000c𝄞é\"")
  }

  @Test func numbersKeepTheirSpelling() throws {
    #expect(try JSON(parsing: "100") == .integer(100))
    #expect(try JSON(parsing: "1.0") == .number("1.0"))
    #expect(try JSON(parsing: "9223372036854775808") == .number("9223372036854775808"))
  }

  @Test func prettyTextIsLaidOutByMembers() throws {
    let value: JSON = ["a": [1, 2], "b": [["c": "d"], []], "e": [:], "f": [:]]
    #expect(
      value.text(.pretty) == """
        {
          "a": [1, 2],
          "b": [
            {
              "c": "d"
            },
            []
          ],
          "e": {},
          "f": {}
        }

        """)
  }

  /// Text and the complete error.
  @Test(arguments: [
    ("", "line 1, column 1: the text ends where a value is expected"),
    ("{\n  \"a\": 1,\n  \"a\": 2\n}", "line 3, column 3: the member 'a' appears twice in one object"),
    (#"{"a":1,"\u0061":2}"#, "line 1, column 8: the member 'a' appears twice in one object"),
    ("[1,]", "line 1, column 4: unexpected character where a value is expected"),
    ("[1 2]", "line 1, column 4: expected ',' or ']'"), ("{\"a\" 1}", "line 1, column 6: expected ':'"),
    ("{\"a\":1 \"b\"}", "line 1, column 8: expected ',' or '}'"),
    ("{a:1}", "line 1, column 2: expected a member name in double quotes"),
    ("{\"a\":1,}", "line 1, column 8: expected a member name in double quotes"),
    ("1 2", "line 1, column 3: unexpected text after the document"),
    ("01", "line 1, column 1: a number cannot start with a zero"),
    ("-01", "line 1, column 1: a number cannot start with a zero"),
    ("-", "line 1, column 2: expected a digit"), ("1.", "line 1, column 3: expected a digit"),
    ("1e", "line 1, column 3: expected a digit"), ("1e+-1", "line 1, column 4: expected a digit"),
    ("tru", "line 1, column 1: expected 'true'"),
    ("nulll", "line 1, column 5: unexpected text after the document"),
    ("'a'", "line 1, column 1: unexpected character where a value is expected"),
    ("\"a", "line 1, column 3: a string is not closed"),
    ("\"a\\", "line 1, column 4: a string is not closed"),
    ("\"a\nb\"", "line 1, column 3: a control character inside a string"),
    ("\"\\n\t\"", "line 1, column 4: a control character inside a string"),
    ("\"\\x\"", "line 1, column 2: an unknown escape"),
    ("\"\\u12g4\"", "line 1, column 4: expected four hexadecimal digits"),
    ("\"\\u+123\"", "line 1, column 4: expected four hexadecimal digits"),
    ("\"\\ud834\"", "line 1, column 2: half of a surrogate pair"),
    ("\"\\udd1e\"", "line 1, column 2: half of a surrogate pair"),
    ("\"\\ud834\\u0041\"", "line 1, column 2: half of a surrogate pair"),
    ("NaN", "line 1, column 1: unexpected character where a value is expected"),
    ("[\"\u{e9}\u{1f600}\",\n\"\u{20ac}\" 2]", "line 2, column 5: expected ',' or ']'"),
    ("{\"\u{e9}\": }", "line 1, column 7: unexpected character where a value is expected"),
    ("[1,\n // no\n 2]", "line 2, column 2: unexpected character where a value is expected"),
  ])
  func malformedTextsAreRefusedWithTheirLocation(text: String, error: String) {
    #expect(failure(text) == error)
  }

  @Test(
    arguments: [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80]] as [[UInt8]]
  )
  func badUTF8IsRefused(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    for text in [[quote] + bytes + [quote], [quote] + Array("\\n".utf8) + bytes + [quote]] {
      #expect(throws: JSONError(reason: "a string is not valid UTF-8", line: 1, column: 2)) {
        try JSON(parsing: text)
      }
    }
    #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
  }

  @Test func nestingIsLimited() throws {
    let deepest = JSON.depthLimit
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(failure(nested(deepest)) == nil)
    #expect(
      failure(nested(deepest + 1)) == "line 1, column \(deepest + 1): nesting deeper than \(deepest) levels")
    #expect(failure(String(repeating: "[", count: 1_000_000))?.contains("nesting deeper") == true)
    #expect(failure(String(repeating: "{\"a\":", count: 1_000_000))?.contains("nesting deeper") == true)
  }

  @Test func everyTruncationIsRefused() {
    let text = #"{"a": [1, -2.5e3, "x\u00e9\ud834\udd1e𝄞", true, false, null], "b": {"c": {}}}"#
    let bytes = Array(text.utf8)
    #expect(throws: Never.self) { try JSON(parsing: bytes) }
    for length in bytes.indices {
      #expect(throws: JSONError.self, "\(length)") { try JSON(parsing: Array(bytes[..<length])) }
    }
  }

  @Test func changedBytesNeverTrapAndParsedValuesRoundTrip() {
    let source = Array(#"{"a": [1, -2.5e3, "x\u00e9\ud834\udd1e𝄞", true, null], "b": {"c": "\n"}}"#.utf8)
    var generator = SeededGenerator(seed: 8259)
    for round in 0..<5_000 {
      var bytes = source
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
          in: 0 ... .max, using: &generator)
      }
      guard let value = try? JSON(parsing: bytes) else { continue }
      #expect((try? JSON(parsing: value.bytes())) == value, "round \(round)")
    }
  }

  @Test func randomValuesRoundTrip() throws {
    var generator = SeededGenerator(seed: 627)
    for round in 0..<1_000 {
      let value = random(&generator, depth: 0)
      #expect(try JSON(parsing: value.bytes()) == value, "round \(round)")
      #expect(try JSON(parsing: value.bytes(.pretty)) == value, "round \(round)")
    }
  }

  @Test func membersAreReachedByName() {
    var object = JSONObject([.init("a", 1), .init("b", "x")])
    object["a"] = 2
    object["c"] = true
    object["b"] = nil
    object.append("d", nil)
    #expect(object == JSONObject([.init("a", 2), .init("c", true)]))
    #expect(JSON.object(object)["c"]?.bool == true && JSON.object(object)["A"] == nil)
    #expect(JSON.strings(["x", "y"]) == ["x", "y"])
  }

  private func random(_ generator: inout SeededGenerator, depth: Int) -> JSON {
    switch Int.random(in: 0..<(depth < 4 ? 7 : 5), using: &generator) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &generator))
    case 2: return .integer(Int64.random(in: .min ... .max, using: &generator))
    case 3:
      return .number(
        "\(Int.random(in: -99...99, using: &generator)).5e\(Int.random(in: 0...9, using: &generator))")
    case 4:
      let scalars = (0..<Int.random(in: 0...8, using: &generator)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0...0x2_ffff, using: &generator))
      }
      return .string(String(String.UnicodeScalarView(scalars)))
    case 5:
      return .array(
        (0..<Int.random(in: 0...4, using: &generator)).map { _ in random(&generator, depth: depth + 1) })
    default:
      return .object(
        JSONObject(
          (0..<Int.random(in: 0...4, using: &generator)).map { index in
            .init("key-\(index)", random(&generator, depth: depth + 1))
          }))
    }
  }
}
