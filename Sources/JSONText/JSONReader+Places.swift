// For texts with several values and other text between them. Only for texts that are in memory as a whole.
extension JSONReader {
  /// The offset of the next byte.
  package var position: Int { index }

  /// Whether nothing but blanks is left.
  package var isAtEnd: Bool {
    mutating get { peek() == nil }
  }

  /// Goes to an offset, from which on the next value is read.
  ///
  /// - Parameter offset: The offset, which must not be before ``position`` by more than the last value.
  package mutating func seek(to offset: Int) { index = offset }

  /// The line and column of the value that comes next, counted from 1.
  package var nextPlace: (line: Int, column: Int) {
    mutating get {
      skipBlanks()
      return countLines()
    }
  }

  /// The line and column of the name of the member whose value comes next, counted from 1; to be asked for before
  /// ``nextPlace``.
  package var memberPlace: (line: Int, column: Int) {
    mutating get { countLinesToMember() }
  }

  /// Leaves the innermost arrays and objects without reading them to their ends.
  ///
  /// - Parameter depth: How many stay open.
  package mutating func abandon(to depth: Int) { leaveOpen(depth) }
}
