import HNSEmulator

/// 128 bits that stand for the bytes of a state file.
///
/// They bind a journal to its state. They tell a file that was changed from one that was not, and hold against
/// accidents, not against an attacker: whoever can write one of the two files can write the other.
package struct StateDigest: Hashable, Sendable {
  private let bits: UInt128

  /// The digest of the bytes of a file.
  ///
  /// - Parameter bytes: The bytes.
  package init(of bytes: [UInt8]) {
    var digest = SeededDigest(0, "state")
    digest.combine(bytes[...])
    bits = digest.bits
  }

  /// Reads what ``description`` gave.
  init?(_ text: String) {
    guard text.utf8.count == 32, text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }),
      let bits = UInt128(text, radix: 16)
    else { return nil }
    self.bits = bits
  }
}

extension StateDigest: CustomStringConvertible {
  /// 32 hexadecimal digits.
  package var description: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 32 - digits.utf8.count) + digits
  }
}

extension SeededDigest {
  /// Feeds bytes with their number.
  mutating func combine(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { buffer in
      let whole = buffer.count & ~7
      for offset in stride(from: 0, to: whole, by: 8) {
        combine(UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      }
      var rest: UInt64 = 0
      for byte in buffer[whole...] { rest = rest << 8 | UInt64(byte) }
      combine(rest)
      combine(UInt64(buffer.count))
    }
  }
}
