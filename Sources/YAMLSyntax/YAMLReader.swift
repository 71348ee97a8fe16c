package import Diagnostics

/// Reads the values of a ``YAMLDocument``; aliases are followed transparently.
package struct YAMLReader {
  @usableFromInline let source: SourceText
  @usableFromInline let text: UnsafeBufferPointer<UInt8>
  @usableFromInline let copied: UnsafeBufferPointer<UInt8>
  @usableFromInline let nodes: UnsafeBufferPointer<YAMLNodeRecord>
  /// The outermost values of the documents, in order.
  package let roots: [YAMLNode]

  init(
    source: SourceText, text: UnsafeBufferPointer<UInt8>, copied: UnsafeBufferPointer<UInt8>,
    nodes: UnsafeBufferPointer<YAMLNodeRecord>, roots: [YAMLNode]
  ) {
    self.roots = roots
    self.source = source
    self.text = text
    self.copied = copied
    self.nodes = nodes
  }

  /// The document's outermost value.
  @inlinable
  package var root: YAMLNode { YAMLNode(index: 0) }

  @inlinable
  func record(_ node: YAMLNode) -> YAMLNodeRecord {
    let record = nodes[Int(node.index)]
    return record.form == .alias ? nodes[Int(record.payload)] : record
  }

  /// The kind of a value.
  @inlinable
  package func kind(_ node: YAMLNode) -> YAMLKind {
    switch record(node).form {
    case .slicedScalar, .copiedScalar, .alias: .scalar
    case .sequence: .sequence
    case .mapping: .mapping
    }
  }

  /// The text of a scalar; empty for a collection.
  @inlinable
  package func bytes(_ node: YAMLNode) -> UnsafeBufferPointer<UInt8> {
    let record = record(node)
    let range = Int(record.payload)..<Int(record.payload) + Int(record.extent)
    return switch record.form {
    case .slicedScalar: UnsafeBufferPointer(rebasing: text[range])
    case .copiedScalar: UnsafeBufferPointer(rebasing: copied[range])
    case .sequence, .mapping, .alias: UnsafeBufferPointer(start: nil, count: 0)
    }
  }

  /// The text of a scalar.
  package func string(_ node: YAMLNode) -> String { String(decoding: bytes(node), as: UTF8.self) }

  /// Whether a scalar is not quoted.
  @inlinable
  package func isPlain(_ node: YAMLNode) -> Bool { record(node).isPlain }

  /// Whether a value is null: empty, `~` or `null` without quotes.
  @inlinable
  package func isNull(_ node: YAMLNode) -> Bool {
    let record = record(node)
    guard record.isPlain, record.extent == 0 || record.extent == 1 || record.extent == 4 else { return false }
    let text = bytes(node)
    switch text.count {
    case 0: return true
    case 1: return text[0] == UInt8(ascii: "~")
    default:
      return ["null", "Null", "NULL"].contains { $0.utf8.elementsEqual(text) }
    }
  }

  /// How many elements a sequence or entries a mapping has; 0 for a scalar.
  @inlinable
  package func count(_ node: YAMLNode) -> Int {
    let record = record(node)
    switch record.form {
    case .sequence, .mapping: return Int(record.payload)
    case .slicedScalar, .copiedScalar, .alias: return 0
    }
  }

  /// The elements of a sequence, or the alternating keys and values of a mapping.
  @inlinable
  package func children(_ node: YAMLNode) -> YAMLChildren {
    let record = nodes[Int(node.index)]
    let target = record.form == .alias ? record.payload : node.index
    let collection = nodes[Int(target)]
    switch collection.form {
    case .sequence, .mapping:
      return YAMLChildren(nodes: nodes, next: target + 1, end: target + collection.extent)
    case .slicedScalar, .copiedScalar, .alias: return YAMLChildren(nodes: nodes, next: 0, end: 0)
    }
  }

  /// The elements of a sequence; a single value counts as a list of itself.
  @inlinable
  package func elements(_ node: YAMLNode) -> YAMLChildren {
    kind(node) == .sequence
      ? children(node) : YAMLChildren(nodes: nodes, next: node.index, end: node.index + 1)
  }

  /// The key in front of a value that ``children(_:)`` of a mapping returned.
  @inlinable
  package func key(before value: YAMLNode) -> YAMLNode { YAMLNode(index: value.index - 1) }

  /// Where a value is; for an alias, where the value it refers to is.
  package func location(_ node: YAMLNode) -> SourceRange {
    let record = record(node)
    return source.location(at: Int(record.start), byteLength: Int(record.underline))
  }

  /// Where some bytes of a scalar's text are, if the scalar is a slice of the input.
  package func location(_ node: YAMLNode, part range: Range<Int>) -> SourceRange {
    let record = record(node)
    guard record.form == .slicedScalar else { return location(node) }
    return source.location(at: Int(record.payload) + range.lowerBound, byteLength: range.count)
  }
}

/// The nodes directly inside a collection.
package struct YAMLChildren: Sequence, IteratorProtocol {
  @usableFromInline let nodes: UnsafeBufferPointer<YAMLNodeRecord>
  @usableFromInline var position: UInt32
  @usableFromInline let end: UInt32

  @inlinable
  init(nodes: UnsafeBufferPointer<YAMLNodeRecord>, next: UInt32, end: UInt32) {
    self.nodes = nodes
    position = next
    self.end = end
  }

  @inlinable
  package mutating func next() -> YAMLNode? {
    guard position < end else { return nil }
    let node = YAMLNode(index: position)
    let record = nodes[Int(position)]
    switch record.form {
    case .sequence, .mapping: position += record.extent
    case .slicedScalar, .copiedScalar, .alias: position += 1
    }
    return node
  }
}
