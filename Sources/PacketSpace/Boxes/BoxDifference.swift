import NetworkTypes

/// What is left of a box when others are taken away from it, in few boxes without a packet in common.
///
/// The orders of dimensions are tried and the one that costs the fewest rules wins, so that the result
/// depends on the sets alone. Few boxes come out, not provably the fewest.
struct BoxDifference {
  private let whole: PacketBox
  private let universe: PacketBox
  private let cuts: [LooseBox]
  private let orders: [[PacketDimension]]

  /// The work of one order, in the unit of ``BoxDivision``.
  static let workLimit = 400_000

  /// The work of trying to join one box with the others.
  private static let workPerMerging = 16

  /// Prepares the difference.
  ///
  /// - Parameters:
  ///   - whole: The box to take from.
  ///   - others: The boxes to take away.
  ///   - universe: All packets that matter; it decides what a box costs in rules.
  init(_ whole: PacketBox, without others: some Sequence<PacketBox>, universe: PacketBox) {
    self.whole = whole
    self.universe = universe
    var seen: Set<PacketBox> = []
    var cuts: [LooseBox] = []
    for other in others where whole.intersects(other) {
      let cut = whole.intersection(other)
      if seen.insert(cut).inserted { cuts.append(cut.widened(in: whole)) }
    }
    self.cuts = cuts
    orders = Self.orders(whole, cuts)
  }

  /// Whether nothing is left; false also when that takes more work than allowed to find out.
  ///
  /// - Parameter work: The work that may still be done; what was done is taken off.
  func isEmpty(work: inout Int) -> Bool {
    guard !cuts.isEmpty else { return whole.isEmpty }
    guard work >= leastWork else { return false }
    var division = BoxDivision(
      whole: whole, cuts: cuts, order: orders[0], boxLimit: 0, workLimit: min(work, Self.workLimit))
    let remainder = division.remainder()
    work -= division.work
    return remainder?.isEmpty ?? false
  }

  /// What is left, or nil when it takes more rules or more work than allowed.
  ///
  /// - Parameters:
  ///   - limit: How many rules the boxes may become.
  ///   - work: The work that may still be done; what was done is taken off.
  func boxes(limit: Int, work: inout Int) -> [PacketBox]? {
    guard !cuts.isEmpty else { return whole.matchCount(universe: universe) <= limit ? [whole] : nil }
    var best: (boxes: [PacketBox], cost: Cost)?
    for order in orders {
      guard work >= leastWork else { break }
      // Merging can still shorten the list, so the division may run over the limit for a while.
      var division = BoxDivision(
        whole: whole, cuts: cuts, order: order, boxLimit: limit < .max / 2 ? limit * 2 : limit,
        workLimit: min(work, Self.workLimit))
      let remainder = division.remainder()
      work -= division.work
      guard let remainder else { continue }
      work -= remainder.count * Self.workPerMerging
      let boxes = merged(remainder)
      let cost = Cost(boxes, universe)
      if cost.rules <= limit, best.map({ cost < $0.cost }) ?? true { best = (boxes, cost) }
    }
    return best?.boxes
  }

  /// Some boxes of what is left, large ones first, that become at most as many rules as asked for.
  ///
  /// - Parameters:
  ///   - limit: How many rules they may become.
  ///   - work: The work that may still be done; what was done is taken off.
  func largestBoxes(limit: Int, work: inout Int) -> [PacketBox] {
    var division = BoxDivision(
      whole: whole, cuts: cuts, order: orders[0], workLimit: min(work, Self.workLimit))
    guard work >= leastWork else { return [] }
    var room = limit
    let boxes = division.largest(limit)
    work -= division.work
    return boxes.filter { box in
      let cost = box.matchCount(universe: universe)
      guard cost <= room else { return false }
      room -= cost
      return true
    }
  }

  /// The work of the first dimension, without which no division is begun.
  private var leastWork: Int { cuts.count * 2 * BoxDivision.workPerEvent(cuts: cuts.count) }

  /// The boxes with those joined that can be; the families apart only where that saves rules.
  private func merged(_ boxes: [PacketBox]) -> [PacketBox] {
    let together = PacketBox.merged(boxes)
    guard universe.families.count > 1, together.count > 1 else { return together }
    let halves = together.flatMap { box in box.families.map { box.only($0) } }
    guard halves.count > together.count else { return together }
    let apart = PacketBox.merged(halves, joiningFamilies: true)
    return Cost(apart, universe).rules < Cost(together, universe).rules ? apart : together
  }

  /// What a list of boxes costs: first the rules it becomes, then the ranges that stand in them.
  private struct Cost: Comparable {
    var rules = 0
    var ranges = 0

    init(_ boxes: [PacketBox], _ universe: PacketBox) {
      for box in boxes {
        rules += box.matchCount(universe: universe)
        ranges += box.rangeCount
      }
    }

    static func < (left: Self, right: Self) -> Bool {
      (left.rules, left.ranges) < (right.rules, right.ranges)
    }
  }

  /// The orders worth trying, most promising first; protocols always stand before ports and ICMP types.
  ///
  /// Dimensions in which no cut differs from the whole are left out. The first order goes by the number
  /// of different sets, fewest first; for cuts that are not too many, its neighbours follow, each with
  /// two dimensions swapped. All other orders together would save three rules in a thousand.
  private static func orders(_ whole: PacketBox, _ cuts: [LooseBox]) -> [[PacketDimension]] {
    let varieties = PacketDimension.allCases.map { dimension in
      let full = whole[dimension]
      return (dimension, count: Set(cuts.lazy.map { $0[dimension] }.filter { $0 != full }).count)
    }
    let ranked = varieties.filter { $0.count > 0 }
      .sorted { ($0.count, $0.0.rawValue) < ($1.count, $1.0.rawValue) }.map(\.0)
    let first = protocolsBeforePorts(ranked)
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

  private static func protocolsBeforePorts(_ order: [PacketDimension]) -> [PacketDimension] {
    guard let protocols = order.firstIndex(of: .protocols),
      let ports = order.firstIndex(where: { [.localPorts, .remotePorts, .icmpTypes].contains($0) }),
      ports < protocols
    else { return order }
    var result = order
    result.insert(result.remove(at: protocols), at: ports)
    return result
  }
}
