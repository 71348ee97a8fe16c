/// A division of a part of the key space.
struct Division {
  var dimension: Int
  /// The highest key of the lower half.
  var value: UInt32
  /// Whether records in both halves are moved to a separate tree rather than listed in both.
  var setsApart: Bool
}

/// Chooses divisions by their effect on a sample of the records.
struct DivisionSample {
  private static let records = 64
  private static let rangesPerRecord = 4
  private var lowest = InlineArray<256, UInt32>(repeating: 0)
  private var highest = InlineArray<256, UInt32>(repeating: 0)
  /// The number of ranges, and of their records.
  private var count = 0
  private var taken = 0

  /// Constants chosen by measurement.
  private enum Limits {
    /// A division with a higher cost is not worth a node.
    static let worthwhile = 1.5
    /// The same if no more duplicates are allowed.
    static let worthwhileApart = 0.8
    /// The cost of another tree to search.
    static let furtherTree = 0.2
    /// The weight of the square of the separated records, relative to that of a half.
    static let apart = 8
    /// The same if no more duplicates are allowed.
    static let apartOnly = 2
    /// The added cost of every further range of the records in a dimension: a record with many ranges ends up
    /// on both sides of most divisions.
    static let furtherRange = 0.25
  }

  /// The division that makes a search shortest; nil if none is worthwhile.
  ///
  /// The cost of a division is the expected number of remaining records, as if every record were equally
  /// likely to match: the squares of both halves' shares, plus a multiple of the square of the separated
  /// share.
  ///
  /// - Parameters:
  ///   - records: The records, in order.
  ///   - region: The part of the key space.
  ///   - words: The words of the records.
  static func bestDivision(
    of records: Span<UInt32>, in region: KeyRegion,
    _ words: Span<UInt32>, copying: Bool
  ) -> Division? {
    var sample = DivisionSample()
    return sample.bestDivision(of: records, in: region, words, copying)
  }

  private mutating func bestDivision(
    of records: Span<UInt32>, in region: KeyRegion, _ words: Span<UInt32>, _ copying: Bool
  ) -> Division? {
    var best: Division?
    var lightest = copying ? Limits.worthwhile : Limits.worthwhileApart
    for dimension in 0..<ClassifierLayout.dimensions {
      let bounds = region.bounds(dimension)
      guard bounds.lower < bounds.upper, gather(records, dimension, bounds, words) else { continue }
      Self.sort(&lowest, count)
      Self.sort(&highest, count)
      let factor = 1 + Limits.furtherRange * (Double(count) / Double(taken) - 1)
      // Every position where a range ends, then every position before one starts.
      var other = 0
      for position in 0..<count where highest[position] < bounds.upper {
        if position + 1 < count, highest[position + 1] == highest[position] { continue }
        let value = highest[position]
        while other < count, lowest[other] <= value { other += 1 }
        let (weight, apart) = cost(lower: other, upper: count - position - 1, copying)
        guard weight * factor < lightest else { continue }
        lightest = weight * factor
        best = Division(dimension: dimension, value: value, setsApart: apart)
      }
      other = 0
      for position in 0..<count where lowest[position] > bounds.lower {
        if position > 0, lowest[position - 1] == lowest[position] { continue }
        let value = lowest[position] - 1
        while other < count, highest[other] <= value { other += 1 }
        let (weight, apart) = cost(lower: position, upper: count - other, copying)
        guard weight * factor < lightest else { continue }
        lightest = weight * factor
        best = Division(dimension: dimension, value: value, setsApart: apart)
      }
    }
    return best
  }

  private func cost(lower: Int, upper: Int, _ copying: Bool) -> (Double, setsApart: Bool) {
    let both = lower + upper - count
    let all = Double(count * count)
    let listed = Double(lower * lower + upper * upper) / all
    let halves = (lower - both) * (lower - both) + (upper - both) * (upper - both)
    let factor = copying ? Limits.apart : Limits.apartOnly
    let apart = Double(halves + factor * both * both) / all + Limits.furtherTree
    return !copying || apart < listed ? (apart, true) : (listed, false)
  }

  /// Adds the ranges of a sample of the records in one dimension; false if all of them cover it completely.
  private mutating func gather(
    _ records: Span<UInt32>, _ dimension: Int,
    _ bounds: (lower: UInt32, upper: UInt32), _ words: Span<UInt32>
  ) -> Bool {
    let stride = max(1, (records.count + Self.records - 1) / Self.records)
    var divided = false
    count = 0
    taken = 0
    var position = 0
    while position < records.count, count + Self.rangesPerRecord <= lowest.count {
      // Rules come in patterns, which a sample at even distances could coincide with.
      let record = Int(records[min(records.count - 1, position + taken * 7 % stride)])
      position += stride
      taken += 1
      if let ranges = RecordRanges(of: record, dimension, words) {
        let first = ranges.first(endingFrom: bounds.lower, words)
        var last = ranges.first(endingFrom: bounds.upper, words)
        if last == ranges.count || ranges.lower(last, words) > bounds.upper { last -= 1 }
        guard first <= last else { continue }
        let parts = min(last - first + 1, Self.rangesPerRecord)
        for part in 0..<parts {
          let number = parts == 1 ? first : first + (last - first) * part / (parts - 1)
          lowest[count] = max(ranges.lower(number, words), bounds.lower)
          highest[count] = min(ranges.upper(number, words), bounds.upper)
          if lowest[count] > bounds.lower || highest[count] < bounds.upper { divided = true }
          count += 1
        }
        continue
      }
      let lower = words[record + 2 * dimension]
      lowest[count] = max(lower, bounds.lower)
      highest[count] = min(lower + words[record + 2 * dimension + 1], bounds.upper)
      if lowest[count] > bounds.lower || highest[count] < bounds.upper { divided = true }
      count += 1
    }
    return divided
  }

  private static func sort(_ numbers: inout InlineArray<256, UInt32>, _ count: Int) {
    for end in 1..<max(1, count) {
      let number = numbers[end]
      var position = end
      while position > 0, numbers[position - 1] > number {
        numbers[position] = numbers[position - 1]
        position -= 1
      }
      numbers[position] = number
    }
  }
}
