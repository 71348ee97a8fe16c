import HostModel
import NetworkTypes
import PacketSpace

/// A packet as plain numbers.
struct PlainPacket: CustomStringConvertible {
  var number: UInt8 = 6
  var family = AddressFamily.ipv4
  var local: UInt128 = 0
  var remote: UInt128 = 0
  var localPort: UInt16 = 0
  var remotePort: UInt16 = 0

  var description: String {
    "protocol \(number) local \(IPAddress(family, local)):\(localPort) remote \(IPAddress(family, remote)):\(remotePort)"
  }
}

/// The match of a rule, as lists of bounds that are compared one by one; nil is any.
struct PlainMatch {
  struct Addresses {
    var family: AddressFamily
    var lower: UInt128
    var upper: UInt128
  }

  var protocols: [ClosedRange<UInt8>]?
  var local: [Addresses]?
  var remote: [Addresses]?
  var localPorts: [ClosedRange<UInt16>]?
  var remotePorts: [ClosedRange<UInt16>]?

  init() {}

  /// Reads the bounds of a match.
  init(_ match: RuleMatch) {
    protocols = match.protocols?.intervals.map { $0.lower...$0.upper }
    local = match.localAddresses.map(Self.ends)
    remote = match.remoteAddresses.map(Self.ends)
    localPorts = match.localPorts?.intervals.map { $0.lower...$0.upper }
    remotePorts = match.remotePorts?.intervals.map { $0.lower...$0.upper }
  }

  private static func ends(_ set: AddressSet) -> [Addresses] {
    set.ipv4.intervals.map { Addresses(family: .ipv4, lower: UInt128($0.lower), upper: UInt128($0.upper)) }
      + set.ipv6.intervals.map { Addresses(family: .ipv6, lower: $0.lower, upper: $0.upper) }
  }

  /// The match with these bounds.
  var match: RuleMatch {
    func addresses(_ ends: [Addresses]?) -> AddressSet? {
      ends.map { AddressSet($0.map { AddressRange(family: $0.family, lower: $0.lower, upper: $0.upper) }) }
    }
    func ports(_ ends: [ClosedRange<UInt16>]?) -> PortSet? {
      ends.map { PortSet($0.map { PortRange($0.lowerBound, $0.upperBound) }) }
    }
    return RuleMatch(
      protocols: protocols.map { ProtocolSet($0.map { .init($0.lowerBound, $0.upperBound) }) },
      localAddresses: addresses(local), remoteAddresses: addresses(remote), localPorts: ports(localPorts),
      remotePorts: ports(remotePorts))
  }

  func matches(_ packet: PlainPacket) -> Bool {
    if let protocols {
      var found = false
      for range in protocols where range.lowerBound <= packet.number && packet.number <= range.upperBound {
        found = true
      }
      if !found { return false }
    }
    if let local, !Self.holds(local, packet.family, packet.local) { return false }
    if let remote, !Self.holds(remote, packet.family, packet.remote) { return false }
    if localPorts != nil || remotePorts != nil {
      if packet.number != 6 && packet.number != 17 { return false }
    }
    if let localPorts, !Self.holds(localPorts, packet.localPort) { return false }
    if let remotePorts, !Self.holds(remotePorts, packet.remotePort) { return false }
    return true
  }

  private static func holds(_ ends: [Addresses], _ family: AddressFamily, _ number: UInt128) -> Bool {
    for range in ends where range.family == family && range.lower <= number && number <= range.upper {
      return true
    }
    return false
  }

  private static func holds(_ ends: [ClosedRange<UInt16>], _ port: UInt16) -> Bool {
    for range in ends where range.lowerBound <= port && port <= range.upperBound { return true }
    return false
  }
}

/// A rule for the oracle.
struct PlainRule {
  var name: String
  var action: RuleAction
  var match: PlainMatch

  init(_ name: String, _ action: RuleAction, _ match: PlainMatch) {
    self.name = name
    self.action = action
    self.match = match
  }

  init(_ rule: FirewallRewrite.Rule) { self.init(rule.origin, rule.action, PlainMatch(rule.match)) }

  var ordered: OrderedRule { OrderedRule(name: name, action: action, match: match.match) }
}

/// The index of the matched rule in a first-match list.
func firstMatch(_ list: [PlainRule], _ packet: PlainPacket) -> Int? {
  for (index, rule) in list.enumerated() where rule.match.matches(packet) { return index }
  return nil
}

/// The verdict of unordered rules in which block takes precedence over allow; nil if none matches.
func blockBeatsAllow(_ rules: [PlainRule], _ packet: PlainPacket) -> RuleAction? {
  var verdict: RuleAction?
  for rule in rules where rule.match.matches(packet) {
    if rule.action == .block { return .block }
    verdict = .allow
  }
  return verdict
}

/// A small seeded generator, so that a failure can be reproduced.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// Creates rules and packets from a small set of numbers, so that rules overlap often.
struct RuleSource {
  var generator: SeededGenerator
  var families: [AddressFamily]
  /// The bounds of a family's ranges, ascending.
  var addresses: [AddressFamily: [UInt128]]
  /// The bounds of port ranges, ascending.
  var ports: [UInt16]
  var protocols: [UInt8]

  /// Few numbers, close together and at both ends.
  static func small(seed: UInt64, families: [AddressFamily]) -> RuleSource {
    RuleSource(
      generator: SeededGenerator(seed: seed), families: families,
      addresses: [
        .ipv4: [0, 1, 2, 3, 4, 7, 0xffff_fffe, 0xffff_ffff], .ipv6: [0, 1, 2, 5, .max - 2, .max - 1, .max],
      ],
      ports: [0, 1, 2, 3, 6, 65534, 65535], protocols: [1, 2, 6, 17, 58, 255])
  }

  /// Numbers as in real profiles.
  static func real(seed: UInt64, families: [AddressFamily]) -> RuleSource {
    func ends(_ prefixes: [String]) -> [UInt128] {
      prefixes.compactMap { IPPrefix($0)?.range }.flatMap { [$0.lower, $0.upper] }
    }
    return RuleSource(
      generator: SeededGenerator(seed: seed), families: families,
      addresses: [
        .ipv4:
          ([0, 0xffff_ffff]
          + ends(["10.0.0.0/8", "10.244.0.0/16", "10.244.7.0/24", "192.168.0.0/16", "169.254.169.254/32"]))
          .sorted(),
        .ipv6: ([0, .max] + ends(["fd00::/8", "2001:db8::/32", "2001:db8:7::/48", "fe80::/10", "::1/128"]))
          .sorted(),
      ],
      ports: [0, 1, 53, 80, 90, 443, 1023, 1024, 8080, 49152, 65535],
      protocols: [1, 2, 6, 17, 47, 58, 132, 255])
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &generator)]
  }

  private mutating func ends(_ stock: [UInt128]) -> (UInt128, UInt128) {
    let first = pick(stock)
    guard chance(60) else { return (first, first) }
    let second = pick(stock)
    return (min(first, second), max(first, second))
  }

  private mutating func addressList() -> [PlainMatch.Addresses] {
    var list: [PlainMatch.Addresses] = []
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      let family = pick(families)
      let (lower, upper) = ends(addresses[family] ?? [0])
      list.append(.init(family: family, lower: lower, upper: upper))
    }
    return list
  }

  private mutating func portList() -> [ClosedRange<UInt16>] {
    (0..<Int.random(in: 1...2, using: &generator)).map { _ in
      let (lower, upper) = ends(ports.map { UInt128($0) })
      return UInt16(lower)...UInt16(upper)
    }
  }

  mutating func match() -> PlainMatch {
    var match = PlainMatch()
    let named = chance(35)
    if named {
      match.protocols = [6...6, 17...17].shuffled(using: &generator).prefix(chance(30) ? 2 : 1).map { $0 }
      if chance(80) { match.localPorts = portList() }
      if chance(25) { match.remotePorts = portList() }
    } else if chance(60) {
      match.protocols = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        let number = pick(protocols)
        return number...number
      }
    }
    if chance(35) { match.local = addressList() }
    if chance(55) { match.remote = addressList() }
    return match
  }

  /// Some rules followed by defaults that match everything.
  mutating func list(count: ClosedRange<Int>) -> [PlainRule] {
    var list: [PlainRule] = []
    for index in 0..<Int.random(in: count, using: &generator) {
      list.append(PlainRule("rule-\(index)", chance(50) ? .allow : .block, match()))
    }
    if chance(30) {
      var platform = PlainMatch()
      platform.protocols = [1...2, 6...6, 17...17, 58...58]
      list.append(PlainRule("default-in", .allow, platform))
      list.append(PlainRule("default-in", .block, PlainMatch()))
    } else {
      list.append(PlainRule("default", chance(30) ? .allow : .block, PlainMatch()))
    }
    return list
  }

  mutating func packet() -> PlainPacket {
    let family = pick(families)
    var packet = PlainPacket(number: pick(protocols), family: family)
    if chance(10) { packet.number = UInt8.random(in: 1...255, using: &generator) }
    packet.local = near(pick(addresses[family] ?? [0]), family.highest)
    packet.remote = near(pick(addresses[family] ?? [0]), family.highest)
    packet.localPort = UInt16(near(UInt128(pick(ports)), 65535))
    packet.remotePort = UInt16(near(UInt128(pick(ports)), 65535))
    return packet
  }

  private mutating func near(_ number: UInt128, _ highest: UInt128) -> UInt128 {
    switch Int.random(in: 0..<4, using: &generator) {
    case 0 where number > 0: number - 1
    case 1 where number < highest: number + 1
    default: number
    }
  }

  /// Packets at every bound of a match in every dimension: one below, at, one above; random in the other
  /// dimensions.
  mutating func boundaryPackets(_ match: PlainMatch) -> [PlainPacket] {
    var packets: [PlainPacket] = []
    func around<Number: FixedWidthInteger>(_ range: ClosedRange<Number>, _ ends: ClosedRange<Number>)
      -> [Number]
    {
      var numbers = [range.lowerBound, range.upperBound]
      if range.lowerBound > ends.lowerBound { numbers.append(range.lowerBound - 1) }
      if range.upperBound < ends.upperBound { numbers.append(range.upperBound + 1) }
      return numbers
    }
    for number in (match.protocols ?? [1...255]).flatMap({ around($0, 1...255) }) {
      var packet = packet()
      packet.number = number
      packets.append(packet)
    }
    for side in [\PlainPacket.local, \PlainPacket.remote] {
      for range in (side == \PlainPacket.local ? match.local : match.remote) ?? [] {
        guard families.contains(range.family) else { continue }
        for number in around(range.lower...range.upper, 0...range.family.highest) {
          var packet = packet()
          while packet.family != range.family { packet = self.packet() }
          packet[keyPath: side] = number
          packets.append(packet)
        }
      }
    }
    for side in [\PlainPacket.localPort, \PlainPacket.remotePort] {
      for range in (side == \PlainPacket.localPort ? match.localPorts : match.remotePorts) ?? [] {
        for number in around(range, 0...65535) {
          var packet = packet()
          packet.number = chance(50) ? 6 : 17
          packet[keyPath: side] = number
          packets.append(packet)
        }
      }
    }
    return packets
  }
}
