import FilterEngine
import HostModel
import NetworkTypes
import Testing

/// Features of Windows Firewall that no HNS ACL can express: bypass and address keywords.
@Suite struct FirewallRuleTests {
  /// A host whose endpoint has other firewall rules than those of its ACLs.
  struct Overridden: FilteredHost {
    var base: any FilteredHost
    var rules: [FirewallRule]

    var build: WindowsBuild { base.build }
    var assumptions: Assumptions { base.assumptions }
    var topology: HostTopology { base.topology }
    var hostFirewall: FirewallInstance { base.hostFirewall }
    func switchPort(of endpoint: GUID) -> SwitchPort? { base.switchPort(of: endpoint) }
    func firewall(of endpoint: GUID) -> FirewallInstance? {
      FirewallInstance(
        stack: .host, compartment: 2, endpoints: [endpoint], aclRules: rules,
        platformUnmatched: [.in: .block, .out: .allow])
    }
    func under(_ assumptions: Assumptions) -> any FilteredHost {
      Overridden(base: base.under(assumptions), rules: rules)
    }
  }

  static func verdict(_ rules: [FirewallRule], from: String) throws -> (Verdict, String?) {
    let applied = try AppliedProfile(
      profileText(driver: .transparent, "containers: [{name: web, network: net, addresses: [10.244.7.10]}]"))
    var evaluator = PacketEvaluator(Overridden(base: applied.service, rules: rules))
    let trace = try evaluator.trace(try applied.query(from, "web", .tcp, 80))
    return (trace.verdict, trace.rule)
  }

  static func rule(
    _ name: String, _ action: RuleAction, keywords: [AddressKeyword] = [], bypass: Bool = false,
    _ match: RuleMatch = RuleMatch()
  ) -> FirewallRule {
    var rule = FirewallRule(name: name, direction: .in, action: action, match: match)
    rule.remoteKeywords = keywords
    rule.overridesBlocks = bypass
    return rule
  }

  @Test func blockTakesPrecedenceOverAllowInAnyOrder() throws {
    let block = Self.rule("block", .block)
    let allow = Self.rule("allow", .allow)
    #expect(try Self.verdict([allow, block], from: "203.0.113.7") == (.block, "block"))
    #expect(try Self.verdict([allow], from: "203.0.113.7") == (.allow, "allow"))
    #expect(try Self.verdict([], from: "203.0.113.7") == (.block, "default-in"))
  }

  @Test func bypassBeatsBlock() throws {
    let rules = [Self.rule("block", .block), Self.rule("bypass", .allow, bypass: true)]
    #expect(try Self.verdict(rules, from: "203.0.113.7") == (.allow, "bypass"))
  }

  @Test(arguments: [
    (AddressKeyword.localSubnet, "10.244.7.77", "10.244.8.1"),
    (.defaultGateway, "10.244.7.1", "10.244.7.77"),
  ]) func keywordsStandForTheEndpointsOwn(_ keyword: AddressKeyword, inside: String, outside: String) throws {
    let rules = [Self.rule("near", .allow, keywords: [keyword])]
    #expect(try Self.verdict(rules, from: inside) == (.allow, "near"))
    #expect(try Self.verdict(rules, from: outside) == (.block, "default-in"))
  }

  @Test func anUnresolvedKeywordMatchesNothing() throws {
    #expect(
      try Self.verdict([Self.rule("dns", .allow, keywords: [.dns])], from: "203.0.113.7")
        == (.block, "default-in"))
  }

  @Test func keywordsAndAddressesCombine() throws {
    let match = RuleMatch(remoteAddresses: AddressSet([AddressRange(IPAddress(.ipv4, 0xcb00_7107))]))
    let rules = [Self.rule("near", .allow, keywords: [.localSubnet], match)]
    #expect(try Self.verdict(rules, from: "203.0.113.7") == (.allow, "near"))
    #expect(try Self.verdict(rules, from: "10.244.7.77") == (.allow, "near"))
    #expect(try Self.verdict(rules, from: "203.0.113.8") == (.block, "default-in"))
  }
}
