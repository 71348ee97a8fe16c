/// Subtracts boxes from a box by dividing one dimension after the other.
///
/// In each dimension the values are grouped into equivalence classes by the cuts that contain them. A class
/// without a cut remains whole, a class with a cut that covers all further dimensions is removed, and every
/// other class is divided along the next dimension; classes with equal remainders are merged again. The
/// result depends on the order of the dimensions alone, not on the order of the cuts.
struct BoxDivision {
  /// Values contained in exactly the same cuts, as one range of a lane.
  struct Segment {
    var range: LaneRange
    var lane: Int
    /// The class, numbered within its dimension.
    var part: Int
  }

  /// An equivalence class: the values of a dimension contained in exactly the same cuts.
  struct Part {
    var active: Int32
    var hasIPv4: Bool
    var hasIPv6: Bool
    /// The group of classes with equal remainders; -1 if nothing remains.
    var group = -1
  }

  /// The address families that remain after earlier dimensions.
  struct Families {
    var ipv4: Bool
    var ipv6: Bool

    /// The families that remain in a class of a dimension.
    func narrowed(to part: Part, _ dimension: PacketDimension) -> Families {
      guard dimension == .local || dimension == .remote else { return self }
      return Families(ipv4: ipv4 && part.hasIPv4, ipv6: ipv6 && part.hasIPv6)
    }
  }

  let whole: SetBox
  let cuts: [SetBox]
  let order: [PacketDimension]
  /// The maximum number of boxes before the division gives up.
  let boxLimit: Int
  /// The maximum work before it gives up.
  let workLimit: Int
  /// The highest rank of IPv6 addresses.
  let lastIPv6: UInt32
  private(set) var work = 0
  private(set) var gaveUp = false
  /// The number of boxes found.
  private(set) var boxCount = 0

  private var sets: BitSetTable
  private var tree = RemainderTree()
  /// The remainder by depth, families and set of cuts.
  private var known: [UInt64: Int32] = [:]
  /// By depth, the cuts that cover all further dimensions.
  private var covering: [Int32] = []
  private var segments: [Segment] = []
  private var parts: [Part] = []
  private var events: [UInt64] = []
  /// For each set of cuts its class in the dimension being divided, and when that was recorded.
  private var partOfSet: [(part: Int, sweep: Int)] = []
  private var sweeps = 0

  /// Prepares a division.
  ///
  /// - Parameters:
  ///   - whole: The box to subtract from.
  ///   - cuts: The boxes to subtract, each inside `whole` in every dimension.
  ///   - order: The dimensions in which the cuts differ from the whole, protocols before ports.
  ///   - lastIPv6: The highest rank of IPv6 addresses.
  ///   - boxLimit: The maximum number of boxes.
  ///   - workLimit: The maximum work.
  init(
    whole: SetBox, cuts: [SetBox], order: [PacketDimension], lastIPv6: UInt32, boxLimit: Int = .max,
    workLimit: Int
  ) {
    self.whole = whole
    self.cuts = cuts
    self.order = order
    self.lastIPv6 = lastIPv6
    self.boxLimit = boxLimit
    self.workLimit = workLimit
    sets = BitSetTable(count: cuts.count)
    for depth in 0...order.count {
      sets.clear()
      for (index, cut) in cuts.enumerated()
      where order[depth...].allSatisfy({ cut[$0] == whole[$0] }) { sets.toggle(index) }
      covering.append(sets.number())
    }
  }

  /// The work for one end of a range, which grows with the number of cuts.
  static func workPerEvent(cuts count: Int) -> Int { 1 + count / 128 }

  private mutating func start() -> (active: Int32, families: Families) {
    sets.clear()
    for index in cuts.indices { sets.toggle(index) }
    return (sets.number(), Families(ipv4: whole.hasIPv4, ipv6: whole.hasIPv6))
  }

  /// The remainder, or nil if a limit was reached.
  ///
  /// - Parameter table: The sets.
  mutating func remainder(_ table: inout SetTable) -> [SetBox]? {
    let (active, families) = start()
    let root = solve(0, active, families, &table)
    boxCount = tree.count(root)
    return gaveUp ? nil : tree.boxes(root, order, whole).filter { !$0.isEmpty }
  }

  /// Boxes of the remainder, those with the fewest divisions first, at most the given number.
  ///
  /// - Parameters:
  ///   - count: The maximum number of boxes.
  ///   - table: The sets.
  mutating func largest(_ count: Int, _ table: inout SetTable) -> [SetBox] {
    var boxes: [SetBox] = []
    let (active, families) = start()
    var queue: [(depth: Int, active: Int32, families: Families, box: SetBox)] = [(0, active, families, whole)]
    var head = 0
    while head < queue.count, boxes.count < count, work <= workLimit {
      let (depth, active, families, box) = queue[head]
      head += 1
      if active == BitSetTable.empty {
        let complete = box.withoutLoneFamilies
        if !complete.isEmpty { boxes.append(complete) }
        continue
      }
      if depth == order.count || sets.intersect(active, covering[depth]) { continue }
      let dimension = order[depth]
      divide(dimension, active, families, table)
      for index in parts.indices { parts[index].group = index }
      for (part, side) in zip(parts, sides(parts.count, dimension, 0, 0, &table)) {
        var smaller = box
        smaller[dimension] = side
        queue.append((depth + 1, part.active, families.narrowed(to: part, dimension), smaller))
      }
      segments.removeAll(keepingCapacity: true)
      parts.removeAll(keepingCapacity: true)
    }
    return boxes
  }

  /// The remainder of the dimensions from a depth on, as a node of the tree.
  private mutating func solve(
    _ depth: Int, _ active: Int32, _ families: Families, _ table: inout SetTable
  ) -> Int32 {
    if active == BitSetTable.empty { return RemainderTree.whole }
    if depth == order.count || sets.intersect(active, covering[depth]) { return RemainderTree.nothing }
    let key =
      UInt64(depth) << 40 | (families.ipv4 ? 1 << 33 : 0) | (families.ipv6 ? 1 << 32 : 0)
      | UInt64(UInt32(bitPattern: active))
    if let node = known[key] { return node }
    let dimension = order[depth]
    let (firstSegment, firstPart) = (segments.count, parts.count)
    defer {
      segments.removeLast(segments.count - firstSegment)
      parts.removeLast(parts.count - firstPart)
    }
    divide(dimension, active, families, table)
    tree.beginGroups(depth)
    var children: [Int32] = []
    var count = 0
    for index in firstPart..<parts.count {
      guard !gaveUp else { return RemainderTree.nothing }
      let part = parts[index]
      let child = solve(depth + 1, part.active, families.narrowed(to: part, dimension), &table)
      if work > workLimit { gaveUp = true }
      if gaveUp || child == RemainderTree.nothing { continue }
      let group = tree.group(of: child, new: children.count, depth)
      parts[index].group = group
      if group == children.count {
        children.append(child)
        count += tree.count(child)
        work += tree.count(child)
      }
      if count > boxLimit { gaveUp = true }
    }
    guard !gaveUp else { return RemainderTree.nothing }
    let sides = sides(children.count, dimension, firstSegment, firstPart, &table)
    let node = tree.node(depth, sides, children, whole: whole[dimension], count: count)
    known[key] = node
    return node
  }

  // MARK: One dimension

  /// Divides a dimension by some cuts; adds the segments and classes to the existing ones.
  private mutating func divide(
    _ dimension: PacketDimension, _ active: Int32, _ families: Families, _ table: SetTable
  ) {
    sweeps += 1
    let first = parts.count
    switch dimension {
    case .protocols, .icmpTypes: sweep(SetBox.protocols, active, first, last: 255, table)
    case .localPorts: sweep(SetBox.localPorts, active, first, last: 65535, table)
    case .remotePorts: sweep(SetBox.remotePorts, active, first, last: 65535, table)
    case .local:
      if families.ipv4 { sweep(SetBox.localIPv4, active, first, last: .max, table) }
      if families.ipv6 { sweep(SetBox.localIPv6, active, first, last: lastIPv6, table) }
    case .remote:
      if families.ipv4 { sweep(SetBox.remoteIPv4, active, first, last: .max, table) }
      if families.ipv6 { sweep(SetBox.remoteIPv6, active, first, last: lastIPv6, table) }
    }
  }

  /// Divides a lane by some cuts, sweeping from one end of a range to the next.
  private mutating func sweep(
    _ lane: Int, _ active: Int32, _ firstPart: Int, last: UInt32, _ table: SetTable
  ) {
    let domain = whole.lanes[lane]
    events.removeAll(keepingCapacity: true)
    // The domain participates with the index after the last cut.
    addEvents(of: domain, cuts.count, last, table)
    sets.clear()
    for word in 0..<sets.words {
      var rest = sets.word(active, word)
      while rest != 0 {
        let cut = word * 64 + rest.trailingZeroBitCount
        rest &= rest - 1
        let set = cuts[cut].lanes[lane]
        if set == domain { sets.toggle(cut) } else { addEvents(of: set, cut, last, table) }
      }
    }
    if events.count > 2 { events.sort() }
    work += events.count * Self.workPerEvent(cuts: cuts.count)
    var isInside = false
    var cursor = 0
    while cursor < events.count {
      let start = UInt32(events[cursor] >> 32)
      while cursor < events.count, UInt32(events[cursor] >> 32) == start {
        let index = Int(events[cursor] & 0xffff_ffff)
        if index == cuts.count { isInside.toggle() } else { sets.toggle(index) }
        cursor += 1
      }
      guard isInside else { continue }
      let end = cursor < events.count ? UInt32(events[cursor] >> 32) - 1 : last
      let part = part(sets.number(), firstPart, lane)
      segments.append(Segment(range: LaneRange(lower: start, upper: end), lane: lane, part: part))
    }
  }

  private mutating func addEvents(of set: Int32, _ index: Int, _ last: UInt32, _ table: SetTable) {
    for position in table.indices(set) {
      let range = table.ranges[position]
      events.append(UInt64(range.lower) << 32 | UInt64(index))
      if range.upper < last { events.append(UInt64(range.upper + 1) << 32 | UInt64(index)) }
    }
  }

  /// The class of exactly some cuts, numbered within its dimension; a new one if there is none.
  private mutating func part(_ active: Int32, _ first: Int, _ lane: Int) -> Int {
    while partOfSet.count < sets.count { partOfSet.append((0, 0)) }
    let number = Int(active)
    if partOfSet[number].sweep != sweeps {
      partOfSet[number] = (parts.count - first, sweeps)
      parts.append(Part(active: active, hasIPv4: false, hasIPv6: false))
    }
    let part = partOfSet[number].part
    if lane == SetBox.localIPv4 || lane == SetBox.remoteIPv4 { parts[first + part].hasIPv4 = true }
    if lane == SetBox.localIPv6 || lane == SetBox.remoteIPv6 { parts[first + part].hasIPv6 = true }
    return part
  }

  /// The values of each group of classes along a dimension, as in ``SetBox/subscript(_:)``.
  private func sides(
    _ count: Int, _ dimension: PacketDimension, _ firstSegment: Int, _ firstPart: Int,
    _ table: inout SetTable
  ) -> [UInt64] {
    // The segments by group, each group's in order.
    var ends = Array(repeating: 0, count: count + 1)
    for segment in segments[firstSegment...] {
      let group = parts[firstPart + segment.part].group
      if group >= 0 { ends[group + 1] += 1 }
    }
    for group in 0..<count { ends[group + 1] += ends[group] }
    var sorted = Array(repeating: 0, count: ends[count])
    var next = ends
    for index in firstSegment..<segments.count {
      let group = parts[firstPart + segments[index].part].group
      guard group >= 0 else { continue }
      sorted[next[group]] = index
      next[group] += 1
    }
    let (first, second) = SetBox.lanes(dimension)
    let segments = segments
    return (0..<count).map { group in
      let own = sorted[ends[group]..<ends[group + 1]]
      var side = SetBox(lanes: .init(repeating: 0))
      let split = own.firstIndex { segments[$0].lane != first } ?? own.endIndex
      side.lanes[first] = table.number(own[..<split].lazy.map { segments[$0].range })
      if second != first { side.lanes[second] = table.number(own[split...].lazy.map { segments[$0].range }) }
      return side[dimension]
    }
  }
}
