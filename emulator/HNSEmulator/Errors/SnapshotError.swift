package import JSONText

/// Why a document is not the snapshot of a host.
public struct SnapshotError: Error, Hashable, Sendable {
  /// The place in the document, such as `endpoints[3].document.MacAddress`; empty for the whole.
  public let path: String
  /// What is wrong there, in words.
  public let reason: String
  /// The format version of the document when that is newer than this program's; nil otherwise.
  public let newerFormat: Int64?
  /// What is wrong with the text of the document where it is not JSON; nil otherwise.
  package let syntax: JSONError?

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
    syntax = nil
  }

  /// Makes the error of a text that is not JSON.
  ///
  /// - Parameter syntax: What is wrong with it.
  package init(_ syntax: JSONError) {
    path = ""
    reason = syntax.description
    newerFormat = nil
    self.syntax = syntax
  }
}

extension SnapshotError: CustomStringConvertible {
  /// The place and the reason.
  public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}
