import Diagnostics
import Foundation
import Testing

@testable import YAMLSyntax

/// The formatter: what it changes, that comments and values stay, and that a second run changes nothing.
@Suite struct YAMLFormatterTests {
  private func format(_ text: String) throws -> String {
    let result = try #require(YAMLFormatter.format(Array(text.utf8)), "\(text)")
    return String(decoding: result, as: UTF8.self)
  }

  /// Pairs of a text and the same text formatted.
  static let pairs: [(String, String)] = [
    ("a:   1\n", "a: 1\n"), ("a: 1", "a: 1\n"), ("\n\n\na: 1\n\n\n\nb: 2\n\n", "a: 1\n\nb: 2\n"),
    ("a: 1   \r\nb:  2\r\n", "a: 1\r\nb: 2\r\n"), ("\u{feff}a:  1\n", "\u{feff}a: 1\n"),
    ("a: 1\r\nb: 2\nc: 3\r\n", "a: 1\r\nb: 2\r\nc: 3\r\n"), ("a: 1\r\nb: 2\n", "a: 1\nb: 2\n"),
    ("\u{feff}a:  |\r\n  x\r\n\r\n  y\r\n", "\u{feff}a: |\r\n  x\r\n\r\n  y\r\n"),
    ("a: \"b\r\n   c\"\r\n", "a: \"b\r\n   c\"\r\n"),
    ("a:\n- b\n# end\n", "a:\n  - b\n# end\n"), ("a:\n- b\n# of c\nc: 1\n", "a:\n  - b\n# of c\nc: 1\n"),
    ("a:\n    b: 1\n  # end\n", "a:\n  b: 1\n# end\n"),
    ("a:\n    b: 1\n    # end\n", "a:\n  b: 1\n  # end\n"),
    ("a:\n    b: 1\n      # end\n...\n", "a:\n  b: 1\n  # end\n...\n"),
    ("a:\n    b: 1\n     # of b\nc: 1\n", "a:\n  b: 1\n  # of b\nc: 1\n"),
    ("a:\n- b:\n  - c\n  # of d\n  d: 1\n", "a:\n  - b:\n      - c\n    # of d\n    d: 1\n"),
    ("a: {b: 1,c: [ 1,2 , 3 ] }\n", "a: {b: 1, c: [1, 2, 3]}\n"),
    ("a: {\"b\":1}\n", "a: {\"b\": 1}\n"), ("a: []\nb: {}\n", "a: []\nb: {}\n"),
    ("a: 'x y'\n", "a: \"x y\"\n"), ("a: 'it''s'\nb: '\"'\nc: '\\'\n", "a: 'it''s'\nb: '\"'\nc: '\\'\n"),
    ("a:\n- b\n- c\nd: e\n", "a:\n  - b\n  - c\nd: e\n"),
    ("a:\n    b:\n        c: 1\n    d: 2\n", "a:\n  b:\n    c: 1\n  d: 2\n"),
    ("a:\n    -   b: 1\n        c: 2\n    -   d\n", "a:\n  - b: 1\n    c: 2\n  - d\n"),
    ("-   -   a\n    -   b\n-   c: 1\n", "- - a\n  - b\n- c: 1\n"),
    ("#x\na: 1 # y\n# z\n", "#x\na: 1  # y\n# z\n"),
    (
      "a:\n      # of b\n      b: 1\n      # the end of a\nc: 1\n",
      "a:\n  # of b\n  b: 1\n  # the end of a\nc: 1\n"
    ),
    ("a: [\n      1,\n      2\n  ]\n", "a: [\n      1,\n      2\n  ]\n"),
    ("a:\n    b: [1,\n         2]\n", "a:\n  b: [1,\n       2]\n"),
    (
      "a:\n    b: |\n        x\n          y\n\n        z\n    c: 1\n",
      "a:\n  b: |\n      x\n        y\n\n      z\n  c: 1\n"
    ),
    ("a: |+\n  x\n\n\nb: >-\n  y\n  z\n", "a: |+\n  x\n\n\nb: >-\n  y\n  z\n"),
    ("a:\n    x\n    y\nb: \"c\n    d\"\n", "a:\n  x\n  y\nb: \"c\n    d\"\n"),
    ("a: &x   {b: 1}\nc:   *x\n", "a: &x {b: 1}\nc: *x\n"),
    ("---\na:   1\n...\n", "---\na: 1\n...\n"), ("ä:   'ü'  # ö\nb:   ß\n", "ä: \"ü\"  # ö\nb: ß\n"),
    ("{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}\n", "{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}\n"),
  ]

  @Test(arguments: pairs) func layout(_ text: String, _ formatted: String) throws {
    #expect(try format(text) == formatted)
    #expect(try format(formatted) == formatted)
  }

  /// Random indentation, spaces, comments and empty lines: the result means the same, and is stable.
  @Test func randomLayouts() throws {
    var random = LinearRandom(seed: 1)
    for _ in 0..<2_000 {
      let text = Self.mapping(&random, indentation: 0, depth: 0)
      let bytes = Array(text.utf8)
      guard YAMLDocument.parse(bytes, file: nil).0 != nil else {
        Issue.record("not YAML: \(text)")
        continue
      }
      let once = try #require(YAMLFormatter.format(bytes), "\(text)")
      #expect(YAMLFormatter.format(once) == once, "\(text)")
      #expect(try #require(YAMLTokens(bytes)).means(try #require(YAMLTokens(once))))
      for line in once.split(separator: 0x0a) { #expect(line.last != 0x20, "\(text)") }
      #expect(try format(Self.onWindows(text)) == Self.onWindows(try format(text)), "\(text)")
    }
  }

  /// The text as an editor on Windows saves it.
  private static func onWindows(_ text: String) -> String {
    "\u{feff}" + text.replacingOccurrences(of: "\n", with: "\r\n")
  }

  @Test func everyProfile() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "profiles")
    let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
      .compactMap { $0 as? URL }.filter { $0.pathExtension == "yaml" }
    #expect(files.count > 15)
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      let once = try format(text)
      #expect(try format(once) == once, "\(file)")
      #expect(try format(Self.onWindows(text)) == Self.onWindows(once), "\(file)")
    }
  }

  private static func mapping(_ random: inout LinearRandom, indentation: Int, depth: Int) -> String {
    var text = ""
    let space = String(repeating: " ", count: indentation)
    for key in 0..<random.next(1...3) {
      if random.next(0...4) == 0 {
        text += String(repeating: " ", count: random.next(0...9)) + "#  c\(key)\n"
      }
      if random.next(0...6) == 0 { text += String(repeating: "\n", count: random.next(1...3)) }
      text += space + (random.next(0...3) == 0 ? "'k\(key)'" : "k\(key)") + ":"
      switch random.next(0...(depth > 3 ? 3 : 6)) {
      case 0: text += "  'a b' \n"
      case 1: text += " [ 1,'x', {a: b,c: d} ]  # flow\n"
      case 2: text += " x#y   # tail  \n"
      case 3: text += " |\n\(space)   l1\n\(space)     l2\n"
      case 4:
        text += "\n" + mapping(&random, indentation: indentation + random.next(1...5), depth: depth + 1)
      default:
        let own = indentation + random.next(0...4)
        text += "\n"
        for _ in 0..<random.next(1...3) {
          let gap = random.next(1...3)
          let inner = mapping(&random, indentation: own + 1 + gap, depth: depth + 1)
          let lines = inner.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
          guard
            let first = lines.firstIndex(where: {
              !$0.isEmpty && !$0.trimmingCharacters(in: .whitespaces).hasPrefix("#")
            })
          else { continue }
          let content = lines[first].drop { $0 == " " }
          text +=
            String(repeating: " ", count: own) + "-" + String(repeating: " ", count: gap) + content + "\n"
          text += lines[(first + 1)...].joined(separator: "\n")
          if !text.hasSuffix("\n") { text += "\n" }
        }
      }
    }
    return text
  }

  @Test func whatIsNotUnderstoodIsLeft() {
    for text in ["a: [", "%YAML 1.2\n---\na: 1\n", "a: 1\rb: 2\r", "\ta: 1"] {
      #expect(YAMLFormatter.format(Array(text.utf8)) == nil, "\(text)")
    }
  }
}

/// Numbers that are the same in every run.
struct LinearRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(_ range: ClosedRange<Int>) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return range.lowerBound + Int((state >> 33) % UInt64(range.count))
  }
}
