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

  private static func utf8(_ raw: [UInt8], isLittleEndian: Bool) -> [UInt8] {
    var units: [UInt16] = []
    units.reserveCapacity(raw.count / 2)
    for index in stride(from: 2, to: raw.count - 1, by: 2) {
      let (first, second) = (UInt16(raw[index]), UInt16(raw[index + 1]))
      units.append(isLittleEndian ? second << 8 | first : first << 8 | second)
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
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
  private let ranges: [Range<Int>]
  private let firstLine: Int

  /// Splits a part of a text into lines.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - part: The offsets of its first and after its last byte.
  ///   - line: The number of the first line.
  init(_ text: CapturedText, _ part: Range<Int>, line: Int) {
    file = text.file
    bytes = text.bytes
    firstLine = line
    var ranges: [Range<Int>] = []
    var start = part.lowerBound
    bytes.withUnsafeBufferPointer { bytes in
      for index in part where bytes[index] == 0x0a {
        let end = index > start && bytes[index - 1] == 0x0d ? index - 1 : index
        ranges.append(start..<end)
        start = index + 1
      }
    }
    if start < part.upperBound { ranges.append(start..<part.upperBound) }
    self.ranges = ranges
  }

  /// The number of lines.
  package var count: Int { ranges.count }

  /// The bytes of a line.
  package subscript(index: Int) -> ArraySlice<UInt8> { bytes[ranges[index]] }

  /// The text of a line.
  package func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }

  /// Where a line is.
  package func place(_ index: Int) -> CapturePlace { CapturePlace(file: file, line: firstLine + index) }

  /// The text of several lines.
  package func text(_ part: Range<Int>) -> String {
    guard let first = part.first else { return "" }
    return String(
      decoding: bytes[ranges[first].lowerBound..<ranges[part.upperBound - 1].upperBound], as: UTF8.self)
  }

  /// Whether a line has nothing but blanks.
  package func isBlank(_ index: Int) -> Bool { self[index].allSatisfy { $0 == 0x20 || $0 == 0x09 } }
}

extension CapturedLines {
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
