import HNSTestSupport

/// The bytes of an input as random numbers, so that the input determines all random choices.
///
/// A number takes two bytes, its most significant ones, which `Int.random(in:using:)` uses. After the end of the
/// input, numbers come from a fixed seed, so that rejection sampling ends.
struct InputNumbers: RandomNumberGenerator {
  private let bytes: [UInt8]
  private var position = 0
  private var rest = SeededGenerator(seed: 0)

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// Whether all bytes have been used.
  var isExhausted: Bool { position >= bytes.count }

  mutating func next() -> UInt64 {
    guard !isExhausted else { return rest.next() }
    let high = UInt64(bytes[position])
    let low = position + 1 < bytes.count ? UInt64(bytes[position + 1]) : 0
    position += 2
    return high << 56 | low << 48
  }
}
