package import NetworkTypes

/// A set of packets of one direction: any union of boxes.
///
/// It is represented by a reduced decision diagram with a canonical numbering of nodes, so that equal sets
/// are equal values however they were computed. Packets that differ only in a port of a protocol without
/// ports, or in an ICMP type of a protocol without types, are the same packet.
///
/// Operations that may grow use a ``Budget`` and throw ``BudgetExceeded`` if it is exhausted.
package struct PacketSet: Hashable, Sendable {
  /// The nodes, children before parents; empty for the empty set and for that of all packets.
  let levels: [UInt8]
  let starts: [Int32]
  let uppers: [UInt128]
  let children: [Int32]
  let root: Int32

  /// The empty set.
  package init() {
    levels = []
    starts = [0]
    uppers = []
    children = []
    root = DecisionDiagram.none
  }

  /// The packets of boxes, which may overlap.
  ///
  /// - Parameters:
  ///   - boxes: The boxes.
  ///   - budget: The work limit.
  package init(_ boxes: some Sequence<PacketBox>, within budget: Budget = Budget()) throws(BudgetExceeded) {
    var store = DecisionDiagram(budget: budget)
    var nodes: [Int32] = []
    for box in boxes { nodes.append(try store.node(box)) }
    let root = try store.combine(all: nodes, .union())
    self = store.export(root)
  }

  /// The packets of a box.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - budget: The work limit.
  package init(_ box: PacketBox, within budget: Budget = Budget()) throws(BudgetExceeded) {
    try self.init([box], within: budget)
  }

  init(levels: [UInt8], starts: [Int32], uppers: [UInt128], children: [Int32], root: Int32) {
    self.levels = levels
    self.starts = starts
    self.uppers = uppers
    self.children = children
    self.root = root
  }

  /// Whether the set contains no packet.
  package var isEmpty: Bool { root == DecisionDiagram.none }

  /// Whether the set contains a packet; its direction is ignored.
  ///
  /// - Parameters:
  ///   - packet: The packet as the endpoint sees it.
  ///   - icmpType: The ICMP type; used only for ICMP and ICMPv6.
  package func contains(_ packet: Packet, icmpType: UInt8 = 0) -> Bool {
    guard packet.protocol.number > 0, packet.local.family == packet.remote.family else { return false }
    var node = root
    while node >= 0 {
      let number: UInt128
      switch levels[Int(node)] {
      case DiagramLevel.family: number = packet.local.family == .ipv4 ? 0 : 1
      case DiagramLevel.protocols: number = UInt128(DiagramLevel.rank(packet.protocol.number))
      case DiagramLevel.localPort:
        let isTyped = ProtocolSet.withICMPTypes.contains(packet.protocol.number)
        number = isTyped ? UInt128(icmpType) : packet.protocol.hasPorts ? UInt128(packet.localPort) : 0
      case DiagramLevel.remotePort: number = packet.protocol.hasPorts ? UInt128(packet.remotePort) : 0
      case DiagramLevel.local: number = packet.local.value
      default: number = packet.remote.value
      }
      var edge = Int(starts[Int(node)])
      while uppers[edge] < number { edge += 1 }
      node = children[edge]
    }
    return node != DecisionDiagram.none
  }
}

extension PacketSet {
  /// The packets in either set.
  ///
  /// - Parameters:
  ///   - other: The other set.
  ///   - budget: The work limit.
  package func union(_ other: Self, within budget: Budget = Budget()) throws(BudgetExceeded) -> Self {
    try combined(other, .union(), budget)
  }

  /// The packets in both sets.
  ///
  /// - Parameters:
  ///   - other: The other set.
  ///   - budget: The work limit.
  package func intersection(_ other: Self, within budget: Budget = Budget()) throws(BudgetExceeded) -> Self {
    try combined(other, .restriction(), budget)
  }

  /// The packets of this set that are not in the other.
  ///
  /// - Parameters:
  ///   - other: The other set.
  ///   - budget: The work limit.
  package func subtracting(_ other: Self, within budget: Budget = Budget()) throws(BudgetExceeded) -> Self {
    try combined(other, .difference(), budget)
  }

  /// The packets of some address families that are not in the set.
  ///
  /// - Parameters:
  ///   - families: The families.
  ///   - budget: The work limit.
  package func complement(
    in families: [AddressFamily] = AddressFamily.allCases, within budget: Budget = Budget()
  ) throws(BudgetExceeded) -> Self {
    try PacketSet(.universe(families), within: budget).subtracting(self, within: budget)
  }

  /// Whether the other set contains every packet of this one.
  ///
  /// - Parameters:
  ///   - other: The other set.
  ///   - budget: The work limit.
  package func isSubset(of other: Self, within budget: Budget = Budget()) throws(BudgetExceeded) -> Bool {
    try subtracting(other, within: budget).isEmpty
  }

  /// Whether the sets overlap.
  ///
  /// - Parameters:
  ///   - other: The other set.
  ///   - budget: The work limit.
  package func intersects(_ other: Self, within budget: Budget = Budget()) throws(BudgetExceeded) -> Bool {
    try !intersection(other, within: budget).isEmpty
  }

  private func combined(
    _ other: Self, _ operation: DiagramOperation, _ budget: Budget
  ) throws(BudgetExceeded) -> Self {
    var store = DecisionDiagram(budget: budget)
    let left = try store.take(self)
    let right = try store.take(other)
    let root = try store.combine(left, right, operation)
    return store.export(root)
  }
}

extension DecisionDiagram {
  /// The diagram of a set.
  mutating func take(_ set: PacketSet) throws(BudgetExceeded) -> Int32 {
    var nodes: [Int32] = []
    nodes.reserveCapacity(set.levels.count)
    for index in set.levels.indices {
      let mark = mark
      for edge in Int(set.starts[index])..<Int(set.starts[index + 1]) {
        let child = set.children[edge]
        add(upper: set.uppers[edge], child: child < 0 ? child : nodes[Int(child)], from: mark)
      }
      nodes.append(try node(level: set.levels[index], from: mark))
    }
    return set.root < 0 ? set.root : nodes[Int(set.root)]
  }

  /// The set of a diagram with no terminals other than 0 and 1.
  func export(_ root: Int32) -> PacketSet {
    guard root >= 0 else { return PacketSet(levels: [], starts: [0], uppers: [], children: [], root: root) }
    var positions: [Int32: Int32] = [:]
    var levels: [UInt8] = []
    var starts: [Int32] = [0]
    var uppers: [UInt128] = []
    var children: [Int32] = []
    // There are at most six levels, so the recursion is shallow.
    func visit(_ node: Int32) -> Int32 {
      if node < 0 { return node }
      if let position = positions[node] { return position }
      let edges = edges(node)
      let below = edges.map { visit(self.children[$0]) }
      uppers.append(contentsOf: self.uppers[edges])
      children.append(contentsOf: below)
      starts.append(Int32(uppers.count))
      levels.append(self.levels[Int(node)])
      let position = Int32(levels.count - 1)
      positions[node] = position
      return position
    }
    let top = visit(root)
    return PacketSet(levels: levels, starts: starts, uppers: uppers, children: children, root: top)
  }
}
