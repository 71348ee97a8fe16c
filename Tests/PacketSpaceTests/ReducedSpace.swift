import HostModel
import NetworkTypes
import PacketSpace

/// All packets as a few equivalence classes: the bounds of rules made here coincide with bounds of classes,
/// so all packets of a class have the same verdict, and one of each class represents all packets.
///
/// There are four classes of protocols (TCP, UDP, ICMP and the rest, which have no ports), eight of
/// addresses on either side of each family, six of ports on either side and two of ICMP types.
struct ReducedSpace {
  /// One class of packets by the indices of its parts; ports and type are 0 if there are none.
  struct Cell {
    var family: AddressFamily
    var `protocol`: Int
    var local: Int
    var remote: Int
    var localPort: Int
    var remotePort: Int
    var type: Int
  }

  static let addressStarts: [AddressFamily: [UInt128]] = [
    .ipv4: [0, 1, 0x0a00_0000, 0x0a01_0000, 0x0a02_0000, 0xc0a8_0000, 0xc0a8_0100, 0xffff_ffff],
    .ipv6: [0, 1, 2, 0x2001_0db8 << 96, 0x2001_0db9 << 96, 0xfd00 << 112, 0xfe80 << 112, .max],
  ]
  private static let narrowStarts = (addressStarts[.ipv4] ?? []).map { UInt32($0) }
  private static let wideStarts = addressStarts[.ipv6] ?? []
  static let portStarts: [UInt16] = [0, 1, 80, 81, 443, 49152]
  static let typeStarts: [UInt8] = [0, 9]
  static let protocols: [ProtocolSet] = [
    ProtocolSet([.tcp]), ProtocolSet([.udp]), ProtocolSet([.icmp]),
    ProtocolSet.allProtocols.subtracting(ProtocolSet([.tcp, .udp, .icmp])),
  ]

  let families: [AddressFamily]
  let cells: [Cell]
  /// For each dimension and class, the packets that belong to it.
  private var masks: [[PacketBits]] = []

  init(_ families: [AddressFamily]) {
    self.families = families
    var cells: [Cell] = []
    for family in families {
      for proto in 0..<4 {
        for local in 0..<8 {
          for remote in 0..<8 {
            let base = Cell(
              family: family, protocol: proto, local: local, remote: remote, localPort: 0, remotePort: 0,
              type: 0)
            for localPort in 0..<(proto < 2 ? 6 : 1) {
              for remotePort in 0..<(proto < 2 ? 6 : 1) {
                for type in 0..<(proto == 2 ? 2 : 1) {
                  var cell = base
                  (cell.localPort, cell.remotePort, cell.type) = (localPort, remotePort, type)
                  cells.append(cell)
                }
              }
            }
          }
        }
      }
    }
    self.cells = cells
    masks = [
      mask(4) { $0.protocol }, mask(6) { $0.protocol < 2 ? $0.localPort : nil },
      mask(6) { $0.protocol < 2 ? $0.remotePort : nil }, mask(2) { $0.protocol == 2 ? $0.type : nil },
      mask(16) { $0.local + ($0.family == .ipv4 ? 0 : 8) },
      mask(16) { $0.remote + ($0.family == .ipv4 ? 0 : 8) },
    ]
  }

  private func mask(_ count: Int, _ position: (Cell) -> Int?) -> [PacketBits] {
    var masks = Array(repeating: PacketBits(count: cells.count), count: count)
    for (index, cell) in cells.enumerated() {
      if let position = position(cell) { masks[position].insert(index) }
    }
    return masks
  }

  var all: PacketBits { PacketBits(count: cells.count, filled: true) }

  private func union(_ dimension: Int, _ positions: some Sequence<Int>) -> PacketBits {
    var bits = PacketBits(count: cells.count)
    for position in positions { bits.formUnion(masks[dimension][position]) }
    return bits
  }

  // MARK: Packets

  /// A packet of a class: the first one, or the last one.
  func packet(_ index: Int, last: Bool = false) -> (packet: Packet, icmpType: UInt8) {
    let cell = cells[index]
    func address(_ position: Int) -> IPAddress {
      let starts = Self.addressStarts[cell.family] ?? []
      let end = position + 1 < starts.count ? starts[position + 1] - 1 : cell.family.highest
      return IPAddress(cell.family, last ? end : starts[position])
    }
    func port(_ position: Int) -> UInt16 {
      let end = position + 1 < 6 ? Self.portStarts[position + 1] - 1 : .max
      return last ? end : Self.portStarts[position]
    }
    let numbers = Self.protocols[cell.protocol].protocols
    let hasPorts = cell.protocol < 2
    let packet = Packet(
      direction: .in, protocol: last ? numbers[numbers.count - 1] : numbers[0], local: address(cell.local),
      remote: address(cell.remote), localPort: hasPorts ? port(cell.localPort) : 0,
      remotePort: hasPorts ? port(cell.remotePort) : 0)
    return (packet, last ? (cell.type == 0 ? 8 : 255) : Self.typeStarts[cell.type])
  }

  /// The class of a packet.
  func index(_ packet: Packet, icmpType: UInt8) -> Int? {
    guard let base = families.firstIndex(of: packet.local.family),
      packet.remote.family == packet.local.family,
      let proto = Self.protocols.firstIndex(where: { $0.contains(packet.protocol.number) }),
      let starts = Self.addressStarts[packet.local.family]
    else { return nil }
    func position<Number: Comparable>(_ number: Number, _ starts: [Number]) -> Int {
      (starts.firstIndex { $0 > number } ?? starts.count) - 1
    }
    let pair = position(packet.local.value, starts) * 8 + position(packet.remote.value, starts)
    let ports = position(packet.localPort, Self.portStarts) * 6 + position(packet.remotePort, Self.portStarts)
    // The order in which the classes were created: 36 pairs of ports for TCP and UDP, 2 types for ICMP.
    let family = base * 64 * (36 + 36 + 2 + 1)
    switch proto {
    case 0, 1: return family + proto * 64 * 36 + pair * 36 + ports
    case 2: return family + 64 * 72 + pair * 2 + position(icmpType, Self.typeStarts)
    default: return family + 64 * 74 + pair
    }
  }

  // MARK: Sets

  /// The classes in a box; nil if it contains only a part of one.
  func bits(_ box: PacketBox) -> PacketBits? {
    guard !box.isEmpty else { return PacketBits(count: cells.count) }
    var whole = true
    func positions<Number: FixedWidthInteger>(
      _ starts: [Number], _ end: Number, _ set: IntervalSet<Number>
    ) -> [Int] {
      var positions: [Int] = []
      for interval in set.intervals {
        let behind = interval.upper == end ? starts.count : starts.firstIndex(of: interval.upper + 1)
        guard let first = starts.firstIndex(of: interval.lower), let behind else {
          whole = false
          return []
        }
        positions += first..<behind
      }
      return positions
    }
    func side(_ set: AddressSet) -> [Int] {
      positions(Self.narrowStarts, .max, set.ipv4)
        + positions(Self.wideStarts, .max, set.ipv6).map { $0 + 8 }
    }
    let protocols = (0..<4).filter { position in
      let part = box.protocols.intersection(Self.protocols[position])
      if !part.isEmpty, part != Self.protocols[position] { whole = false }
      return !part.isEmpty
    }
    var bits = union(0, protocols)
    if box.localPorts != .allPorts {
      bits.formIntersection(union(1, positions(Self.portStarts, .max, box.localPorts)))
    }
    if box.remotePorts != .allPorts {
      bits.formIntersection(union(2, positions(Self.portStarts, .max, box.remotePorts)))
    }
    if box.icmpTypes != .allICMPTypes {
      bits.formIntersection(union(3, positions(Self.typeStarts, .max, box.icmpTypes)))
    }
    let everything = AddressFamily.allCases.filter { box.local.hasMembers(of: $0) }
      .reduce(AddressSet()) { $0.union(.all($1)) }
    if everything.hasMembers(of: .ipv4) != families.contains(.ipv4)
      || everything.hasMembers(of: .ipv6) != families.contains(.ipv6) || box.local != everything
    {
      bits.formIntersection(union(4, side(box.local)))
    }
    if box.remote != everything { bits.formIntersection(union(5, side(box.remote))) }
    return whole ? bits : nil
  }

  /// The classes of a list of boxes; nil if two of them share one or if one is only partly contained.
  func bits(_ boxes: [PacketBox]) -> PacketBits? {
    var result = PacketBits(count: cells.count)
    for box in boxes {
      guard box.isConsistent, !box.isEmpty, let bits = bits(box), bits.intersection(result).isEmpty else {
        return nil
      }
      result.formUnion(bits)
    }
    return result
  }

  // MARK: Rules

  /// A rule as a match and, computed separately, as the packets it matches.
  struct MadeRule {
    var match: RuleMatch
    var action: RuleAction
    var bits: PacketBits
  }

  func rule(_ random: inout SeededGenerator) -> MadeRule {
    var match = RuleMatch()
    var bits = all
    func run(_ count: Int) -> ClosedRange<Int> {
      let first = random.number(0...count - 1)
      let last = random.chance(50) ? first : random.number(first...count - 1)
      return first...last
    }
    func addresses() -> (AddressSet, [Int]) {
      var ranges: [AddressRange] = []
      var positions: [Int] = []
      for _ in 0..<random.number(1...2) {
        let family = families[random.number(0...families.count - 1)]
        let starts = Self.addressStarts[family] ?? []
        let run = run(8)
        let upper = run.upperBound == 7 ? family.highest : starts[run.upperBound + 1] - 1
        ranges.append(AddressRange(family: family, lower: starts[run.lowerBound], upper: upper))
        positions += run.map { $0 + (family == .ipv4 ? 0 : 8) }
      }
      return (AddressSet(ranges), positions)
    }
    func ports() -> (PortSet, [Int]) {
      var ranges: [PortRange] = []
      var positions: [Int] = []
      for _ in 0..<random.number(1...2) {
        let run = run(6)
        let upper = run.upperBound == 5 ? UInt16.max : Self.portStarts[run.upperBound + 1] - 1
        ranges.append(PortRange(Self.portStarts[run.lowerBound], upper))
        positions += Array(run)
      }
      return (PortSet(ranges), positions)
    }
    if random.chance(60) {
      let chosen = (0..<4).filter { _ in random.chance(40) }
      match.protocols = chosen.reduce(ProtocolSet()) { $0.union(Self.protocols[$1]) }
      bits.formIntersection(union(0, chosen))
    }
    if random.chance(40) {
      let (set, positions) = ports()
      match.localPorts = set
      bits.formIntersection(union(1, positions))
    }
    if random.chance(25) {
      let (set, positions) = ports()
      match.remotePorts = set
      bits.formIntersection(union(2, positions))
    }
    if random.chance(40) {
      let (set, positions) = addresses()
      match.localAddresses = set
      bits.formIntersection(union(4, positions))
    }
    if random.chance(60) {
      let (set, positions) = addresses()
      match.remoteAddresses = set
      bits.formIntersection(union(5, positions))
    }
    return MadeRule(match: match, action: random.chance(50) ? .allow : .block, bits: bits)
  }

  /// A box of packets for a query, and the packets.
  func query(_ random: inout SeededGenerator) -> (PacketBox, PacketBits) {
    let made = rule(&random)
    var box = PacketBox(made.match, families: families)
    var bits = made.bits
    if random.chance(15) {
      box = box.intersection(
        PacketBox(protocols: ProtocolSet([.icmp]), icmpTypes: ICMPTypeSet(9, 255)))
      bits.formIntersection(masks[3][1])
    }
    return (box, bits)
  }
}
