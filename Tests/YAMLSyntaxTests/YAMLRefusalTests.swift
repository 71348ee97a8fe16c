import Diagnostics
import Testing
import YAMLSyntax

@Suite("Invalid documents")
struct YAMLRefusalTests {
  @Test(
    "Each kind of invalid text is reported with its location",
    arguments: [
      ("", "1:1 yaml-empty: the file has no content"),
      ("# only a comment\n", "1:1 yaml-empty: the file has no content"),
      ("---\n", ""),
      ("a: 1\nb: 2\na: 3", "3:1 duplicate-key: the key 'a' appears twice in this mapping"),
      ("x: {a: 1, 'a': 2}", "1:11 duplicate-key: the key 'a' appears twice in this mapping"),
      (
        "a: 1\n---\nb: 2",
        "2:1 yaml-several-documents: a second document starts here; a file contains only one"
      ),
      ("a: !port 80", "1:4 yaml-tag: the tag '!port' is not part of the profile language"),
      ("a: !!str 80", "1:4 yaml-tag: the tag '!!str' is not part of the profile language"),
      ("a: !!map {}", "1:4 yaml-tag: the tag '!!map' is not part of the profile language"),
      (
        "x: &x {a: 1}\ny:\n  <<: *x",
        "3:3 yaml-merge-key: merge keys ('<<') are not part of the profile language"
      ),
      ("? [a, b]\n: c", "1:3 yaml-complex-key: a key must be plain text, not a list"),
      ("{a: b}: c", "1:1 yaml-complex-key: a key must be plain text, not a mapping"),
      ("x: &x a\n*x : c", "2:1 yaml-complex-key: a key must be plain text, not the alias '*x'"),
      ("a: *b", "1:4 yaml-unknown-alias: there is no anchor '&b' before this alias"),
      ("a: &b [*b]", "1:8 yaml-alias-cycle: the alias '*b' is inside the value it refers to"),
      ("a:\n\tb: c", "2:1 yaml-tab: a tab cannot be used for indentation"),
      ("a: [b, c", "1:9 yaml-syntax: the list is not closed by ']', or a comma is missing"),
      ("a: [::1]", "1:5 yaml-syntax: text that starts with ':' must be quoted inside '[...]' and '{...}'"),
      ("a: [b:c: d e, ,]", "1:15 yaml-syntax: a value is missing here"),
      ("a: {b: c", "1:9 yaml-syntax: the mapping is not closed by '}', or a comma is missing"),
      ("a: @x", "1:4 yaml-syntax: '@' cannot start a value"),
      ("a: %x", "1:4 yaml-syntax: '%' cannot start a value"),
      ("a: \"x", "1:6 yaml-syntax: the quoted text does not end before the end of the file"),
      ("a: \"\\q\"", "1:5 yaml-syntax: the character after the backslash is not an escape"),
      ("a: b: c", "1:5 yaml-syntax: a colon makes this a key, but a key is not allowed here"),
      ("a: b\nc", "2:2 yaml-syntax: a key is not followed by a colon"),
      ("a:\n  b: c\n d: e", "3:2 yaml-syntax: the line does not continue the mapping around it"),
      (
        "a: *", "1:5 yaml-syntax: the name of an anchor or alias must consist of letters, digits, '-' and '_'"
      ),
      (
        "%TAG !a! x\n%TAG !a! y\n--- a",
        "2:1 yaml-syntax: two %TAG directives define the same handle"
      ),
      (
        "%YAML 1.1\n%YAML 1.1\n--- a",
        "2:1 yaml-syntax: the document has more than one %YAML directive"
      ),
      ("%YAML 2.0\n--- a", "1:1 yaml-syntax: the %YAML version is not 1.1 or 1.2"),
      ("a: b\u{7}", "1:5 yaml-control-character: the control character U+0007 is not allowed"),
      ("a: ü\u{9f}", "1:5 yaml-control-character: the control character U+009F is not allowed"),
      ("a: b\0", "1:5 yaml-control-character: the control character U+0000 is not allowed"),
    ])
  func refused(text: String, expected: String) {
    #expect(problems(text) == (expected.isEmpty ? [] : [expected]))
  }

  @Test(
    "No message shows that libyaml gave no reason",
    arguments: [
      "%", "%FOO\n", "%YAML", "%YAML x\n", "%YAML 1\n", "%YAML 1.99999999999\n", "%TAG", "%TAG x\n",
      "%TAG !a\n", "%TAG !a! <\n", "%TAG ! x y\n", "a: !<", "a: !<x", "a: !x!", "a: !%zz", "a: !%ff%41 b",
      "a: |0\n  b", "a: |x\n", "a: |\n\tb\n c", "a: \"\\x\"", "a: \"\\ud800\"", "a: \"\\U99999999\"", "a: &",
      "a: & b", "- a\nb", "a:\n- b\n  - c\n - d", "[", "[a", "{", "{a", "{a: b", "[a: b, :",
      "- - -\n  x: y\n z",
      "a: b\n--- c", "a\n...\nb", "...\na", "--- |\n a\n--- x\n", "? a\n? b\n c", "'a", "'a\n---", "\"a\n...",
      "a: b: c",
      "\ta: b", "a: [\n\tb]", "a: >\n\t", "%YAML 1.1\na: b", "%TAG !x! y\na: b", "a: !y!z b", "!", "&a &b c",
      "!a !b c",
      "`", "a: `", "a: @", ", a", "]", "}", ": a", "a: -", "- a: b\n c: d", "%YAML 1.1 1.2\n--- a",
    ])
  func reasons(_ text: String) {
    for problem in problems(text) {
      #expect(!problem.contains("unknown problem") && !problem.hasSuffix(" "), "\(problem)")
    }
  }

  @Test("Several duplicate and merge keys are reported at once")
  func several() {
    #expect(
      problems("a: {b: 1, b: 2}\nc: &c {d: 1}\ne: {<<: *c}\na: 3") == [
        "1:11 duplicate-key: the key 'b' appears twice in this mapping",
        "3:5 yaml-merge-key: merge keys ('<<') are not part of the profile language",
        "4:1 duplicate-key: the key 'a' appears twice in this mapping",
      ])
  }

  @Test("A duplicate key refers to the first one, and an open list to its start")
  func notes() throws {
    let duplicate = try #require(YAMLDocument.parse(Array("ab: 1\nab: 2".utf8), file: nil).1.first)
    #expect(duplicate.notes == [.init("first used here", SourceRange(line: 1, column: 1, length: 2))])
    let open = try #require(YAMLDocument.parse(Array("a: [b,\n  c".utf8), file: nil).1.first)
    #expect(open.notes == [.init("the list starts here", SourceRange(line: 1, column: 4))])
  }

  @Test(
    "Encodings other than UTF-8 are identified and refused",
    arguments: [
      ([0xff, 0xfe, 0x61, 0x00], "1:1 yaml-encoding: the file is UTF-16, not UTF-8"),
      ([0xfe, 0xff, 0x00, 0x61], "1:1 yaml-encoding: the file is UTF-16, not UTF-8"),
      ([0x61, 0x00, 0x3a, 0x00], "1:1 yaml-encoding: the file is UTF-16, not UTF-8"),
      ([0xff, 0xfe, 0x00, 0x00, 0x61, 0, 0, 0], "1:1 yaml-encoding: the file is UTF-32, not UTF-8"),
      ([0x61, 0x3a, 0x20, 0xff], "1:4 yaml-encoding: the byte 0xFF is not valid UTF-8 here"),
      ([0x61, 0x0a, 0xc3], "2:1 yaml-encoding: the byte 0xC3 is not valid UTF-8 here"),
      ([0x61, 0x0a, 0x62, 0xc0, 0x80], "2:2 yaml-encoding: the byte 0xC0 is not valid UTF-8 here"),
      ([0xed, 0xa0, 0x80], "1:1 yaml-encoding: the byte 0xED is not valid UTF-8 here"),
      ([0xf4, 0x90, 0x80, 0x80], "1:1 yaml-encoding: the byte 0xF4 is not valid UTF-8 here"),
    ] as [([UInt8], String)])
  func encodings(bytes: [UInt8], expected: String) {
    #expect(problems(bytes) == [expected])
  }

  @Test("A byte that is not UTF-8 is found at any distance")
  func farBytes() {
    for length in [200, 255, 256, 257, 511, 512, 1000] {
      let bytes = Array("a: 1\n".utf8) + Array(repeating: UInt8(ascii: "b"), count: length) + [0xff]
      #expect(problems(bytes) == ["2:\(length + 1) yaml-encoding: the byte 0xFF is not valid UTF-8 here"])
    }
  }

  @Test("Nesting is limited, in either style")
  func depth() {
    let limit = YAMLDocument.depthLimit
    func flow(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(problems(flow(limit)).isEmpty)
    let expected = "1:\(limit + 1) yaml-too-deep: values are nested more than 64 levels deep"
    #expect(problems(flow(limit + 1)) == [expected])
    #expect(problems(flow(100_000)) == [expected])
    #expect(problems(String(repeating: "{a: ", count: 100_000)).first?.contains("yaml-too-deep") == true)
    #expect(problems(String(repeating: "- ", count: 100_000)).first?.contains("yaml-too-deep") == true)
  }

  @Test("Aliases of aliases cannot expand beyond the limit")
  func expansion() {
    var lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in 1...9 {
      let uses = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      lines.append("a\(level): &a\(level) [\(uses)]")
    }
    let found = problems(lines.joined(separator: "\n"))
    #expect(found.count == 1)
    #expect(
      found.first?.contains("yaml-alias-limit: the aliases up to here expand to more than 1000000") == true)
    #expect(problems(lines.prefix(5).joined(separator: "\n")).isEmpty)
  }

  @Test("Text in messages is escaped and truncated")
  func quoting() {
    #expect("a\tb\n\u{1b}[31m\u{202e}".quotable == "a\\tb\\n\\u{1B}[31m\\u{202E}")
    #expect(String(repeating: "x", count: 500).quotable == String(repeating: "x", count: 80) + "...")
  }

  @Test("Any truncation or changed byte of a document results in a document or a diagnostic")
  func mutations() {
    let text = Array("a: &x [1, 'b', \"c\\n\"]\nd: {e: *x, f: |\n  g\n}\n? h\n: i\nü: - j\n".utf8)
    var generator = SeededGenerator(seed: 20_261_121)
    for cut in 0...text.count { _ = problems(Array(text.prefix(cut))) }
    for round in 0..<3_000 {
      var changed = text
      for _ in 0...(round % 3) {
        changed[Int(generator.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      _ = problems(changed)
    }
  }
}

struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
