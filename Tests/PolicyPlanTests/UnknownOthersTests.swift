import FilterEngine
import HNSEmulator
import HostModel
import PolicyCompiler
import JSONText
import NetworkTypes
import PacketSpace
import PolicyPlan
import TestSupport
import Testing

/// What cannot be determined of other owners' rules is said, and never shown as nothing.
@Suite struct UnknownOthersTests {
  /// A host after an apply with an agent's ACL, and the profile.
  private static func shared() throws -> (DesiredHost, HostNetworkingService) {
    let back = try desired(profile("back", network: "shared", OwnershipTests.back))
    var host = try plan(back, on: emptyHost(for: back)).host
    let id = try #require(host.topology.endpoints.first).id
    let agent = PortACL(
      id: "agent-web",
      match: RuleMatch(protocols: ProtocolSet([.tcp]), localPorts: PortSet([PortRange(80)])),
      priority: 50, action: .allow, direction: .in, ruleType: .switch)
    try host.setACLs(try host.acls(ofEndpoint: id) + [agent], ofEndpoint: id)
    return (back, host)
  }

  /// A host that does not let ACLs go.
  private struct RefusingHost: HCNClient {
    var service: HostNetworkingService

    var configuration: HostConfiguration { service.configuration }
    var filters: any FilteredHost { service }
    var startedFilters: any FilteredHost { service.withContainersStarted() }

    func enumerate(_ kind: HCNObjectKind, query: JSON?) throws(HCNError) -> [GUID] {
      try service.enumerate(kind, query: query)
    }

    func properties(_ kind: HCNObjectKind, _ id: GUID, query: JSON?) throws(HCNError) -> JSON {
      try service.properties(kind, id, query: query)
    }

    func hostComputeEndpoint(_ id: GUID) throws(HCNError) -> HostComputeEndpoint {
      try service.hostComputeEndpoint(id)
    }

    func hostComputeNetwork(_ id: GUID) throws(HCNError) -> HostComputeNetwork {
      try service.hostComputeNetwork(id)
    }

    func hostComputeNamespace(_ id: GUID) throws(HCNError) -> HostComputeNamespace {
      try service.hostComputeNamespace(id)
    }

    func hostComputeLoadBalancer(_ id: GUID) throws(HCNError) -> HostComputeLoadBalancer {
      try service.hostComputeLoadBalancer(id)
    }

    mutating func create(
      _ kind: HCNObjectKind, id: GUID, network: GUID?, settings: JSON
    ) throws(HCNError) -> GUID {
      try service.create(kind, id: id, network: network, settings: settings)
    }

    mutating func modify(_ kind: HCNObjectKind, _ id: GUID, settings: JSON) throws(HCNError) {
      guard settings["RequestType"] != "Remove" else {
        throw HCNError(.invalidPolicy, detail: "the agent holds it")
      }
      try service.modify(kind, id, settings: settings)
    }

    mutating func delete(_ kind: HCNObjectKind, _ id: GUID) throws(HCNError) {
      try service.delete(kind, id)
    }
  }

  @Test func aHostThatKeepsTheirACLsIsNotOneWithoutThem() throws {
    let (back, host) = try Self.shared()
    let (trial, _) = Trial.run(
      back, on: RefusingHost(service: host), ledger: OwnershipLedger(), file: "test.yaml")
    let effect = try #require(trial).effectOfOthers()
    #expect(effect.changes.isEmpty)
    #expect(effect.unknownBecause.count == 1)
    #expect(effect.unknownBecause.first?.contains("the agent holds it") == true, "\(effect)")
  }

  @Test func aGapIsTheReasonAndNotTheBudget() throws {
    var (back, host) = try Self.shared()
    host.finishAdoption(HostGaps(firewall: .rules))
    let plan = try plan(back, on: host).plan
    #expect(plan.unmanagedEffect.changes.isEmpty)
    #expect(plan.unmanagedEffect.unknownBecause.count == 1)
    #expect(plan.unmanagedEffect.unknownBecause.first?.contains("budget") == false, "\(plan.unmanagedEffect)")
  }

  @Test func theBudgetIsTheReasonIfItIs() throws {
    let (back, host) = try Self.shared()
    let (trial, _) = Trial.run(back, on: host, ledger: OwnershipLedger(), file: "test.yaml")
    let effect = try #require(trial).effectOfOthers(within: Budget(nodes: 1))
    #expect(effect.unknownBecause == [UndecidedPackets.budgetReason])
  }
}
