/// Builds the trees of a classifier after its records; see ``ClassifierLayout``.
struct ClassifierTrees {
  /// The records, and the trees so far.
  private(set) var words: ContiguousArray<UInt32>
  /// The records of the nodes being built, each node's after those of its ancestors.
  private var work = ContiguousArray<UInt32>()
  /// The side of the division for each record of `work` in the current node.
  private var halves = ContiguousArray<Half>()

  /// Constants chosen by measurement.
  private enum Limits {
    /// At most this many records form a leaf.
    static let leaf = 12
    /// The maximum depth of a tree.
    static let depth = 80
    /// How many leaves a record may be in, on average, beyond the first.
    static let copies = 4
    /// The same for every further range of a record.
    static let copiesPerRange = 1
    /// The most entries for duplicates in one tree, beyond those for the records themselves.
    static let copiesOfRanges = 1 << 18
  }

  /// A node to be built; its records are the last ones of `work`.
  private struct Task {
    /// The position of its first record.
    var start: Int
    /// The part of the key space it divides.
    var region: KeyRegion
    /// The separate tree above it.
    var rest: UInt32
    /// How many more entries it may use for duplicates.
    var allowance: Int
    var depth: Int
  }

  /// Starts after the records.
  ///
  /// - Parameter records: The words of the records.
  init(over records: ContiguousArray<UInt32>) { words = records }

  /// Builds one tree and returns its root; 0 if there are no records.
  ///
  /// - Parameters:
  ///   - records: The records of one family, in order.
  ///   - ranges: The number of ranges beyond the first of each dimension.
  mutating func buildTree(_ records: ContiguousArray<UInt32>, ranges: Int) -> UInt32 {
    guard !records.isEmpty else { return 0 }
    let root = appendNodes(1)
    work = records
    let allowance =
      records.count * Limits.copies + min(ranges * Limits.copiesPerRange, Limits.copiesOfRanges)
    let start = truncated(from: 0, in: KeyRegion())
    work.removeLast(work.count - start)
    build(root, Task(start: 0, region: KeyRegion(), rest: 0, allowance: allowance, depth: 0))
    return UInt32(root)
  }

  // MARK: Nodes

  private mutating func appendNodes(_ count: Int) -> Int {
    let first = words.count
    precondition(first < 1 << 29, "a classifier is limited to 2 GiB")
    for _ in 0..<2 * count { words.append(0) }
    return first
  }

  private mutating func build(_ node: Int, _ task: Task) {
    let end = work.count
    let count = end - task.start
    guard count > Limits.leaf, task.depth < Limits.depth,
      var division = DivisionSample.bestDivision(
        of: work.span.extracting(task.start..<end), in: task.region, words.span, copying: true)
    else { return list(node, task) }
    var sides = sort(task, division)
    if !division.setsApart, sides.both > task.allowance {
      guard
        let other = DivisionSample.bestDivision(
          of: work.span.extracting(task.start..<end), in: task.region, words.span, copying: false)
      else { return list(node, task) }
      division = other
      sides = sort(task, division)
    }
    let apart = division.setsApart
    if apart, sides.both * 10 > count * 9 { return list(node, task) }
    var next = task
    next.start = end
    next.depth += 1
    var share = task.allowance
    if apart, sides.both > 0 {
      next.rest = UInt32(words.count)
      words.append(0)
      words.append(task.rest)
      let root = appendNodes(1)
      var aside = next
      aside.rest = task.rest
      aside.allowance = share * sides.both / count
      share -= aside.allowance
      for position in task.start..<end where halves[position] == .both { work.append(work[position]) }
      words[Int(next.rest)] = work[end]
      build(root, aside)
      work.removeLast(work.count - end)
    } else {
      share -= sides.both
      sides.lower += sides.both
      sides.upper += sides.both
    }
    let children = appendNodes(2)
    words[node] = division.value
    words[node + 1] = UInt32(children) << ClassifierLayout.dimensionBits | UInt32(division.dimension)
    for upper in [false, true] {
      next.region = task.region.half(division, upper: upper)
      let records = upper ? sides.upper : sides.lower
      next.allowance = share * records / max(1, sides.lower + sides.upper)
      for position in task.start..<end {
        guard halves[position] == (upper ? .upper : .lower) || !apart && halves[position] == .both else {
          continue
        }
        let record = work[position]
        work.append(record)
        // What follows a match that covers the whole region is never first.
        if next.region.lies(in: Int(record), words.span) { break }
      }
      build(children + (upper ? 2 : 0), next)
      work.removeLast(work.count - end)
    }
  }

  /// Records on which sides the records of a node are, and counts them.
  private mutating func sort(_ task: Task, _ division: Division) -> (lower: Int, upper: Int, both: Int) {
    var sides = (lower: 0, upper: 0, both: 0)
    while halves.count < work.count { halves.append(.lower) }
    for position in task.start..<work.count {
      let half = task.region.half(of: Int(work[position]), division, words.span)
      halves[position] = half
      switch half {
      case .lower: sides.lower += 1
      case .upper: sides.upper += 1
      case .both: sides.both += 1
      }
    }
    return sides
  }

  private func truncated(from start: Int, in region: KeyRegion) -> Int {
    for position in start..<work.count where region.lies(in: Int(work[position]), words.span) {
      return position + 1
    }
    return work.count
  }

  private mutating func list(_ node: Int, _ task: Task) {
    let count = work.count - task.start
    words[node] = UInt32(words.count)
    words[node + 1] = UInt32(count) << ClassifierLayout.dimensionBits | ClassifierLayout.leafTag
    words.append(task.rest)
    words.append(contentsOf: work[task.start...])
  }
}

/// A part of the key space: a range in every dimension.
struct KeyRegion {
  private var lower: InlineArray<5, UInt32> = [0, 0, 0, 0, 0]
  private var upper: InlineArray<5, UInt32> = [
    .max, .max, UInt32(UInt16.max) + 1, UInt32(UInt16.max) + 1, 255,
  ]

  /// The range in a dimension.
  func bounds(_ dimension: Int) -> (lower: UInt32, upper: UInt32) { (lower[dimension], upper[dimension]) }

  /// One side of a division.
  func half(_ division: Division, upper side: Bool) -> KeyRegion {
    var half = self
    if side {
      half.lower[division.dimension] = division.value + 1
    } else {
      half.upper[division.dimension] = division.value
    }
    return half
  }

  /// Whether a record covers the whole region.
  func lies(in record: Int, _ words: Span<UInt32>) -> Bool {
    for dimension in 0..<ClassifierLayout.dimensions {
      let (lowest, width) = (words[record + 2 * dimension], words[record + 2 * dimension + 1])
      guard lowest <= lower[dimension], upper[dimension] - lowest <= width else { return false }
      guard let ranges = RecordRanges(of: record, dimension, words) else { continue }
      let first = ranges.first(endingFrom: lower[dimension], words)
      guard ranges.lower(first, words) <= lower[dimension], upper[dimension] <= ranges.upper(first, words)
      else {
        return false
      }
    }
    return true
  }

  /// The side on which a record that overlaps the region is.
  func half(of record: Int, _ division: Division, _ words: Span<UInt32>) -> Half {
    let lowest = words[record + 2 * division.dimension]
    let highest = lowest + words[record + 2 * division.dimension + 1]
    var below = lowest <= division.value
    var above = highest > division.value
    if below, above, let ranges = RecordRanges(of: record, division.dimension, words) {
      let first = ranges.first(endingFrom: lower[division.dimension], words)
      below = ranges.lower(first, words) <= division.value
      let last = ranges.first(endingFrom: division.value + 1, words)
      above = ranges.lower(last, words) <= upper[division.dimension]
    }
    return below ? above ? .both : .lower : .upper
  }
}

/// The position of a record in a divided region.
enum Half {
  case lower
  case upper
  case both
}

/// The ranges of a record in a dimension in which it has gaps.
struct RecordRanges {
  private let position: Int
  /// How many there are.
  let count: Int

  /// Finds the ranges; nil if the record has no gaps there.
  init?(of record: Int, _ dimension: Int, _ words: Span<UInt32>) {
    let gaps = Int(words[record + ClassifierLayout.gaps])
    guard gaps != 0 else { return nil }
    for gap in 0..<Int(words[gaps]) where words[gaps + 1 + 3 * gap] == dimension {
      position = Int(words[gaps + 2 + 3 * gap])
      count = Int(words[gaps + 3 + 3 * gap])
      return
    }
    return nil
  }

  /// The lowest key of a range.
  func lower(_ number: Int, _ words: Span<UInt32>) -> UInt32 { words[position + 2 * number] }

  /// The highest key of a range.
  func upper(_ number: Int, _ words: Span<UInt32>) -> UInt32 { words[position + 2 * number + 1] }

  /// The first range that ends at or after a key.
  func first(endingFrom key: UInt32, _ words: Span<UInt32>) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if upper(middle, words) < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
