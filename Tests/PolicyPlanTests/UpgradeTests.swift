import HNSEmulator
import HostModel
import NetworkTypes
import PacketSpace
import PolicyPlan
import PropertyChecks
import TestSupport
import Testing

/// What changes for packets if a host's documents are on another build of Windows.
@Suite struct UpgradeTests {
  /// A container on a nat network.
  private func nat(_ windows: String, _ policy: String = "") throws -> ProfileHost {
    try ProfileHost(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: web
      host: {windows: \(windows)}
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}]
      containers:
        - name: web
          network: nat
          addresses: [172.30.0.10]
      \(policy)
      """)
  }

  private func upgrade(_ host: ProfileHost, to name: String) throws -> Upgrade {
    Upgrade(of: host.service, ledger: host.ledger, to: try #require(WindowsBuild(name)))
  }

  private func causes(_ upgrade: Upgrade) -> Set<Upgrade.Cause> { Set(upgrade.effects.flatMap(\.causes)) }

  private static let block =
    "    acls: [{name: deny-web, direction: in, action: block, protocols: [tcp], localPorts: [80]}]"

  @Test func aProfileWithCatchAllsDoesNotDependOnTheReading() throws {
    let result = try upgrade(try nat("ltsc2019", Self.block), to: "26100.32690")
    #expect(result.isNone, "\(result.effects) \(result.refused)")
  }

  @Test func aLoneBlockOfAnAgentHasTwoReadings() throws {
    var host = try nat("ltsc2019")
    let id = try #require(host.service.topology.endpoints.first).id
    let block = PortACL(
      id: "agent-deny",
      match: RuleMatch(protocols: ProtocolSet([.tcp]), localPorts: PortSet([PortRange(80)])),
      action: .block, direction: .in, ruleType: .host)
    try host.service.setACLs([block], ofEndpoint: id)
    let result = try upgrade(host, to: "26100.32690")
    #expect(result.refused.isEmpty)
    #expect(!result.effects.isEmpty)
    #expect(result.effects.allSatisfy { $0.reading == result.readings[1] })
    #expect(result.readings[1].before == .never && result.readings[1].after == .anyAcl)
    #expect(causes(result) == [.behavior(.implicitDeny)])
    #expect(result.effects.allSatisfy { $0.change.kind == .newlyBlocked && $0.change.direction == .in })
    // Between builds on the same side of Windows Server 2025 both readings are alike.
    #expect(try upgrade(host, to: "ltsc2022").isNone)
  }

  @Test func anUnpatchedServer2025StoresACLsOfNat() throws {
    let result = try upgrade(try nat("ltsc2022", Self.block), to: "26100.1")
    #expect(causes(result) == [.behavior(.natACLs)])
    #expect(result.effects.allSatisfy { $0.change.kind == .newlyAllowed })
    #expect(result.dependencies.map(\.assumption) == [.natAclOnServer2025])
    let patched = try upgrade(try nat("26100.1", Self.block), to: "26100.32690")
    #expect(causes(patched) == [.behavior(.natACLs)])
    #expect(patched.effects.allSatisfy { $0.change.kind == .newlyBlocked })
  }

  /// With too small a budget for another value of an assumption, what it changes is unknown, not nothing.
  @Test func anUndecidedAssumptionIsNotIndependent() throws {
    let host = try nat("ltsc2022", Self.block)
    let build = try #require(WindowsBuild("26100.1"))
    var found = 0
    for limit in stride(from: 1_000, through: 5_000, by: 500) {
      let result = Upgrade(of: host.service, ledger: host.ledger, to: build, within: Budget(nodes: limit))
      guard result.undecided.isEmpty else { continue }
      #expect(result.dependencies.contains { $0.assumption == .natAclOnServer2025 }, "\(limit)")
      if result.dependencies.flatMap(\.others).contains(where: { $0.unknownBecause != nil }) { found += 1 }
    }
    #expect(found > 0)
  }

  /// Without the rules of Windows Firewall nobody knows what the gateway of nat answers on either build.
  @Test func anUnknownVerdictOfTheGatewayIsNotAChange() throws {
    var host = try nat("1703")
    host.service.finishAdoption(HostGaps(firewall: .rules))
    let result = try upgrade(host, to: "ltsc2022")
    #expect(!result.effects.contains { $0.causes.contains(.behavior(.gatewayDNS)) }, "\(result.effects)")
    #expect(!result.undecided.isEmpty)
    #expect(
      result.undecided.allSatisfy { !$0.reason.contains("budget") }, "\(result.undecided.map(\.reason))")
  }

  @Test func defaultsBefore1709AreOthers() throws {
    let host = try nat("1703")
    let result = try upgrade(host, to: "ltsc2022")
    #expect(causes(result) == [.behavior(.inboundBlock), .behavior(.gatewayDNS)], "\(causes(result))")
    #expect(result.effects.contains { $0.change.direction == .in && $0.change.kind == .newlyAllowed })
    let back = try upgrade(try nat("ltsc2022"), to: "1703")
    #expect(back.effects.contains { $0.change.direction == .in && $0.change.kind == .newlyBlocked })
  }

  @Test func whatABuildLacksIsRefusedWithItsPlace() throws {
    let result = try upgrade(try nat("ltsc2022", Self.block), to: "1709")
    let first = try #require(result.refused.first)
    #expect(first.kind == .endpoint && first.name == "web")
    #expect(first.path.hasPrefix("endpoints[0].document.Policies["))
    #expect(first.error.detail?.contains("'Id' does not exist on HNS 5.1") == true)
    #expect(result.effects.allSatisfy { $0.change.endpoint != "web" })
  }

  @Test func theSameBuildChangesNothing() throws {
    for name in ["1703", "ltsc2022", "26100.1"] {
      #expect(try upgrade(try nat(name, Self.block), to: name).isNone)
    }
  }

  @Test(arguments: 0..<4) func changesOfRandomHostsAreFound(part: Int) {
    let result = ProfileProperty.upgrades.check(part: part, of: 4, count: RandomProfile.count)
    #expect(result.failures == [])
    #expect(result.claims > RandomProfile.count / 8, "\(result.claims) hosts of \(result.profiles) profiles")
  }
}
