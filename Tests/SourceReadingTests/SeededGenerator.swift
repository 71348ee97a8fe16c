import Glibc

/// A small seeded generator, so that failures are reproducible.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// The seed from `HNSCTL_TEST_SEED`, or else a new one; it is printed.
  ///
  /// - Parameter purpose: Its purpose, printed with the seed.
  static func seed(for purpose: String) -> UInt64 {
    let given = getenv("HNSCTL_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
    let seed = given ?? UInt64.random(in: 0 ... .max)
    print("\(purpose): HNSCTL_TEST_SEED=\(seed)")
    return seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
