/// A closed range of values along one lane of a ``SetBox``.
struct LaneRange: Hashable {
  var lower: UInt32
  var upper: UInt32
}

/// Sets of values, stored once each and identified by a number, so that equal sets have equal numbers.
///
/// The ranges of a set are ascending and not adjacent.
struct SetTable {
  /// The number of the empty set.
  static let empty: Int32 = 0

  private(set) var ranges: [LaneRange] = []
  /// The start of each set's ranges; they end at the next one's start.
  private var starts: [Int32] = [0, 0]
  private var hashes: [UInt64] = [0]
  /// Open addressing: the number of a set, or -1.
  private var slots: [Int32] = Array(repeating: -1, count: 64)

  /// The number of sets; their numbers are the ones below.
  var count: Int { hashes.count }

  /// The indices of the ranges of a set.
  func indices(_ set: Int32) -> Range<Int> { Int(starts[Int(set)])..<Int(starts[Int(set) + 1]) }

  /// The number of a set.
  ///
  /// - Parameter candidates: Its ranges in ascending order; adjacent ones are merged.
  mutating func number(_ candidates: some Sequence<LaneRange>) -> Int32 {
    let mark = ranges.count
    for range in candidates { append(range, from: mark) }
    return number(from: mark)
  }

  /// The union of two sets.
  mutating func union(_ left: Int32, _ right: Int32) -> Int32 {
    if left == right || right == Self.empty { return left }
    if left == Self.empty { return right }
    let mark = ranges.count
    let (mine, theirs) = (indices(left), indices(right))
    var (first, second) = (mine.lowerBound, theirs.lowerBound)
    while first < mine.upperBound || second < theirs.upperBound {
      let isMine =
        second == theirs.upperBound
        || first < mine.upperBound && ranges[first].lower <= ranges[second].lower
      append(ranges[isMine ? first : second], from: mark)
      if isMine { first += 1 } else { second += 1 }
    }
    return number(from: mark)
  }

  /// The intersection of two sets.
  mutating func intersection(_ left: Int32, _ right: Int32) -> Int32 {
    if left == right { return left }
    let mark = ranges.count
    let (mine, theirs) = (indices(left), indices(right))
    var (first, second) = (mine.lowerBound, theirs.lowerBound)
    while first < mine.upperBound, second < theirs.upperBound {
      let lower = max(ranges[first].lower, ranges[second].lower)
      let upper = min(ranges[first].upper, ranges[second].upper)
      if lower <= upper { ranges.append(LaneRange(lower: lower, upper: upper)) }
      if ranges[first].upper < ranges[second].upper { first += 1 } else { second += 1 }
    }
    return number(from: mark)
  }

  /// Whether two sets overlap.
  func intersects(_ left: Int32, _ right: Int32) -> Bool {
    if left == right { return left != Self.empty }
    let (mine, theirs) = (indices(left), indices(right))
    var (first, second) = (mine.lowerBound, theirs.lowerBound)
    while first < mine.upperBound, second < theirs.upperBound {
      if ranges[first].lower <= ranges[second].upper, ranges[second].lower <= ranges[first].upper {
        return true
      }
      if ranges[first].upper < ranges[second].upper { first += 1 } else { second += 1 }
    }
    return false
  }

  /// Adds a range to the set under construction, whose ranges start at a mark.
  private mutating func append(_ range: LaneRange, from mark: Int) {
    let last = ranges.count - 1
    if last >= mark, ranges[last].upper == .max || range.lower <= ranges[last].upper + 1 {
      ranges[last].upper = max(ranges[last].upper, range.upper)
    } else {
      ranges.append(range)
    }
  }

  /// The number of the set whose ranges follow a mark; the ranges of a known set are removed again.
  private mutating func number(from mark: Int) -> Int32 {
    let count = ranges.count - mark
    guard count > 0 else { return Self.empty }
    var hash = UInt64(count)
    for index in mark..<ranges.count {
      hash = mixed(hash ^ (UInt64(ranges[index].lower) << 32 | UInt64(ranges[index].upper)))
    }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let known = slots[slot]
      if hashes[Int(known)] == hash, isSame(known, mark, count) {
        ranges.removeLast(count)
        return known
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    let number = Int32(hashes.count)
    slots[slot] = number
    hashes.append(hash)
    starts.append(Int32(ranges.count))
    if hashes.count * 2 > slots.count { grow() }
    return number
  }

  private func isSame(_ known: Int32, _ mark: Int, _ count: Int) -> Bool {
    let own = indices(known)
    guard own.count == count else { return false }
    for offset in 0..<count where ranges[own.lowerBound + offset] != ranges[mark + offset] { return false }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for number in 1..<hashes.count {
      var slot = Int(truncatingIfNeeded: hashes[number]) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }
}

/// A number in which each bit depends on all bits of another number.
func mixed(_ number: UInt64) -> UInt64 {
  var result = (number ^ (number >> 32)) &* 0x9e37_79b9_7f4a_7c15
  result = (result ^ (result >> 29)) &* 0xbf58_476d_1ce4_e5b9
  return result ^ (result >> 32)
}
