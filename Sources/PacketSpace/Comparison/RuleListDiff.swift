/// The members of a list that are also in another one, at any position.
///
/// Equal members are matched in order: the first with the first.
struct RuleListDiff {
  /// For each later member, the index of its earlier one; -1 for an added member.
  private(set) var partners: [Int32]
  /// The earlier indices of removed members.
  private(set) var removed: [Int] = []
  /// The later indices of added members.
  private(set) var added: [Int] = []
  /// The later indices between which anything differs.
  private(set) var middle: Range<Int>

  /// Matches two lists.
  ///
  /// - Parameters:
  ///   - before: The number of earlier members.
  ///   - after: The number of later members.
  ///   - fingerprint: A number that is equal for equal members; the first argument says whether the member is
  ///     a later one.
  ///   - areEqual: Whether the earlier member at an index equals the later one at an index.
  init(
    before: Int, after: Int, fingerprint: (Bool, Int) -> UInt64, areEqual: (Int, Int) -> Bool
  ) {
    var start = 0
    while start < before, start < after, areEqual(start, start) { start += 1 }
    var tail = 0
    while tail < before - start, tail < after - start, areEqual(before - 1 - tail, after - 1 - tail) {
      tail += 1
    }
    middle = start..<(after - tail)
    partners = (0..<Int32(after)).map { Int($0) < start ? $0 : -1 }
    for offset in 0..<tail { partners[after - 1 - offset] = Int32(before - 1 - offset) }
    let old = start..<(before - tail)
    guard !old.isEmpty, !middle.isEmpty else {
      removed = Array(old)
      added = Array(middle)
      return
    }
    // Chains of indices with one fingerprint, the first index first.
    var capacity = 16
    while capacity < old.count * 2 { capacity *= 2 }
    var heads = Array(repeating: Int32(-1), count: capacity)
    var next = Array(repeating: Int32(-1), count: old.count)
    var prints = Array(repeating: UInt64(0), count: old.count)
    for position in old.reversed() {
      let print = fingerprint(false, position)
      prints[position - start] = print
      let slot = Int(truncatingIfNeeded: print & UInt64(capacity - 1))
      next[position - start] = heads[slot]
      heads[slot] = Int32(position - start)
    }
    var isTaken = Array(repeating: false, count: old.count)
    for position in middle {
      let print = fingerprint(true, position)
      let slot = Int(truncatingIfNeeded: print & UInt64(capacity - 1))
      var candidate = heads[slot]
      var previous: Int32 = -1
      while candidate >= 0 {
        let index = Int(candidate)
        if prints[index] == print, areEqual(start + index, position) {
          isTaken[index] = true
          partners[position] = Int32(start + index)
          // The first of a chain is removed, so that long chains of equal members are not searched again.
          if previous < 0 { heads[slot] = next[index] } else { next[Int(previous)] = next[index] }
          break
        }
        previous = candidate
        candidate = next[index]
      }
      if partners[position] < 0 { added.append(position) }
    }
    removed = isTaken.indices.filter { !isTaken[$0] }.map { $0 + start }
  }

  /// How many pairs of indices ``forEachInversion(limit:_:)`` examines per member.
  static let inversionsPerMember = 64

  /// The earlier indices of matched members whose relative order changed, pair by pair.
  ///
  /// - Parameters:
  ///   - limit: The maximum number of pairs examined.
  ///   - body: Receives the earlier indices of the member that was second before and of the one that was
  ///     first.
  /// - Returns: Whether all pairs were examined.
  func forEachInversion(limit: Int, _ body: (Int, Int) -> Void) -> Bool {
    let positions = partners[middle].filter { $0 >= 0 }
    var highest: [Int32] = []
    highest.reserveCapacity(positions.count)
    var steps = 0
    for (index, position) in positions.enumerated() {
      var earlier = index - 1
      while earlier >= 0, highest[earlier] > position {
        steps += 1
        if steps > limit { return false }
        if positions[earlier] > position { body(Int(positions[earlier]), Int(position)) }
        earlier -= 1
      }
      highest.append(max(position, highest.last ?? -1))
    }
    return true
  }

  /// The earlier indices of matched members that now follow a member they preceded, ascending.
  var overtaken: [Int] {
    var highest: Int32 = -1
    var positions: [Int] = []
    for position in partners[middle] where position >= 0 {
      if position < highest { positions.append(Int(position)) }
      highest = max(highest, position)
    }
    return positions
  }
}
