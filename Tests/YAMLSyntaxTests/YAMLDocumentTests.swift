import Diagnostics
import Testing
import YAMLSyntax

/// The document as nested text: `{key: value}`, `[element]`, scalars in angle brackets.
func outline(_ document: YAMLDocument) -> String {
  document.withReader { reader in
    func write(_ node: YAMLNode) -> String {
      switch reader.kind(node) {
      case .scalar: return reader.isNull(node) ? "null" : "<\(reader.string(node))>"
      case .sequence: return "[" + reader.children(node).map(write).joined(separator: ",") + "]"
      case .mapping:
        let texts = reader.children(node).map(write)
        return "{" + stride(from: 0, to: texts.count, by: 2).map { texts[$0] + texts[$0 + 1] }.joined() + "}"
      }
    }
    return write(reader.root)
  }
}

/// `LINE:COLUMN+LENGTH` of every scalar in order.
func locations(_ document: YAMLDocument) -> [String] {
  document.withReader { reader in
    var result: [String] = []
    func walk(_ node: YAMLNode) {
      let location = reader.location(node)
      if reader.kind(node) == .scalar {
        result.append("\(location.line):\(location.column)+\(location.length)")
      }
      for child in reader.children(node) { walk(child) }
    }
    walk(reader.root)
    return result
  }
}

/// `LINE:COLUMN CODE: MESSAGE` of every diagnostic.
func problems(_ bytes: [UInt8]) -> [String] {
  let (document, diagnostics) = YAMLDocument.parse(bytes, file: "test.yaml")
  #expect((document == nil) == diagnostics.contains { $0.severity == .error })
  #expect(diagnostics.allSatisfy { $0.file == "test.yaml" })
  return diagnostics.map {
    "\($0.location.map { "\($0.line):\($0.column)" } ?? "-") \($0.code.id): \($0.message)"
  }
}

func problems(_ text: String) -> [String] { problems(Array(text.utf8)) }

func parsed(_ text: String) throws -> YAMLDocument {
  let (document, diagnostics) = YAMLDocument.parse(Array(text.utf8), file: nil)
  #expect(diagnostics.isEmpty)
  return try #require(document)
}

@Suite("The contents of a document")
struct YAMLDocumentTests {
  @Test(
    "Values keep their text",
    arguments: [
      ("a: b", "{<a><b>}"),
      ("a: 'it''s'\nb: \"x\\ty\"", "{<a><it's><b><x\ty>}"),
      (
        "a: no\nb: 0022\nc: 8080:80/tcp\nd: 1.0\ne: 0x10",
        "{<a><no><b><0022><c><8080:80/tcp><d><1.0><e><0x10>}"
      ),
      ("a:\nb: ~\nc: null\nd: 'null'\ne: ''", "{<a>null<b>null<c>null<d><null><e><>}"),
      ("- a\n- [b, {c: d}]\n-\n  - e", "[<a>,[<b>,{<c><d>}],[<e>]]"),
      ("a: |\n  x\n  y\nb: >-\n  x\n  y", "{<a><x\ny\n><b><x y>}"),
      ("a: one\n  two\nb: 3", "{<a><one two><b><3>}"),
      ("a: &x [1, 2]\nb: *x\nc: [*x, *x]", "{<a>[<1>,<2>]<b>[<1>,<2>]<c>[[<1>,<2>],[<1>,<2>]]}"),
      ("a: &x 1\nb: *x\nc: &x 2\nd: *x", "{<a><1><b><1><c><2><d><2>}"),
      ("---\na: b\n...\n", "{<a><b>}"),
      ("%YAML 1.2\n---\na: b", "{<a><b>}"),
      ("{}", "{}"), ("[]", "[]"), ("text", "<text>"),
      ("\u{feff}a: b", "{<a><b>}"),
      ("a: b\r\nc: d\r\n", "{<a><b><c><d>}"),
    ])
  func values(text: String, expected: String) throws {
    #expect(outline(try parsed(text)) == expected)
  }

  @Test("Every value has its line, column and length in characters")
  func valueLocations() throws {
    let text = "a: bb\n\"ü😀\": 'é' # c\nlist: [x, \"yy\"]\n  \nlong: |\n  text\nk: &n v\n"
    #expect(
      locations(try parsed(text)) == [
        "1:1+1", "1:4+2", "2:1+4", "2:7+3", "3:1+4", "3:8+1", "3:11+4", "5:1+4", "5:7+0", "7:1+1", "7:7+1",
      ])
    #expect(locations(try parsed("\u{feff}a: b")) == ["1:1+1", "1:4+1"])
    #expect(locations(try parsed("a: b\r\nc: d\r\n")) == ["1:1+1", "1:4+1", "2:1+1", "2:4+1"])
  }

  @Test("Locations in long texts agree with counting from the start")
  func longTexts() throws {
    for filler in ["x", "é", "😀", "aé"] {
      for length in [1, 100, 254, 255, 256, 257, 300, 700] {
        let value = String(repeating: filler, count: length)
        let text = "first: \(value)\nlist: [\(value), last]\nend: e"
        let characters = length * filler.unicodeScalars.count
        #expect(
          locations(try parsed(text)) == [
            "1:1+5", "1:8+\(characters)", "2:1+4", "2:8+\(characters)", "2:\(characters + 10)+4", "3:1+3",
            "3:6+1",
          ])
      }
    }
  }

  @Test("An alias has the location of the value it refers to")
  func aliasLocation() throws {
    #expect(locations(try parsed("a: &x value\nb: *x")) == ["1:1+1", "1:7+5", "2:1+1", "1:7+5"])
  }

  @Test("Ten thousand keys in one mapping are distinguished")
  func manyKeys() {
    let keys = (0..<10_000).map { "key-number-\($0): v" }
    #expect(problems(keys.joined(separator: "\n")).isEmpty)
    #expect(
      problems((keys + ["key-number-77: v"]).joined(separator: "\n"))
        == ["10001:1 duplicate-key: the key 'key-number-77' appears twice in this mapping"])
  }
}
