package import Diagnostics
package import JSONText

/// A part of a captured text.
package enum CapturedPart: Sendable {
  /// A JSON value; the elements of a list are parts of their own.
  case value(JSON, CapturePlace)
  /// Lines between values.
  case lines(CapturedLines)
}

extension CapturedText {
  /// The JSON values of the text and the lines between them, in order.
  ///
  /// A file can have a table before the JSON, several documents one after the other, and headings. A value begins on a line of its own. What looks like JSON at the beginning of a text and cannot
  /// be parsed is an error; further on it is text.
  ///
  /// - Returns: The parts; lines without anything but blanks are left out.
  /// - Throws: A diagnostic of a text that is cut off or damaged.
  package func parts() throws(Diagnostic) -> [CapturedPart] {
    var reader = JSONReader(bytes)
    var parts: [CapturedPart] = []
    /// Where the lines begin that have not been added.
    var (start, startLine) = (0, 1)
    var (position, line) = (0, 1)
    func addLines(to end: Int) {
      let lines = CapturedLines(self, start..<end, line: startLine)
      if (0..<lines.count).contains(where: { !lines.isBlank($0) }) { parts.append(.lines(lines)) }
    }
    while position < bytes.count {
      if let first = jsonStart(onLineFrom: position) {
        reader.seek(to: first)
        do throws(JSONError) {
          let values = try values(&reader)
          addLines(to: position)
          parts += values
          line += bytes[position..<reader.position].count { $0 == 0x0a }
          position = reader.position
          (start, startLine) = (position, line)
          continue
        } catch {
          let isFirst = parts.isEmpty && bytes[..<position].allSatisfy { Self.isBlank($0) }
          if isFirst || reader.isAtEnd { throw failure(error, isCut: reader.isAtEnd) }
        }
      }
      position = bytes[position...].firstIndex(of: 0x0a).map { $0 + 1 } ?? bytes.count
      line += 1
    }
    addLines(to: bytes.count)
    return parts
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  /// The offset of an array or object that begins a line; nil if the line begins with anything else.
  private func jsonStart(onLineFrom position: Int) -> Int? {
    guard let first = bytes[position...].firstIndex(where: { !Self.isBlank($0) || $0 == 0x0a }),
      bytes[first] == UInt8(ascii: "{") || bytes[first] == UInt8(ascii: "["),
      let second = bytes[(first + 1)...].firstIndex(where: { !Self.isBlank($0) })
    else { return nil }
    // `{Dns, Dhcp}` and `[2024-05-01]` are text.
    let next = bytes[second]
    let isObject = bytes[first] == UInt8(ascii: "{")
    return next == UInt8(ascii: "\"") || next == UInt8(ascii: isObject ? "}" : "]")
      || !isObject && (next == UInt8(ascii: "{") || next == UInt8(ascii: "[")) ? first : nil
  }

  /// The value that comes next, or the elements of a list.
  private func values(_ reader: inout JSONReader) throws(JSONError) -> [CapturedPart] {
    func place() -> CapturePlace {
      let (line, column) = reader.nextPlace
      return CapturePlace(file: file, line: line, column: column)
    }
    guard reader.peek() == UInt8(ascii: "[") else {
      let place = place()
      return [.value(try reader.value(), place)]
    }
    var parts: [CapturedPart] = []
    let depth = reader.depth
    do throws(JSONError) {
      try reader.enter()
      while try reader.nextElement() {
        let place = place()
        parts.append(.value(try reader.value(), place))
      }
    } catch {
      reader.abandon(to: depth)
      throw error
    }
    return parts
  }

  /// The diagnostic of a text that is not the JSON that it begins as.
  private func failure(_ error: JSONError, isCut: Bool) -> Diagnostic {
    Diagnostic(
      isCut ? .captureTruncated : .captureDamaged,
      isCut
        ? "the capture ends in the middle of a JSON document"
        : "the capture is not valid JSON: \(error.reason)",
      file: file,
      at: SourceRange(line: UInt32(clamping: error.line), column: UInt32(clamping: error.column)),
      help: isCut
        ? "copy the whole file from the host, or capture it again"
        : "copy the file from the host as it is, without a terminal in between")
  }
}
