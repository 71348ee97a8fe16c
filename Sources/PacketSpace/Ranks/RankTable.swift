import HostModel
import NetworkTypes

/// The numbered products of sets for one computation, in one address family.
///
/// Equal products have equal numbers. Most are plain boxes. Those with several ranges in a dimension store
/// them next to their hull. IPv4 addresses are their own ranks. IPv6 addresses are rank-compressed: the rank
/// of an address is that of its range, among the ranges distinguished by the sets.
final class RankTable {
  let family: AddressFamily
  /// The hull of each product.
  ///
  /// This and the related arrays are read in the innermost loops, and added to by calls that read nothing of
  /// them meanwhile, so accesses need no exclusivity checks at run time.
  @exclusivity(unchecked) private(set) var hulls: [RankBox] = []
  /// For each product the number of its ranges' row, or -1 for a plain box.
  @exclusivity(unchecked) private(set) var rows: [Int32] = []
  /// Five slices of `ranges` for each row, each given by its start; they end at the next one's start.
  @exclusivity(unchecked) private(set) var slices: [Int32] = [0]
  @exclusivity(unchecked) private(set) var ranges: [RankRange] = []
  /// The lower bounds of the distinguished ranges of IPv6 addresses, ascending.
  private let starts: [UInt128]
  /// A hash table of the products, with open addressing; -1 for a free slot.
  private var slots: [Int32] = Array(repeating: -1, count: 64)

  /// The number of the product with every packet of the family.
  let everything: Int32 = 0

  /// Creates the table with the product that contains everything.
  ///
  /// - Parameters:
  ///   - family: The address family.
  ///   - sets: All address sets that will be used; relevant only for IPv6.
  init(_ family: AddressFamily, distinguishing sets: some Sequence<AddressSet>) {
    self.family = family
    starts = family == .ipv4 ? [] : Self.starts(sets)
    hulls = [universe]
    rows = [-1]
    slots[slot(Self.hash(universe))] = everything
  }

  private static func starts(_ sets: some Sequence<AddressSet>) -> [UInt128] {
    var starts: [UInt128] = [0]
    for set in sets {
      for interval in set.ipv6.intervals {
        starts.append(interval.lower)
        if interval.upper < .max { starts.append(interval.upper + 1) }
      }
    }
    starts.sort()
    var count = 0
    for start in starts where count == 0 || starts[count - 1] != start {
      starts[count] = start
      count += 1
    }
    starts.removeLast(starts.count - count)
    return starts
  }

  /// Every packet of the family.
  var universe: RankBox {
    let addresses = RankRange(0, family == .ipv4 ? .max : UInt32(starts.count - 1))
    return RankBox(
      protocols: RankRange(0, UInt32(DiagramLevel.lastRank)), localPort: RankRange(0, 65535),
      remotePort: RankRange(0, 65535), local: addresses, remote: addresses)
  }

  var count: Int { hulls.count }

  // MARK: Adding

  /// Adds a plain box and returns its number.
  func append(_ box: RankBox) -> Int32 {
    var slot = slot(Self.hash(box))
    while slots[slot] >= 0 {
      let known = slots[slot]
      if rows[Int(known)] < 0, hulls[Int(known)] == box { return known }
      slot = (slot + 1) & (slots.count - 1)
    }
    hulls.append(box)
    rows.append(-1)
    return take(slot)
  }

  /// Assigns the last product its slot, and its number.
  private func take(_ slot: Int) -> Int32 {
    slots[slot] = Int32(hulls.count - 1)
    if hulls.count * 2 > slots.count { grow() }
    return Int32(hulls.count - 1)
  }

  private func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for number in hulls.indices {
      var slot = slot(fingerprint(Int32(number)))
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }

  private func slot(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash & UInt64(slots.count - 1)) }

  private static func hash(_ box: RankBox) -> UInt64 {
    var print = Fingerprint()
    print.add(box)
    return print.value
  }

  /// Adds the packets of the rule at an index and returns their number; nil if it has none in the family.
  func append(_ rules: [PacketPolicy.Rule], _ position: Int) -> Int32? {
    let localPorts = rules[position].match.localPorts
    let remotePorts = rules[position].match.remotePorts
    var protocols = rules[position].match.protocols
    if localPorts != nil || remotePorts != nil {
      if let named = protocols {
        let isOne = named.intervals.count == 1 && named.intervals[0].lower == named.intervals[0].upper
        let hasPorts = isOne && IPProtocol(named.intervals[0].lower).hasPorts
        if !hasPorts { protocols = named.intersection(.withPorts) }
      } else {
        protocols = .withPorts
      }
    }
    return append(
      protocols: protocols, localPorts: localPorts, remotePorts: remotePorts,
      local: rules[position].match.localAddresses, remote: rules[position].match.remoteAddresses)
  }

  /// Adds the packets of a box, whatever their ICMP type, and returns their number; nil if it has none in the
  /// family.
  func append(_ box: PacketBox) -> Int32? {
    append(
      protocols: box.protocols, localPorts: box.localPorts, remotePorts: box.remotePorts, local: box.local,
      remote: box.remote)
  }

  private func append(
    protocols: ProtocolSet?, localPorts: PortSet?, remotePorts: PortSet?, local: AddressSet?,
    remote: AddressSet?
  ) -> Int32? {
    var box = universe
    var isPlain = true
    if let protocols {
      guard let range = hull(protocols, isPlain: &isPlain) else { return nil }
      box.protocols = range
    }
    if let localPorts {
      guard let range = Self.hull(localPorts, isPlain: &isPlain) else { return nil }
      box.localPort = range
    }
    if let remotePorts {
      guard let range = Self.hull(remotePorts, isPlain: &isPlain) else { return nil }
      box.remotePort = range
    }
    if let local {
      guard let range = hull(local, isPlain: &isPlain) else { return nil }
      box.local = range
    }
    if let remote {
      guard let range = hull(remote, isPlain: &isPlain) else { return nil }
      box.remote = range
    }
    if isPlain { return append(box) }
    hulls.append(box)
    rows.append(Int32(slices.count - 1) / 5)
    appendRanges(protocols.map { DiagramLevel.ranks($0) }, box.protocols)
    appendRanges(localPorts, box.localPort)
    appendRanges(remotePorts, box.remotePort)
    appendRanges(local, box.local)
    appendRanges(remote, box.remote)
    let new = Int32(hulls.count - 1)
    var slot = slot(fingerprint(new))
    while slots[slot] >= 0 {
      let known = slots[slot]
      if areEqual(known, new) {
        removeLast()
        return known
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return take(slot)
  }

  /// Removes the last product, which has several ranges in a dimension.
  private func removeLast() {
    hulls.removeLast()
    rows.removeLast()
    slices.removeLast(5)
    ranges.removeLast(ranges.count - Int(slices[slices.count - 1]))
  }

  private static func hull(_ ports: PortSet, isPlain: inout Bool) -> RankRange? {
    guard let first = ports.intervals.first, let last = ports.intervals.last else { return nil }
    if ports.intervals.count > 1 { isPlain = false }
    return RankRange(UInt32(first.lower), UInt32(last.upper))
  }

  private func hull(_ protocols: ProtocolSet, isPlain: inout Bool) -> RankRange? {
    if let only = protocols.intervals.first, protocols.intervals.count == 1, only.lower == only.upper {
      guard only.lower > 0 else { return nil }
      let rank = UInt32(DiagramLevel.rank(only.lower))
      return RankRange(rank, rank)
    }
    let ranks = DiagramLevel.ranks(protocols.intersection(.allProtocols))
    guard let first = ranks.intervals.first, let last = ranks.intervals.last else { return nil }
    if ranks.intervals.count > 1 { isPlain = false }
    return RankRange(UInt32(first.lower), UInt32(last.upper))
  }

  private func hull(_ addresses: AddressSet, isPlain: inout Bool) -> RankRange? {
    if family == .ipv4 {
      guard let first = addresses.ipv4.intervals.first, let last = addresses.ipv4.intervals.last else {
        return nil
      }
      if addresses.ipv4.intervals.count > 1 { isPlain = false }
      return RankRange(first.lower, last.upper)
    }
    guard let first = addresses.ipv6.intervals.first, let last = addresses.ipv6.intervals.last else {
      return nil
    }
    if addresses.ipv6.intervals.count > 1 { isPlain = false }
    return RankRange(rank(first.lower), rank(last.upper))
  }

  private func appendRanges<Bound>(_ set: IntervalSet<Bound>?, _ hull: RankRange) {
    if let set {
      for interval in set.intervals {
        ranges.append(RankRange(UInt32(interval.lower), UInt32(interval.upper)))
      }
    } else {
      ranges.append(hull)
    }
    slices.append(Int32(ranges.count))
  }

  private func appendRanges(_ set: AddressSet?, _ hull: RankRange) {
    guard family == .ipv6, let set else { return appendRanges(set?.ipv4, hull) }
    for interval in set.ipv6.intervals {
      ranges.append(RankRange(rank(interval.lower), rank(interval.upper)))
    }
    slices.append(Int32(ranges.count))
  }

  /// Whether an IPv6 address is the first of a range that is distinguished.
  func isStart(_ address: UInt128) -> Bool { starts[Int(rank(address))] == address }

  /// The rank of an IPv6 address.
  private func rank(_ address: UInt128) -> UInt32 {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= address { low = middle } else { high = middle }
    }
    return UInt32(low)
  }

  // MARK: Reading

  /// The packets of a box of ranks.
  func packets(_ box: RankBox) -> PacketBox {
    func side(_ range: RankRange) -> AddressSet {
      if family == .ipv4 { return AddressSet(ipv4: .init(range.lower, range.upper)) }
      let next = Int(range.upper) + 1
      return AddressSet(
        ipv6: .init(starts[Int(range.lower)], next < starts.count ? starts[next] - 1 : .max))
    }
    return PacketBox(
      protocols: DiagramLevel.protocols(
        ranks: ProtocolSet(UInt8(box.protocols.lower), UInt8(box.protocols.upper))),
      local: side(box.local), remote: side(box.remote),
      localPorts: PortSet(UInt16(box.localPort.lower), UInt16(box.localPort.upper)),
      remotePorts: PortSet(UInt16(box.remotePort.lower), UInt16(box.remotePort.upper)))
  }
}

extension RankTable {
  /// The packets of a product.
  func packets(_ number: Int32) -> PacketBox {
    let row = rows[Int(number)]
    guard row >= 0 else { return packets(hulls[Int(number)]) }
    var box = PacketBox.universe([family])
    let base = hulls[Int(number)]
    for dimension in RankDimension.allCases {
      let slice = slice(row, dimension)
      var parts: [PacketBox] = []
      for range in ranges[slice] {
        var part = dimension == .localPort || dimension == .remotePort ? base : universe
        part[dimension] = range
        parts.append(packets(part))
      }
      box = box.intersection(Self.joined(parts, dimension))
    }
    return box
  }

  /// Boxes that differ along one dimension only, as one.
  private static func joined(_ parts: [PacketBox], _ dimension: RankDimension) -> PacketBox {
    let protocols = parts.reduce(ProtocolSet()) { $0.union($1.protocols) }
    let local = parts.reduce(AddressSet()) { $0.union($1.local) }
    let remote = parts.reduce(AddressSet()) { $0.union($1.remote) }
    let localPorts = parts.reduce(PortSet()) { $0.union($1.localPorts) }
    let remotePorts = parts.reduce(PortSet()) { $0.union($1.remotePorts) }
    return PacketBox(
      protocols: protocols, local: local, remote: remote, localPorts: localPorts, remotePorts: remotePorts)
  }
}
