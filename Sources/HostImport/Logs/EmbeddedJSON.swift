import JSONText

/// A JSON document of HNS inside a line of a log, as it stands there or escaped in a string of the log, once or
/// several times; a terminal can have wrapped it in the middle of tokens (reference: captures, 1).
struct EmbeddedJSON {
  /// The document.
  let value: JSON
  /// The index of the line in which it ends.
  let line: Int
  /// The offset in that line of what follows it.
  let offset: Int

  /// A line that begins a document which is cut off or damaged.
  struct Problem: Error {
    /// Whether the text ends in the middle of the document.
    let isCut: Bool
  }

  /// The first members of replies and of the documents in them; the order of members depends on the build
  /// (reference: hns, 4.4 and 10.3).
  private static let names = [
    "Success", "Output", "ActivityId", "ID", "Id", "Error", "ErrorCode", "CurrentEndpointCount",
  ].map { Array($0.utf8) }

  /// Where a document begins, and how many backslashes are before each of its quotes.
  struct Start: Hashable {
    let offset: Int
    let backslashes: Int
  }

  /// The first document of HNS that begins in a line from an offset on; nil if there is none.
  ///
  /// Bodies of requests are none: they say what someone wanted, and not what is.
  static func start(in line: ArraySlice<UInt8>, from offset: Int = 0) -> Start? {
    var position = line.startIndex + offset
    while let brace = line[position...].firstIndex(of: UInt8(ascii: "{")) {
      position = brace + 1
      var quote = position
      while quote < line.endIndex, line[quote] == UInt8(ascii: "\\") { quote += 1 }
      guard quote < line.endIndex, line[quote] == UInt8(ascii: "\"") else { continue }
      let name = line[(quote + 1)...]
      guard
        names.contains(where: { known in
          name.starts(with: known)
            && [UInt8(ascii: "\""), UInt8(ascii: "\\")].contains(name.dropFirst(known.count).first)
        })
      else { continue }
      var start = brace
      if start > line.startIndex, line[start - 1] == UInt8(ascii: "[") { start -= 1 }
      let before = line[..<start].suffix(40)
      if String(decoding: before, as: UTF8.self).lowercased().contains("request") { continue }
      return Start(offset: start - line.startIndex, backslashes: quote - position)
    }
    return nil
  }

  /// Reads a document.
  ///
  /// - Parameters:
  ///   - lines: The lines.
  ///   - first: The line in which it begins.
  ///   - start: Where it begins there.
  init(_ lines: CapturedLines, _ first: Int, _ start: Start) throws(Problem) {
    var count = 1
    while true {
      let last = min(first + count, lines.count)
      let text = Self.text(lines, first..<last, start)
      var reader = JSONReader(text)
      do throws(JSONError) {
        value = try reader.value()
        (line, offset) = Self.end(lines, first..<last, start, reader.position)
        return
      } catch {
        // Wrapped text goes on in the next lines.
        guard reader.isAtEnd else { throw Problem(isCut: false) }
        guard last < lines.count, count < Self.lineLimit else { throw Problem(isCut: true) }
        count *= 2
      }
    }
  }

  /// The most lines of one document.
  private static let lineLimit = 1 << 16

  /// The text of a document that begins in the first of some lines, without escapes and wrapping.
  private static func text(_ lines: CapturedLines, _ range: Range<Int>, _ start: Start) -> [UInt8] {
    var bytes = Array(lines[range.lowerBound].dropFirst(start.offset))
    for index in range.dropFirst() { bytes += lines[index] }
    var backslashes = start.backslashes
    while backslashes > 0 {
      bytes = unescaped(bytes)
      backslashes = (backslashes - 1) / 2
    }
    return bytes
  }

  /// The line and the offset in it after some bytes of the text.
  private static func end(
    _ lines: CapturedLines, _ range: Range<Int>, _ start: Start, _ length: Int
  ) -> (line: Int, offset: Int) {
    var (low, high) = (1, range.count)
    while low < high {
      let middle = (low + high) / 2
      if text(lines, range.lowerBound..<(range.lowerBound + middle), start).count >= length {
        high = middle
      } else {
        low = middle + 1
      }
    }
    let last = range.lowerBound + low - 1
    guard start.backslashes == 0 else { return (last, lines[last].count) }
    let before = low == 1 ? 0 : text(lines, range.lowerBound..<last, start).count
    return (last, length - before + (low == 1 ? start.offset : 0))
  }

  /// A text without one level of the escapes of JSON and Go strings; it ends at a quote without a backslash.
  private static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") { break }
      guard byte == UInt8(ascii: "\\"), index + 1 < bytes.count else {
        result.append(byte)
        index += 1
        continue
      }
      index += 2
      switch bytes[index - 1] {
      case UInt8(ascii: "n"): result.append(0x0a)
      case UInt8(ascii: "r"): result.append(0x0d)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "x"): result += scalar(bytes, &index, digits: 2)
      case UInt8(ascii: "u"): result += scalar(bytes, &index, digits: 4)
      case let other: result.append(other)
      }
    }
    return result
  }

  /// The character of an escape with hexadecimal digits.
  private static func scalar(_ bytes: [UInt8], _ index: inout Int, digits: Int) -> [UInt8] {
    let end = min(index + digits, bytes.count)
    defer { index = end }
    let text = String(decoding: bytes[index..<end], as: UTF8.self)
    guard let number = UInt32(text, radix: 16) else { return [] }
    guard digits == 4 else { return [UInt8(truncatingIfNeeded: number)] }
    return Array(String(Character(Unicode.Scalar(number) ?? "\u{fffd}")).utf8)
  }
}
