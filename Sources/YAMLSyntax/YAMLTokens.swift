internal import CLibYAML
import Diagnostics

/// The parts of a text in order: scalars, indicators, anchors and comments, with the line breaks between them.
struct YAMLTokens {
  /// A part of the text, without spaces around it.
  struct Token {
    enum Kind: Equatable {
      /// A value, with its anchor.
      case scalar(ScalarForm)
      /// One of `-?:,[]{}`.
      case indicator(UInt8)
      /// An anchor, an alias or a tag of a collection.
      case word
      case comment
      /// The marker of a document: `---` or `...`.
      case marker
    }

    let kind: Kind
    let range: Range<Int>
    /// What a scalar means.
    var value: [UInt8] = []
    /// How many line breaks there are before it.
    let breaks: Int
    /// How many bytes of its line are before it.
    let column: Int

    /// Whether the token begins a sequence's element.
    var isDash: Bool { kind == .indicator(UInt8(ascii: "-")) }
  }

  enum ScalarForm: Equatable {
    case plain, singleQuoted, doubleQuoted, block

    /// Whether both mean text, or both may mean something else.
    func isAlike(_ other: ScalarForm) -> Bool { (self == .plain) == (other == .plain) }
  }

  private(set) var tokens: [Token] = []
  /// The types of libyaml's events, in order: the structure of the text.
  private(set) var events: [UInt32] = []
  let bytes: [UInt8]
  private var breaks = 0
  private var lineStart: Int

  /// Splits a text; nil if it cannot be parsed, or has line breaks or directives that are not split.
  init?(_ text: [UInt8]) {
    var collector = DiagnosticCollector(file: nil)
    guard let source = SourceText(checking: text, &collector) else { return nil }
    bytes = source.bytes
    lineStart = source.start
    guard let scalars = Self.scalars(of: source, &events) else { return nil }
    var index = source.start
    for scalar in scalars where scalar.range.lowerBound >= index && !scalar.range.isEmpty {
      guard addGap(index..<scalar.range.lowerBound) else { return nil }
      add(.scalar(scalar.form), scalar.range, value: scalar.value)
      index = scalar.range.upperBound
      // The next line starts inside of a scalar that spans lines.
      if let last = bytes[scalar.range].lastIndex(of: 0x0a) { lineStart = last + 1 }
    }
    guard addGap(index..<bytes.count) else { return nil }
  }

  private mutating func add(_ kind: Token.Kind, _ range: Range<Int>, value: [UInt8] = []) {
    tokens.append(
      Token(kind: kind, range: range, value: value, breaks: breaks, column: range.lowerBound - lineStart))
    breaks = 0
  }

  // MARK: Between scalars

  /// Adds the tokens of a text without scalars.
  private mutating func addGap(_ gap: Range<Int>) -> Bool {
    var index = gap.lowerBound
    while index < gap.upperBound {
      let byte = bytes[index]
      var end = index + 1
      switch byte {
      case 0x20, 0x09: break
      case 0x0a:
        breaks += 1
        lineStart = end
      case 0x0d: guard end < bytes.count, bytes[end] == 0x0a else { return false }
      case UInt8(ascii: "#"):
        while end < gap.upperBound, bytes[end] != 0x0a { end += 1 }
        var last = end
        while [0x0d, 0x20, 0x09].contains(bytes[last - 1]) { last -= 1 }
        add(.comment, index..<last)
      case UInt8(ascii: "-") where index == lineStart && bytes[index...].starts(with: Array("---".utf8)),
        UInt8(ascii: ".") where index == lineStart && bytes[index...].starts(with: Array("...".utf8)):
        end = index + 3
        add(.marker, index..<end)
      case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "["),
        UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
        add(.indicator(byte), index..<end)
      case UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"):
        while end < gap.upperBound, !Self.endsWord.contains(bytes[end]) { end += 1 }
        add(.word, index..<end)
      default: return false
      }
      index = end
    }
    return true
  }

  private static let endsWord = Set(" \t\r\n,[]{}".utf8)

  // MARK: Scalars

  private struct Scalar {
    let range: Range<Int>
    let form: ScalarForm
    let value: [UInt8]
  }

  private static func scalars(of source: SourceText, _ events: inout [UInt32]) -> [Scalar]? {
    var scalars: [Scalar] = []
    var types: [UInt32] = []
    var cursor = MarkCursor(source)
    let isWhole = source.withEventParser { parser, _ -> Bool in
      var event = yaml_event_t()
      while yaml_parser_parse(parser, &event) != 0 {
        defer { yaml_event_delete(&event) }
        types.append(event.type.rawValue)
        if event.type == YAML_STREAM_END_EVENT { return true }
        guard event.type == YAML_SCALAR_EVENT else { continue }
        let scalar = event.data.scalar
        let form: ScalarForm =
          switch scalar.style {
          case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
          case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
          case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
          default: .plain
          }
        let start = cursor.offset(event.start_mark)
        var end = max(start, cursor.offset(event.end_mark))
        if form == .block { end = endOfBlock(source.bytes, start..<end) }
        let value = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        scalars.append(Scalar(range: start..<end, form: form, value: Array(value)))
      }
      return false
    }
    events = types
    return isWhole == true ? scalars : nil
  }

  /// The end of a block scalar without its last line break: libyaml's mark is on the line of the next token.
  private static func endOfBlock(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
    var end = range.upperBound
    var index = end
    while index > range.lowerBound, bytes[index - 1] == 0x20 { index -= 1 }
    if index > range.lowerBound, bytes[index - 1] == 0x0a {
      end = index - 1
      if end > range.lowerBound, bytes[end - 1] == 0x0d { end -= 1 }
    }
    return end
  }

  // MARK: Comparison

  /// Whether another text has the same values, structure and comments, each on its own line or not as here.
  func means(_ other: YAMLTokens) -> Bool {
    guard events == other.events, tokens.count == other.tokens.count else { return false }
    return zip(tokens, other.tokens).allSatisfy { one, two in
      guard (one.breaks > 0) == (two.breaks > 0) || one.range.lowerBound == tokens.first?.range.lowerBound
      else { return false }
      switch (one.kind, two.kind) {
      case (.scalar(let form), .scalar(let second)): return form.isAlike(second) && one.value == two.value
      default: return one.kind == two.kind && bytes[one.range].elementsEqual(other.bytes[two.range])
      }
    }
  }
}
