/// A box, represented by the numbers of its sets in a ``SetTable``.
///
/// Each set has a lane; the addresses of a side have a lane for each family. ICMP types have none, because no
/// rule matches them.
struct SetBox: Hashable {
  var lanes: SIMD8<Int32>

  static let protocols = 0
  static let localPorts = 1
  static let remotePorts = 2
  static let localIPv4 = 3
  static let localIPv6 = 4
  static let remoteIPv4 = 5
  static let remoteIPv6 = 6
  static let laneCount = 7

  /// The lanes of a dimension: the second one of addresses is for IPv6, that of other dimensions repeats the
  /// first.
  static func lanes(_ dimension: PacketDimension) -> (Int, Int) {
    switch dimension {
    case .protocols, .icmpTypes: (protocols, protocols)
    case .localPorts: (localPorts, localPorts)
    case .remotePorts: (remotePorts, remotePorts)
    case .local: (localIPv4, localIPv6)
    case .remote: (remoteIPv4, remoteIPv6)
    }
  }

  /// The sets along a dimension as one number.
  subscript(dimension: PacketDimension) -> UInt64 {
    get {
      let (first, second) = Self.lanes(dimension)
      return UInt64(UInt32(bitPattern: lanes[first])) << 32 | UInt64(UInt32(bitPattern: lanes[second]))
    }
    set {
      let (first, second) = Self.lanes(dimension)
      lanes[first] = Int32(truncatingIfNeeded: newValue >> 32)
      lanes[second] = Int32(truncatingIfNeeded: newValue)
    }
  }

  /// Whether the box has packets of a family, given the lanes of both sides.
  private func has(_ local: Int, _ remote: Int) -> Bool { lanes[local] != 0 && lanes[remote] != 0 }

  /// Whether the box has IPv4 packets.
  var hasIPv4: Bool { has(Self.localIPv4, Self.remoteIPv4) }
  /// Whether the box has IPv6 packets.
  var hasIPv6: Bool { has(Self.localIPv6, Self.remoteIPv6) }

  /// The box without addresses of a family that the other side lacks.
  var withoutLoneFamilies: SetBox {
    var box = self
    if !hasIPv4 { (box.lanes[Self.localIPv4], box.lanes[Self.remoteIPv4]) = (0, 0) }
    if !hasIPv6 { (box.lanes[Self.localIPv6], box.lanes[Self.remoteIPv6]) = (0, 0) }
    return box
  }

  /// The IPv4 part of the box.
  var onlyIPv4: SetBox {
    var box = self
    (box.lanes[Self.localIPv6], box.lanes[Self.remoteIPv6]) = (0, 0)
    return box
  }

  /// The IPv6 part of the box.
  var onlyIPv6: SetBox {
    var box = self
    (box.lanes[Self.localIPv4], box.lanes[Self.remoteIPv4]) = (0, 0)
    return box
  }

  /// Whether the box contains no packet; families must be present on both sides or on neither.
  var isEmpty: Bool {
    lanes[Self.protocols] == 0 || lanes[Self.localPorts] == 0 || lanes[Self.remotePorts] == 0
      || !hasIPv4 && !hasIPv6
  }

  /// An additive hash over the lanes, so that the share of one lane can be subtracted.
  var sum: UInt64 {
    var sum: UInt64 = 0
    for lane in 0..<Self.laneCount { sum &+= Self.share(lane, lanes[lane]) }
    return sum
  }

  /// The share of a lane in ``sum``.
  static func share(_ lane: Int, _ set: Int32) -> UInt64 {
    mixed(UInt64(lane) << 32 | UInt64(UInt32(bitPattern: set)))
  }

  /// The number of rules of the box: one if it has no addresses, otherwise one for each family.
  ///
  /// - Parameter universe: All packets considered.
  func ruleCount(universe: SetBox) -> Int {
    if isEmpty { return 0 }
    if self[.local] == universe[.local], self[.remote] == universe[.remote] { return 1 }
    return (hasIPv4 ? 1 : 0) + (hasIPv6 ? 1 : 0)
  }
}

extension SetTable {
  /// The number of ranges in the sets of a box.
  func rangeCount(_ box: SetBox) -> Int {
    var count = 0
    for lane in 0..<SetBox.laneCount { count += indices(box.lanes[lane]).count }
    return count
  }

  /// Whether two boxes overlap.
  func intersect(_ left: SetBox, _ right: SetBox) -> Bool {
    func overlap(_ lane: Int) -> Bool { intersects(left.lanes[lane], right.lanes[lane]) }
    return overlap(SetBox.protocols) && overlap(SetBox.localPorts) && overlap(SetBox.remotePorts)
      && (overlap(SetBox.localIPv4) && overlap(SetBox.remoteIPv4)
        || overlap(SetBox.localIPv6) && overlap(SetBox.remoteIPv6))
  }

  /// The packets in both boxes, which must overlap.
  mutating func intersection(_ left: SetBox, _ right: SetBox) -> SetBox {
    var box = left
    for lane in 0..<SetBox.laneCount {
      box.lanes[lane] = intersection(left.lanes[lane], right.lanes[lane])
    }
    return box.withoutLoneFamilies
  }
}
