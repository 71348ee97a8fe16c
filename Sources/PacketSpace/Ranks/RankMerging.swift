/// Merges boxes that differ in one dimension only and are adjacent or overlap in it.
enum RankMerging {
  /// The rules of a policy after merging adjacent rules with the same answer if that changes no verdict.
  ///
  /// The order of adjacent rules with the same answer is irrelevant. Products that are not plain boxes are
  /// unchanged.
  ///
  /// - Parameters:
  ///   - policy: The policy.
  ///   - table: The table to which new boxes are added.
  static func joined(_ policy: RankPolicy, in table: RankTable) -> [RankDivision.Entry] {
    let entries = policy.entries
    var result: [RankDivision.Entry] = []
    result.reserveCapacity(entries.count)
    var start = 0
    let end = entries.count - 1
    while start < end {
      var next = start + 1
      while next < end, entries[next].answer == entries[start].answer { next += 1 }
      if next == start + 1 {
        result.append(entries[start])
      } else {
        var boxes: [RankBox] = []
        for entry in entries[start..<next] {
          if table.rows[Int(entry.product)] < 0 {
            boxes.append(table.hulls[Int(entry.product)])
          } else {
            result.append(entry)
          }
        }
        for box in joined(boxes) {
          result.append(.init(product: table.append(box), name: -1, answer: entries[start].answer))
        }
      }
      start = next
    }
    result.append(entries[end])
    return result
  }

  /// Boxes with the same packets as others, merged as far as possible.
  static func joined(_ boxes: [RankBox]) -> [RankBox] {
    var boxes = boxes
    var unchanged = 0
    var next = 0
    let dimensions: [RankDimension] = [.remote, .local, .remotePort, .localPort, .protocols]
    while unchanged < dimensions.count, boxes.count > 1 {
      let dimension = dimensions[next % dimensions.count]
      let count = boxes.count
      boxes = joined(boxes, along: dimension)
      unchanged = boxes.count == count ? unchanged + 1 : 1
      next += 1
    }
    return boxes
  }

  private static func joined(_ boxes: [RankBox], along dimension: RankDimension) -> [RankBox] {
    if boxes.count == 2 {
      return joined(boxes[0], boxes[1], along: dimension).map { [$0] } ?? boxes
    }
    var order: [(key: UInt64, index: Int)] = []
    order.reserveCapacity(boxes.count)
    for (index, box) in boxes.enumerated() {
      var print = Fingerprint()
      for other in RankDimension.allCases where other != dimension {
        print.add(UInt64(box[other].lower) << 32 | UInt64(box[other].upper))
      }
      order.append((print.value, index))
    }
    order.sort { left, right in
      if left.key != right.key { return left.key < right.key }
      let (mine, theirs) = (boxes[left.index][dimension], boxes[right.index][dimension])
      return (mine.lower, left.index) < (theirs.lower, right.index)
    }
    var result: [(box: RankBox, index: Int)] = []
    result.reserveCapacity(boxes.count)
    for (_, index) in order {
      if let last = result.last, let joined = joined(last.box, boxes[index], along: dimension) {
        result[result.count - 1] = (joined, min(last.index, index))
      } else {
        result.append((boxes[index], index))
      }
    }
    result.sort { $0.index < $1.index }
    return result.map(\.box)
  }

  private static func joined(_ left: RankBox, _ right: RankBox, along dimension: RankDimension) -> RankBox? {
    let (mine, theirs) = (left[dimension], right[dimension])
    guard UInt64(theirs.lower) <= UInt64(mine.upper) + 1, UInt64(mine.lower) <= UInt64(theirs.upper) + 1
    else {
      return nil
    }
    var result = left
    result[dimension] = theirs
    guard result == right else { return nil }
    result[dimension] = RankRange(min(mine.lower, theirs.lower), max(mine.upper, theirs.upper))
    return result
  }
}
