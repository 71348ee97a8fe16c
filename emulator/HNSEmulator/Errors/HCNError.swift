public import JSONText

/// Why the Host Networking Service refused a call.
///
/// ``code``, ``name``, ``text`` and ``record`` are what a client of the real service sees; ``detail`` is the
/// emulator's own explanation and is not part of the record.
public struct HCNError: Error, Hashable, Sendable {
  /// The code.
  public let code: HCNErrorCode
  /// What exactly was refused and why; not part of the record.
  public let detail: String?

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - code: The code.
  ///   - detail: What exactly was refused and why.
  public init(_ code: HCNErrorCode, detail: String? = nil) {
    self.code = code
    self.detail = detail
  }

  /// The symbol of the code.
  public var name: String { code.name }

  /// The system's text for the code.
  public var text: String { code.text }

  /// The error record a call returns with the code: the text ends with a period and a space, the code is an
  /// unsigned decimal number (reference: hns, 3.1).
  public var record: JSON {
    ["Success": false, "Error": .string(text + ". "), "ErrorCode": .integer(Int64(code.rawValue))]
  }
}

extension HCNError: CustomStringConvertible {
  /// The text, the code and the detail.
  public var description: String {
    "\(text) (\(code) \(name))" + (detail.map { ": \($0)" } ?? "")
  }
}
