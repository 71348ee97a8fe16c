/// A set of the packets of a reduced space, one bit for each.
struct PacketBits: Hashable {
  private(set) var words: [UInt64]

  init(count: Int, filled: Bool = false) {
    words = Array(repeating: filled ? .max : 0, count: (count + 63) / 64)
    if filled, count % 64 > 0 { words[words.count - 1] = (1 << UInt64(count % 64)) - 1 }
  }

  var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
  func contains(_ index: Int) -> Bool { words[index / 64] >> UInt64(index % 64) & 1 == 1 }
  mutating func insert(_ index: Int) { words[index / 64] |= 1 << UInt64(index % 64) }

  mutating func formUnion(_ other: Self) {
    for index in words.indices { words[index] |= other.words[index] }
  }
  mutating func formIntersection(_ other: Self) {
    for index in words.indices { words[index] &= other.words[index] }
  }
  mutating func subtract(_ other: Self) {
    for index in words.indices { words[index] &= ~other.words[index] }
  }
  func union(_ other: Self) -> Self {
    var result = self
    result.formUnion(other)
    return result
  }
  func intersection(_ other: Self) -> Self {
    var result = self
    result.formIntersection(other)
    return result
  }
  func subtracting(_ other: Self) -> Self {
    var result = self
    result.subtract(other)
    return result
  }
}
