/// The kind of a value of a document.
package enum YAMLKind: UInt8, Sendable {
  case scalar
  case sequence
  case mapping

  /// The kind in words: `a mapping`.
  package var title: String {
    switch self {
    case .scalar: "a single value"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// A value of a document, by its position in the document's arena.
package struct YAMLNode: Hashable, Sendable {
  @usableFromInline package let index: UInt32

  @inlinable
  package init(index: UInt32) { self.index = index }
}

/// The arena's representation of a value: 16 bytes.
///
/// The nodes of a collection follow it directly; a mapping contains alternating keys and values.
@usableFromInline
package struct YAMLNodeRecord: Sendable {
  @usableFromInline
  package enum Form: UInt8, Sendable {
    /// Text that is a slice of the input.
    case slicedScalar
    /// Text that had to be assembled: escapes, folded lines, block scalars.
    case copiedScalar
    case sequence
    case mapping
    /// Another node by its index.
    case alias
  }

  /// The byte of the input at which the value starts.
  @usableFromInline package var start: UInt32
  /// Scalars: how many bytes of text; collections: how many nodes, this one included.
  @usableFromInline package var extent: UInt32
  /// Sliced scalars: where the text starts in the input; copied ones: where in the side buffer;
  /// collections: how many elements or entries; aliases: the node they refer to.
  @usableFromInline package var payload: UInt32
  @usableFromInline package var form: Form
  @usableFromInline package var isPlain: Bool
  /// How many bytes of the input to underline; 0 for what spans lines.
  @usableFromInline package var underline: UInt16

  @usableFromInline
  package init(
    start: UInt32, extent: UInt32, payload: UInt32, form: Form, isPlain: Bool = false, underline: UInt16 = 0
  ) {
    self.start = start
    self.extent = extent
    self.payload = payload
    self.form = form
    self.isPlain = isPlain
    self.underline = underline
  }
}
