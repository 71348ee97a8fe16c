import NetworkTypes

/// Nodes of decision diagrams, stored once each.
///
/// A node tests one dimension and has a child for each range of ranks along it; adjacent children are
/// different, and a node has at least two. A negative number is a terminal: the complement of its value. The
/// dimensions have the same order on every path, so that two diagrams of one store are equal if and only if
/// their numbers are.
///
/// It is a value that is modified in place, so that accesses need no exclusivity checks at run time.
struct DecisionDiagram {
  /// The terminal of value 0: not in the set, or no rule.
  static let none: Int32 = ~0
  /// The terminal of value 1: in the set.
  static let one: Int32 = ~1

  let budget: Budget
  private(set) var levels: [UInt8] = []
  /// The start of a node's edges; they end at the next node's start.
  private(set) var starts: [Int32] = [0]
  /// The upper bound of each edge; that of a node's last edge is the maximum.
  private(set) var uppers: [UInt128] = []
  private(set) var children: [Int32] = []
  private var hashes: [UInt64] = []
  private var slots: [Int32] = Array(repeating: -1, count: 64)
  private var pendingUppers: [UInt128] = []
  private var pendingChildren: [Int32] = []

  init(budget: Budget) { self.budget = budget }

  /// The dimension that a node tests.
  func level(_ node: Int32) -> UInt8 { node < 0 ? DiagramLevel.terminal : levels[Int(node)] }

  /// The edges of a node.
  func edges(_ node: Int32) -> Range<Int> { Int(starts[Int(node)])..<Int(starts[Int(node) + 1]) }

  // MARK: Creating nodes

  /// The start of the next node's edges; every edge is then added with ``add(upper:child:from:)``.
  var mark: Int { pendingUppers.count }

  /// Adds the next edge of a node under construction.
  mutating func add(upper: UInt128, child: Int32, from mark: Int) {
    let last = pendingUppers.count - 1
    if last >= mark, pendingChildren[last] == child {
      pendingUppers[last] = upper
    } else {
      pendingUppers.append(upper)
      pendingChildren.append(child)
    }
  }

  /// The node with the edges added since a mark; the child itself if there is only one.
  mutating func node(level: UInt8, from mark: Int) throws(BudgetExceeded) -> Int32 {
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

extension DecisionDiagram {
  /// The diagram with a child for the members of a set and nothing elsewhere.
  private mutating func node<Bound>(
    level: UInt8, _ set: IntervalSet<Bound>, last: Bound, child: Int32
  ) throws(BudgetExceeded) -> Int32 {
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

  /// The diagram with a terminal for the packets of a box and nothing elsewhere.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - terminal: The terminal.
  mutating func node(_ box: PacketBox, terminal: Int32 = DecisionDiagram.one) throws(BudgetExceeded) -> Int32
  {
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

  private mutating func node(above addresses: Int32, _ box: PacketBox) throws(BudgetExceeded) -> Int32 {
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
