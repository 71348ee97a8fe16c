import NetworkTypes

/// Nodes of decision diagrams, each held once.
///
/// A node looks at one dimension and has a child for each range of numbers along it; neighbours have
/// different children, and a node has at least two. A number below zero is a terminal: the complement of
/// its value. The dimensions follow one another in one order on every way down, so that two diagrams of
/// one store mean the same exactly when they are the same number.
///
/// It is a value that is worked on in place, so that no access to it has to be checked while it runs.
struct DiagramStore {
  /// The terminal of value 0: what belongs to no set and no rule.
  static let none: Int32 = ~0
  /// The terminal of value 1: what belongs to a set.
  static let one: Int32 = ~1

  let budget: Budget
  private(set) var levels: [UInt8] = []
  /// Where the edges of a node begin; those of the next node end them.
  private(set) var starts: [Int32] = [0]
  /// The highest number of each edge; that of a node's last edge is the highest of all.
  private(set) var uppers: [UInt128] = []
  private(set) var children: [Int32] = []
  private var hashes: [UInt64] = []
  private var slots: [Int32] = Array(repeating: -1, count: 64)
  private var pendingUppers: [UInt128] = []
  private var pendingChildren: [Int32] = []

  init(budget: Budget) { self.budget = budget }

  /// The dimension a node looks at.
  func level(_ node: Int32) -> UInt8 { node < 0 ? DiagramLevel.terminal : levels[Int(node)] }

  /// The edges of a node.
  func edges(_ node: Int32) -> Range<Int> { Int(starts[Int(node)])..<Int(starts[Int(node) + 1]) }

  // MARK: Making nodes

  /// Where the edges of the next node will begin; every edge is then given with ``add(upper:child:from:)``.
  var mark: Int { pendingUppers.count }

  /// Gives the next edge of a node in the making.
  mutating func add(upper: UInt128, child: Int32, from mark: Int) {
    let last = pendingUppers.count - 1
    if last >= mark, pendingChildren[last] == child {
      pendingUppers[last] = upper
    } else {
      pendingUppers.append(upper)
      pendingChildren.append(child)
    }
  }

  /// The node with the edges given since a mark; their only child where there is but one.
  mutating func node(level: UInt8, from mark: Int) throws(Undecided) -> Int32 {
    let count = pendingUppers.count - mark
    defer {
      pendingUppers.removeLast(count)
      pendingChildren.removeLast(count)
    }
    if count == 1 { return pendingChildren[mark] }
    var hash = UInt64(level) &+ 0x9e37_79b9_7f4a_7c15
    for index in mark..<pendingUppers.count {
      let upper = pendingUppers[index]
      Self.mix(&hash, UInt64(truncatingIfNeeded: upper ^ upper >> 64))
      Self.mix(&hash, UInt64(UInt32(bitPattern: pendingChildren[index])))
    }
    var slot = Int(truncatingIfNeeded: hash & UInt64(slots.count - 1))
    while slots[slot] >= 0 {
      let known = slots[slot]
      if hashes[Int(known)] == hash, isEqual(known, level, mark, count) { return known }
      slot = (slot + 1) & (slots.count - 1)
    }
    try budget.spend()
    let new = Int32(levels.count)
    slots[slot] = new
    levels.append(level)
    hashes.append(hash)
    for index in mark..<pendingUppers.count {
      uppers.append(pendingUppers[index])
      children.append(pendingChildren[index])
    }
    starts.append(Int32(uppers.count))
    if levels.count * 2 > slots.count { grow() }
    return new
  }

  private static func mix(_ hash: inout UInt64, _ word: UInt64) {
    hash = (hash ^ word) &* 0xff51_afd7_ed55_8ccd
    hash ^= hash >> 33
  }

  private func isEqual(_ node: Int32, _ level: UInt8, _ mark: Int, _ count: Int) -> Bool {
    let edges = edges(node)
    guard levels[Int(node)] == level, edges.count == count else { return false }
    for offset in 0..<count
    where children[edges.lowerBound + offset] != pendingChildren[mark + offset]
      || uppers[edges.lowerBound + offset] != pendingUppers[mark + offset]
    {
      return false
    }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for node in levels.indices {
      var slot = Int(truncatingIfNeeded: hashes[node] & UInt64(slots.count - 1))
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(node)
    }
  }
}

extension DiagramStore {
  /// The diagram that gives a child for the members of a set and nothing for the others.
  private mutating func node<Bound>(
    level: UInt8, _ set: IntervalSet<Bound>, last: Bound, child: Int32
  ) throws(Undecided) -> Int32 {
    let mark = mark
    var next: UInt128 = 0
    for interval in set.intervals {
      if UInt128(interval.lower) > next {
        add(upper: UInt128(interval.lower) - 1, child: Self.none, from: mark)
      }
      let isLast = interval.upper == last
      add(upper: isLast ? .max : UInt128(interval.upper), child: child, from: mark)
      if isLast { return try node(level: level, from: mark) }
      next = UInt128(interval.upper) + 1
    }
    add(upper: .max, child: Self.none, from: mark)
    return try node(level: level, from: mark)
  }

  /// The diagram that gives a terminal for the packets of a box and nothing for the others.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - terminal: The terminal.
  mutating func node(_ box: PacketBox, terminal: Int32 = DiagramStore.one) throws(Undecided) -> Int32 {
    guard !box.isEmpty else { return Self.none }
    var four = Self.none
    if !box.local.ipv4.isEmpty {
      four = try node(level: DiagramLevel.remote, box.remote.ipv4, last: .max, child: terminal)
      four = try node(level: DiagramLevel.local, box.local.ipv4, last: .max, child: four)
      four = try node(above: four, box)
    }
    var six = Self.none
    if !box.local.ipv6.isEmpty {
      six = try node(level: DiagramLevel.remote, box.remote.ipv6, last: .max, child: terminal)
      six = try node(level: DiagramLevel.local, box.local.ipv6, last: .max, child: six)
      six = try node(above: six, box)
    }
    let mark = mark
    add(upper: 0, child: four, from: mark)
    add(upper: .max, child: six, from: mark)
    return try node(level: DiagramLevel.family, from: mark)
  }

  private mutating func node(above addresses: Int32, _ box: PacketBox) throws(Undecided) -> Int32 {
    var node = try node(
      level: DiagramLevel.remotePort, box.remotePorts, last: .max, child: addresses)
    if box.icmpTypes != .allICMPTypes {
      node = try self.node(level: DiagramLevel.localPort, box.icmpTypes, last: .max, child: node)
    } else {
      node = try self.node(level: DiagramLevel.localPort, box.localPorts, last: .max, child: node)
    }
    return try self.node(
      level: DiagramLevel.protocols, DiagramLevel.ranks(box.protocols), last: DiagramLevel.lastRank,
      child: node)
  }
}
