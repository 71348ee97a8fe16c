/// Sets of cuts, stored once each and identified by a number.
///
/// Sets are built one cut at a time in ``current``, whose hash is maintained incrementally.
struct BitSetTable {
  /// The number of the empty set.
  static let empty: Int32 = 0

  /// The number of words of a set.
  let words: Int
  private var storage: [UInt64]
  private var hashes: [UInt64] = [0]
  /// Open addressing: the number of a set, or -1.
  private var slots: [Int32] = Array(repeating: -1, count: 64)
  /// The set being built.
  private var current: [UInt64]
  private var hash: UInt64 = 0

  /// Prepares for some cuts.
  ///
  /// - Parameter count: The number of cuts.
  init(count: Int) {
    words = count / 64 + 1
    storage = Array(repeating: 0, count: words)
    current = storage
    slots[0] = Self.empty
  }

  /// The number of sets; their numbers are the ones below.
  var count: Int { hashes.count }

  /// Clears the set being built.
  mutating func clear() {
    for word in 0..<words { current[word] = 0 }
    hash = 0
  }

  /// Adds a cut to the set being built, or removes it.
  mutating func toggle(_ cut: Int) {
    current[cut / 64] ^= 1 << UInt64(cut % 64)
    hash ^= mixed(UInt64(cut) + 1)
  }

  /// The number of the set being built.
  mutating func number() -> Int32 {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let known = Int(slots[slot])
      if hashes[known] == hash, isCurrent(known) { return Int32(known) }
      slot = (slot + 1) & (slots.count - 1)
    }
    let number = Int32(hashes.count)
    slots[slot] = number
    hashes.append(hash)
    for word in 0..<words { storage.append(current[word]) }
    if hashes.count * 2 > slots.count { grow() }
    return number
  }

  private func isCurrent(_ number: Int) -> Bool {
    for word in 0..<words where storage[number * words + word] != current[word] { return false }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for number in hashes.indices {
      var slot = Int(truncatingIfNeeded: hashes[number]) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }

  /// A word of a set.
  func word(_ set: Int32, _ word: Int) -> UInt64 { storage[Int(set) * words + word] }

  /// Whether a cut is in a set.
  func contains(_ set: Int32, _ cut: Int) -> Bool {
    storage[Int(set) * words + cut / 64] & (1 << UInt64(cut % 64)) != 0
  }

  /// The number of cuts in a set.
  func count(_ set: Int32) -> Int {
    var count = 0
    for word in 0..<words { count += self.word(set, word).nonzeroBitCount }
    return count
  }

  /// Whether two sets share a cut.
  func intersect(_ left: Int32, _ right: Int32) -> Bool {
    for word in 0..<words where self.word(left, word) & self.word(right, word) != 0 { return true }
    return false
  }
}
