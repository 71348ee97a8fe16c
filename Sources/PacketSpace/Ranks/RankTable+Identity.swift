extension RankTable {
  /// A number that is equal for equal products.
  func fingerprint(_ number: Int32) -> UInt64 {
    var print = Fingerprint()
    print.add(hulls[Int(number)])
    if rows[Int(number)] >= 0 {
      for range in rowRanges(number) { print.add(UInt64(range.lower) << 32 | UInt64(range.upper)) }
    }
    return print.value
  }

  /// Whether two products contain the same packets.
  func areEqual(_ left: Int32, _ right: Int32) -> Bool {
    if left == right { return true }
    guard hulls[Int(left)] == hulls[Int(right)], (rows[Int(left)] < 0) == (rows[Int(right)] < 0) else {
      return false
    }
    guard rows[Int(left)] >= 0 else { return true }
    return rowCounts(left) == rowCounts(right) && rowRanges(left).elementsEqual(rowRanges(right))
  }

  private func rowRanges(_ number: Int32) -> ArraySlice<RankRange> {
    let row = Int(rows[Int(number)]) * 5
    return ranges[Int(slices[row])..<Int(slices[row + 5])]
  }

  private func rowCounts(_ number: Int32) -> [Int32] {
    let row = Int(rows[Int(number)]) * 5
    return (0..<5).map { slices[row + $0 + 1] - slices[row + $0] }
  }
}

/// A number computed from many numbers.
struct Fingerprint {
  private(set) var value: UInt64 = 0x243f_6a88_85a3_08d3

  mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 0x9e37_79b9_7f4a_7c15
    value ^= value >> 32
  }

  mutating func add(_ range: RankRange) { add(UInt64(range.lower) << 32 | UInt64(range.upper)) }

  mutating func add(_ box: RankBox) {
    add(box.protocols)
    add(box.localPort)
    add(box.remotePort)
    add(box.local)
    add(box.remote)
  }
}
