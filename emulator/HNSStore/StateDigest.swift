import HNSEmulator

/// 128 bits that stand for the text of a state.
///
/// They bind a journal, and a saved plan, to its state. They tell a state that was changed from one that was
/// not, and hold against accidents, not against an attacker: whoever can write one of the files can write the
/// other.
public struct StateDigest: Hashable, Sendable {
  private let bits: UInt128

  fileprivate init(bits: UInt128) { self.bits = bits }

  /// The digest of some bytes.
  ///
  /// - Parameter bytes: The bytes.
  package init(of bytes: [UInt8]) {
    var hasher = StateHasher()
    hasher.combine(bytes)
    self = hasher.digest
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
  public var description: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 32 - digits.utf8.count) + digits
  }
}

/// Makes the digest of a text that comes in parts; how it is cut makes no difference.
struct StateHasher {
  private var words = SeededDigest(0, "state")
  /// Fewer than eight bytes that no word was made of yet.
  private var rest: [UInt8] = []
  /// How many bytes there were.
  private(set) var count = 0

  /// Feeds the next bytes.
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

  /// The digest of what there was so far.
  var digest: StateDigest {
    var words = words
    words.combine(end: rest[...], of: count)
    return StateDigest(bits: words.bits)
  }
}
