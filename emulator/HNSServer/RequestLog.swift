import HNSEmulator
import JSONText

/// A log with one line per request.
package struct RequestLog: Sendable {
  /// Receives each line with its line feed; called from several threads.
  private let write: @Sendable ([UInt8]) -> Void
  private let isJSON: Bool

  /// Creates a log.
  ///
  /// - Parameters:
  ///   - isJSON: Whether lines are JSON documents rather than text.
  ///   - write: Receives each line with its line feed; called from several threads.
  package init(isJSON: Bool, write: @escaping @Sendable ([UInt8]) -> Void) {
    self.isJSON = isJSON
    self.write = write
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
        entry.method, entry.path.headerText, entry.function ?? "-", "\(entry.status)", hresult ?? "-",
        "\(milliseconds)ms",
      ]
      return write(Array((words.joined(separator: " ") + "\n").utf8))
    }
    let document: JSON = [
      "method": .string(entry.method), "path": .string(entry.path),
      "function": entry.function.map { .string($0) } ?? .null, "status": .integer(Int64(entry.status)),
      "hresult": hresult.map { .string($0) } ?? .null, "milliseconds": .number(milliseconds),
    ]
    write(document.bytes() + [0x0a])
  }
}
