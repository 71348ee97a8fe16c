import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// The rewrite of representative lists.
@Suite struct RewriteResultTests {
  static let tcp = ProtocolSet([.tcp])

  static func addresses(_ texts: String...) -> AddressSet {
    AddressSet(texts.compactMap { IPPrefix($0)?.range ?? IPAddress($0).map { AddressRange($0) } })
  }

  static func ports(_ ports: UInt16...) -> PortSet { PortSet(ports.map { PortRange($0) }) }

  static let blockAll = OrderedRule(name: "default-in", action: .block, match: RuleMatch())
  static let allowAll = OrderedRule(name: "default-out", action: .allow, match: RuleMatch())
  static let commonest = [
    OrderedRule(
      name: "allow-https", action: .allow,
      match: RuleMatch(
        protocols: tcp, remoteAddresses: addresses("10.0.0.0/8", "192.168.0.0/16"), localPorts: ports(443))),
    blockAll,
  ]

  @Test func theMostCommonProfileNeedsFourRulesInOneFamily() {
    let outcome = FirewallRewrite.rewrite(Self.commonest, families: [.ipv4])
    let others = ProtocolSet.allProtocols.subtracting(Self.tcp)
    let outside = AddressSet.all(.ipv4).subtracting(Self.addresses("10.0.0.0/8", "192.168.0.0/16"))
    #expect(
      outcome
        == .exact([
          .init(origin: "allow-https", action: .allow, match: Self.commonest[0].match),
          .init(origin: "default-in", action: .block, match: RuleMatch(protocols: others)),
          .init(
            origin: "default-in", action: .block,
            match: RuleMatch(
              protocols: Self.tcp, localPorts: PortSet([PortRange(0, 442), PortRange(444, 65535)]))),
          .init(
            origin: "default-in", action: .block,
            match: RuleMatch(protocols: Self.tcp, remoteAddresses: outside, localPorts: Self.ports(443))),
        ]))
  }

  @Test func theMostCommonProfileNeedsFiveRulesInTwoFamilies() {
    let rules = FirewallRewrite.rewrite(Self.commonest, families: [.ipv4, .ipv6]).rules
    #expect(rules.count == 5)
    #expect(rules.map(\.match.families) == [[.ipv4], [.ipv4, .ipv6], [.ipv4, .ipv6], [.ipv4], [.ipv6]])
    #expect(rules.last?.match.remoteAddresses == .all(.ipv6))
  }

  @Test func thePlatformDefaultAfterOneBlockNeedsThreeRules() {
    let admitted = ProtocolSet([.icmp, .igmp, .tcp, .udp, .icmpv6])
    let list = [
      OrderedRule(
        name: "no-smb", action: .block, match: RuleMatch(protocols: Self.tcp, localPorts: Self.ports(445))),
      OrderedRule(name: "default-in", action: .allow, match: RuleMatch(protocols: admitted)),
      Self.blockAll,
    ]
    let rest = RuleMatch(protocols: .allProtocols.subtracting(admitted))
    for families in RewriteExactnessTests.cells {
      #expect(
        FirewallRewrite.rewrite(list, families: families)
          == .exact([
            .init(origin: "no-smb", action: .block, match: list[0].match),
            .init(origin: "default-in", action: .allow, match: list[1].match),
            .init(origin: "default-in", action: .block, match: rest),
          ]))
    }
  }

  @Test func openOutboundNeedsOneRule() {
    let outcome = FirewallRewrite.rewrite([Self.allowAll], families: [.ipv4, .ipv6])
    #expect(outcome == .exact([.init(origin: "default-out", action: .allow, match: RuleMatch())]))
  }

  @Test func aRuleOfTwoFamiliesIsSplit() {
    let match = RuleMatch(remoteAddresses: Self.addresses("10.0.0.0/8", "fd00::/8"))
    let rules = FirewallRewrite.rewrite(
      [OrderedRule(name: "both", action: .block, match: match), Self.allowAll], families: [.ipv4, .ipv6]
    ).rules
    #expect(rules.map(\.origin) == ["both", "both", "default-out"])
    #expect(rules[0].match == RuleMatch(remoteAddresses: Self.addresses("10.0.0.0/8")))
    #expect(rules[1].match == RuleMatch(remoteAddresses: Self.addresses("fd00::/8")))
  }

  @Test func aRuleOfAnotherFamilyIsDropped() {
    let match = RuleMatch(remoteAddresses: Self.addresses("fd00::/8"))
    let rules = FirewallRewrite.rewrite(
      [OrderedRule(name: "six", action: .block, match: match), Self.allowAll], families: [.ipv4]
    ).rules
    #expect(rules.map(\.origin) == ["default-out"])
  }

  @Test func aCompleteFamilyIsSpecifiedOnlyIfNeeded() {
    let list = [
      OrderedRule(name: "six", action: .block, match: RuleMatch(remoteAddresses: .all(.ipv6))), Self.allowAll,
    ]
    #expect(
      FirewallRewrite.rewrite(list, families: [.ipv4, .ipv6]).rules[0].match
        == RuleMatch(remoteAddresses: .all(.ipv6)))
    #expect(FirewallRewrite.rewrite(list, families: [.ipv6]).rules[0].match == RuleMatch())
  }

  @Test func aCoveredBlockIsListedAtItsCover() {
    let list = [
      OrderedRule(name: "web", action: .allow, match: RuleMatch(protocols: Self.tcp)),
      OrderedRule(
        name: "late", action: .block, match: RuleMatch(protocols: Self.tcp, localPorts: Self.ports(80))),
      Self.blockAll,
    ]
    let rules = FirewallRewrite.rewrite(list, families: [.ipv4]).rules
    #expect(rules.map(\.origin) == ["web", "default-in"])
    #expect(rules.map(\.shadowed) == [["late"], []])
  }

  @Test func aCoveredAllowIsKeptWithoutSplits() {
    let list = [
      OrderedRule(name: "closed", action: .block, match: RuleMatch(protocols: Self.tcp)),
      OrderedRule(
        name: "late", action: .allow, match: RuleMatch(protocols: Self.tcp, localPorts: Self.ports(80))),
      Self.blockAll,
    ]
    let rules = FirewallRewrite.rewrite(list, families: [.ipv4]).rules
    #expect(rules.map(\.origin) == ["closed", "late", "default-in"])
    #expect(rules.map(\.match) == list.map(\.match))
  }

  /// Allow rules that differ in port and in peer at once, so that the block after them is split for each.
  static func scattered(_ count: Int, byPort: Bool) -> [OrderedRule] {
    (0..<count).map { index in
      OrderedRule(
        name: "allow-\(index)", action: .allow,
        match: RuleMatch(
          protocols: tcp, remoteAddresses: addresses("10.0.\(index / 250).\(index % 250)"),
          localPorts: ports(byPort ? UInt16(index * 2 + 1) : 443)))
    } + [blockAll]
  }

  @Test(arguments: [1, 24, 25, 63, 64, 65, 127, 128, 300])
  func allowsOfOnePortFoldIntoThreeBlocks(count: Int) {
    let outcome = FirewallRewrite.rewrite(Self.scattered(count, byPort: false), families: [.ipv4])
    guard case .exact(let rules) = outcome else {
      Issue.record("too large")
      return
    }
    #expect(rules.count == count + 3)
  }

  @Test(arguments: [2, 63, 64, 65, 128])
  func allowsOfManyPortsTakeABlockEach(count: Int) {
    let rules = FirewallRewrite.rewrite(Self.scattered(count, byPort: true), families: [.ipv4]).rules
    #expect(rules.count == 2 * count + 2)
  }

  @Test func theLimitCountsAddedRules() {
    let list = Self.scattered(20, byPort: true)
    guard case .exact(let rules) = FirewallRewrite.rewrite(list, families: [.ipv4], limit: 21) else {
      Issue.record("21 more rules are sufficient")
      return
    }
    #expect(rules.count == list.count + 21)
    guard
      case .tooLarge(let culprits, let superset) = FirewallRewrite.rewrite(
        list, families: [.ipv4], limit: 20)
    else {
      Issue.record("20 more rules are not sufficient")
      return
    }
    #expect(culprits == ["default-in"])
    #expect(superset.count == list.count + 20)
    #expect(superset.filter { $0.action == .allow } == rules.filter { $0.action == .allow })
  }
}
