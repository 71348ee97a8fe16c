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
  /// A file can have a table before the JSON, several documents one after the other, and headings. A value begins on
  /// a line of its own. What looks like JSON at the beginning of a text and cannot be parsed is an error; further on
  /// it is text.
  ///
  /// The file of `hnsctl capture-script` and a list are not in memory as a whole: their elements are parts of their own.
  ///
  /// - Parameter visit: Receives the parts; lines without anything but blanks are left out.
  /// - Throws: A diagnostic of a text that is cut off or damaged.
  package func forEachPart(
    _ visit: (CapturedPart) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    var reader = JSONReader(bytes)
    var isFirst = true
    /// Where the lines begin that have not been added.
    var (start, startLine) = (0, 1)
    var (position, line) = (0, 1)
    func addLines(to end: Int) throws(Diagnostic) {
      let lines = CapturedLines(self, start..<end, line: startLine)
      guard (0..<lines.count).contains(where: { !lines.isBlank($0) }) else { return }
      isFirst = false
      try visit(.lines(lines))
    }
    while position < bytes.count {
      if let first = jsonStart(onLineFrom: position) {
        reader.seek(to: first)
        let isAtStart = isFirst && bytes[..<position].allSatisfy { Self.isBlank($0) }
        // A terminal can have wrapped the reply of a log in the middle of tokens: then the text is read as lines.
        let canBeWrapped = isAtStart && EmbeddedJSON.start(in: bytes[first...].prefix(64))?.offset == 0
        // What begins a text is JSON or damaged; further on it can turn out to be text.
        let problem = isAtStart && !canBeWrapped ? nil : Self.problem(of: reader)
        if canBeWrapped, let problem, !problem.isCut {
          return try visit(.lines(CapturedLines(self, 0..<bytes.count, line: 1)))
        }
        if let problem, isAtStart || problem.isCut { throw failure(problem.error, isCut: problem.isCut) }
        if problem == nil {
          try addLines(to: position)
          isFirst = false
          try visitValues(&reader, visit)
          line += bytes[position..<reader.position].count { $0 == 0x0a }
          position = reader.position
          (start, startLine) = (position, line)
          continue
        }
      }
      position = bytes[position...].firstIndex(of: 0x0a).map { $0 + 1 } ?? bytes.count
      line += 1
    }
    try addLines(to: bytes.count)
  }

  /// What is wrong with the value that comes next, and whether the text ends in it; nil if it can be read.
  ///
  /// The value is checked, and not kept.
  private static func problem(of reader: JSONReader) -> (error: JSONError, isCut: Bool)? {
    var reader = reader
    do throws(JSONError) { try reader.skip() } catch { return (error, reader.isAtEnd) }
    return nil
  }

  /// Visits the value that comes next, or its parts.
  private func visitValues(
    _ reader: inout JSONReader, _ visit: (CapturedPart) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    var refusal: Diagnostic?
    do throws(JSONError) {
      try values(&reader) { part in
        guard refusal == nil else { return }
        do throws(Diagnostic) { try visit(part) } catch { refusal = error }
      }
    } catch {
      throw refusal ?? failure(error, isCut: reader.isAtEnd)
    }
    if let refusal { throw refusal }
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

  /// Calls a body with the value that comes next, or with the elements of a list or of a capture's lists.
  private func values(
    _ reader: inout JSONReader, _ body: (CapturedPart) -> Void
  ) throws(JSONError) {
    let depth = reader.depth
    do throws(JSONError) {
      guard reader.peek() == UInt8(ascii: "{") else { return try elements(&reader, body) }
      guard try isHostCapture(&reader) else { return try value(&reader, body) }
      try sections(&reader, body)
    } catch {
      reader.abandon(to: depth)
      throw error
    }
  }

  private func value(_ reader: inout JSONReader, _ body: (CapturedPart) -> Void) throws(JSONError) {
    let (line, column) = reader.nextPlace
    body(.value(try reader.value(), CapturePlace(file: file, line: line, column: column)))
  }

  private func elements(_ reader: inout JSONReader, _ body: (CapturedPart) -> Void) throws(JSONError) {
    try reader.enter()
    while try reader.nextElement() { try value(&reader, body) }
  }

  /// Whether the object that comes next is the file of `hnsctl capture-script`, whose first member says so.
  private func isHostCapture(_ reader: inout JSONReader) throws(JSONError) -> Bool {
    let (position, depth) = (reader.position, reader.depth)
    try reader.enter()
    let isOne = try reader.nextMember() == "kind" && reader.peek() == UInt8(ascii: "\"")
    let kind = isOne ? try reader.value().string : nil
    reader.abandon(to: depth)
    reader.seek(to: position)
    return kind == HostImport.captureKind
  }

  /// The sections of a capture that are objects of lists.
  private static let sections: Set<String> = ["v1", "v2", "firewall", "filters"]

  private func sections(_ reader: inout JSONReader, _ body: (CapturedPart) -> Void) throws(JSONError) {
    try reader.enter()
    while let name = try reader.nextMember() {
      switch reader.peek() {
      case UInt8(ascii: "["):
        let (line, column) = reader.nextPlace
        var isEmpty = true
        try elements(&reader) { part in
          isEmpty = false
          body(part)
        }
        // An empty list of rules says that there are none.
        if isEmpty, name == "rules" {
          body(.value(["rules": [], "filters": [:]], CapturePlace(file: file, line: line, column: column)))
        }
      case UInt8(ascii: "{") where Self.sections.contains(name): try sections(&reader, body)
      case UInt8(ascii: "{"): try value(&reader, body)
      default: try reader.skip()
      }
    }
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
