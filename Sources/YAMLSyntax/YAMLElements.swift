package import Diagnostics

/// The elements of the sequences of a text, to remove some and change nothing else.
package struct YAMLElements {
  private let tokens: YAMLTokens
  private let brackets: Brackets
  /// The scalars by where they start.
  private let scalars: [SourceRange: Int]

  /// Finds the elements of a text; nil if its parts cannot be told apart.
  ///
  /// - Parameter text: A text that ``YAMLDocument/parse(_:file:)`` accepts.
  package init?(_ text: [UInt8]) {
    var collector = DiagnosticCollector(file: nil)
    guard let tokens = YAMLTokens(text), let source = SourceText(checking: text, &collector) else {
      return nil
    }
    self.tokens = tokens
    brackets = Brackets(tokens.tokens)
    var scalars: [SourceRange: Int] = [:]
    for (index, token) in tokens.tokens.enumerated() {
      guard case .scalar = token.kind else { continue }
      scalars[source.location(at: token.range.lowerBound)] = index
    }
    self.scalars = scalars
  }

  /// Whether an element can be removed.
  ///
  /// Nothing is removed together with a comment or below one, which may be about it.
  ///
  /// - Parameter location: Where a value of the element is: the mapping that has it is the element.
  package func canRemove(at location: SourceRange) -> Bool { removing(at: [location]) != nil }

  /// The text without some elements; nil if one of them cannot be removed, or if the rest would not be the same values.
  ///
  /// - Parameter locations: Where a value of each element is: the mapping that has it is the element.
  package func removing(at locations: [SourceRange]) -> [UInt8]? {
    var elements: [Element] = []
    for location in locations {
      guard let value = scalars[SourceRange(line: location.line, column: location.column)],
        let element = Element(around: value, tokens.tokens, brackets)
      else { return nil }
      elements.append(element)
    }
    elements.sort { $0.tokens.lowerBound < $1.tokens.lowerBound }
    var result: [UInt8] = []
    var end = 0
    var first = elements.startIndex
    while first < elements.endIndex {
      var last = first
      while last + 1 < elements.endIndex, elements[last].isFollowed(by: elements[last + 1], tokens.tokens) {
        last += 1
      }
      guard let (range, rest) = Element.removal(from: elements[first], to: elements[last], tokens),
        range.lowerBound >= end
      else { return nil }
      result += tokens.bytes[end..<range.lowerBound] + rest
      end = range.upperBound
      first = last + 1
    }
    result += tokens.bytes[end...]
    // What remains is the tokens before and after, apart from a comma or the brackets of an empty list.
    guard let written = YAMLTokens(result), comments(tokens) == comments(written) else { return nil }
    return result
  }

  private func comments(_ tokens: YAMLTokens) -> [[UInt8]] {
    tokens.tokens.filter { $0.kind == .comment }.map { Array(tokens.bytes[$0.range]) }
  }
}

/// The brackets and braces that the tokens of a text are in.
private struct Brackets {
  /// For each token, the bracket or brace that it is in; nil if it is in none.
  private(set) var opening: [Int?] = []
  /// The end of each.
  private(set) var closing: [Int: Int] = [:]

  init(_ tokens: [YAMLTokens.Token]) {
    var open: [Int] = []
    for (index, token) in tokens.enumerated() {
      let isCloser =
        token.kind == .indicator(UInt8(ascii: "]")) || token.kind == .indicator(UInt8(ascii: "}"))
      if isCloser, let start = open.popLast() { closing[start] = index }
      opening.append(open.last)
      if token.kind == .indicator(UInt8(ascii: "[")) || token.kind == .indicator(UInt8(ascii: "{")) {
        open.append(index)
      }
    }
  }
}

/// An element of a sequence by its tokens.
private struct Element {
  typealias Token = YAMLTokens.Token

  /// The tokens of the element, with the dash of one in block style.
  let tokens: Range<Int>
  let isInFlow: Bool

  init?(around value: Int, _ tokens: [Token], _ brackets: Brackets) {
    if let open = brackets.opening[value] {
      guard tokens[open].kind == .indicator(UInt8(ascii: "{")), open > 0, let close = brackets.closing[open]
      else { return nil }
      if tokens[open - 1].isDash {
        self.init(dash: open - 1, end: close + 1, tokens)
      } else {
        self.init(open: open, end: close + 1, tokens)
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

  private init?(open: Int, end: Int, _ tokens: [Token]) {
    guard let before = tokens[..<open].last(where: { $0.kind != .comment }),
      before.kind == .indicator(UInt8(ascii: "[")) || before.kind == Self.comma
    else { return nil }
    // A comment on the line of the element before is about that one.
    if tokens[open - 1].kind == .comment, tokens[open - 1].breaks > 0 { return nil }
    let next = end < tokens.count && tokens[end].kind == Self.comma ? end + 1 : end
    let isCommented = next < tokens.count && tokens[next].kind == .comment && tokens[next].breaks == 0
    guard !isCommented, !tokens[open..<next].contains(where: { $0.kind == .comment }) else { return nil }
    self.tokens = open..<end
    isInFlow = true
  }

  private static let comma = Token.Kind.indicator(UInt8(ascii: ","))

  private init?(dash: Int, end: Int, _ tokens: [Token]) {
    // What a comment says of the element must not be read as being about the next one.
    if dash > 0, tokens[dash - 1].kind == .comment, tokens[dash - 1].breaks > 0 { return nil }
    // The element has its lines for itself.
    guard dash == 0 || tokens[dash].breaks > 0, end == tokens.count || tokens[end].breaks > 0,
      !tokens[dash..<end].contains(where: { $0.kind == .comment })
    else { return nil }
    self.tokens = dash..<end
    isInFlow = false
  }

  /// Whether another element comes right after this one in the same sequence.
  func isFollowed(by other: Element, _ all: [Token]) -> Bool {
    guard isInFlow == other.isInFlow else { return false }
    guard isInFlow else {
      return other.tokens.lowerBound == tokens.upperBound
        && all[other.tokens.lowerBound].column == all[tokens.lowerBound].column
    }
    return other.tokens.lowerBound == tokens.upperBound + 1
      && all[tokens.upperBound].kind == Self.comma
  }

  /// What is removed with all elements of a sequence from one to another, and what takes its place.
  static func removal(
    from first: Element, to last: Element, _ source: YAMLTokens
  ) -> (range: Range<Int>, rest: [UInt8])? {
    let (all, bytes) = (source.tokens, source.bytes)
    let (start, end) = (first.tokens.lowerBound, last.tokens.upperBound)
    var range = all[start].range.lowerBound..<all[end - 1].range.upperBound
    if first.isInFlow {
      if end < all.count, all[end].kind == comma {
        let next = end + 1 < all.count ? all[end + 1] : nil
        // Whole lines, or else up to what follows.
        range =
          all[start].breaks > 0 && next.map { $0.breaks > 0 } ?? true
          ? all[start - 1].range.upperBound..<all[end].range.upperBound
          : range.lowerBound..<(next?.range.lowerBound ?? all[end].range.upperBound)
      } else if start >= 2, all[start - 1].kind == comma {
        range = all[start - 2].range.upperBound..<range.upperBound
      } else if start >= 1, all[start - 1].kind == .comment {
        range = all[start - 1].range.upperBound..<range.upperBound
      }
      return (range, [])
    }
    var lineEnd = range.upperBound
    while lineEnd < bytes.count, bytes[lineEnd] != 0x0a { lineEnd += 1 }
    let next = all[end...].first { $0.kind != .comment }
    let isLast = !(next.map { $0.isDash && $0.column == all[start].column } ?? false)
    guard isLast, start == 0 || !continues(all, before: start) else {
      return (range.lowerBound - all[start].column..<min(lineEnd + 1, bytes.count), [])
    }
    // Only the key of the sequence can be before its only elements.
    guard start > 0, all[start - 1].kind == .indicator(UInt8(ascii: ":")) else { return nil }
    let isReturn = lineEnd > 0 && lineEnd < bytes.count && bytes[lineEnd - 1] == 0x0d
    return (all[start - 1].range.upperBound..<(isReturn ? lineEnd - 1 : lineEnd), Array(" []".utf8))
  }

  /// Whether there is an element of the same sequence before one.
  private static func continues(_ tokens: [Token], before dash: Int) -> Bool {
    let column = tokens[dash].column
    for token in tokens[..<dash].reversed() where token.kind != .comment {
      if token.isDash, token.column == column { return true }
      if token.breaks > 0, token.column <= column { return false }
    }
    return false
  }
}
