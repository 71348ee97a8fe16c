import NetworkTypes

/// Takes boxes away from a box by dividing one dimension after the other.
///
/// At each dimension the numbers are put into classes by the cuts that reach them. A class that no
/// cut reaches stays whole, a class that a cut covers in all dimensions to come goes, every other one
/// is divided along the next dimension; classes that end alike become one again. What comes out
/// depends on the order of the dimensions alone, not on the order of the cuts.
struct BoxDivision {
  let whole: PacketBox
  let cuts: [LooseBox]
  let order: [PacketDimension]
  /// How many boxes may come out before the division gives up.
  let boxLimit: Int
  /// How much work may be done before it gives up.
  let workLimit: Int
  private(set) var work = 0
  private(set) var gaveUp = false
  private var known: [Key: [LooseBox]] = [:]
  /// By depth, the cuts that hold everything in the dimensions to come.
  private let covering: [CutSet]

  private struct Key: Hashable {
    var depth: Int
    var active: CutSet
    var families: Families
  }

  /// The address families that an earlier dimension left.
  private struct Families: Hashable {
    var ipv4: Bool
    var ipv6: Bool
  }

  /// Prepares a division.
  ///
  /// - Parameters:
  ///   - whole: The box to take from.
  ///   - cuts: The boxes to take away, each inside `whole` in every dimension.
  ///   - order: The dimensions in which the cuts differ from the whole, protocols before ports and types.
  ///   - boxLimit: How many boxes may come out.
  ///   - workLimit: How much work may be done.
  init(
    whole: PacketBox, cuts: [LooseBox], order: [PacketDimension], boxLimit: Int = .max,
    workLimit: Int
  ) {
    self.whole = whole
    self.cuts = cuts
    self.order = order
    self.boxLimit = boxLimit
    self.workLimit = workLimit
    covering = (0...order.count).map { depth in
      var covering = CutSet(count: cuts.count)
      for (index, cut) in cuts.enumerated()
      where order[depth...].allSatisfy({ cut[$0] == whole[$0] }) { covering.insert(index) }
      return covering
    }
  }

  /// The work for one end of a range, which grows with the number of cuts to keep apart.
  static func workPerEvent(cuts count: Int) -> Int { 1 + count / 128 }

  private var start: (active: CutSet, families: Families) {
    var active = CutSet(count: cuts.count)
    for index in cuts.indices { active.insert(index) }
    return (active, Families(ipv4: !whole.local.ipv4.isEmpty, ipv6: !whole.local.ipv6.isEmpty))
  }

  /// What is left, or nil when a limit was met.
  mutating func remainder() -> [PacketBox]? {
    let (active, families) = start
    let boxes = solve(0, active, families)
    return gaveUp ? nil : boxes.map(\.box).filter { !$0.isEmpty }
  }

  /// Boxes of what is left, those that took the fewest divisions first, as many as asked for at most.
  mutating func largest(_ count: Int) -> [PacketBox] {
    var boxes: [PacketBox] = []
    let (active, families) = start
    var queue: [(depth: Int, active: CutSet, families: Families, box: LooseBox)] = [
      (0, active, families, LooseBox(whole))
    ]
    var head = 0
    while head < queue.count, boxes.count < count, work <= workLimit {
      let (depth, active, families, box) = queue[head]
      head += 1
      if active.isEmpty {
        let complete = box.box
        if !complete.isEmpty { boxes.append(complete) }
        continue
      }
      if depth == order.count || active.intersects(covering[depth]) { continue }
      for (active, part) in classes(order[depth], active, families) {
        var smaller = box
        smaller[order[depth]] = part
        queue.append((depth + 1, active, narrowed(families, part), smaller))
      }
    }
    return boxes
  }

  private mutating func solve(_ depth: Int, _ active: CutSet, _ families: Families) -> [LooseBox] {
    if active.isEmpty { return [LooseBox(whole)] }
    if depth == order.count || active.intersects(covering[depth]) { return [] }
    let key = Key(depth: depth, active: active, families: families)
    if let boxes = known[key] { return boxes }
    let dimension = order[depth]
    var places: [[LooseBox]: Int] = [:]
    var groups: [(part: DimensionSet, boxes: [LooseBox])] = []
    var count = 0
    for (active, part) in classes(dimension, active, families) {
      guard !gaveUp else { return [] }
      let boxes = solve(depth + 1, active, narrowed(families, part))
      if work > workLimit { gaveUp = true }
      if gaveUp || boxes.isEmpty { continue }
      if let place = places[boxes] {
        groups[place].part = groups[place].part.union(part)
      } else {
        places[boxes] = groups.count
        groups.append((part, boxes))
        count += boxes.count
        work += boxes.count
      }
      if count > boxLimit { gaveUp = true }
    }
    guard !gaveUp else { return [] }
    var result: [LooseBox] = []
    result.reserveCapacity(count)
    for group in groups {
      for var box in group.boxes {
        box[dimension] = group.part
        result.append(box)
      }
    }
    known[key] = result
    return result
  }

  private func narrowed(_ families: Families, _ part: DimensionSet) -> Families {
    guard case .addresses(let set) = part else { return families }
    return Families(ipv4: families.ipv4 && !set.ipv4.isEmpty, ipv6: families.ipv6 && !set.ipv6.isEmpty)
  }

  private mutating func classes(
    _ dimension: PacketDimension, _ active: CutSet, _ families: Families
  ) -> [(CutSet, DimensionSet)] {
    switch dimension {
    case .protocols:
      let (found, parts) = divide(whole.protocols, by: active, of: cuts.count, work: &work) {
        cuts[$0].protocols
      }
      return Array(zip(found, parts.map(DimensionSet.protocols)))
    case .localPorts:
      let (found, parts) = divide(whole.localPorts, by: active, of: cuts.count, work: &work) {
        cuts[$0].localPorts
      }
      return Array(zip(found, parts.map(DimensionSet.ports)))
    case .remotePorts:
      let (found, parts) = divide(whole.remotePorts, by: active, of: cuts.count, work: &work) {
        cuts[$0].remotePorts
      }
      return Array(zip(found, parts.map(DimensionSet.ports)))
    case .icmpTypes:
      let (found, parts) = divide(whole.icmpTypes, by: active, of: cuts.count, work: &work) {
        cuts[$0].icmpTypes
      }
      return Array(zip(found, parts.map(DimensionSet.icmpTypes)))
    case .local: return addressClasses(whole.local, active, families) { $0.local }
    case .remote: return addressClasses(whole.remote, active, families) { $0.remote }
    }
  }

  private mutating func addressClasses(
    _ all: AddressSet, _ active: CutSet, _ families: Families, side: (LooseBox) -> AddressSet
  ) -> [(CutSet, DimensionSet)] {
    var classes = Classes<AddressSet>()
    if families.ipv4 {
      let (found, parts) = divide(all.ipv4, by: active, of: cuts.count, work: &work) {
        side(cuts[$0]).ipv4
      }
      for (cuts, part) in zip(found, parts) {
        let place = classes.place(cuts, new: AddressSet())
        classes.parts[place].ipv4 = part
      }
    }
    if families.ipv6 {
      let (found, parts) = divide(all.ipv6, by: active, of: cuts.count, work: &work) {
        side(cuts[$0]).ipv6
      }
      for (cuts, part) in zip(found, parts) {
        let place = classes.place(cuts, new: AddressSet())
        classes.parts[place].ipv6 = part
      }
    }
    return Array(zip(classes.cuts, classes.parts.map(DimensionSet.addresses)))
  }
}
