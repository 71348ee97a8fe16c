/// A box minus other boxes, as few disjoint boxes.
///
/// Several orders of dimensions are tried and the one with the fewest rules is used, so that the result
/// depends on the sets alone. The number of boxes is small, but not provably minimal.
struct BoxDifference {
  private let whole: SetBox
  private let space: BoxSpace
  private let cuts: [SetBox]
  private let orders: [[PacketDimension]]

  /// The work of one order, in units of ``BoxDivision``.
  static let workLimit = 400_000

  /// The work of trying to merge one box with the others.
  private static let workPerMerging = 16

  /// Prepares the difference; nil if the work limit is too small to begin any division.
  ///
  /// - Parameters:
  ///   - whole: The box to subtract from.
  ///   - others: The boxes to subtract; each overlaps the whole.
  ///   - space: All packets considered.
  ///   - work: The work limit.
  ///   - table: The sets.
  init?(
    _ whole: SetBox, without others: [SetBox], in space: BoxSpace, work: Int, _ table: inout SetTable
  ) {
    self.whole = whole
    self.space = space
    var seen: Set<SetBox> = []
    var cuts: [SetBox] = []
    cuts.reserveCapacity(others.count)
    for other in others {
      let cut = Self.widened(whole == space.universe ? other : table.intersection(whole, other), in: whole)
      let isKnown = others.count <= 8 ? cuts.contains(cut) : !seen.insert(cut).inserted
      if isKnown { continue }
      cuts.append(cut)
      if Self.leastWork(cuts: cuts.count) > work { return nil }
    }
    self.cuts = cuts
    orders = Self.orders(whole, cuts)
  }

  /// The same box, widened where that adds no packet, so that fewer of its sets differ from those of a larger
  /// one: a family that one side lacks can be added on the other.
  private static func widened(_ cut: SetBox, in whole: SetBox) -> SetBox {
    if whole.hasIPv4, !cut.hasIPv4 {
      return widened(
        cut, in: whole, lacking: (SetBox.localIPv4, SetBox.remoteIPv4), (SetBox.localIPv6, SetBox.remoteIPv6))
    }
    if whole.hasIPv6, !cut.hasIPv6 {
      return widened(
        cut, in: whole, lacking: (SetBox.localIPv6, SetBox.remoteIPv6), (SetBox.localIPv4, SetBox.remoteIPv4))
    }
    return cut
  }

  private static func widened(
    _ cut: SetBox, in whole: SetBox, lacking family: (local: Int, remote: Int),
    _ other: (local: Int, remote: Int)
  ) -> SetBox {
    var cut = cut
    let isLocalFull = cut.lanes[other.local] == whole.lanes[other.local]
    if isLocalFull || cut.lanes[other.remote] != whole.lanes[other.remote] {
      cut.lanes[family.local] = whole.lanes[family.local]
    } else {
      cut.lanes[family.remote] = whole.lanes[family.remote]
    }
    return cut
  }

  /// Whether the difference is empty; also false if the work limit is exceeded.
  ///
  /// - Parameters:
  ///   - work: The remaining work; reduced by the work done.
  ///   - table: The sets.
  func isEmpty(work: inout Int, _ table: inout SetTable) -> Bool {
    guard !cuts.isEmpty else { return whole.isEmpty }
    guard work >= leastWork else { return false }
    var division = division(orders[0], boxLimit: 0, work: work)
    let remainder = division.remainder(&table)
    work -= division.work
    return remainder?.isEmpty ?? false
  }

  /// A difference, and what it took.
  struct Result {
    var boxes: [SetBox]
    /// The lowest limit with the same result.
    var leastLimit: Int
  }

  /// The difference, or nil if it needs more rules or more work than allowed.
  ///
  /// - Parameters:
  ///   - limit: The maximum number of rules for the boxes.
  ///   - work: The remaining work; reduced by the work done.
  ///   - table: The sets.
  func boxes(limit: Int, work: inout Int, _ table: inout SetTable) -> Result? {
    guard !cuts.isEmpty else {
      let count = whole.ruleCount(universe: space.universe)
      return count <= limit ? Result(boxes: [whole], leastLimit: count) : nil
    }
    var best: (result: Result, cost: Cost)?
    for order in orders {
      guard work >= leastWork else { break }
      // Merging can still shorten the list, so the division may exceed the limit temporarily.
      var division = division(order, boxLimit: limit < .max / 2 ? limit * 2 : limit, work: work)
      let remainder = division.remainder(&table)
      work -= division.work
      guard let remainder else { continue }
      work -= remainder.count * Self.workPerMerging
      let boxes = merged(remainder, &table)
      let cost = Cost(boxes, space.universe, table)
      if cost.rules <= limit, best.map({ cost < $0.cost }) ?? true {
        best = (Result(boxes: boxes, leastLimit: max(cost.rules, (division.boxCount + 1) / 2)), cost)
      }
    }
    return best?.result
  }

  /// Some boxes of the difference, large ones first, that need at most the given number of rules.
  ///
  /// - Parameters:
  ///   - limit: The maximum number of rules.
  ///   - work: The remaining work; reduced by the work done.
  ///   - table: The sets.
  func largestBoxes(limit: Int, work: inout Int, _ table: inout SetTable) -> [SetBox] {
    guard work >= leastWork else { return [] }
    var division = division(orders[0], boxLimit: .max, work: work)
    var room = limit
    let boxes = division.largest(limit, &table)
    work -= division.work
    return boxes.filter { box in
      let cost = box.ruleCount(universe: space.universe)
      guard cost <= room else { return false }
      room -= cost
      return true
    }
  }

  private func division(_ order: [PacketDimension], boxLimit: Int, work: Int) -> BoxDivision {
    BoxDivision(
      whole: whole, cuts: cuts, order: order, lastIPv6: space.lastIPv6, boxLimit: boxLimit,
      workLimit: min(work, Self.workLimit))
  }

  /// The work of the first dimension, without which no division is started.
  var leastWork: Int { Self.leastWork(cuts: cuts.count) }

  /// The same for a number of cuts.
  static func leastWork(cuts count: Int) -> Int { count * 2 * BoxDivision.workPerEvent(cuts: count) }

  /// The boxes after merging; families are separated only if that saves rules.
  private func merged(_ boxes: [SetBox], _ table: inout SetTable) -> [SetBox] {
    let together = table.merged(boxes)
    guard space.universe.hasIPv4, space.universe.hasIPv6, together.count > 1 else { return together }
    let halves = together.flatMap { box in
      (box.hasIPv4 ? [box.onlyIPv4] : []) + (box.hasIPv6 ? [box.onlyIPv6] : [])
    }
    guard halves.count > together.count else { return together }
    let apart = table.joiningFamilies(table.merged(halves), universe: space.universe)
    return Cost(apart, space.universe, table).rules < Cost(together, space.universe, table).rules
      ? apart : together
  }

  /// The cost of a list of boxes: first the number of rules, then the number of ranges in them, plus one per
  /// box.
  private struct Cost: Comparable {
    var rules = 0
    var ranges = 0

    init(_ boxes: [SetBox], _ universe: SetBox, _ table: SetTable) {
      for box in boxes {
        rules += box.ruleCount(universe: universe)
        ranges += table.rangeCount(box) + 1
      }
    }

    static func < (left: Self, right: Self) -> Bool {
      (left.rules, left.ranges) < (right.rules, right.ranges)
    }
  }

  /// The orders worth trying, most promising first; protocols always precede ports.
  ///
  /// Dimensions in which no cut differs from the whole are omitted. The first order is by the number of
  /// different sets, fewest first; unless there are too many cuts, variants with two adjacent dimensions
  /// swapped follow. All other orders together would save three rules in a thousand.
  private static func orders(_ whole: SetBox, _ cuts: [SetBox]) -> [[PacketDimension]] {
    var ranked: [(dimension: PacketDimension, count: Int)] = []
    for dimension in PacketDimension.allCases where dimension != .icmpTypes {
      let count = variety(dimension, whole, cuts)
      if count > 0 { ranked.append((dimension, count)) }
    }
    ranked.sort { ($0.count, $0.dimension.rawValue) < ($1.count, $1.dimension.rawValue) }
    let first = protocolsBeforePorts(ranked.map(\.dimension))
    // One cut leaves one box for each dimension in which it differs, in any order.
    if cuts.count <= 1 { return [first] }
    var orders = [first]
    guard cuts.count <= 256 else { return orders }
    for index in first.indices.dropLast() {
      var swapped = first
      swapped.swapAt(index, index + 1)
      if protocolsBeforePorts(swapped) == swapped { orders.append(swapped) }
    }
    return orders
  }

  /// The number of different sets of the cuts along a dimension, other than that of the whole.
  private static func variety(_ dimension: PacketDimension, _ whole: SetBox, _ cuts: [SetBox]) -> Int {
    let full = whole[dimension]
    var sides: [UInt64] = []
    for cut in cuts where cut[dimension] != full && sides.last != cut[dimension] {
      sides.append(cut[dimension])
    }
    if sides.count <= 1 { return sides.count }
    sides.sort()
    var count = 1
    for index in 1..<sides.count where sides[index] != sides[index - 1] { count += 1 }
    return count
  }

  private static func protocolsBeforePorts(_ order: [PacketDimension]) -> [PacketDimension] {
    guard let protocols = order.firstIndex(of: .protocols),
      let ports = order.firstIndex(where: { $0 == .localPorts || $0 == .remotePorts }), ports < protocols
    else { return order }
    var result = order
    result.insert(result.remove(at: protocols), at: ports)
    return result
  }
}
