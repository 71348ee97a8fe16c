import Diagnostics
import FilterEngine
import HNSEmulator
import HostModel
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import PropertyChecks
import TestSupport
import Testing

/// How a host differs from what a profile owns there, and what the rules of other owners do.
@Suite struct DriftTests {
  /// A host after an apply, and the profile.
  private func applied(
    _ isolation: Isolation = .hyperv
  ) throws -> (DesiredHost, HostNetworkingService) {
    let front = try desired(
      profile(
        "front", network: "shared",
        OwnershipTests.front.replacing(
          "network: shared", with: "network: shared\n    isolation: \(isolation.rawValue)")))
    return (front, try plan(front, on: emptyHost(for: front)).host)
  }

  private func drift(_ desired: DesiredHost, _ host: HostNetworkingService) throws -> Drift {
    let trial = try #require(
      Trial.run(desired, on: host, ledger: OwnershipLedger(), file: "test.yaml").0)
    return try trial.drift()
  }

  private func endpoint(of host: HostNetworkingService) throws -> GUID {
    try #require(host.topology.endpoints.first).id
  }

  private func agent(
    _ id: String?, _ action: RuleAction, port: UInt16, priority: UInt16 = 200
  ) -> PortACL {
    PortACL(
      id: id,
      match: RuleMatch(protocols: ProtocolSet([.tcp]), localPorts: PortSet([PortRange(port)])),
      priority: priority, action: action, direction: .in, ruleType: .switch)
  }

  @Test func aHostAfterAnApplyHasNone() throws {
    let (front, host) = try applied()
    let drift = try drift(front, host)
    #expect(drift.isNone && drift.others.isEmpty)
  }

  @Test func anOwnACLThatVanishedIsMissing() throws {
    let (front, original) = try applied()
    var host = original
    let id = try endpoint(of: host)
    try host.setACLs(
      try host.acls(ofEndpoint: id).filter { $0.id?.hasSuffix("allow-web") == false }, ofEndpoint: id)
    let drift = try drift(front, host)
    #expect(Set(drift.missing.map(\.name)).contains("allow-web (Switch)"))
    #expect(drift.changed.isEmpty)
    #expect(drift.effect.map(\.kind) == [.newlyBlocked])
    #expect(drift.effect.first?.before == "allow-web")
  }

  /// An endpoint is a source VIP on both hosts, also if only one has the load balancer that uses its address.
  @Test func aVanishedServiceDoesNotRenameItsSourceVIP() throws {
    let node = try OverlayServiceTests.node()
    var host = try plan(node, on: emptyHost(for: node)).host
    for id in try host.enumerate(.loadBalancer) { try host.delete(.loadBalancer, id) }
    let drift = try drift(node, host)
    #expect(Set(drift.missing.map(\.kind)) == [.loadBalancer], "\(drift.missing.map(\.name))")
    #expect(drift.changed.isEmpty, "\(drift.changed.map(\.name))")
  }

  @Test func aRuleOfAnotherOwnerThatOpensAPortIsNamed() throws {
    let (front, original) = try applied()
    var host = original
    let id = try endpoint(of: host)
    // One opens a port, one blocks what is blocked anyway, one allows what is allowed anyway.
    let rules = [
      agent("agent-ssh", .allow, port: 22), agent("agent-smb", .block, port: 445),
      agent("agent-web", .allow, port: 80, priority: 50),
    ]
    try host.setACLs(try host.acls(ofEndpoint: id) + rules, ofEndpoint: id)
    let drift = try drift(front, host)
    #expect(drift.changed.isEmpty && drift.missing.isEmpty, "\(drift.changed) \(drift.missing)")
    #expect(drift.effect.map(\.after) == ["agent-ssh"])
    #expect(drift.effect.first?.verdicts?.before == .block)
    #expect(drift.effect.first?.verdicts?.after == .allow)
    #expect(drift.others.filter(\.alters).map(\.rule.name) == ["agent-ssh"])
    #expect(drift.harmless == 2)
  }

  /// In Windows Firewall a block of the profile overrides every allow.
  @Test func anAllowThatABlockOverridesIsHarmless() throws {
    let (front, original) = try applied(.process)
    var host = original
    let id = try endpoint(of: host)
    var firewall = agent("agent-ssh-host", .allow, port: 22)
    (firewall.priority, firewall.ruleType) = (nil, .host)
    try host.setACLs(
      try host.acls(ofEndpoint: id) + [agent("agent-ssh", .allow, port: 22), firewall], ofEndpoint: id)
    let drift = try drift(front, host)
    #expect(drift.isNone)
    #expect(drift.harmless == 2)
  }

  @Test func aStrippedIdIsAChangeWithoutEffect() throws {
    let (front, original) = try applied(.process)
    var host = original
    let id = try endpoint(of: host)
    try host.setACLs(try host.acls(ofEndpoint: id).map(\.withoutID), ofEndpoint: id)
    let drift = try drift(front, host)
    #expect(drift.missing.isEmpty && drift.effect.isEmpty && drift.others.isEmpty)
    #expect(drift.changed.contains { $0.name == "allow-web" && $0.after?.rule?.name == "(unnamed)" })
    #expect(drift.changed.allSatisfy { $0.kind == .acl })
  }

  @Test func aPlanWithoutChangesSaysWhatOthersOpen() throws {
    let back = try desired(
      profile("back", network: "shared", OwnershipTests.back))
    var host = try plan(back, on: emptyHost(for: back)).host
    let id = try endpoint(of: host)
    try host.setACLs(
      try host.acls(ofEndpoint: id) + [agent("agent-web", .allow, port: 80, priority: 50)], ofEndpoint: id)
    let after = try plan(back, on: host).host
    let next = try plan(back, on: after).plan
    #expect(next.isEmpty)
    // Windows Firewall is left to the platform beside it, so VFP alone decides.
    #expect(next.unmanagedEffect.changes.contains { $0.kind == .newlyAllowed && $0.after == "agent-web" })
    #expect(try plan(back, on: emptyHost(for: back)).plan.unmanagedEffect == EffectOfOthers())
  }

  @Test func removingOthersRulesLeavesNothing() throws {
    let (front, original) = try applied()
    var host = original
    let id = try endpoint(of: host)
    let own = try host.acls(ofEndpoint: id)
    try host.setACLs(own + [agent(nil, .allow, port: 22)], ofEndpoint: id)
    #expect(try drift(front, host).others.map(\.rule.name) == ["(unnamed)"])
    try host.setACLs(own, ofEndpoint: id)
    #expect(try drift(front, host).isNone)
  }

  @Test(arguments: 0..<4) func changesOfRandomHostsAreFound(part: Int) {
    let result = ProfileProperty.drift.check(part: part, of: 4, count: RandomProfile.count)
    #expect(result.failures == [])
    #expect(result.claims > RandomProfile.count / 8, "\(result.claims) hosts of \(result.profiles) profiles")
  }
}
