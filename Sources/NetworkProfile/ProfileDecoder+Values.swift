import Diagnostics
import NetworkTypes
import YAMLSyntax

/// A mapping with its values by key.
struct Record<Key: RawRepresentable<Int> & Sendable> {
  /// The mapping.
  let node: YAMLNode
  /// The values by key: 0, the root, if a key is absent, and the highest number if its value was refused.
  fileprivate var values = InlineArray<16, UInt32>(repeating: 0)

  fileprivate init(node: YAMLNode) { self.node = node }

  /// The value of a key, unless it is absent or was refused.
  subscript(key: Key) -> YAMLNode? {
    let index = values[key.rawValue]
    return index == 0 || index == .max ? nil : YAMLNode(index: index)
  }

  /// Whether a key is present, valid or not.
  func has(_ key: Key) -> Bool { values[key.rawValue] != 0 }
}

extension ProfileDecoder {
  mutating func report(
    _ code: DiagnosticCode, _ message: String, at location: SourceRange?, notes: [Diagnostic.Note] = [],
    help: String? = nil
  ) {
    if code.severity == .error { errors += 1 }
    let advice = errors <= DiagnosticCollector.limit ? message.unusualSpace?.advice : nil
    collector.report(code, message, at: location, notes: notes, help: advice ?? help)
  }

  /// The text of a scalar for a message.
  func quoted(_ node: YAMLNode) -> String { "'\(yaml.string(node).quotable)'" }

  /// The location of the key in front of a value.
  func keyLocation(_ value: YAMLNode) -> SourceRange { yaml.location(yaml.key(before: value)) }

  /// Reports a null; returns whether the value is something else.
  mutating func isNotNull(_ node: YAMLNode, _ what: @autoclosure () -> String) -> Bool {
    guard yaml.isNull(node) else { return true }
    report(
      .nullValue, "\(what()) has no value", at: yaml.location(node),
      help: yaml.bytes(node).isEmpty
        ? "write a value, or remove the key" : "quote the text, or remove it")
    return false
  }

  mutating func wrongType(_ node: YAMLNode, _ what: String, help: String? = nil) {
    report(
      .wrongType, "\(what) is expected here, not \(yaml.kind(node).title)", at: yaml.location(node),
      help: help
    )
  }

  /// Reads a mapping by a table of keys, and reports keys that are unknown, missing or without value.
  mutating func record<Key>(_ node: YAMLNode, _ table: KeyTable<Key>) -> Record<Key>? {
    guard yaml.kind(node) == .mapping else {
      if isNotNull(node, table.noun) { wrongType(node, "\(table.noun) as a mapping") }
      return nil
    }
    var result = Record<Key>(node: node)
    var misspelled: Set<String> = []
    var children = yaml.children(node)
    while let keyNode = children.next(), let value = children.next() {
      guard let (key, isFormer) = table.key(yaml.bytes(keyNode)) else {
        if let near = unknownKey(keyNode, table) { misspelled.insert(near) }
        continue
      }
      if isFormer {
        report(
          .renamed, "'\(yaml.string(keyNode))' is the old name of '\(table.spelling(key))'",
          at: yaml.location(keyNode), help: "write `\(table.spelling(key))`")
      }
      if result.values[key.rawValue] != 0 {
        report(
          .duplicateKey, "'\(table.spelling(key))' is given twice, once by its old name",
          at: yaml.location(keyNode), help: "remove one of the two")
        continue
      }
      if yaml.isNull(value) {
        let location = yaml.bytes(value).isEmpty ? yaml.location(keyNode) : yaml.location(value)
        report(
          .nullValue, "the key '\(table.spelling(key))' has no value", at: location,
          help: "write a value, or remove the key")
        result.values[key.rawValue] = .max
      } else {
        result.values[key.rawValue] = value.index
      }
    }
    // A misspelled key is not also missing.
    for entry in table.required
    where result.values[entry.key.rawValue] == 0 && misspelled.contains(entry.spelling) {
      result.values[entry.key.rawValue] = .max
    }
    for entry in table.required where result.values[entry.key.rawValue] == 0 {
      report(
        .missingKey, "\(table.noun) needs the key '\(entry.spelling)'", at: startLocation(of: node))
      result.values[entry.key.rawValue] = .max
    }
    return result
  }

  /// Where a mapping starts, with its first key underlined.
  func startLocation(of node: YAMLNode) -> SourceRange {
    var children = yaml.children(node)
    return children.next().map { yaml.location($0) } ?? yaml.location(node)
  }

  /// Reports an unknown key, and returns the one that was probably intended.
  private mutating func unknownKey<Key>(_ keyNode: YAMLNode, _ table: KeyTable<Key>) -> String? {
    let text = yaml.string(keyNode)
    let spellings = table.entries.map(\.spelling)
    let near = nearest(to: text, among: spellings)
    let help =
      near.map { "did you mean '\($0)'?" }
      ?? "the keys of \(table.noun) are \(spellings.joined(separator: ", "))"
    report(
      .unknownKey, "\(table.noun) has no key '\(text.quotable)'", at: yaml.location(keyNode), help: help)
    return near
  }

  /// Calls a function with each element of a list.
  mutating func forEach(
    _ node: YAMLNode, _ what: String, _ body: (inout ProfileDecoder, YAMLNode) -> Void
  ) {
    guard yaml.kind(node) == .sequence else {
      guard isNotNull(node, what) else { return }
      let help =
        yaml.kind(node) == .scalar ? "write [\(yaml.string(node).quotable)]" : nil
      return wrongType(node, what, help: help)
    }
    for element in yaml.children(node) { body(&self, element) }
  }

  /// Reads each element of a list; nil if one of them is invalid.
  mutating func list<Value>(
    _ node: YAMLNode, _ what: String, _ read: (inout ProfileDecoder, YAMLNode) -> Value?
  ) -> [Value]? {
    let before = errors
    var result: [Value] = []
    result.reserveCapacity(yaml.count(node))
    forEach(node, what) { decoder, element in
      if let value = read(&decoder, element) { result.append(value) }
    }
    return errors == before ? result : nil
  }

  /// Whether a node is a scalar with a value; anything else is reported.
  mutating func isText(_ node: YAMLNode, _ what: @autoclosure () -> String) -> Bool {
    guard yaml.kind(node) == .scalar else {
      wrongType(node, what())
      return false
    }
    return isNotNull(node, what())
  }

  /// Reads one of a few words.
  mutating func choice<Value: RawRepresentable<String> & CaseIterable>(
    _ node: YAMLNode, _ what: @autoclosure () -> String, _: Value.Type = Value.self
  ) -> Value? {
    guard isText(node, what()) else { return nil }
    let text = yaml.bytes(node)
    for value in Value.allCases where value.rawValue.utf8.count == text.count {
      if value.rawValue.utf8.elementsEqual(text) { return value }
    }
    unknownChoice(node, what(), Value.allCases.map(\.rawValue))
    return nil
  }

  mutating func unknownChoice(_ node: YAMLNode, _ what: String, _ words: [String]) {
    let near = nearest(to: yaml.string(node), among: words).map { "did you mean '\($0)'?" }
    report(
      .invalidValue, "\(quoted(node)) is not \(what)", at: yaml.location(node),
      help: near ?? "write \(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")")
  }

  /// Reads a whole number in decimal.
  mutating func number(_ node: YAMLNode, _ what: @autoclosure () -> String, _ range: ClosedRange<Int>) -> Int?
  {
    guard isText(node, what()) else { return nil }
    let text = yaml.bytes(node)
    var value = 0
    let isNegative = text.count > 1 && text.first == UInt8(ascii: "-")
    let digits = isNegative ? UnsafeBufferPointer(rebasing: text[1...]) : text
    for byte in digits {
      guard byte >= 0x30, byte <= 0x39 else {
        report(
          .wrongType, "\(what()) must be a whole number in decimal, not \(quoted(node))",
          at: yaml.location(node)
        )
        return nil
      }
      value = min(value * 10 + Int(byte - 0x30), 1 << 50)
    }
    if isNegative { value = -value }
    guard range.contains(value) else {
      report(
        .outOfRange, "\(what()) must be \(range.lowerBound) to \(range.upperBound), not \(quoted(node))",
        at: yaml.location(node))
      return nil
    }
    return value
  }

  /// Reads `true` or `false`.
  mutating func boolean(_ node: YAMLNode, _ what: String) -> Bool? {
    guard isText(node, what) else { return nil }
    switch yaml.string(node) {
    case "true": return true
    case "false": return false
    default:
      report(
        .wrongType, "\(what) must be true or false, not \(quoted(node))", at: yaml.location(node))
      return nil
    }
  }

  /// A value with the location of its node.
  func located<Value>(_ value: Value, _ node: YAMLNode) -> Located<Value> {
    Located(value, at: yaml.location(node))
  }
}
