/// A file or stream of a capture: its name, and its text as UTF-8.
///
/// The bytes decide the encoding: UTF-16 with a byte order mark, which `>` of Windows PowerShell writes, or UTF-8
/// with or without one.
package struct CapturedText: Sendable {
  /// The file as the user named it.
  package let file: String
  /// The text in UTF-8, without a byte order mark.
  package let bytes: [UInt8]

  /// Decodes a file; what is not valid UTF-16 becomes a replacement character.
  ///
  /// - Parameters:
  ///   - raw: The bytes of the file.
  ///   - file: The file as the user named it.
  package init(_ raw: [UInt8], file: String) {
    self.file = file
    switch raw.prefix(3) {
    case [0xef, 0xbb, 0xbf]: bytes = Array(raw.dropFirst(3))
    case let mark where mark.starts(with: [0xff, 0xfe]): bytes = Self.utf8(raw, isLittleEndian: true)
    case let mark where mark.starts(with: [0xfe, 0xff]): bytes = Self.utf8(raw, isLittleEndian: false)
    default: bytes = raw
    }
  }

  /// Decodes UTF-16 without a copy of the text as units: files of hundreds of megabytes are ordinary.
  private static func utf8(_ raw: [UInt8], isLittleEndian: Bool) -> [UInt8] {
    var result: [UInt8] = []
    // Nearly all of a capture is ASCII.
    result.reserveCapacity(raw.count / 2 + raw.count / 16)
    raw.withUnsafeBufferPointer { raw in
      func unit(_ index: Int) -> UInt32? {
        guard index + 1 < raw.count else { return nil }
        let (first, second) = (UInt32(raw[index]), UInt32(raw[index + 1]))
        return isLittleEndian ? second << 8 | first : first << 8 | second
      }
      var index = 2
      while var scalar = unit(index) {
        index += 2
        if (0xd800..<0xdc00).contains(scalar), let low = unit(index), (0xdc00..<0xe000).contains(low) {
          scalar = 0x10000 + (scalar - 0xd800) << 10 + (low - 0xdc00)
          index += 2
        }
        append(scalar, to: &result)
      }
    }
    return result
  }

  /// Appends a scalar in UTF-8; half of a pair becomes a replacement character.
  private static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    guard scalar >= 0x80 else { return bytes.append(UInt8(scalar)) }
    bytes += UTF8.encode(Unicode.Scalar(scalar) ?? "\u{fffd}") ?? UTF8.encodedReplacementCharacter
  }
}

/// A place in a capture.
package struct CapturePlace: Hashable, Sendable, CustomStringConvertible {
  /// The file as the user named it.
  package var file: String
  /// The line, counted from 1.
  package var line: Int
  /// The column, counted from 1.
  package var column: Int

  /// Makes a place.
  package init(file: String, line: Int, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `FILE:LINE`.
  package var description: String { "\(file):\(line)" }
}

/// Lines of text in a capture, without the ends of lines.
package struct CapturedLines: Sendable {
  /// The file as the user named it.
  package let file: String
  private let bytes: [UInt8]
  /// Where each line begins, and where the last one ends; a file has at most 1 GiB.
  private let starts: [UInt32]
  private let firstLine: Int
  /// Where the document stands that has the text in a string.
  private let document: CapturePlace?

  /// Splits a part of a text into lines.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - part: The offsets of its first and after its last byte.
  ///   - line: The number of the first line.
  ///   - document: Where the document stands that has the text in a string; nil for lines of a file.
  init(_ text: CapturedText, _ part: Range<Int>, line: Int, in document: CapturePlace? = nil) {
    self.document = document
    file = text.file
    bytes = text.bytes
    firstLine = line
    var starts = [UInt32(part.lowerBound)]
    bytes.withUnsafeBufferPointer { bytes in
      for index in part where bytes[index] == 0x0a { starts.append(UInt32(index + 1)) }
    }
    if let last = starts.last, last < part.upperBound { starts.append(UInt32(part.upperBound)) }
    self.starts = starts
  }

  /// The number of lines.
  package var count: Int { starts.count - 1 }

  /// The bytes of a line.
  package subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }

  /// The offsets of a line, without its end.
  private func range(_ index: Int) -> Range<Int> {
    let start = Int(starts[index])
    var end = Int(starts[index + 1])
    if end > start, bytes[end - 1] == 0x0a {
      end -= 1
      if end > start, bytes[end - 1] == 0x0d { end -= 1 }
    }
    return start..<end
  }

  /// The text of a line.
  package func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }

  /// Where a line is.
  package func place(_ index: Int) -> CapturePlace {
    document ?? CapturePlace(file: file, line: firstLine + index)
  }

  /// The text of several lines.
  package func text(_ part: Range<Int>) -> String {
    guard let first = part.first else { return "" }
    return String(
      decoding: bytes[range(first).lowerBound..<range(part.upperBound - 1).upperBound], as: UTF8.self)
  }

  /// Whether a line has nothing but blanks.
  package func isBlank(_ index: Int) -> Bool { self[index].allSatisfy { $0 == 0x20 || $0 == 0x09 } }
}

extension CapturedLines {
  /// Whether lines have bytes that no text has.
  func isBinary(_ part: Range<Int>) -> Bool { part.contains { self[$0].contains(0) } }

  /// Whether lines contain a table of PowerShell: below the names of its columns there are rows of dashes.
  func hasTable(_ part: Range<Int>) -> Bool {
    part.contains { index in
      let line = self[index]
      return line.contains(0x20) && line.contains(UInt8(ascii: "-"))
        && line.split(separator: 0x20).allSatisfy { $0.allSatisfy { $0 == UInt8(ascii: "-") } }
    }
  }

  /// The lines as texts, each of which is decoded when it is used.
  package var texts: Texts { Texts(lines: self) }

  /// Lines as texts.
  package struct Texts: NumberedLines, Sendable {
    fileprivate let lines: CapturedLines

    package var startIndex: Int { 0 }
    package var endIndex: Int { lines.count }
    package subscript(index: Int) -> String { lines.text(index) }
  }
}
