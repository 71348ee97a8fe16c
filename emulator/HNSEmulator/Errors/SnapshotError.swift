/// Why a document is not the snapshot of a host.
public struct SnapshotError: Error, Hashable, Sendable {
  /// The place in the document, such as `endpoints[3].document.MacAddress`; empty for the whole.
  public let path: String
  /// What is wrong there, in words.
  public let reason: String
  /// The format version of the document when that is newer than this program's; nil otherwise.
  public let newerFormat: Int64?

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - path: The place in the document.
  ///   - reason: What is wrong there, in words.
  ///   - newerFormat: The format version, when that is newer than this program's.
  public init(path: String, reason: String, newerFormat: Int64? = nil) {
    self.path = path
    self.reason = reason
    self.newerFormat = newerFormat
  }
}

extension SnapshotError: CustomStringConvertible {
  /// The place and the reason.
  public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}
