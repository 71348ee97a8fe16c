import HNSEmulator

/// A 128-bit digest of the text of a state.
///
/// It ties a journal, and a saved plan, to its state, and detects a changed state. It protects against
/// accidents, not against an attacker: whoever can write one of the files can write the other.
public struct StateDigest: Hashable, Sendable {
  private let bits: UInt128

  fileprivate init(bits: UInt128) { self.bits = bits }

  /// Computes the digest of bytes.
  ///
  /// - Parameter bytes: The bytes.
  package init(of bytes: [UInt8]) {
    var hasher = StateHasher()
    hasher.combine(bytes)
    self = hasher.digest
  }

  /// Parses ``description``.
  init?(_ text: String) {
    guard text.utf8.count == 32, text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }),
      let bits = UInt128(text, radix: 16)
    else { return nil }
    self.bits = bits
  }
}

extension StateDigest: CustomStringConvertible {
  /// 32 hexadecimal digits.
  public var description: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 32 - digits.utf8.count) + digits
  }
}

/// Computes the digest of a text in parts; how it is split makes no difference.
struct StateHasher {
  private var words = SeededDigest(0, "state")
  /// Up to seven bytes that do not yet form a word.
  private var rest: [UInt8] = []
  /// The number of bytes so far.
  private(set) var count = 0

  /// Adds bytes.
  mutating func combine(_ bytes: [UInt8]) {
    count += bytes.count
    var part = bytes[...]
    if !rest.isEmpty {
      let missing = part.prefix(8 - rest.count)
      rest += missing
      part = part.dropFirst(missing.count)
      guard rest.count == 8 else { return }
      words.combine(words: rest[...])
      rest.removeAll()
    }
    let whole = part.prefix(part.count & ~7)
    words.combine(words: whole)
    rest += part.dropFirst(whole.count)
  }

  /// The digest of the bytes so far.
  var digest: StateDigest {
    var words = words
    words.combine(end: rest[...], of: count)
    return StateDigest(bits: words.bits)
  }
}
