/// A set of whole numbers, stored as sorted, disjoint, non-adjacent closed ranges.
///
/// Equal sets have equal representations. Every operation is linear in the number of ranges. Operations are
/// inlinable: unspecialized generic code would be many times slower in other modules.
public struct IntervalSet<Bound: FixedWidthInteger & Sendable>: Hashable, Sendable {
  /// One closed range of the set.
  public struct Interval: Hashable, Sendable {
    /// The lowest member.
    public let lower: Bound
    /// The highest member.
    public let upper: Bound

    /// Makes a closed range.
    ///
    /// - Parameters:
    ///   - lower: The lowest member.
    ///   - upper: The highest member; it must not be below `lower`.
    @inlinable public init(_ lower: Bound, _ upper: Bound) {
      precondition(lower <= upper)
      self.lower = lower
      self.upper = upper
    }
  }

  /// The ranges in ascending order, none adjacent to the next.
  public let intervals: [Interval]

  /// The empty set.
  @inlinable public init() { intervals = [] }

  /// The set of all numbers from `lower` to `upper`.
  ///
  /// - Parameters:
  ///   - lower: The lowest member.
  ///   - upper: The highest member.
  @inlinable public init(_ lower: Bound, _ upper: Bound) { intervals = [Interval(lower, upper)] }

  /// The union of ranges given in any order.
  ///
  /// - Parameter ranges: The ranges; they may overlap.
  @inlinable public init(_ ranges: some Sequence<Interval>) {
    var sorted = Array(ranges)
    for index in sorted.indices.dropFirst() where sorted[index].lower < sorted[index - 1].lower {
      sorted.sort { $0.lower < $1.lower }
      break
    }
    var result: [Interval] = []
    result.reserveCapacity(sorted.count)
    for range in sorted { Self.append(range, to: &result) }
    intervals = result
  }

  /// The union of ranges that are already in ascending order and leave a gap between each two.
  ///
  /// - Parameter intervals: The ranges.
  @usableFromInline package init(canonical intervals: [Interval]) { self.intervals = intervals }

  /// Whether the set has no member.
  @inlinable public var isEmpty: Bool { intervals.isEmpty }

  /// Whether a number is a member.
  ///
  /// - Parameter number: The number.
  @inlinable public func contains(_ number: Bound) -> Bool {
    var low = 0
    var high = intervals.count
    while low < high {
      let middle = (low + high) / 2
      if intervals[middle].upper < number { low = middle + 1 } else { high = middle }
    }
    return low < intervals.count && intervals[low].lower <= number
  }

  /// The members of either set.
  ///
  /// - Parameter other: The other set.
  @inlinable public func union(_ other: Self) -> Self {
    if isEmpty { return other }
    if other.isEmpty { return self }
    var result: [Interval] = []
    result.reserveCapacity(intervals.count + other.intervals.count)
    var left = 0
    var right = 0
    while left < intervals.count || right < other.intervals.count {
      if right == other.intervals.count
        || left < intervals.count && intervals[left].lower <= other.intervals[right].lower
      {
        Self.append(intervals[left], to: &result)
        left += 1
      } else {
        Self.append(other.intervals[right], to: &result)
        right += 1
      }
    }
    return Self(canonical: result)
  }

  /// The members of both sets.
  ///
  /// - Parameter other: The other set.
  @inlinable public func intersection(_ other: Self) -> Self {
    if other.isWhole(beside: self) { return self }
    if isWhole(beside: other) { return other }
    var result: [Interval] = []
    var left = 0
    var right = 0
    while left < intervals.count, right < other.intervals.count {
      let lower = max(intervals[left].lower, other.intervals[right].lower)
      let upper = min(intervals[left].upper, other.intervals[right].upper)
      if lower <= upper { result.append(Interval(lower, upper)) }
      if intervals[left].upper < other.intervals[right].upper { left += 1 } else { right += 1 }
    }
    return Self(canonical: result)
  }

  /// The members of this set that are not members of the other.
  ///
  /// - Parameter other: The other set.
  @inlinable public func subtracting(_ other: Self) -> Self {
    if other.isWhole(beside: self) { return Self() }
    var result: [Interval] = []
    var right = 0
    for interval in intervals {
      var lower = interval.lower
      var exhausted = false
      while right < other.intervals.count, other.intervals[right].upper < lower { right += 1 }
      var cursor = right
      while cursor < other.intervals.count, other.intervals[cursor].lower <= interval.upper {
        let cut = other.intervals[cursor]
        if cut.lower > lower { result.append(Interval(lower, cut.lower - 1)) }
        if cut.upper >= interval.upper {
          exhausted = true
          break
        }
        lower = cut.upper + 1
        cursor += 1
      }
      if !exhausted { result.append(Interval(lower, interval.upper)) }
    }
    return Self(canonical: result)
  }

  /// Whether the two sets share a member.
  ///
  /// - Parameter other: The other set.
  @inlinable public func intersects(_ other: Self) -> Bool {
    var left = 0
    var right = 0
    while left < intervals.count, right < other.intervals.count {
      let mine = intervals[left]
      let theirs = other.intervals[right]
      if mine.lower <= theirs.upper, theirs.lower <= mine.upper { return true }
      if mine.upper < theirs.upper { left += 1 } else { right += 1 }
    }
    return false
  }

  /// Whether every member of this set is a member of the other.
  ///
  /// - Parameter other: The other set.
  @inlinable public func isSubset(of other: Self) -> Bool {
    var right = 0
    for interval in intervals {
      while right < other.intervals.count, other.intervals[right].upper < interval.lower { right += 1 }
      // Adjacent ranges are merged, so a single one must contain the whole range.
      guard right < other.intervals.count, other.intervals[right].lower <= interval.lower,
        other.intervals[right].upper >= interval.upper
      else { return false }
    }
    return true
  }

  /// Whether the set is a single range that contains every member of another set.
  @inlinable func isWhole(beside other: Self) -> Bool {
    guard intervals.count == 1 else { return false }
    let count = other.intervals.count
    return count == 0
      || intervals[0].lower <= other.intervals[0].lower
        && intervals[0].upper >= other.intervals[count - 1].upper
  }

  /// Adds a range whose lower end is not below that of the last one.
  @inlinable static func append(_ range: Interval, to intervals: inout [Interval]) {
    if let last = intervals.last, last.upper == .max || range.lower <= last.upper + 1 {
      if range.upper > last.upper {
        intervals[intervals.count - 1] = Interval(last.lower, range.upper)
      }
    } else {
      intervals.append(range)
    }
  }
}
