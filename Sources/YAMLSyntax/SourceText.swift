import Diagnostics

/// A text known to be UTF-8 without control characters, with conversions from bytes to locations.
///
/// A location is not stored with every value but computed: a table holds line and column of every
/// 256th byte, so that any byte is found quickly even in a text of one line.
@usableFromInline
struct SourceText: Sendable {
  private struct Checkpoint: Sendable {
    var line: UInt32
    var column: UInt32
  }

  private static let stride = 256

  @usableFromInline let bytes: [UInt8]
  /// Where the text starts, after a byte order mark.
  let start: Int
  /// Whether every byte is ASCII, so that characters and bytes have the same count.
  let isASCII: Bool
  private let checkpoints: [Checkpoint]

  /// The location of a byte, counted from the start of the file, with the bytes to underline.
  func location(at offset: Int, byteLength: Int = 0) -> SourceRange {
    let offset = min(offset, bytes.count)
    let checkpoint = min(max(0, offset - start) / Self.stride, checkpoints.count - 1)
    var line = checkpoints[checkpoint].line
    var column = checkpoints[checkpoint].column
    return bytes.withUnsafeBufferPointer { bytes in
      let first = start + checkpoint * Self.stride
      if let newlines = Self.newlines(ofPrintable: bytes, first, offset) {
        line += newlines
        column += UInt32(offset - first)
        if newlines > 0 {
          var last = offset - 1
          while bytes[last] != 0x0a { last -= 1 }
          column = UInt32(offset - last)
        }
      } else {
        for index in first..<max(first, offset) { Self.step(bytes, index, &line, &column) }
      }
      var length = UInt32(max(0, min(byteLength, bytes.count - offset)))
      if !isASCII {
        for index in offset..<offset + Int(length) where bytes[index] & 0xc0 == 0x80 { length -= 1 }
      }
      return SourceRange(line: line, column: column, length: length)
    }
  }

  /// The byte of the character with the given number, counted after a byte order mark.
  func offset(ofCharacter number: Int) -> Int {
    guard !isASCII else { return min(start + number, bytes.count) }
    var remaining = number
    var index = start
    while index < bytes.count {
      if bytes[index] & 0xc0 != 0x80 {
        if remaining == 0 { return index }
        remaining -= 1
      }
      index += 1
    }
    return bytes.count
  }

  private static func step(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ line: inout UInt32, _ column: inout UInt32
  ) {
    let byte = bytes[index]
    if byte == 0x0a || byte == 0x0d && (index + 1 >= bytes.count || bytes[index + 1] != 0x0a) {
      line += 1
      column = 1
    } else if byte & 0xc0 != 0x80 {
      column += 1
    }
  }

  /// Checks a text; nil when it is refused.
  init?(checking bytes: [UInt8], _ collector: inout DiagnosticCollector) {
    guard bytes.count <= YAMLDocument.sizeLimit else {
      collector.report(
        .yamlTooLarge,
        "the file has \(bytes.count) bytes; the limit is \(YAMLDocument.sizeLimit)", at: nil)
      return nil
    }
    if let format = PackedFormat(bytes) {
      collector.report(.yamlEncoding, format.message, at: nil, help: PackedFormat.help)
      return nil
    }
    if let encoding = Self.foreignEncoding(bytes) {
      collector.report(
        .yamlEncoding, "the file is \(encoding), not UTF-8", at: SourceRange(line: 1, column: 1),
        help: "save the file as UTF-8")
      return nil
    }
    let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    var checkpoints: [Checkpoint] = []
    checkpoints.reserveCapacity(bytes.count / Self.stride + 1)
    var line: UInt32 = 1
    var column: UInt32 = 1
    var isASCII = true
    var problem: (offset: Int, unit: InvalidText)?
    bytes.withUnsafeBufferPointer { bytes in
      var index = start
      repeat {
        checkpoints.append(Checkpoint(line: line, column: column))
        let end = min(start + checkpoints.count * Self.stride, bytes.count)
        if let newlines = Self.newlines(ofPrintable: bytes, index, end) {
          column += UInt32(end - index)
          if newlines > 0 {
            line += newlines
            var last = end - 1
            while bytes[last] != 0x0a { last -= 1 }
            column = UInt32(end - last)
          }
          index = end
        }
        // The last character can extend into the next block; its remaining bytes are not counted.
        while index < end, problem == nil {
          let length = Self.characterLength(bytes, index, &problem)
          isASCII = isASCII && length == 1
          Self.step(bytes, index, &line, &column)
          index += length
        }
      } while index < bytes.count && problem == nil
    }
    self.bytes = bytes
    self.start = start
    self.isASCII = isASCII
    self.checkpoints = checkpoints
    if let problem {
      report(problem.unit, at: problem.offset, &collector)
      return nil
    }
  }

  /// How many line feeds a run of bytes has; nil unless all of it is printable ASCII or a line feed.
  private static func newlines(
    ofPrintable bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int
  ) -> UInt32? {
    guard start < end else { return nil }
    var newlines: UInt32 = 0
    var others: UInt8 = 0
    for index in start..<end {
      let byte = bytes[index]
      let isNewline: UInt8 = byte == 0x0a ? 1 : 0
      newlines &+= UInt32(isNewline)
      others |= (byte &- 0x20 > 0x5e ? 1 : 0) & ~isNewline
    }
    return others == 0 ? newlines : nil
  }

  /// The length of the character at a byte, and what is wrong with it, if anything.
  private static func characterLength(
    _ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ problem: inout (offset: Int, unit: InvalidText)?
  ) -> Int {
    let first = bytes[index]
    if first < 0x80 {
      if first < 0x20 && first != 0x09 && first != 0x0a && first != 0x0d || first == 0x7f {
        problem = (index, .controlCharacter(UInt32(first)))
      }
      return 1
    }
    let length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
    var value = UInt32(first) & (length == 2 ? 0x1f : length == 3 ? 0x0f : 0x07)
    var isWellFormed = first >= 0xc2 && first <= 0xf4 && index + length <= bytes.count
    if isWellFormed {
      for offset in 1..<length {
        let byte = bytes[index + offset]
        isWellFormed = isWellFormed && byte & 0xc0 == 0x80
        value = value << 6 | UInt32(byte & 0x3f)
      }
    }
    let lowest: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000
    guard isWellFormed, value >= lowest, Unicode.Scalar(value) != nil else {
      problem = (index, .malformed(first))
      return 1
    }
    switch value {
    case 0x80...0x84, 0x86...0x9f, 0xfeff, 0xfffe, 0xffff: problem = (index, .controlCharacter(value))
    default: break
    }
    return length
  }

  /// The name of an encoding other than UTF-8, detected by a byte order mark or by zero bytes.
  private static func foreignEncoding(_ bytes: [UInt8]) -> String? {
    let head = Array(bytes.prefix(4))
    if head.starts(with: [0xff, 0xfe, 0, 0]) || head == [0, 0, 0xfe, 0xff] { return "UTF-32" }
    if head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff]) { return "UTF-16" }
    guard head.count >= 2, (head[0] == 0) != (head[1] == 0) else { return nil }
    return head.count == 4 && (head.prefix(3) == [0, 0, 0] || head.suffix(3) == [0, 0, 0])
      ? "UTF-32" : "UTF-16"
  }

  private func report(_ problem: InvalidText, at offset: Int, _ collector: inout DiagnosticCollector) {
    switch problem {
    case .malformed(let byte):
      collector.report(
        .yamlEncoding, "the byte 0x\(hexadecimal(UInt32(byte), digits: 2)) is not valid UTF-8 here",
        at: location(at: offset), help: "save the file as UTF-8")
    case .controlCharacter(let value):
      collector.report(
        .yamlControlCharacter, "the control character U+\(hexadecimal(value, digits: 4)) is not allowed",
        at: location(at: offset), help: "remove the character, or write it as an escape in double quotes")
    }
  }
}

/// Why a byte is not part of an acceptable text.
private enum InvalidText {
  case malformed(UInt8)
  case controlCharacter(UInt32)
}
