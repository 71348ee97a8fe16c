import JSONText
import Testing

/// A document that is written element by element has the text of the same document in memory.
@Suite struct LongJSONTests {
  static var documents: [LongJSON] {
    [
      .value(["a": [1, 2], "b": ["c": .null]]),
      .object([]),
      .elements(0) { _ in .value(.null) },
      .elements(3) { .value(["number": .number($0), "list": [[1], []]]) },
      .object([
        ("first", .value("text \"quoted\"")), ("none", .elements(0) { _ in .value(.null) }),
        ("nested", .elements(2) { _ in .object([("inner", .elements(2) { _ in .value(["x": [1, 2]]) })]) }),
        ("array", .array(["a", "b"]) { ["name": .string($0)] }),
      ]),
    ]
  }

  @Test(arguments: documents.indices)
  func text(_ index: Int) {
    var parts: [[UInt8]] = []
    Self.documents[index].sendPretty { parts.append($0) }
    #expect(
      String(decoding: parts.joined(), as: UTF8.self) == Self.documents[index].json.text(.pretty))
  }

  @Test func longDocumentsAreSentInParts() {
    var parts: [[UInt8]] = []
    var made = 0
    let document = LongJSON.elements(10_000) { number in
      made += 1
      return .value(["number": .number(number), "text": "some text of an element"])
    }
    document.sendPretty { part in
      // Parts are sent while elements are still to be made.
      if parts.isEmpty { #expect(made < 3_000) }
      parts.append(part)
    }
    #expect(parts.count > 5)
    #expect(Array(parts.joined()) == document.json.bytes(.pretty))
  }
}
