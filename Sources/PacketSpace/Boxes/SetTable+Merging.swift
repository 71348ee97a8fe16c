extension SetTable {
  /// Merges boxes that are equal in all dimensions but one, until no two of them are.
  ///
  /// The boxes keep the order of their first parts.
  ///
  /// - Parameter boxes: The boxes, none of them empty.
  mutating func merged(_ boxes: [SetBox]) -> [SetBox] {
    var result = boxes
    var unchanged = 0
    var next = 0
    let dimensions: [PacketDimension] = [.protocols, .localPorts, .remotePorts, .local, .remote]
    while unchanged < dimensions.count, result.count > 1 {
      let count = result.count
      join(&result, along: dimensions[next % dimensions.count])
      unchanged = result.count == count ? unchanged + 1 : 1
      next += 1
    }
    return result
  }

  private mutating func join(_ boxes: inout [SetBox], along dimension: PacketDimension) {
    let (first, second) = SetBox.lanes(dimension)
    var positions = BoxIndex(count: boxes.count)
    var count = 0
    for index in boxes.indices {
      var key = boxes[index]
      key[dimension] = 0
      let position = positions.index(of: key, new: count)
      guard position < count else {
        boxes[count] = boxes[index]
        count += 1
        continue
      }
      boxes[position].lanes[first] = union(boxes[position].lanes[first], boxes[index].lanes[first])
      if second != first {
        boxes[position].lanes[second] = union(boxes[position].lanes[second], boxes[index].lanes[second])
      }
    }
    boxes.removeLast(boxes.count - count)
  }

  /// Merges complete families if two boxes are otherwise equal.
  ///
  /// - Parameters:
  ///   - boxes: The boxes, none of them empty.
  ///   - universe: All packets considered.
  func joiningFamilies(_ boxes: [SetBox], universe: SetBox) -> [SetBox] {
    var positions = BoxIndex(count: boxes.count)
    var result: [SetBox] = []
    for box in boxes {
      let whole = box.hasIPv4 ? universe.onlyIPv4 : universe.onlyIPv6
      guard box.hasIPv4 != box.hasIPv6, box[.local] == whole[.local], box[.remote] == whole[.remote] else {
        result.append(box)
        continue
      }
      var key = box
      key[.local] = 0
      key[.remote] = 0
      let position = positions.index(of: key, new: result.count)
      if position == result.count {
        result.append(box)
      } else {
        // The lanes of the other family are those that this box lacks.
        result[position].lanes = result[position].lanes | box.lanes
      }
    }
    return result
  }
}

/// Indices by box.
private struct BoxIndex {
  private var slots: [Int32]
  private var keys: [SetBox] = []
  private var values: [Int32] = []

  init(count: Int) {
    var size = 8
    while size < count * 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
    keys.reserveCapacity(count)
    values.reserveCapacity(count)
  }

  /// The index of a box; set to the given one if there is none.
  mutating func index(of key: SetBox, new: Int) -> Int {
    var slot = Int(truncatingIfNeeded: key.sum) & (slots.count - 1)
    while slots[slot] >= 0 {
      let known = Int(slots[slot])
      if keys[known].lanes == key.lanes { return Int(values[known]) }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(keys.count)
    keys.append(key)
    values.append(Int32(new))
    return new
  }
}
