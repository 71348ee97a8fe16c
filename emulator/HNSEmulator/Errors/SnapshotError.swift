package import JSONText

/// Why a document is not a valid snapshot.
public struct SnapshotError: Error, Hashable, Sendable {
  /// The path in the document, such as `endpoints[3].document.MacAddress`; empty for the document itself.
  public let path: String
  /// What is wrong there.
  public let reason: String
  /// The format version of the document if it is newer than this program's; nil otherwise.
  public let newerFormat: Int64?
  /// The syntax error if the document is not JSON; nil otherwise.
  package let syntax: JSONError?

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - path: The path in the document.
  ///   - reason: What is wrong there.
  ///   - newerFormat: The format version, if it is newer than this program's.
  public init(path: String, reason: String, newerFormat: Int64? = nil) {
    self.path = path
    self.reason = reason
    self.newerFormat = newerFormat
    syntax = nil
  }

  /// Creates the error for a text that is not JSON.
  ///
  /// - Parameter syntax: The syntax error.
  package init(_ syntax: JSONError) {
    path = ""
    reason = syntax.description
    newerFormat = nil
    self.syntax = syntax
  }
}

extension SnapshotError: CustomStringConvertible {
  /// The path and the reason.
  public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}
