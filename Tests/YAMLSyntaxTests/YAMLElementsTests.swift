import Diagnostics
import Foundation
import Testing

@testable import YAMLSyntax

/// Elements of sequences are removed from a text, and the rest stays as it is.
@Suite struct YAMLElementsTests {
  /// The text without the elements that have a word.
  private func removing(_ words: [String], from text: String) throws -> String? {
    let bytes = Array(text.utf8)
    let elements = try #require(YAMLElements(bytes), "\(text)")
    return elements.removing(at: try words.map { try location(of: $0, in: text) })
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private func location(of word: String, in text: String) throws -> SourceRange {
    let start = try #require(text.range(of: word), "\(word)").lowerBound
    let before = text[..<start].unicodeScalars
    let line = before.count { $0 == "\n" } + 1
    let column =
      before.count
      - (before.lastIndex(of: "\n").map { before.distance(from: before.startIndex, to: $0) + 1 } ?? 0)
    return SourceRange(line: UInt32(line), column: UInt32(column + 1))
  }

  static let cases: [(String, [String], String?)] = [
    ("a:\n  - {n: x}\n  - {n: y}\nb: 1\n", ["x"], "a:\n  - {n: y}\nb: 1\n"),
    ("a:\n  - {n: x}\n  - {n: y}\nb: 1\n", ["y", "x"], "a: []\nb: 1\n"),
    ("a:\r\n  - {n: x}\r\n  - n: y\r\n    m: 1\r\nb: 1\r\n", ["x", "y"], "a: []\r\nb: 1\r\n"),
    ("a:\n- n: x\n- n: y", ["x", "y"], "a: []"), ("a:\n- n: x  \nb: 1\n", ["x"], "a: []\nb: 1\n"),
    ("a: [{n: x}, {n: y}, {n: z}]\n", ["x", "z"], "a: [{n: y}]\n"),
    ("a: [{n: x}, {n: y}, {n: z}]\n", ["y", "z"], "a: [{n: x}]\n"),
    ("a: [{n: x}, {n: y}, {n: z}]\n", ["x", "y", "z"], "a: []\n"),
    ("a: [\n  {n: x},\n  {n: y},\n]\n", ["y"], "a: [\n  {n: x},\n]\n"),
    ("a:\n  # of x\n  - {n: x}\n", ["x"], nil), ("a:\n  - {n: x}  # of x\n", ["x"], nil),
    ("a:\n  - {n: x}\n  # of b\nb: 1\n", ["x"], "a: []\n  # of b\nb: 1\n"),
    ("a: [\n  {n: x},  # of x\n  {n: y}\n]\n", ["x"], nil), ("a: [\n  {n: x}  # of x\n]\n", ["x"], nil),
    ("a: [\n  {n: x},  # of x\n  {n: y}\n]\n", ["y"], "a: [\n  {n: x},  # of x\n]\n"),
    ("a: [\n  # of x\n  {n: x},\n  {n: y}\n]\n", ["x"], nil),
    ("a: [\n  # of x\n  {n: x},\n  {n: y}\n]\n", ["y"], "a: [\n  # of x\n  {n: x}\n]\n"),
    ("- {n: x}\n", ["x"], nil), ("a: &list\n  - {n: x}\nb: *list\n", ["x"], nil), ("a: {n: x}\n", ["x"], nil),
  ]

  @Test(arguments: cases) func removal(_ text: String, _ words: [String], _ rest: String?) throws {
    #expect(try removing(words, from: text) == rest)
  }

  /// Several elements at once are the same as one after the other.
  @Test func randomRemovals() throws {
    var random = LinearRandom(seed: 7)
    for _ in 0..<500 {
      var (text, words) = ("", [String]())
      for list in 0..<random.next(1...3) {
        let isFlow = random.next(0...2) == 0
        let names = (0..<random.next(1...5)).map { "w\(list)x\($0)" }
        words += names.filter { _ in random.next(0...1) == 0 }
        if isFlow {
          text += "l\(list): [" + names.map { "{n: \($0)}" }.joined(separator: ", ") + "]\n"
        } else {
          text += "l\(list):\n"
          for name in names {
            text += random.next(0...1) == 0 ? "  - {n: \(name)}\n" : "  - m: [1]\n    n: \(name)\n"
          }
        }
      }
      if random.next(0...1) == 0 { text = text.replacing("\n", with: "\r\n") }
      var single = text
      for word in words.reversed() { single = try #require(try removing([word], from: single), "\(single)") }
      #expect(try removing(words, from: text) == single, "\(text) \(words)")
    }
  }
}
