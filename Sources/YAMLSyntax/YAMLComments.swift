internal import CLibYAML
package import Diagnostics

/// A comment of a document.
package struct YAMLComment: Sendable, Hashable {
  /// Where it starts, with its length.
  package var location: SourceRange
  /// The comment from its `#` to the end of its line.
  package var text: String
  /// Whether there is only whitespace before it on its line.
  package var isOnOwnLine: Bool
}

/// Finds the comments of a text.
///
/// libyaml has no events for comments. Its events say where scalars start and end, and outside of them a
/// `#` after whitespace or at the start of a line always starts a comment. libyaml counts the comment on
/// the line where a block scalar begins as part of the scalar, so it is not found.
package enum YAMLComments {
  /// The comments that contain a word, in order.
  ///
  /// - Parameters:
  ///   - bytes: A text that ``YAMLDocument/parse(_:file:)`` accepts; for any other text, the comments
  ///     up to its first error are returned.
  ///   - word: The word.
  package static func find(in bytes: [UInt8], containing word: String) -> [YAMLComment] {
    let word = Array(word.utf8)
    guard contains(bytes[...], word) else { return [] }
    var collector = DiagnosticCollector(file: nil)
    guard let source = SourceText(checking: bytes, &collector) else { return [] }
    var comments: [YAMLComment] = []
    var start = source.start
    for scalar in scalars(of: source) where scalar.lowerBound >= start {
      add(start..<scalar.lowerBound, source, word, &comments)
      start = max(start, scalar.upperBound)
    }
    add(start..<bytes.count, source, word, &comments)
    return comments
  }

  /// Adds the comments between two scalars.
  private static func add(
    _ gap: Range<Int>, _ source: SourceText, _ word: [UInt8], _ comments: inout [YAMLComment]
  ) {
    let bytes = source.bytes
    var index = gap.lowerBound
    while index < gap.upperBound {
      guard bytes[index] == UInt8(ascii: "#"), startsComment(bytes, index, source.start) else {
        index += 1
        continue
      }
      let end = endOfLine(bytes, from: index)
      let text = bytes[index..<end]
      if contains(text, word) {
        comments.append(
          YAMLComment(
            location: source.location(at: index, byteLength: end - index),
            text: String(decoding: text, as: UTF8.self),
            isOnOwnLine: isOnOwnLine(bytes, index, source.start)))
      }
      index = end
    }
  }

  private static func startsComment(_ bytes: [UInt8], _ index: Int, _ start: Int) -> Bool {
    guard index > start else { return true }
    let before = bytes[index - 1]
    return before == 0x20 || before == 0x09 || breaksLine(bytes, before: index)
  }

  private static func isOnOwnLine(_ bytes: [UInt8], _ index: Int, _ start: Int) -> Bool {
    var first = index
    while first > start, bytes[first - 1] == 0x20 || bytes[first - 1] == 0x09 { first -= 1 }
    return first == start || breaksLine(bytes, before: first)
  }

  /// Whether a line ends right before a byte: libyaml treats five characters as line breaks.
  private static func breaksLine(_ bytes: [UInt8], before index: Int) -> Bool {
    (1...3).contains { length in index >= length && lineBreak(bytes, index - length) == length }
  }

  /// How many bytes a line break at a byte has; nil if there is none.
  private static func lineBreak(_ bytes: [UInt8], _ index: Int) -> Int? {
    func at(_ offset: Int) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }
    switch at(0) {
    case 0x0a, 0x0d: return 1
    case 0xc2: return at(1) == 0x85 ? 2 : nil
    case 0xe2: return at(1) == 0x80 && (at(2) == 0xa8 || at(2) == 0xa9) ? 3 : nil
    default: return nil
    }
  }

  private static func endOfLine(_ bytes: [UInt8], from index: Int) -> Int {
    var end = index
    while end < bytes.count, lineBreak(bytes, end) == nil { end += 1 }
    return end
  }

  private static func contains(_ bytes: ArraySlice<UInt8>, _ word: [UInt8]) -> Bool {
    guard let first = word.first, bytes.count >= word.count else { return word.isEmpty }
    var index = bytes.startIndex
    let last = bytes.endIndex - word.count
    while index <= last {
      if bytes[index] == first, bytes[index..<index + word.count].elementsEqual(word) { return true }
      index += 1
    }
    return false
  }

  // MARK: Scalars

  /// The byte ranges of scalars, including quotes and indicators, in ascending order.
  private static func scalars(of source: SourceText) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var cursor = MarkCursor(source)
    source.withEventParser { parser, _ in
      var event = yaml_event_t()
      while yaml_parser_parse(parser, &event) != 0 {
        let type = event.type
        let marks = (event.start_mark, event.end_mark)
        yaml_event_delete(&event)
        if type == YAML_STREAM_END_EVENT { break }
        guard type == YAML_SCALAR_EVENT else { continue }
        let start = cursor.offset(marks.0)
        ranges.append(start..<max(start, cursor.offset(marks.1)))
      }
    }
    return ranges
  }
}
