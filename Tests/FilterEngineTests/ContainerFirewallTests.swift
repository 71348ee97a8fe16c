import FilterEngine
import HNSEmulator
import HostModel
import NetworkTypes
import Testing

/// The firewall of a real host in the compartments of containers.
@Suite struct ContainerFirewallTests {
  private static let profile = profileText(
    driver: .transparent,
    "containers: [{name: web, network: net, addresses: [10.244.7.10]}, {name: vm, network: net, isolation: hyperv, "
      + "addresses: [10.244.7.11]}]")

  private static func rule(
    _ name: String, _ action: CapturedFirewallRule.Action, port: String, _ direction: Direction = .in
  ) -> CapturedFirewallRule {
    var rule = CapturedFirewallRule(name: name, direction: direction, action: action)
    rule.protocolText = "TCP"
    if direction == .in { rule.localPorts = [port] } else { rule.remotePorts = [port] }
    return rule
  }

  private static func verdict(
    _ rules: [CapturedFirewallRule],
    _ profiles: [FirewallProfile: FirewallProfileSettings] = CapturedFirewallTests.defaults,
    to: String = "web", from: String = "203.0.113.7", _ proto: IPProtocol = .tcp, port: UInt16 = 80,
    scope: Assumptions.HostProfileScope = .unknown
  ) throws -> Verdict {
    let applied = try AppliedProfile(profile)
    var service = applied.service
    service.describeHost(
      as: HostConfiguration(
        firewall: CapturedFirewall(rules: rules, profiles: profiles, activeProfiles: [.domain])))
    var assumptions = service.assumptions
    assumptions.hostProfileScope = scope
    service.assume(assumptions)
    var evaluator = PacketEvaluator(service)
    return try evaluator.decide(applied.query(from, to, proto, proto.hasPorts ? port : nil)).verdict
  }

  @Test func rulesWithoutACompartmentApplyToContainers() throws {
    #expect(try Self.verdict([]) == .allow)
    #expect(try Self.verdict([Self.rule("no-web", .block, port: "80")]) == .block)
    #expect(try Self.verdict([Self.rule("no-web", .block, port: "80")], port: 81) == .allow)
    #expect(try Self.verdict([Self.rule("no-web", .block, port: "80")], to: "vm") == .allow)
  }

  @Test func rulesOfAnotherCompartmentDoNotApply() throws {
    var rule = Self.rule("no-web", .block, port: "80")
    rule.compartment = 99
    #expect(try Self.verdict([rule]) == .allow)
    rule.compartment = 2
    #expect(try Self.verdict([rule]) == .block)
  }

  @Test func aKeywordStandsForTheContainersSubnet() throws {
    var rule = Self.rule("no-web", .block, port: "80")
    rule.remoteAddresses = ["LocalSubnet"]
    #expect(try Self.verdict([rule], from: "10.244.7.77") == .block)
    #expect(try Self.verdict([rule]) == .allow)
    rule.remoteAddresses = ["Internet"]
    #expect(try Self.verdict([rule]) == .unknown)
  }

  @Test func whetherProfilesApplyToContainersIsAnAssumption() throws {
    var closed = FirewallProfileSettings()
    closed.outbound = .block
    let profiles = Dictionary(uniqueKeysWithValues: FirewallProfile.allCases.map { ($0, closed) })
    func out(_ scope: Assumptions.HostProfileScope) throws -> Verdict {
      try Self.verdict([], profiles, to: "203.0.113.7", from: "web", scope: scope)
    }
    #expect(try out(.unknown) == .unknown)
    #expect(try out(.host) == .allow)
    #expect(try out(.everywhere) == .block)
  }

  @Test func withoutProfilesOnlyRulesDecideForCertain() throws {
    #expect(try Self.verdict([Self.rule("web", .allow, port: "80")], [:]) == .allow)
    #expect(try Self.verdict([], [:], .gre) == .unknown)
    #expect(try Self.verdict([], [:], to: "203.0.113.7", from: "web") == .unknown)
    #expect(try Self.verdict([], [:], to: "203.0.113.7", from: "web", scope: .host) == .allow)
  }

  @Test func aRuleForAProgramMayMatch() throws {
    var rule = Self.rule("agent", .block, port: "80")
    rule.conditions = [.init(.program, #"C:\agent.exe"#)]
    #expect(try Self.verdict([rule]) == .unknown)
    #expect(try Self.verdict([rule], port: 81) == .allow)
  }
}
