/// An error code of the Host Networking Service: an HRESULT.
///
/// Codes of facility 0x3b are the service's own, those of facility 7 are Win32's
/// (reference: hns, 3.1 and 3.2).
public struct HCNErrorCode: RawRepresentable, Hashable, Sendable {
  /// The HRESULT.
  public let rawValue: UInt32

  /// Creates a code from an HRESULT.
  ///
  /// - Parameter rawValue: The HRESULT.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// The symbol of the code in headers, such as `HCN_E_NETWORK_NOT_FOUND`.
  public var name: String { Self.known[self]?.name ?? "HRESULT" }

  /// The system's text, without the period and space that end it in a record.
  public var text: String { Self.known[self]?.text ?? "Unspecified error" }

  private static let known: [HCNErrorCode: (name: String, text: String)] = Dictionary(
    uniqueKeysWithValues: catalogue.map { ($0.code, ($0.name, $0.text)) })
}

extension HCNErrorCode: CustomStringConvertible {
  /// The code as eight hexadecimal digits: `0x803b0001`.
  public var description: String {
    let digits = String(rawValue, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
