/// Lays a text out anew.
///
/// Indentation is by two columns; there is one space between the parts of a line, and no more than one empty line
/// at a time; quotes are double. Lines are neither joined nor broken, and comments stay where they are. Lines end as
/// most of them did, and a byte order mark stays.
package enum YAMLFormatter {
  /// The text laid out; nil if that is not known to be safe.
  ///
  /// The result is parsed again: it has the same values, structure and comments.
  ///
  /// - Parameter text: A text that ``YAMLDocument/parse(_:file:)`` accepts.
  package static func format(_ text: [UInt8]) -> [UInt8]? {
    guard let tokens = YAMLTokens(text) else { return nil }
    var layout = YAMLLayout(tokens)
    let result = LineEndings(of: text).applied(to: layout.write())
    guard let written = YAMLTokens(result), tokens.means(written) else { return nil }
    return result
  }
}

/// The lines of a text with their new indentation.
private struct YAMLLayout {
  private typealias Token = YAMLTokens.Token

  /// A block collection that the line at hand is in.
  private struct Level {
    let old: Int
    let new: Int
    let isSequence: Bool
  }

  private let source: YAMLTokens
  private var levels: [Level] = []
  private var flowDepth = 0
  private var output: [UInt8] = []
  /// Comments on lines of their own, whose indentation is that of the next line or of a collection that ends before it.
  private var comments: [Token] = []

  init(_ source: YAMLTokens) { self.source = source }

  mutating func write() -> [UInt8] {
    let tokens = source.tokens
    var start = 0
    while start < tokens.count {
      var end = start + 1
      while end < tokens.count, tokens[end].breaks == 0 { end += 1 }
      add(tokens[start..<end])
      start = end
    }
    addLastComments()
    return output
  }

  // MARK: Lines

  private mutating func add(_ line: ArraySlice<Token>) {
    guard let first = line.first else { return }
    if flowDepth > 0 {
      addBlankLine(before: first)
      let inner = levels.last ?? Level(old: 0, new: 0, isSequence: false)
      let moved = max(0, first.column + inner.new - inner.old)
      let isCloser =
        first.kind == .indicator(UInt8(ascii: "]")) || first.kind == .indicator(UInt8(ascii: "}"))
      addTokens(line, indentedBy: isCloser ? moved : max(moved, inner.new + 2))
    } else if first.kind == .comment {
      comments.append(first)
    } else if first.kind == .marker {
      addLastComments()
      levels = []
      addBlankLine(before: first)
      addTokens(line, indentedBy: 0)
    } else {
      let before = levels
      let column = enter(line)
      addComments { old in
        before.last { $0.old <= old && $0.old > first.column }?.new ?? column
      }
      addBlankLine(before: first)
      addTokens(line, indentedBy: column)
    }
  }

  private mutating func addBlankLine(before token: Token) {
    if token.breaks > 1, !output.isEmpty { output.append(0x0a) }
  }

  private mutating func addComments(_ column: (Int) -> Int) {
    for comment in comments {
      addBlankLine(before: comment)
      addTokens([comment], indentedBy: column(comment.column))
    }
    comments = []
  }

  /// Adds the comments that nothing follows: each stays in the collection in whose column it is.
  private mutating func addLastComments() {
    let levels = levels
    addComments { old in old == 0 ? 0 : levels.last { $0.old <= old }?.new ?? 0 }
  }

  // MARK: Indentation

  /// Enters the collections that a line begins or continues; returns its new indentation.
  private mutating func enter(_ line: ArraySlice<Token>) -> Int {
    var column: Int?
    for token in line {
      let new = enter(token.column, isDash: token.isDash)
      if column == nil { column = new }
      if !token.isDash { break }
    }
    return column ?? 0
  }

  private mutating func enter(_ column: Int, isDash: Bool) -> Int {
    while let last = levels.last, last.old > column { levels.removeLast() }
    if let last = levels.last, last.old == column {
      if last.isSequence == isDash { return last.new }
      // The elements of a sequence can have the indentation of the key of the sequence.
      if !isDash {
        levels.removeLast()
        if let key = levels.last, key.old == column { return key.new }
      }
    }
    let new = levels.last.map { $0.new + 2 } ?? 0
    levels.append(Level(old: column, new: new, isSequence: isDash))
    return new
  }

  // MARK: Tokens

  private mutating func addTokens(_ line: ArraySlice<Token>, indentedBy column: Int) {
    output += repeatElement(0x20, count: column)
    var previous: Token?
    for token in line {
      if let previous { output += repeatElement(0x20, count: Self.space(between: previous, token)) }
      addText(of: token)
      switch token.kind {
      case .indicator(UInt8(ascii: "[")), .indicator(UInt8(ascii: "{")): flowDepth += 1
      case .indicator(UInt8(ascii: "]")), .indicator(UInt8(ascii: "}")): flowDepth -= 1
      default: break
      }
      previous = token
    }
    output.append(0x0a)
  }

  /// How many spaces there are between two tokens of a line.
  private static func space(between left: Token, _ right: Token) -> Int {
    if right.kind == .comment { return 2 }
    switch (left.kind, right.kind) {
    case (.indicator(UInt8(ascii: "[")), _), (.indicator(UInt8(ascii: "{")), _): return 0
    case (_, .indicator(UInt8(ascii: "]"))), (_, .indicator(UInt8(ascii: "}"))),
      (_, .indicator(UInt8(ascii: ","))):
      return 0
    case (.word, .indicator(UInt8(ascii: ":"))): return 1
    case (_, .indicator(UInt8(ascii: ":"))): return 0
    default: return 1
    }
  }

  private mutating func addText(of token: Token) {
    let text = source.bytes[token.range]
    guard case .scalar(let form) = token.kind else {
      output += text
      return
    }
    let quote = UInt8(ascii: "'")
    let special: Set<UInt8> = [quote, UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x0a]
    if form == .singleQuoted, text.count >= 2, text.first == quote,
      !text.dropFirst().dropLast().contains(where: special.contains)
    {
      output.append(UInt8(ascii: "\""))
      output += text.dropFirst().dropLast()
      output.append(UInt8(ascii: "\""))
      return
    }
    let lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
    output += Self.withoutReturn(lines[0])
    let inner = levels.last ?? Level(old: 0, new: 0, isSequence: false)
    for line in lines.dropFirst() {
      output.append(0x0a)
      let line = Self.withoutReturn(line)
      let content = line.drop { $0 == 0x20 || form != .block && $0 == 0x09 }
      if content.isEmpty, form != .block || line.isEmpty { continue }
      let moved = line.count - content.count + inner.new - inner.old
      let column = form == .block ? moved : max(moved, inner.new)
      output += repeatElement(0x20, count: max(0, column))
      output += content
    }
  }

  private static func withoutReturn(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    line.last == 0x0d ? line.dropLast() : line
  }
}
