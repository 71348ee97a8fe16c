import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// Individual named cases with their exact results.
@Suite struct NamedCaseTests {
  static let tcp = ProtocolSet([.tcp])

  static func addresses(_ texts: String...) -> AddressSet {
    AddressSet(
      texts.compactMap { text in
        IPPrefix(text)?.range ?? AddressText(parsing: Array(text.utf8).span).range
      })
  }

  static func rule(
    _ identity: Int, _ action: RuleAction, from remote: String? = nil, port: ClosedRange<UInt16>? = nil
  ) -> PacketPolicy.Rule {
    PacketPolicy.Rule(
      identity: identity, action: action,
      match: RuleMatch(
        protocols: tcp, remoteAddresses: remote.map { addresses($0) },
        localPorts: port.map { PortSet($0.lowerBound, $0.upperBound) }))
  }

  static func policy(_ rules: PacketPolicy.Rule..., unmatched: RuleAction = .block) -> PacketPolicy {
    PacketPolicy(firstMatchOf: rules, unmatched: unmatched, families: [.ipv4])
  }

  private func covers(_ policy: PacketPolicy) throws -> [PacketPolicy.UnreachableRule] {
    let found = try policy.unreachableRules()
    #expect(try policy.unreachableRules(using: .diagrams) == found)
    return found
  }

  @Test func aRuleIsCoveredByTheUnionOfOthersOnly() throws {
    let policy = Self.policy(
      Self.rule(1, .allow, from: "10.0.0.0/8", port: 80...80),
      Self.rule(2, .allow, from: "10.0.0.0/9", port: 443...443),
      Self.rule(3, .allow, from: "10.128.0.0/9", port: 81...443),
      Self.rule(4, .allow, from: "10.0.0.0/9", port: 81...442),
      Self.rule(5, .allow, from: "10.0.0.0/8", port: 80...443))
    #expect(try covers(policy) == [.init(identity: 5, cover: [1, 2, 3, 4])])
  }

  @Test func aRuleIsCoveredByTheHalvesOfItsPrefix() throws {
    let policy = Self.policy(
      Self.rule(1, .allow, from: "10.1.0.0/17", port: 80...80), Self.rule(2, .block, from: "172.16.0.0/12"),
      Self.rule(3, .allow, from: "10.1.128.0/17"), Self.rule(4, .allow, from: "10.1.0.0/16", port: 80...80))
    #expect(try covers(policy) == [.init(identity: 4, cover: [1, 3])])
  }

  @Test func aRuleIsCoveredByTwoAdjacentPortRanges() throws {
    let policy = Self.policy(
      Self.rule(1, .allow, port: 1...1_023), Self.rule(2, .allow, from: "10.0.0.0/8"),
      Self.rule(3, .allow, port: 1_024...5_000), Self.rule(4, .block, port: 80...1_024))
    #expect(try covers(policy) == [.init(identity: 4, cover: [1, 3])])
  }

  @Test func aRuleIsCoveredByARuleOfTheOtherAction() throws {
    let policy = Self.policy(
      Self.rule(7, .block, from: "10.0.0.0/8"), Self.rule(9, .allow, from: "10.9.0.0/16", port: 22...22))
    #expect(try covers(policy) == [.init(identity: 9, cover: [7])])
    #expect(try policy.redundantRules() == [9])
    #expect(try policy.removableRules() == [7, 9])
  }

  @Test func aRuleThatMatchesNothingHasNoCover() throws {
    var nothing = Self.rule(3, .allow)
    nothing.match.protocols = ProtocolSet([.icmp])
    nothing.match.localPorts = PortSet(80, 80)
    #expect(try covers(Self.policy(nothing)) == [.init(identity: 3, cover: [])])
  }

  @Test func withoutOrderABlockCoversAnEarlierAllow() throws {
    let policy = PacketPolicy(
      blockBeatsAllow: [
        Self.rule(1, .allow, from: "10.1.0.0/16"), Self.rule(2, .block, from: "10.0.0.0/8"),
      ], unmatched: .allow, families: [.ipv4])
    #expect(try policy.unreachableRules() == [.init(identity: 1, cover: [2])])
  }

  @Test func aRangeOfAddressesIsOneBox() throws {
    let before = PacketPath(Self.policy(Self.rule(1, .allow, port: 443...443)))
    let after = PacketPath(
      Self.policy(
        Self.rule(2, .block, from: "10.0.0.1-10.0.3.250", port: 443...443),
        Self.rule(1, .allow, port: 443...443)))
    let difference = try before.difference(to: after)
    let region = try #require(difference.regions.first)
    #expect(difference.regions.count == 1 && region.change == .newlyBlocked)
    #expect(region.before == .init(policy: 0, rule: .rule(1)))
    #expect(region.after == .init(policy: 0, rule: .rule(2)))
    let box = PacketBox(
      protocols: Self.tcp, local: .all(.ipv4), remote: Self.addresses("10.0.0.1-10.0.3.250"),
      localPorts: PortSet(443, 443))
    #expect(try region.set.boxes() == [box])
    let witness = region.set.witness(.in)
    #expect(
      witness?.packet
        == Packet(
          direction: .in, protocol: .tcp, local: IPAddress(.ipv4, 0xc633_6409),
          remote: IPAddress(.ipv4, 0x0a00_0001),
          localPort: 443, remotePort: 49152))
  }

  @Test func anICMPTypeIsAskedForButNeverMatched() throws {
    let policy = PacketPolicy(
      firstMatchOf: [
        .init(identity: 1, action: .allow, match: RuleMatch(protocols: ProtocolSet([.icmp]))),
        .init(identity: 2, action: .allow, match: RuleMatch(localPorts: PortSet(8, 8))),
      ], unmatched: .block, families: [.ipv4])
    let query = try PacketSet(
      PacketBox(
        protocols: ProtocolSet([.icmp, .igmp]), local: .all(.ipv4), remote: .all(.ipv4),
        icmpTypes: ICMPTypeSet(8, 8)))
    let parts = try PacketPath(policy).partition(of: query)
    #expect(parts.map(\.matchedRule) == [.init(policy: 0, rule: .rule(1))])
    #expect(parts.map(\.set) == [query])
    #expect(query.witness(.in)?.icmpType == 8)
    #expect(query.witness(.in)?.packet.protocol == .icmp)
  }

  @Test func anExhaustedBudgetIsReported() throws {
    // Independent conditions on four sides: as many pieces as there are combinations.
    var random = SeededGenerator(seed: 1)
    func rules(_ salt: Int) -> [PacketPolicy.Rule] {
      (0..<400).map { index in
        var match = RuleMatch(protocols: Self.tcp)
        let number = UInt16(random.number(1...60_000))
        switch index % 4 {
        case 0: match.localPorts = PortSet(number, number + 20)
        case 1: match.remotePorts = PortSet(number, number + 20)
        case 2:
          match.localAddresses = AddressSet(ipv4: .init(UInt32(number) << 12, UInt32(number) << 12 + 99))
        default:
          match.remoteAddresses = AddressSet(ipv4: .init(UInt32(number) << 12, UInt32(number) << 12 + 99))
        }
        return PacketPolicy.Rule(
          identity: index + salt, action: random.chance(50) ? .allow : .block, match: match)
      }
    }
    let before = PacketPath(PacketPolicy(firstMatchOf: rules(0), unmatched: .block, families: [.ipv4]))
    let after = PacketPath(PacketPolicy(firstMatchOf: rules(1_000), unmatched: .block, families: [.ipv4]))
    #expect(throws: BudgetExceeded(.nodes)) {
      try before.difference(to: after, within: Budget(nodes: 20_000))
    }
    var reading = 0.0
    let budget = Budget(seconds: 3) {
      reading += 1
      return reading
    }
    #expect(throws: BudgetExceeded(.time)) { try before.difference(to: after, within: budget) }
    #expect(try before.isEquivalent(to: before, within: Budget(nodes: 20)))
  }

  @Test func diagramsReplaceTooManyBoxes() throws {
    // What no rule allows is one piece for each combination of gaps between the rules on four sides.
    var rules: [PacketPolicy.Rule] = []
    for index in 0..<30 {
      let (port, address) = (UInt16(index * 100 + 50), UInt32(index) << 20 + 5)
      rules.append(
        .init(identity: rules.count, action: .allow, match: RuleMatch(localPorts: PortSet(port, port))))
      rules.append(
        .init(identity: rules.count, action: .allow, match: RuleMatch(remotePorts: PortSet(port, port))))
      let set = AddressSet(ipv4: .init(address, address))
      rules.append(.init(identity: rules.count, action: .allow, match: RuleMatch(localAddresses: set)))
      rules.append(.init(identity: rules.count, action: .allow, match: RuleMatch(remoteAddresses: set)))
    }
    let before = PacketPath(PacketPolicy(firstMatchOf: rules, unmatched: .block, families: [.ipv4]))
    // The rest between them, written as block rules.
    let ports = PortSet(canonical: rules.compactMap { $0.match.localPorts?.intervals.first })
    let addresses = IntervalSet<UInt32>(
      canonical: rules.compactMap { $0.match.localAddresses?.ipv4.intervals.first })
    let left = AddressSet(ipv4: IntervalSet(0, .max).subtracting(addresses))
    let others = ProtocolSet.allProtocols.subtracting(.withPorts)
    let blocks = [
      RuleMatch(
        localAddresses: left, remoteAddresses: left, localPorts: .allPorts.subtracting(ports),
        remotePorts: .allPorts.subtracting(ports)),
      RuleMatch(protocols: others, localAddresses: left, remoteAddresses: left),
    ]
    let after = PacketPath(
      PacketPolicy(
        firstMatchOf: blocks.enumerated().map { .init(identity: 900 + $0, action: .block, match: $1) },
        unmatched: .allow, families: [.ipv4]))
    #expect(try before.firstDifference(to: after, within: Budget(nodes: 200_000)) == nil)
    #expect(throws: BudgetExceeded(.nodes)) {
      try before.firstDifference(to: after, using: .boxes, within: Budget(nodes: 200_000))
    }
  }
}
