import FilterEngine
import HNSEmulator
import HostModel
import NetworkTypes
import PacketSpace
import PolicyPlan
import Testing

/// Comparisons of packets to services whose backends have rules of a captured firewall that may match.
@Suite struct UncertainServiceTests {
  /// A service at port 80 whose backend web receives at 8080, where a rule for a program may block.
  private static func host(_ program: String, _ acls: [PortACL] = []) throws -> PacketEvaluator {
    var host = try ServiceHost()
    try host.add(ServiceHost.Balancer(), to: ["web"])
    var service = host.service
    if !acls.isEmpty { try service.setACLs(acls, ofEndpoint: host.id("web")) }
    var rule = CapturedFirewallRule(name: "agent", direction: .in, action: .block)
    rule.protocolText = "TCP"
    rule.localPorts = ["8080"]
    rule.conditions = [.init(.program, program)]
    service.describeHost(
      as: HostConfiguration(
        addresses: service.configuration.addresses,
        firewall: CapturedFirewall(
          rules: [rule], profiles: CapturedFirewallTests.defaults, activeProfiles: [.domain])))
    return PacketEvaluator(service)
  }

  private static func acl(_ port: UInt16, _ action: RuleAction) -> [PortACL] {
    [
      PortACL(
        id: "port",
        match: RuleMatch(protocols: ProtocolSet([.tcp]), localPorts: PortSet([PortRange(port)])),
        priority: 100, action: action, direction: .in, ruleType: .switch),
      PortACL(
        id: "rest", match: RuleMatch(), priority: 4000, action: .allow, direction: .in, ruleType: .switch),
    ]
  }

  private static func effect(_ before: PacketEvaluator, _ after: PacketEvaluator) -> VerdictDiff {
    var (before, after) = (before, after)
    return VerdictDiff(from: &before, to: &after)
  }

  private static func services(_ effect: VerdictDiff) -> [VerdictChange] {
    effect.changes.filter { change in
      change.direction == .out && change.packets.contains { $0.remotePorts.contains(80) }
    }
  }

  @Test func theSameRulesChangeNothing() throws {
    let effect = Self.effect(try Self.host("a.exe"), try Self.host("a.exe"))
    #expect(effect.changes.isEmpty && effect.undecided.isEmpty, "\(effect)")
  }

  @Test func anACLOfTheBackendIsAChangeOfTheService() throws {
    let before = try Self.host("a.exe", Self.acl(8080, .allow))
    let after = try Self.host("a.exe", Self.acl(8080, .block))
    let changes = Self.services(Self.effect(before, after))
    #expect(changes.contains { $0.endpoint == "client" }, "\(changes)")
    #expect(changes.allSatisfy { $0.verdicts == .init(before: .unknown, after: .block) }, "\(changes)")
    let back = Self.services(Self.effect(after, before))
    #expect(back.contains { $0.endpoint == "client" && $0.kind == .newlyUnknown }, "\(back)")
  }

  @Test func anACLForAnotherPortLeavesNothingUndecided() throws {
    let effect = Self.effect(
      try Self.host("a.exe", Self.acl(443, .allow)), try Self.host("a.exe", Self.acl(443, .block)))
    #expect(effect.undecided.isEmpty, "\(effect.undecided)")
    #expect(Self.services(effect).isEmpty, "\(effect.changes)")
  }

  @Test func anotherProgramLeavesTheServiceUndecided() throws {
    let effect = Self.effect(try Self.host("a.exe"), try Self.host("b.exe"))
    #expect(effect.changes.isEmpty, "\(effect.changes)")
    #expect(
      effect.undecided.contains { packets in
        packets.endpoint == "client" && packets.direction == .out
          && packets.packets?.contains { $0.remotePorts.contains(80) } == true
      }, "\(effect.undecided)")
    #expect(effect.undecided.contains { $0.endpoint == "web" && $0.direction == .in })
    #expect(effect.undecided.allSatisfy { $0.reason.contains("b.exe") })
  }
}
