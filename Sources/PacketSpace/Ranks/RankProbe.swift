/// Looks for a packet that answers a question before a box is divided: most questions end here.
///
/// First an upper bound on what rules can subtract is computed; then single packets are tried. They are drawn
/// from a fixed sequence, so that the same question always tries the same packets.
struct RankProbe {
  let table: RankTable
  let budget: Budget

  /// The number of packets tried.
  private static let tries = 32
  /// The number of entries with the answer yes for which the bound is computed.
  private static let counted = 4

  /// Whether a packet is found that is in a product, and whose first matching entry has the answer yes; false
  /// proves nothing.
  ///
  /// - Parameters:
  ///   - product: The product.
  ///   - entries: The list; its last entry contains everything.
  func findsYes(of product: Int32, _ entries: [RankDivision.Entry]) throws(BudgetExceeded) -> Bool {
    let wanted = entries.indices.filter { entries[$0].answer }
    guard let last = wanted.last else { return false }
    for target in [last] + wanted.prefix(Self.counted) {
      try budget.spend(1 + target / 64)
      if isLeft(of: product, target, entries) { return true }
    }
    var random = Sequence()
    for attempt in 0..<Self.tries {
      let target = attempt % 2 == 0 ? last : wanted[random.next(below: wanted.count)]
      guard let point = point(in: product, and: entries[target].product, &random) else { continue }
      try budget.spend(1 + entries.count / 256)
      let first = entries.first { entry in
        table.hulls[Int(entry.product)].contains(point) && table.relation(entry.product, point) == .containing
      }
      if first?.answer == true { return true }
    }
    return false
  }

  // MARK: Counting

  /// Whether the earlier entries with the answer no are too small together to contain everything that the
  /// entry has in common with a product.
  private func isLeft(of product: Int32, _ target: Int, _ entries: [RankDivision.Entry]) -> Bool {
    var (hull, whole) = (table.hulls[Int(product)], 1.0)
    let own = table.hulls[Int(entries[target].product)]
    guard hull.overlaps(own) else { return false }
    hull = hull.clipped(to: own)
    var lengths: [Double] = []
    for dimension in RankDimension.allCases {
      let range = hull[dimension]
      let length = min(
        table.length(of: product, dimension, within: range),
        table.length(of: entries[target].product, dimension, within: range))
      // If both have gaps, they may have less in common than either has.
      let isSure =
        table.rows[Int(product)] < 0 || table.rows[Int(entries[target].product)] < 0
        || table.length(of: product, dimension, within: range) == Double(range.upper - range.lower) + 1
      guard isSure else { return false }
      lengths.append(length)
      whole *= length
    }
    // The rounding error is far smaller than this.
    var rest = whole * 0.999_999
    for entry in entries[..<target] where !entry.answer {
      let other = table.hulls[Int(entry.product)]
      guard other.overlaps(hull) else { continue }
      var taken = 1.0
      for (dimension, length) in zip(RankDimension.allCases, lengths) {
        let lower = max(other[dimension].lower, hull[dimension].lower)
        let upper = min(other[dimension].upper, hull[dimension].upper)
        taken *= min(length, Double(upper - lower) + 1)
      }
      rest -= taken
      if rest <= 0 { return false }
    }
    return rest > 0
  }

  // MARK: Single packets

  /// A deterministic sequence of numbers.
  struct Sequence {
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }

    mutating func next(below count: Int) -> Int { Int(next() % UInt64(count)) }
  }

  /// A packet in two products; bounds of ranges are chosen more often than inner values.
  func point(in product: Int32, and other: Int32, _ random: inout Sequence) -> RankBox? {
    var point = table.universe
    for dimension in RankDimension.allCases {
      guard let own = range(of: product, dimension, within: point[dimension], &random),
        let both = range(of: other, dimension, within: own, &random)
      else { return nil }
      // A packet without ports represents all ports.
      if point.protocols.lower > 1, dimension == .localPort || dimension == .remotePort { continue }
      let span = UInt64(both.upper - both.lower) + 1
      let number =
        switch random.next() % 4 {
        case 0: both.lower
        case 1: both.upper
        default: both.lower + UInt32(random.next() % span)
        }
      point[dimension] = RankRange(number, number)
    }
    return point
  }

  /// One of the ranges of a product along a dimension, clipped to another one.
  private func range(
    of product: Int32, _ dimension: RankDimension, within range: RankRange, _ random: inout Sequence
  ) -> RankRange? {
    let positions = table.positions(of: product, dimension, reaching: range)
    let own: RankRange
    if let positions {
      guard !positions.isEmpty else { return nil }
      own = table.ranges[positions.lowerBound + random.next(below: positions.count)]
    } else {
      own = table.hulls[Int(product)][dimension]
    }
    guard own.overlaps(range) else { return nil }
    return RankRange(max(own.lower, range.lower), min(own.upper, range.upper))
  }
}
