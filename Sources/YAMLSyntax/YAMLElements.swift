package import Diagnostics

/// Removes elements of sequences from a text, and changes nothing else.
package enum YAMLElements {
  /// The text without the element in which a value is.
  ///
  /// Nothing is removed together with a comment or below one, which may be about it, nor where the rest would not be
  /// the same values.
  ///
  /// - Parameters:
  ///   - location: Where a value of the element is: the mapping that has it is the element.
  ///   - text: A text that ``YAMLDocument/parse(_:file:)`` accepts.
  /// - Returns: The text; nil if the element cannot be removed.
  package static func removing(at location: SourceRange, from text: [UInt8]) -> [UInt8]? {
    var collector = DiagnosticCollector(file: nil)
    guard let tokens = YAMLTokens(text), let source = SourceText(checking: text, &collector),
      let value = tokens.tokens.firstIndex(where: { token in
        guard case .scalar = token.kind else { return false }
        let own = source.location(at: token.range.lowerBound)
        return own.line == location.line && own.column == location.column
      }), let element = Element(around: value, tokens.tokens)
    else { return nil }
    let result = element.removed(from: tokens)
    guard let written = YAMLTokens(result) else { return nil }
    // What remains is the tokens before and after, apart from a comma or the brackets of an empty list.
    let comments = { (tokens: YAMLTokens) in
      tokens.tokens.filter { $0.kind == .comment }.map { Array(tokens.bytes[$0.range]) }
    }
    return comments(tokens) == comments(written) ? result : nil
  }
}

/// An element of a sequence by its tokens.
private struct Element {
  private typealias Token = YAMLTokens.Token

  /// The tokens of the element, with the dash of one in block style.
  private let tokens: Range<Int>
  private let isInFlow: Bool
  /// Whether the sequence has no other element.
  private let isOnly: Bool

  init?(around value: Int, _ tokens: [YAMLTokens.Token]) {
    if let open = Self.opening(before: value, tokens) {
      guard tokens[open].kind == .indicator(UInt8(ascii: "{")), open > 0,
        let close = Self.closing(of: open, tokens)
      else { return nil }
      let before = tokens[open - 1].kind
      if tokens[open - 1].isDash {
        self.init(dash: open - 1, end: close + 1, tokens)
      } else if before == .indicator(UInt8(ascii: "[")) || before == .indicator(UInt8(ascii: ",")) {
        guard !tokens[open...close].contains(where: { $0.kind == .comment }) else { return nil }
        self.init(tokens: open..<close + 1, isInFlow: true, isOnly: false)
      } else {
        return nil
      }
      return
    }
    // In block style: the key before the value has the column of the mapping, and the dash is left of it.
    guard value >= 2, tokens[value - 1].kind == .indicator(UInt8(ascii: ":")) else { return nil }
    let column = tokens[value - 2].column
    guard let dash = tokens[..<value].lastIndex(where: { $0.isDash && $0.column < column }) else {
      return nil
    }
    let next =
      tokens[value...].firstIndex {
        $0.breaks > 0 && $0.column <= tokens[dash].column && $0.kind != .comment
      } ?? tokens.count
    let last = tokens[..<next].lastIndex { $0.kind != .comment } ?? value
    self.init(dash: dash, end: last + 1, tokens)
  }

  private init(tokens: Range<Int>, isInFlow: Bool, isOnly: Bool) {
    self.tokens = tokens
    self.isInFlow = isInFlow
    self.isOnly = isOnly
  }

  private init?(dash: Int, end: Int, _ tokens: [YAMLTokens.Token]) {
    // What a comment says of the element must not be read as being about the next one.
    if dash > 0, tokens[dash - 1].kind == .comment, tokens[dash - 1].breaks > 0 { return nil }
    // The element has its lines for itself.
    guard dash == 0 || tokens[dash].breaks > 0, end == tokens.count || tokens[end].breaks > 0,
      !tokens[dash..<end].contains(where: { $0.kind == .comment })
    else { return nil }
    self.tokens = dash..<end
    isInFlow = false
    let next = tokens[end...].first { $0.kind != .comment }
    let isFirst = dash == 0 || !Self.continues(tokens, before: dash)
    isOnly = isFirst && !(next.map { $0.isDash && $0.column == tokens[dash].column } ?? false)
    // Only the key of the sequence can be before its only element.
    if isOnly, dash == 0 || tokens[dash - 1].kind != .indicator(UInt8(ascii: ":")) { return nil }
  }

  /// Whether there is an element of the same sequence before one.
  private static func continues(_ tokens: [YAMLTokens.Token], before dash: Int) -> Bool {
    let column = tokens[dash].column
    for token in tokens[..<dash].reversed() where token.kind != .comment {
      if token.isDash, token.column == column { return true }
      if token.breaks > 0, token.column <= column { return false }
    }
    return false
  }

  /// The bracket or brace that a token is in; nil if it is in none.
  private static func opening(before index: Int, _ tokens: [YAMLTokens.Token]) -> Int? {
    var depth = 0
    for position in tokens[..<index].indices.reversed() {
      switch tokens[position].kind {
      case .indicator(UInt8(ascii: "]")), .indicator(UInt8(ascii: "}")): depth += 1
      case .indicator(UInt8(ascii: "[")), .indicator(UInt8(ascii: "{")):
        if depth == 0 { return position }
        depth -= 1
      default: break
      }
    }
    return nil
  }

  private static func closing(of open: Int, _ tokens: [YAMLTokens.Token]) -> Int? {
    var depth = 0
    for position in tokens[open...].indices {
      switch tokens[position].kind {
      case .indicator(UInt8(ascii: "[")), .indicator(UInt8(ascii: "{")): depth += 1
      case .indicator(UInt8(ascii: "]")), .indicator(UInt8(ascii: "}")):
        depth -= 1
        if depth == 0 { return position }
      default: break
      }
    }
    return nil
  }

  /// The text without the element.
  func removed(from source: YAMLTokens) -> [UInt8] {
    let (all, bytes) = (source.tokens, source.bytes)
    var start = all[tokens.lowerBound].range.lowerBound
    var end = all[tokens.upperBound - 1].range.upperBound
    var rest: [UInt8] = []
    let next = tokens.upperBound < all.count ? all[tokens.upperBound] : nil
    if isInFlow {
      if let next, next.kind == .indicator(UInt8(ascii: ",")) {
        end =
          tokens.upperBound + 1 < all.count
          ? all[tokens.upperBound + 1].range.lowerBound : next.range.upperBound
      } else if tokens.lowerBound >= 2, all[tokens.lowerBound - 1].kind == .indicator(UInt8(ascii: ",")) {
        start = all[tokens.lowerBound - 2].range.upperBound
      }
    } else {
      start -= all[tokens.lowerBound].column
      while end < bytes.count, bytes[end] != 0x0a { end += 1 }
      end = min(end + 1, bytes.count)
      if isOnly {
        start = all[tokens.lowerBound - 1].range.upperBound
        rest = Array(" []\n".utf8)
      }
    }
    return Array(bytes[..<start]) + rest + bytes[end...]
  }
}
