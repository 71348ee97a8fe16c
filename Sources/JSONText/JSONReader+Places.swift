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

  /// The line and column of the value at a path, counted from 1; nil if there is none.
  ///
  /// - Parameters:
  ///   - path: The path, such as `host.endpoints[0].document`.
  ///   - bytes: The text of the document.
  package static func place(of path: String, in bytes: [UInt8]) -> (line: Int, column: Int)? {
    var reader = JSONReader(bytes)
    do throws(JSONError) {
      for step in path.split(whereSeparator: { ".[".contains($0) }) {
        let isIndex = step.last == "]"
        guard reader.peek() == UInt8(ascii: isIndex ? "[" : "{") else { return nil }
        try reader.enter()
        if isIndex {
          guard let index = Int(step.dropLast()) else { return nil }
          for position in 0...max(0, index) {
            guard try reader.nextElement() else { return nil }
            if position < index { try reader.skip() }
          }
        } else {
          var name = try reader.nextMember()
          while let other = name, other != step {
            try reader.skip()
            name = try reader.nextMember()
          }
          guard name != nil else { return nil }
        }
      }
    } catch { return nil }
    return reader.nextPlace
  }

  /// Leaves the innermost arrays and objects without reading them to their ends.
  ///
  /// - Parameter depth: How many stay open.
  package mutating func abandon(to depth: Int) { leaveOpen(depth) }
}
