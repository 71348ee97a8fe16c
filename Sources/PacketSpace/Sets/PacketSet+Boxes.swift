import NetworkTypes

extension PacketSet {
  /// The set as few disjoint boxes, for output.
  ///
  /// Ranges of one dimension with equal remainders are in one box, however many they are.
  ///
  /// - Parameter budget: The work limit.
  package func boxes(within budget: Budget = Budget()) throws(BudgetExceeded) -> [PacketBox] {
    var reading = DiagramBoxReader(set: self, budget: budget)
    var boxes: [PacketBox] = []
    for family in AddressFamily.allCases { boxes += try reading.boxes(family) }
    return PacketBox.merged(boxes, joiningFamilies: true)
  }
}

/// Converts the diagram of a set to boxes.
private struct DiagramBoxReader {
  let set: PacketSet
  let budget: Budget
  private var family = AddressFamily.ipv4
  private var boxes: [PacketBox] = []

  init(set: PacketSet, budget: Budget) {
    self.set = set
    self.budget = budget
  }

  /// The sets along the dimensions above a node; nil is everything.
  private struct UpperSets {
    var protocols: ProtocolSet?
    var localPorts: PortSet?
    var remotePorts: PortSet?
    var local: IntervalSet<UInt128>?
    var remote: IntervalSet<UInt128>?
  }

  mutating func boxes(_ family: AddressFamily) throws(BudgetExceeded) -> [PacketBox] {
    self.family = family
    boxes = []
    var node = set.root
    if node >= 0, set.levels[Int(node)] == DiagramLevel.family {
      node = set.children[Int(set.starts[Int(node)]) + (family == .ipv4 ? 0 : 1)]
    }
    try visit(node, UpperSets())
    return boxes
  }

  private mutating func visit(_ node: Int32, _ above: UpperSets) throws(BudgetExceeded) {
    if node == DecisionDiagram.none { return }
    try budget.spend()
    guard node >= 0 else {
      append(above)
      return
    }
    var positions: [Int32: Int] = [:]
    var groups: [(child: Int32, ranges: [IntervalSet<UInt128>.Interval])] = []
    var next: UInt128 = 0
    for edge in Int(set.starts[Int(node)])..<Int(set.starts[Int(node) + 1]) {
      let upper = set.uppers[edge]
      let child = set.children[edge]
      if child != DecisionDiagram.none {
        if let position = positions[child] {
          groups[position].ranges.append(.init(next, upper))
        } else {
          positions[child] = groups.count
          groups.append((child, [.init(next, upper)]))
        }
      }
      next = upper &+ 1
    }
    let level = set.levels[Int(node)]
    for (child, ranges) in groups {
      let members = IntervalSet(canonical: ranges)
      var below = above
      switch level {
      case DiagramLevel.protocols:
        let ranks: ProtocolSet = members.clamped(to: DiagramLevel.lastRank)
        for part in Self.classes where part.intersects(ranks) {
          below.protocols = DiagramLevel.protocols(ranks: part.intersection(ranks))
          guard child >= 0, set.levels[Int(child)] < DiagramLevel.local else {
            below.protocols = DiagramLevel.protocols(ranks: ranks)
            try visit(child, below)
            break
          }
          try visit(child, below)
        }
        continue
      case DiagramLevel.localPort: below.localPorts = members.clamped(to: .max)
      case DiagramLevel.remotePort: below.remotePorts = members.clamped(to: .max)
      case DiagramLevel.local: below.local = members
      default: below.remote = members
      }
      try visit(child, below)
    }
  }

  /// The ranks of the protocols with ports, of those with ICMP types, and of the others.
  private static let classes = [
    ProtocolSet(0, 1), ProtocolSet(2, 3), ProtocolSet(4, DiagramLevel.lastRank),
  ]

  private mutating func append(_ above: UpperSets) {
    let protocols = above.protocols ?? .allProtocols
    let hasTypes = !protocols.isEmpty && protocols.isSubset(of: .withICMPTypes)
    func side(_ members: IntervalSet<UInt128>?) -> AddressSet {
      guard let members else { return .all(family) }
      return family == .ipv4 ? AddressSet(ipv4: members.clamped(to: .max)) : AddressSet(ipv6: members)
    }
    boxes.append(
      PacketBox(
        protocols: protocols, local: side(above.local), remote: side(above.remote),
        localPorts: hasTypes ? .allPorts : above.localPorts ?? .allPorts,
        remotePorts: above.remotePorts ?? .allPorts,
        icmpTypes: hasTypes ? above.localPorts?.clampedToTypes ?? .allICMPTypes : .allICMPTypes))
  }
}

extension IntervalSet where Bound == UInt128 {
  /// The members up to a maximum, as numbers of another width.
  fileprivate func clamped<Narrow: FixedWidthInteger & UnsignedInteger & Sendable>(
    to last: Narrow
  ) -> IntervalSet<Narrow> {
    IntervalSet<Narrow>(
      canonical: intervals.filter { $0.lower <= UInt128(last) }.map {
        .init(Narrow(truncatingIfNeeded: $0.lower), $0.upper >= UInt128(last) ? last : Narrow($0.upper))
      })
  }
}

extension IntervalSet where Bound == UInt16 {
  fileprivate var clampedToTypes: ICMPTypeSet {
    ICMPTypeSet(
      canonical: intervals.filter { $0.lower <= 255 }.map {
        .init(UInt8($0.lower), UInt8(min($0.upper, 255)))
      })
  }
}
