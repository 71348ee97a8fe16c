/// The engine for sets of packets; the answer never depends on it.
package enum Representation: Hashable, Sendable, CaseIterable {
  /// Boxes, and decision diagrams if too many boxes are needed.
  case automatic
  /// Boxes alone.
  case boxes
  /// Decision diagrams alone.
  case diagrams

  /// The maximum number of pieces of a division before diagrams are used.
  var pieceLimit: Int { self == .boxes ? .max : 100_000 }
}
