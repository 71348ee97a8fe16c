/// How the lines of a file end, and whether it starts with a byte order mark: what a new layout keeps.
struct LineEndings {
  private let hasByteOrderMark: Bool
  private let areCarriageReturns: Bool

  /// Finds what most lines of a text end with.
  init(of text: [UInt8]) {
    hasByteOrderMark = text.starts(with: Self.byteOrderMark)
    var (feeds, returns) = (0, 0)
    for index in text.indices where text[index] == 0x0a {
      if index > 0, text[index - 1] == 0x0d { returns += 1 } else { feeds += 1 }
    }
    areCarriageReturns = returns > feeds
  }

  private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  /// A text whose lines end with line feeds, written as in the file.
  func applied(to text: [UInt8]) -> [UInt8] {
    var result = hasByteOrderMark ? Self.byteOrderMark : []
    guard areCarriageReturns else { return result + text }
    for byte in text {
      if byte == 0x0a { result.append(0x0d) }
      result.append(byte)
    }
    return result
  }
}
