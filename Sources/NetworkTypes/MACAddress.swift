/// A 48-bit Ethernet address.
public struct MACAddress: Hashable, Sendable, Comparable {
  /// The address as a number in the low 48 bits.
  public let value: UInt64

  /// Makes an address from its number.
  ///
  /// - Parameter value: The number; bits beyond 48 are dropped.
  public init(_ value: UInt64) { self.value = value & 0xffff_ffff_ffff }

  /// Reads six pairs of hexadecimal digits joined by `-` or by `:`, in either case.
  ///
  /// HNS accepts both forms and prints the first in upper case (reference: hns, 1.5).
  ///
  /// - Parameter text: The text.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 17, bytes[2] == UInt8(ascii: "-") || bytes[2] == UInt8(ascii: ":") else {
      return nil
    }
    var value: UInt64 = 0
    for index in 0..<17 {
      if index % 3 == 2 {
        guard bytes[index] == bytes[2] else { return nil }
      } else {
        guard let digit = hexDigit(bytes[index]) else { return nil }
        value = value << 4 | UInt64(digit)
      }
    }
    self.value = value
  }

  /// Whether this is a group address (the lowest bit of the first byte).
  public var isMulticast: Bool { value >> 40 & 1 == 1 }

  /// By number.
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

extension MACAddress: CustomStringConvertible {
  /// The form HNS prints: `00-15-5D-52-C0-0A`.
  public var description: String {
    (0..<6).map { hexadecimal(value >> UInt64(40 - 8 * $0) & 0xff, digits: 2) }.joined(separator: "-")
  }
}

/// Upper-case hexadecimal of a fixed number of digits.
func hexadecimal(_ value: UInt64, digits: Int) -> String {
  let text = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
