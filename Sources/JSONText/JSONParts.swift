/// The text of a long document, made part by part as its reader asks for it.
///
/// Long lists are given as functions that make their elements, so that only one part is in memory at a time.
package struct JSONParts: Sendable {
  /// A piece of the document.
  package enum Piece: Sendable {
    /// Text as it is.
    case text([UInt8])
    /// The elements of an array, without its brackets.
    case elements(count: Int, make: @Sendable (Int) -> JSON)
  }

  private var pieces: ArraySlice<Piece>
  /// The number of elements of the first piece that are already in a part.
  private var written = 0

  /// Describes a document.
  ///
  /// - Parameter pieces: Its pieces in order.
  package init(_ pieces: [Piece]) { self.pieces = pieces[...] }

  /// Whether all parts were made.
  package var isAtEnd: Bool { pieces.isEmpty }

  /// Makes the next part.
  ///
  /// - Parameter size: The size in bytes at which the part ends, after a whole element.
  /// - Returns: The part; a smaller one is the last.
  package mutating func next(_ size: Int) -> [UInt8] {
    var part: [UInt8] = []
    part.reserveCapacity(size + size / 8)
    while part.count < size, let piece = pieces.first {
      switch piece {
      case .text(let bytes):
        part += bytes
        pieces.removeFirst()
      case .elements(let count, let make):
        while written < count, part.count < size {
          if written > 0 { part.append(UInt8(ascii: ",")) }
          make(written).write(compactInto: &part)
          written += 1
        }
        guard written == count else { continue }
        pieces.removeFirst()
        written = 0
      }
    }
    return part
  }
}
