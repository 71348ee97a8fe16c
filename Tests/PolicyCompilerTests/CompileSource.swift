import HostModel
import NetworkTypes

/// Creates random profiles and packets to test them with.
struct ProfileSource {
  var generator: SeededGenerator

  static let builds: [(name: String, build: Int)] = [
    ("1607", 14393), ("1709", 16299), ("1803", 17134), ("ltsc2019", 17763), ("ltsc2022", 20348),
    ("ltsc2025", 26100),
  ]
  private static let words: [(word: String, lower: UInt128, upper: UInt128)] = [
    ("10.0.0.0/8", 0x0a00_0000, 0x0aff_ffff), ("10.1.0.0/16", 0x0a01_0000, 0x0a01_ffff),
    ("10.1.0.7", 0x0a01_0007, 0x0a01_0007), ("10.1.0.5-10.1.0.18", 0x0a01_0005, 0x0a01_0012),
    ("192.168.0.0/16", 0xc0a8_0000, 0xc0a8_ffff), ("0.0.0.0/0", 0, 0xffff_ffff),
    ("0.0.0.0-10.0.0.0", 0, 0x0a00_0000), ("255.255.255.255", 0xffff_ffff, 0xffff_ffff),
    ("128.0.0.0/1", 0x8000_0000, 0xffff_ffff),
  ]
  private static let longWords: [(word: String, lower: UInt128, upper: UInt128)] = [
    ("fd00::/8", 0xfd << 120, 0xfe << 120 - 1), ("::1", 1, 1), ("::/0", 0, .max),
    ("fd00::5-fd00::12", 0xfd << 120 + 5, 0xfd << 120 + 0x12),
    ("2001:db8::/32", 0x2001_0db8 << 96, 0x2001_0db9 << 96 - 1), ("8000::/1", 1 << 127, .max),
  ]
  private static let ports: [ClosedRange<UInt16>] = [
    80...80, 443...443, 1...1, 65535...65535, 8000...8003, 80...90, 1...1024, 49152...65535, 1...65535,
  ]

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &generator)]
  }

  /// A profile for a cell and a build.
  mutating func profile(
    _ driver: NetworkDriver, _ isolation: Isolation, _ windows: (name: String, build: Int)
  ) -> StatedProfile {
    var profile = StatedProfile()
    (profile.driver, profile.isolation) = (driver, isolation)
    (profile.windows, profile.build) = windows
    var priorities = [1, 2, 100, 999, 1005, 1015, 1035, 2000, 40000, 64999, 65000].shuffled(using: &generator)
    let sets = Int.random(in: 0...2, using: &generator)
    let own = Int.random(in: sets > 0 ? 0...3 : 0...4, using: &generator)
    var name = 0
    func acl(_ source: inout ProfileSource, _ profile: inout StatedProfile) -> StatedACL {
      name += 1
      return source.acl("rule-\(name)", &profile, &priorities)
    }
    for _ in 0..<own { profile.acls.append(acl(&self, &profile)) }
    for _ in 0..<sets {
      let count = Int.random(in: 1...2, using: &generator)
      profile.aclSets.append((0..<count).map { _ in acl(&self, &profile) })
    }
    if chance(45) { profile.inbound = chance(60) ? .block : .allow }
    if chance(35) { profile.outbound = chance(60) ? .block : .allow }
    let canPublish = driver == .nat || driver != .transparent && driver != .l2tunnel && windows.build >= 17763
    if canPublish, chance(30) {
      profile.published = [(8080, 80, 6), (8081, 80, 6), (5353, 53, 17)].shuffled(using: &generator).prefix(2)
        .map { $0 }
    }
    return profile
  }

  private mutating func acl(
    _ name: String, _ profile: inout StatedProfile, _ priorities: inout [Int]
  ) -> StatedACL {
    var acl = StatedACL(name: name, direction: chance(65) ? .in : .out, action: chance(50) ? .allow : .block)
    if chance(40) {
      acl.match.protocols = chance(25) ? [6...6, 17...17] : chance(70) ? [6...6] : [17...17]
      if chance(75) { acl.match.localPorts = somePorts(profile) }
      if chance(25) { acl.match.remotePorts = somePorts(profile) }
    } else if chance(50) {
      acl.match.protocols = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        let number = pick([1, 2, 6, 17, 47, 58, 132, 255] as [UInt8])
        return number...number
      }
    }
    // Both sides of an ACL must share a family, which must not be IPv6 if that is not supported.
    let isDual = profile.driver == .transparent || profile.families.count == 2
    let family: AddressFamily = isDual && chance(35) ? .ipv6 : .ipv4
    if chance(30) { (acl.match.local, acl.localWords) = addresses(family, &profile) }
    if chance(55) { (acl.match.remote, acl.remoteWords) = addresses(family, &profile) }
    if chance(35) { acl.priority = priorities.popLast() }
    return acl
  }

  /// Ports; without ranges usually only a few.
  private mutating func somePorts(_ profile: StatedProfile) -> [ClosedRange<UInt16>] {
    let few = !profile.takesLists && chance(90)
    return (0..<Int.random(in: 1...2, using: &generator)).map { _ in
      pick(few ? Self.ports.filter { $0.count < 20 } : Self.ports)
    }
  }

  /// A list that contains addresses of the family, and possibly of the other one; sometimes by a set.
  private mutating func addresses(
    _ family: AddressFamily, _ profile: inout StatedProfile
  ) -> ([PlainMatch.Addresses], [String]) {
    var ends: [PlainMatch.Addresses] = []
    var words: [String] = []
    func add(_ family: AddressFamily, _ source: inout ProfileSource) {
      let word = source.pick(family == .ipv4 ? Self.words : Self.longWords)
      ends.append(.init(family: family, lower: word.lower, upper: word.upper))
      words.append(word.word)
    }
    add(family, &self)
    if chance(40) { add(family, &self) }
    if chance(25) { add(family == .ipv4 ? .ipv6 : .ipv4, &self) }
    guard chance(30) else { return (ends, words) }
    let name = "addresses-\(profile.addressSets.count)"
    profile.addressSets.append((name, words))
    return (ends, [name])
  }

  /// A packet of some family that matches a rule if possible, and is otherwise random.
  private mutating func packet(in match: PlainMatch, _ family: AddressFamily) -> PlainPacket {
    func inside(_ ends: [PlainMatch.Addresses]?, _ source: inout ProfileSource) -> UInt128 {
      let own = (ends ?? []).filter { $0.family == family }
      if !own.isEmpty {
        let range = source.pick(own)
        return source.chance(50) ? range.lower : range.upper
      }
      let range = source.pick(family == .ipv4 ? Self.words : Self.longWords)
      return source.chance(50) ? range.lower : range.upper
    }
    func port(_ ranges: [ClosedRange<UInt16>]?, _ source: inout ProfileSource) -> UInt16 {
      let range = source.pick(ranges ?? Self.ports)
      return source.chance(50) ? range.lowerBound : range.upperBound
    }
    var packet = PlainPacket(family: family)
    packet.number =
      match.protocols.map { pick($0).lowerBound } ?? pick([1, 6, 6, 17, 17, 47, 58, 255] as [UInt8])
    packet.local = inside(match.local, &self)
    packet.remote = inside(match.remote, &self)
    packet.localPort = port(match.localPorts, &self)
    packet.remotePort = port(match.remotePorts, &self)
    return packet
  }

  /// Packets at every bound of a rule: in one dimension one below, at and one above each bound, in the others
  /// inside the rule.
  mutating func boundaryPackets(_ match: PlainMatch, _ families: [AddressFamily]) -> [PlainPacket] {
    var packets: [PlainPacket] = []
    func around<Number: FixedWidthInteger>(
      _ range: ClosedRange<Number>, _ lowest: Number, _ highest: Number
    ) -> [Number] {
      var numbers = [range.lowerBound, range.upperBound]
      if range.lowerBound > lowest { numbers.append(range.lowerBound - 1) }
      if range.upperBound < highest { numbers.append(range.upperBound + 1) }
      return numbers
    }
    for family in families {
      func vary<Number>(_ side: WritableKeyPath<PlainPacket, Number>, _ numbers: [Number]) {
        for number in numbers {
          var packet = packet(in: match, family)
          packet[keyPath: side] = number
          packets.append(packet)
        }
      }
      vary(\.number, (match.protocols ?? [1...255]).flatMap { around($0, 1, 255) })
      for range in match.local ?? [] where range.family == family {
        vary(\.local, around(range.lower...range.upper, 0, family.highest))
      }
      for range in match.remote ?? [] where range.family == family {
        vary(\.remote, around(range.lower...range.upper, 0, family.highest))
      }
      for range in match.localPorts ?? [] { vary(\.localPort, around(range, 0, 65535)) }
      for range in match.remotePorts ?? [] { vary(\.remotePort, around(range, 0, 65535)) }
    }
    return packets
  }

  /// Packets for every rule of a profile in one direction, and some unrelated ones.
  mutating func packets(_ profile: StatedProfile, _ direction: Direction) -> [PlainPacket] {
    var packets: [PlainPacket] = []
    for (_, acl) in profile.ordered where acl.direction == direction {
      packets += boundaryPackets(acl.match, profile.families)
    }
    for port in profile.published where direction == .in {
      var match = PlainMatch()
      match.protocols = [port.number...port.number]
      match.localPorts = [port.internal...port.internal]
      packets += boundaryPackets(match, profile.families)
    }
    // The bounds of the protocols that the platform allows.
    for number in [1, 2, 3, 5, 6, 7, 16, 17, 18, 57, 58, 59, 250, 253, 255] as [UInt8] {
      var packet = packet(in: PlainMatch(), pick(profile.families))
      packet.number = number
      packets.append(packet)
    }
    return packets
  }
}
