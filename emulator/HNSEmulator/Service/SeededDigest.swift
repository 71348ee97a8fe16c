import NetworkTypes

/// 128 bits that depend on a seed and on all inputs, the same in every process.
///
/// Ids, addresses and MAC addresses are derived from it. It spreads well but does not resist an attacker; a
/// collision only costs another draw.
package struct SeededDigest: Sendable {
  private var high: UInt64
  private var low: UInt64

  /// Starts from a seed and a purpose, so that draws for different purposes differ.
  package init(_ seed: UInt64, _ purpose: String) {
    high = Self.mixed(seed)
    low = Self.mixed(seed ^ 0x9e37_79b9_7f4a_7c15)
    combine(purpose)
  }

  /// Adds a number.
  package mutating func combine(_ value: UInt64) {
    low = Self.mixed(low ^ value)
    high = Self.mixed(high &+ (low << 32 | low >> 32) ^ value)
  }

  /// Adds an identifier.
  mutating func combine(_ id: GUID) {
    combine(UInt64(truncatingIfNeeded: id.value >> 64))
    combine(UInt64(truncatingIfNeeded: id.value))
  }

  /// Adds a text with its length.
  mutating func combine(_ text: String) {
    var word: UInt64 = 0
    var count: UInt64 = 0
    for byte in text.utf8 {
      word = word << 8 | UInt64(byte)
      count += 1
      if count % 8 == 0 {
        combine(word)
        word = 0
      }
    }
    combine(word)
    combine(count)
  }

  /// The bits.
  package var bits: UInt128 { UInt128(Self.mixed(high)) << 64 | UInt128(Self.mixed(low &+ high)) }

  /// The bits as an identifier.
  var guid: GUID { GUID(namedBy: bits) }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var value = value &+ 0x9e37_79b9_7f4a_7c15
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}

extension SeededDigest {
  /// Adds bytes with their count.
  package mutating func combine(_ bytes: ArraySlice<UInt8>) {
    let whole = bytes.prefix(bytes.count & ~7)
    combine(words: whole)
    combine(end: bytes.dropFirst(whole.count), of: bytes.count)
  }

  /// Adds bytes, eight at a time.
  package mutating func combine(words bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { buffer in
      for offset in stride(from: 0, to: buffer.count, by: 8) {
        combine(UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      }
    }
  }

  /// Adds the last bytes, fewer than eight, and the total count.
  package mutating func combine(end bytes: ArraySlice<UInt8>, of count: Int) {
    combine(bytes.reduce(0) { $0 << 8 | UInt64($1) })
    combine(UInt64(count))
  }
}

/// A pseudorandom permutation of `0..<size`: starts at a random number and advances by a random stride.
struct SeededPermutation: Sequence, IteratorProtocol {
  private let size: UInt64
  /// Drawn when the second number is requested, which is rare.
  private var stride: UInt64?
  private let draw: UInt64
  private var position: UInt64
  private var remaining: UInt64

  /// Creates a permutation.
  ///
  /// - Parameters:
  ///   - size: The number of numbers.
  ///   - digest: The digest from which start and stride are drawn.
  init(size: UInt64, digest: SeededDigest) {
    self.size = size
    remaining = size
    let bits = digest.bits
    draw = UInt64(truncatingIfNeeded: bits >> 64)
    position = size > 1 ? UInt64(truncatingIfNeeded: bits) % size : 0
  }

  mutating func next() -> UInt64? {
    guard remaining > 0 else { return nil }
    if remaining < size {
      let stride = drawnStride()
      let room = size - position
      position = stride >= room ? stride - room : position + stride
    }
    remaining -= 1
    return position
  }

  private mutating func drawnStride() -> UInt64 {
    if let stride { return stride }
    var candidate = draw % (size - 1) + 1
    while Self.commonDivisor(candidate, size) != 1 { candidate = candidate % (size - 1) + 1 }
    stride = candidate
    return candidate
  }

  private static func commonDivisor(_ first: UInt64, _ second: UInt64) -> UInt64 {
    var (first, second) = (first, second)
    while second != 0 { (first, second) = (second, first % second) }
    return first
  }
}
