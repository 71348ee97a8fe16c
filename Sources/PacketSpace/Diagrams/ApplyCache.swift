/// An apply cache: results by pairs of numbers, in a hash table with open addressing.
struct ApplyCache {
  private var keys: [UInt64] = []
  private var values: [Int32] = []
  private var count = 0

  /// Not a pair of node numbers.
  private static let emptyKey = UInt64.max

  /// The key of a pair.
  static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// The value of a key, if there is one.
  func value(_ key: UInt64) -> Int32? {
    guard !keys.isEmpty else { return nil }
    var slot = Self.slot(key, keys.count)
    while keys[slot] != Self.emptyKey {
      if keys[slot] == key { return values[slot] }
      slot = (slot + 1) & (keys.count - 1)
    }
    return nil
  }

  /// Adds the value of a new key.
  mutating func insert(_ key: UInt64, _ value: Int32) {
    if (count + 1) * 2 > keys.count { grow() }
    count += 1
    store(key, value)
  }

  private mutating func store(_ key: UInt64, _ value: Int32) {
    var slot = Self.slot(key, keys.count)
    while keys[slot] != Self.emptyKey { slot = (slot + 1) & (keys.count - 1) }
    keys[slot] = key
    values[slot] = value
  }

  private mutating func grow() {
    let old = (keys, values)
    let capacity = max(32, old.0.count * 2)
    keys = Array(repeating: Self.emptyKey, count: capacity)
    values = Array(repeating: 0, count: capacity)
    for (key, value) in zip(old.0, old.1) where key != Self.emptyKey { store(key, value) }
  }

  private static func slot(_ key: UInt64, _ capacity: Int) -> Int {
    let mixed = (key ^ key >> 29) &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: (mixed ^ mixed >> 32) & UInt64(capacity - 1))
  }
}
