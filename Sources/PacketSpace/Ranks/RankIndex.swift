/// Finds the boxes of a list that overlap another box.
///
/// Along every dimension there are some marks, each with one bit per box of the list that says whether the
/// box starts before it, and another one whether it ends after it. The candidates are the intersection of ten
/// rows of bits, and are then checked exactly. Boxes are returned in the order of the list.
struct RankIndex {
  private let boxes: [RankBox]
  private let wordCount: Int
  private var bits: [UInt64] = []
  /// By dimension, the marks for the starts of boxes, and those for their ends.
  private var lowers: [Marks] = []
  private var uppers: [Marks] = []

  private struct Marks {
    var positions: [UInt32]
    /// The row of the first mark.
    var row: Int
  }

  /// The maximum number of marks along one dimension.
  private static let markLimit = 96

  init(_ boxes: [RankBox]) {
    self.boxes = boxes
    wordCount = (boxes.count + 63) / 64
    for dimension in RankDimension.allCases {
      lowers.append(rows(boxes.map { $0[dimension].lower }, isAscending: true))
      uppers.append(rows(boxes.map { $0[dimension].upper }, isAscending: false))
    }
  }

  /// Adds a row for each mark: the boxes whose number is not above the mark, or not below it.
  private mutating func rows(_ numbers: [UInt32], isAscending: Bool) -> Marks {
    let step = max(1, numbers.count / 2_048)
    var sample = stride(from: 0, to: numbers.count, by: step).map { numbers[$0] }
    sample.sort()
    var positions: [UInt32] = []
    for index in 0..<Self.markLimit {
      guard let position = sample.isEmpty ? nil : sample[index * (sample.count - 1) / (Self.markLimit - 1)],
        positions.last != position
      else { continue }
      positions.append(position)
    }
    // The outermost mark includes every box.
    if let outermost = isAscending ? numbers.max() : numbers.min(), !positions.isEmpty {
      positions[isAscending ? positions.count - 1 : 0] = outermost
    }
    let first = bits.count / max(1, wordCount)
    bits.append(contentsOf: repeatElement(0, count: positions.count * wordCount))
    for (index, number) in numbers.enumerated() {
      let mark =
        isAscending ? Self.first(positions, notBelow: number) : Self.last(positions, notAbove: number)
      bits[(first + mark) * wordCount + index / 64] |= 1 << UInt64(index % 64)
    }
    let order = isAscending ? Array(positions.indices.dropFirst()) : positions.indices.dropLast().reversed()
    for mark in order {
      let row = (first + mark) * wordCount
      let neighbor = (first + mark + (isAscending ? -1 : 1)) * wordCount
      for word in 0..<wordCount { bits[row + word] |= bits[neighbor + word] }
    }
    return Marks(positions: positions, row: first)
  }

  private static func first(_ positions: [UInt32], notBelow number: UInt32) -> Int {
    var low = 0
    var high = positions.count - 1
    while low < high {
      let middle = (low + high) / 2
      if positions[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func last(_ positions: [UInt32], notAbove number: UInt32) -> Int {
    var low = 0
    var high = positions.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if positions[middle] > number { high = middle - 1 } else { low = middle }
    }
    return low
  }

  /// Calls a closure with the index of every box that overlaps another one, in order, until it returns false.
  ///
  /// - Parameters:
  ///   - box: The other box.
  ///   - range: The boxes of the list to examine.
  ///   - body: The closure.
  func forEach(overlapping box: RankBox, in range: Range<Int>, _ body: (Int) -> Bool) {
    guard !range.isEmpty, wordCount > 0 else { return }
    var starts = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    func row(_ dimension: RankDimension) -> (Int, Int) {
      let lower = lowers[dimension.rawValue]
      let upper = uppers[dimension.rawValue]
      let begins = lower.row + Self.first(lower.positions, notBelow: box[dimension].upper)
      let ends = upper.row + Self.last(upper.positions, notAbove: box[dimension].lower)
      return (begins * wordCount, ends * wordCount)
    }
    (starts.0, starts.1) = row(.remote)
    (starts.2, starts.3) = row(.local)
    (starts.4, starts.5) = row(.localPort)
    (starts.6, starts.7) = row(.remotePort)
    (starts.8, starts.9) = row(.protocols)
    bits.withUnsafeBufferPointer { bits in
      let first = range.lowerBound / 64
      for word in first..<(range.upperBound + 63) / 64 {
        var found = bits[starts.0 + word] & bits[starts.1 + word] & bits[starts.2 + word]
        if word == first { found &= ~0 << UInt64(range.lowerBound % 64) }
        if found == 0 { continue }
        found &= bits[starts.3 + word] & bits[starts.4 + word] & bits[starts.5 + word]
        if found == 0 { continue }
        found &= bits[starts.6 + word] & bits[starts.7 + word]
        found &= bits[starts.8 + word] & bits[starts.9 + word]
        while found != 0 {
          let index = word * 64 + found.trailingZeroBitCount
          found &= found - 1
          if index >= range.upperBound { return }
          if boxes[index].overlaps(box), !body(index) { return }
        }
      }
    }
  }
}
