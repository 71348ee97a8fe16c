/// The relation of a product to a box.
enum RankRelation {
  case apart
  case partial
  case containing
}

extension RankTable {
  /// The relation of a product to a box.
  func relation(_ number: Int32, _ box: RankBox) -> RankRelation {
    let hull = hulls[Int(number)]
    guard hull.overlaps(box) else { return .apart }
    let row = rows[Int(number)]
    guard row >= 0 else { return hull.contains(box) ? .containing : .partial }
    var result = RankRelation.containing
    for dimension in RankDimension.allCases {
      switch relation(row, dimension, box[dimension]) {
      case .apart: return .apart
      case .partial: result = .partial
      case .containing: continue
      }
    }
    return result
  }

  /// Whether two products overlap.
  func overlap(_ left: Int32, _ right: Int32) -> Bool {
    guard hulls[Int(left)].overlaps(hulls[Int(right)]) else { return false }
    if rows[Int(left)] < 0 {
      return rows[Int(right)] < 0 || relation(right, hulls[Int(left)]) != .apart
    }
    if rows[Int(right)] < 0 { return relation(left, hulls[Int(right)]) != .apart }
    return RankDimension.allCases.allSatisfy { dimension in
      slice(rows[Int(left)], dimension).contains { index in
        relation(rows[Int(right)], dimension, ranges[index]) != .apart
      }
    }
  }

  /// Whether one product contains another.
  func contains(_ outer: Int32, _ inner: Int32) -> Bool {
    if outer == inner { return true }
    let hull = hulls[Int(inner)]
    guard hulls[Int(outer)].contains(hull) else { return false }
    let row = rows[Int(outer)]
    if row < 0 { return true }
    guard rows[Int(inner)] >= 0 else { return relation(outer, hull) == .containing }
    return RankDimension.allCases.allSatisfy { dimension in
      slice(rows[Int(inner)], dimension).allSatisfy { index in
        relation(row, dimension, ranges[index]) == .containing
      }
    }
  }

  /// The ranges of a row along a dimension.
  func slice(_ row: Int32, _ dimension: RankDimension) -> Range<Int> {
    let index = Int(row) * 5 + dimension.rawValue
    return Int(slices[index])..<Int(slices[index + 1])
  }

  private func relation(_ row: Int32, _ dimension: RankDimension, _ range: RankRange) -> RankRelation {
    let index = reaching(row, dimension, range.lower)
    guard index < slice(row, dimension).upperBound, ranges[index].lower <= range.upper else { return .apart }
    return ranges[index].contains(range) ? .containing : .partial
  }

  /// The first range along a dimension that does not end before a rank.
  private func reaching(_ row: Int32, _ dimension: RankDimension, _ position: UInt32) -> Int {
    let slice = slice(row, dimension)
    var low = slice.lowerBound
    var high = slice.upperBound
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upper < position { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// A bound of a product within a box along a dimension, at which the box can be cut: the start of its upper
  /// part; the middle one if there are several.
  func cut(_ number: Int32, _ dimension: RankDimension, _ range: RankRange) -> (UInt32?, UInt32?) {
    let row = rows[Int(number)]
    guard row >= 0 else {
      let own = hulls[Int(number)][dimension]
      return (
        own.lower > range.lower && own.lower <= range.upper ? own.lower : nil,
        own.upper < range.upper && own.upper >= range.lower ? own.upper + 1 : nil
      )
    }
    let first = reaching(row, dimension, range.lower)
    var last = first
    let end = slice(row, dimension).upperBound
    if end - first > 8, ranges[end - 1].lower > range.upper {
      last = max(first, reaching(row, dimension, range.upper) - 1)
    } else {
      last = end - 1
    }
    while last > first, ranges[last].lower > range.upper { last -= 1 }
    let middle = ranges[(first + max(first, last)) / 2]
    return (
      middle.lower > range.lower && middle.lower <= range.upper ? middle.lower : nil,
      middle.upper < range.upper && middle.upper >= range.lower ? middle.upper + 1 : nil
    )
  }

  /// The positions of a product's ranges that overlap another range along a dimension; nil for a plain box.
  func positions(of number: Int32, _ dimension: RankDimension, reaching range: RankRange) -> Range<Int>? {
    let row = rows[Int(number)]
    guard row >= 0 else { return nil }
    let first = reaching(row, dimension, range.lower)
    var end = reaching(row, dimension, range.upper)
    if end < slice(row, dimension).upperBound, ranges[end].lower <= range.upper { end += 1 }
    return first..<max(first, end)
  }

  /// The number of ranks of a product within a range along a dimension.
  func length(of number: Int32, _ dimension: RankDimension, within range: RankRange) -> Double {
    func length(_ own: RankRange) -> Double {
      guard own.overlaps(range) else { return 0 }
      return Double(min(own.upper, range.upper) - max(own.lower, range.lower)) + 1
    }
    guard let positions = positions(of: number, dimension, reaching: range) else {
      return length(hulls[Int(number)][dimension])
    }
    return ranges[positions].reduce(0) { $0 + length($1) }
  }
}
