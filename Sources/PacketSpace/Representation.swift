/// How sets are worked with inside; the answer never depends on it.
package enum Representation: Hashable, Sendable, CaseIterable {
  /// Boxes, and decision diagrams for what takes too many of them.
  case automatic
  /// Boxes alone.
  case boxes
  /// Decision diagrams alone.
  case diagrams

  /// How many pieces a division may take before diagrams take over.
  var patience: Int { self == .boxes ? .max : 100_000 }
}
