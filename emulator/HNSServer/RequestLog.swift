import HNSEmulator
import JSONText

/// A log with one line per request.
package struct RequestLog: Sendable {
  private let writer: LogWriter
  private let isJSON: Bool

  /// Creates a log.
  ///
  /// - Parameters:
  ///   - writer: Writes the lines.
  ///   - isJSON: Whether lines are JSON documents rather than text.
  package init(_ writer: LogWriter, isJSON: Bool) {
    self.writer = writer
    self.isJSON = isJSON
  }

  /// The number of lines dropped because the log could not be written fast enough.
  var dropped: Int { writer.dropped }

  /// Ends the log when its lines are written, or after a second.
  func close() { writer.close(within: 1_000, notice: notice) }

  /// The line that reports dropped lines.
  private func notice(_ dropped: Int) -> [UInt8] {
    isJSON
      ? (["dropped": .integer(Int64(dropped))] as JSON).bytes() + [0x0a]
      : Array("- \(dropped) lines dropped\n".utf8)
  }

  /// The logged facts of a request.
  struct Entry {
    var method: String
    var path: String
    var function: String?
    var status: UInt
    var hresult: UInt32?
    /// From the end of the request to the end of the answer.
    var nanoseconds: Int64
  }

  /// Logs a request.
  func note(_ entry: Entry) {
    let microseconds = entry.nanoseconds / 1_000
    let fraction = String(1_000 + microseconds % 1_000).dropFirst()
    let milliseconds = "\(microseconds / 1_000).\(fraction)"
    let hresult = entry.hresult.map { HCNErrorCode.header($0) }
    guard isJSON else {
      let words = [
        entry.method.logWord, entry.path.logWord, entry.function ?? "-", "\(entry.status)", hresult ?? "-",
        "\(milliseconds)ms",
      ]
      return writer.add(Array((words.joined(separator: " ") + "\n").utf8), notice: notice)
    }
    let document: JSON = [
      "method": .string(entry.method), "path": .string(entry.path),
      "function": entry.function.map { .string($0) } ?? .null, "status": .integer(Int64(entry.status)),
      "hresult": hresult.map { .string($0) } ?? .null, "milliseconds": .number(milliseconds),
    ]
    writer.add(document.bytes() + [0x0a], notice: notice)
  }
}
