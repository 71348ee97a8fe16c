/// A 128-bit identifier of the form 8-4-4-4-12.
///
/// Comparison is by value, so the case of a text never matters (reference: hns, 0 and 6.1).
public struct GUID: Hashable, Sendable, Comparable {
  /// The identifier as a number, the first text digit in the highest bits.
  public let value: UInt128

  /// Makes an identifier from its number.
  ///
  /// - Parameter value: The number.
  public init(_ value: UInt128) { self.value = value }

  /// The all-zero identifier, which HNS calls read as "none".
  public static let zero = GUID(0)

  /// Whether this is the all-zero identifier.
  public var isZero: Bool { value == 0 }

  /// Reads an identifier in either case, without braces; nil for any other text.
  ///
  /// - Parameter text: The text.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 36 else { return nil }
    var value: UInt128 = 0
    for (index, byte) in bytes.enumerated() {
      if index == 8 || index == 13 || index == 18 || index == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
      } else {
        guard let digit = hexDigit(byte) else { return nil }
        value = value << 4 | UInt128(digit)
      }
    }
    self.value = value
  }

  /// A name-based identifier of version 8, variant 1 (RFC 9562), from 128 bits of a digest.
  ///
  /// - Parameter digest: The bits; six of them are replaced by version and variant.
  public init(namedBy digest: UInt128) {
    let version = (digest & ~(UInt128(0xf) << 76)) | (UInt128(8) << 76)
    value = (version & ~(UInt128(3) << 62)) | (UInt128(2) << 62)
  }

  /// The text in upper case, as HNS writes network and namespace ids.
  public var uppercase: String {
    let high = UInt64(truncatingIfNeeded: value >> 64)
    let low = UInt64(truncatingIfNeeded: value)
    return [
      hexadecimal(high >> 32, digits: 8), hexadecimal(high >> 16 & 0xffff, digits: 4),
      hexadecimal(high & 0xffff, digits: 4), hexadecimal(low >> 48, digits: 4),
      hexadecimal(low & 0xffff_ffff_ffff, digits: 12),
    ].joined(separator: "-")
  }

  /// The text in lower case, as HNS writes endpoint ids.
  public var lowercase: String { uppercase.lowercased() }

  /// By number.
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

extension GUID: CustomStringConvertible {
  /// The text in upper case.
  public var description: String { uppercase }
}
