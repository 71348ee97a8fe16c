import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// Lists of several shapes and their rewrites on a host, against an oracle that checks single packets.
@Suite struct ShapePropertyTests {
  /// Packets at the bounds of rules, where different lists differ.
  static func packets(
    of rules: [PacketPolicy.Rule], count: Int, _ random: inout SeededGenerator
  ) -> [Packet] {
    func edge<Bound: FixedWidthInteger & Sendable>(_ set: IntervalSet<Bound>?) -> Bound {
      guard let interval = set?.intervals.randomElement(using: &random) else {
        return Bound.random(in: 0 ... .max, using: &random)
      }
      switch random.number(0...4) {
      case 0: return interval.lower
      case 1: return interval.upper
      case 2: return interval.lower > 0 ? interval.lower - 1 : 0
      case 3: return interval.upper < .max ? interval.upper + 1 : .max
      default: return Bound.random(in: interval.lower...interval.upper, using: &random)
      }
    }
    return (0..<count).compactMap { _ in
      guard let one = rules.randomElement(using: &random), let other = rules.randomElement(using: &random)
      else { return nil }
      let numbers: [IPProtocol] = [.tcp, .tcp, .udp, .icmp]
      let proto = numbers[random.number(0...3)]
      return Packet(
        direction: .in, protocol: proto,
        local: IPAddress(.ipv4, UInt128(edge(one.match.localAddresses?.ipv4))),
        remote: IPAddress(
          .ipv4,
          UInt128(
            edge(random.chance(70) ? one.match.remoteAddresses?.ipv4 : other.match.remoteAddresses?.ipv4))),
        localPort: proto.hasPorts ? edge(one.match.localPorts) : 0,
        remotePort: proto.hasPorts ? edge(other.match.remotePorts) : 0)
    }
  }

  /// What a host might have for a list: the list, and an unordered rewrite of it.
  static func path(
    _ rules: [PacketPolicy.Rule], unmatched: RuleAction, isWhole: Bool, limit: Int
  ) -> PacketPath {
    let closed = rules + [.init(identity: rules.count, action: unmatched, match: RuleMatch())]
    let vfp = PacketPolicy(firstMatchOf: closed, unmatched: .block, families: [.ipv4])
    guard isWhole else { return PacketPath(vfp) }
    let list = closed.map { OrderedRule(name: "\($0.identity)", action: $0.action, match: $0.match) }
    let pieces = FirewallRewrite.rewrite(list, families: [.ipv4], limit: limit).rules
    let firewall = PacketPolicy(
      blockBeatsAllow: pieces.enumerated().map { .init(identity: $0, action: $1.action, match: $1.match) },
      unmatched: .block, families: [.ipv4])
    return PacketPath([vfp, firewall], reportingPolicy: 0)
  }

  @Test(arguments: ListShape.allCases)
  func aHostIsComparedWithItsListPacketByPacket(shape: ListShape) throws {
    var (equal, different, undecided) = (0, 0, 0)
    for index in 0..<24 {
      let seed = PolicyPropertyTests.seed(index, 22)
      var random = SeededGenerator(seed: seed)
      let count = shape == .boxes ? random.number(4...14) : random.number(4...70)
      let rules = shape.rules(count, &random)
      let unmatched: RuleAction = random.chance(50) ? .allow : .block
      let stated = PacketPath(PacketPolicy(firstMatchOf: rules, unmatched: unmatched, families: [.ipv4]))
      var held = rules
      if random.chance(40) { held = held.halvedAndRearranged(&random) }
      let isAltered = random.chance(50)
      if isAltered { held = held.altered(random.number(1...3), &random) }
      let path = Self.path(
        held, unmatched: unmatched, isWhole: random.chance(60), limit: random.chance(50) ? 1_000 : 5)
      let packets = Self.packets(of: rules + held, count: 300, &random)
      let difference: PathDifference
      do { difference = try stated.difference(to: path, within: Budget(nodes: 3_000_000)) } catch {
        undecided += 1
        continue
      }
      if !isAltered, !difference.isEmpty { Issue.record("seed \(seed): \(difference.regions.count) regions") }
      for packet in packets {
        let (old, new) = (stated.decision(packet), path.decision(packet))
        let regions = difference.regions.filter { $0.set.contains(packet) }
        let isRight =
          old.action == new.action
          ? regions.isEmpty
          : regions.count == 1 && regions[0].before == old.matchedRule && regions[0].after == new.matchedRule
        if !isRight { Issue.record("seed \(seed): \(packet)") }
      }
      let first = try stated.firstDifference(to: path, within: Budget(nodes: 3_000_000))
      if (first == nil) != difference.isEmpty { Issue.record("seed \(seed): equality") }
      if let first {
        let packet = try #require(first.set.witness(.in)).packet
        let isRight =
          stated.decision(packet).matchedRule == first.before
          && path.decision(packet).matchedRule == first.after
          && stated.decision(packet).action != path.decision(packet).action
        if !isRight { Issue.record("seed \(seed): \(packet)") }
      }
      if difference.isEmpty { equal += 1 } else { different += 1 }
    }
    #expect(equal > 3 && different > 1 && undecided == 0)
  }

  @Test(arguments: ListShape.allCases)
  func rewrittenListsOfAThousandRulesAreProvenInFewSteps(shape: ListShape) throws {
    var random = SeededGenerator(seed: PolicyPropertyTests.seed(1, 23))
    let rules = shape.rules(shape == .boxes ? 60 : 600, &random)
    let stated = PacketPath(PacketPolicy(firstMatchOf: rules, unmatched: .block, families: [.ipv4]))
    let path = Self.path(rules, unmatched: .block, isWhole: true, limit: 200)
    let budget = Budget(nodes: 60_000)
    #expect(try stated.isEquivalent(to: path, within: budget))
    #expect(try stated.firstDifference(to: PacketPath(path.policies[0]), within: Budget(nodes: 2_000)) == nil)
  }
}
