import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import Testing

/// Objects of other owners are shown and not changed.
@Suite struct OwnershipTests {
  static let front = """
    containers:
      - name: front
        network: shared
        addresses: [10.1.0.10]
        defaults: {in: block}
        acls: [{name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80]}]
    """
  static let back = """
    containers:
      - name: back
        network: shared
        addresses: [10.1.0.20]
        acls: [{name: deny-web, direction: in, action: block, protocols: [tcp], localPorts: [80]}]
    """

  /// Items without the owner of the shared network, which is whoever created it.
  private func statements(_ host: HostNetworkingService) throws -> Set<HostObject> {
    Set(try contents(host).filter { $0.kind != .network })
  }

  @Test func twoProfilesDoNotAffectEachOther() throws {
    let front = try desired(profile("front", network: "shared", Self.front))
    let back = try desired(profile("back", network: "shared", Self.back))
    let frontFirst = try plan(back, on: try plan(front, on: emptyHost(for: front)).host)
    let backFirst = try plan(front, on: try plan(back, on: emptyHost(for: back)).host)
    #expect(frontFirst.plan.changes.allSatisfy { $0.target == "back" })
    #expect(backFirst.plan.changes.allSatisfy { $0.target == "front" })
    #expect(try statements(frontFirst.host) == statements(backFirst.host))
    for host in [frontFirst.host, backFirst.host] {
      #expect(try plan(front, on: host).plan.isEmpty)
      #expect(try plan(back, on: host).plan.isEmpty)
    }
  }

  @Test func removingOneProfileRemovesNothingOfTheOther() throws {
    let front = try desired(profile("front", network: "one", Self.front.replacing("shared", with: "one")))
    let back = try desired(
      profile(
        "back", network: "two", prefix: "10.2.0", adapter: "Second",
        Self.back.replacing("shared", with: "two").replacing("10.1.0.20", with: "10.2.0.20")))
    let onlyBack = try contents(try plan(back, on: emptyHost(for: back)).host)
    let both = try plan(back, on: try plan(front, on: emptyHost(for: front)).host).host
    var gone = front
    gone.removeEverything()
    let rest = try plan(gone, on: both)
    #expect(try contents(rest.host).map(\.name) == onlyBack.map(\.name))
    #expect(try plan(back, on: rest.host).plan.isEmpty)
  }

  @Test func aNetworkWithAnotherOwnersEndpointsIsNotRemoved() throws {
    let front = try desired(profile("front", network: "shared", Self.front))
    let back = try desired(profile("back", network: "shared", Self.back))
    let both = try plan(back, on: try plan(front, on: emptyHost(for: front)).host).host
    var gone = front
    gone.removeEverything()
    let rest = try plan(gone, on: both)
    #expect(rest.notes.map(\.code.id) == ["network-in-use"])
    #expect(rest.notes.first?.severity == .warning)
    #expect(rest.notes.first?.message.contains("'back'") == true)
    #expect(try contents(rest.host).filter { $0.kind == .endpoint }.map(\.name) == ["back"])
    #expect(try plan(back, on: rest.host).plan.isEmpty)
    var alsoGone = back
    alsoGone.removeEverything()
    let empty = try plan(gone, on: try plan(alsoGone, on: rest.host).host)
    #expect(try contents(empty.host).isEmpty, "the network is deleted with its last endpoint")
  }

  @Test func aNetworkWithAnotherOwnersEndpointsIsNotReplaced() throws {
    let front = try desired(profile("front", network: "shared", Self.front))
    let back = try desired(profile("back", network: "shared", Self.back))
    let both = try plan(back, on: try plan(front, on: emptyHost(for: front)).host).host
    let moved = try desired(
      profile(
        "front", network: "shared", prefix: "10.2.0", Self.front.replacing("10.1.0.10", with: "10.2.0.10")))
    let (outcome, diagnostics) = Plan.make(
      moved, for: both, base: nil, ledger: OwnershipLedger(), file: "test.yaml")
    #expect(outcome == nil)
    #expect(diagnostics.map(\.code.id) == ["network-in-use"])
    #expect(diagnostics.first?.location != nil)
  }

  @Test func anotherNetworkOfTheSameNameIsAConflict() throws {
    let front = try desired(profile("front", network: "shared", Self.front))
    let back = try desired(
      profile(
        "back", network: "shared", prefix: "10.2.0", Self.back.replacing("10.1.0.20", with: "10.2.0.20")))
    let host = try plan(front, on: emptyHost(for: front)).host
    let (outcome, diagnostics) = Plan.make(
      back, for: host, base: nil, ledger: OwnershipLedger(), file: "test.yaml")
    #expect(outcome == nil)
    #expect(diagnostics.contains { $0.code.id == "network-conflict" })
  }

  @Test func anAddressInUseIsReported() throws {
    let front = try desired(profile("front", network: "shared", Self.front))
    let back = try desired(
      profile("back", network: "shared", Self.back.replacing("10.1.0.20", with: "10.1.0.10")))
    let host = try plan(front, on: emptyHost(for: front)).host
    let (_, diagnostics) = Plan.make(back, for: host, base: nil, ledger: OwnershipLedger(), file: "test.yaml")
    #expect(diagnostics.map(\.code.id) == ["address-in-use"])
    #expect(diagnostics.first?.message.contains("'front'") == true)
  }

  private func endpoint(_ host: HostNetworkingService, _ name: String) throws -> EndpointRecord {
    try #require(try HostDocuments(host).endpoints.first { $0.name == name })
  }

  private func sendACLs(_ acls: [JSON], to name: String, of host: inout HostNetworkingService) throws {
    let record = try endpoint(host, name)
    let others = record.policies.filter { $0.type != .acl }.map(\.document)
    let policies = others + acls.map { ["Type": "ACL", "Settings": $0] }
    try host.modify(
      .endpoint, record.id,
      settings: [
        "ResourceType": "Policy", "RequestType": "Update", "Settings": ["Policies": .array(policies)],
      ])
  }

  private static let foreign: JSON = [
    "Protocols": "6", "RemotePorts": "25", "Priority": 200, "Id": "agent-deny-smtp", "Action": "Block",
    "Direction": "Out", "RuleType": "Switch",
  ]

  @Test func anotherOwnersACLsAreKeptWithoutACatchAll() throws {
    let bare = try desired(
      profile(
        "back", network: "shared", "containers:\n  - {name: back, network: shared, addresses: [10.1.0.20]}"))
    var host = try plan(bare, on: emptyHost(for: bare)).host
    try sendACLs([Self.foreign], to: "back", of: &host)
    #expect(try plan(bare, on: host).plan.isEmpty)

    let back = try desired(profile("back", network: "shared", Self.back))
    let next = try plan(back, on: host)
    #expect(next.notes.contains { $0.code.id == "foreign-rules-kept" })
    let acls = try endpoint(next.host, "back").acls
    #expect(acls.contains { $0.settings == Self.foreign })
    #expect(!acls.contains { $0.identity?.origins.first?.hasPrefix("default-") ?? false })
    #expect(next.plan.dependsOn.contains(.implicitDeny))
    #expect(try plan(back, on: next.host).plan.isEmpty)

    let stated = try desired(
      profile(
        "back", network: "shared",
        Self.back.replacing("acls:", with: "defaults: {in: allow, out: allow}\n    acls:")))
    let closed = try plan(stated, on: next.host)
    #expect(try endpoint(closed.host, "back").acls.contains { $0.identity?.origins == ["default-out"] })
    #expect(try endpoint(closed.host, "back").acls.contains { $0.settings == Self.foreign })
  }

  @Test func aStrippedIdIsRecognizedAndNotRewritten() throws {
    let back = try desired(profile("back", network: "shared", Self.back))
    var host = try plan(back, on: emptyHost(for: back)).host
    let stripped = try endpoint(host, "back").acls.map { acl -> JSON in
      var object = acl.settings.object ?? JSONObject()
      object["Id"] = nil
      return .object(object)
    }
    try sendACLs(stripped, to: "back", of: &host)
    let next = try plan(back, on: host)
    #expect(next.plan.isEmpty)
    #expect(next.notes.contains { $0.code.id == "drifted-identity" })
  }

  @Test func ownershipIsStoredForHostsWithoutIds() throws {
    let text = """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: old
      host: {windows: 1709}
      networks:
        - {name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}
      containers:
        - name: web
          network: nat
          defaults: {in: allow}
          acls: [{name: deny-smtp, direction: out, action: block, protocols: [tcp], remotePorts: [25]}]
      """
    let wanted = try desired(text)
    let first = try plan(wanted, on: emptyHost(for: wanted))
    #expect(try endpoint(first.host, "web").acls.allSatisfy { $0.acl.id == nil && $0.acl.priority == 100 })
    let again = try plan(wanted, on: first.host, ledger: first.plan.ledger)
    #expect(again.plan.isEmpty)
    let changed = try plan(
      try desired(text.replacing("remotePorts: [25]", with: "remotePorts: [26]")), on: first.host,
      ledger: first.plan.ledger)
    let left = try contents(changed.host, ledger: changed.plan.ledger).filter { $0.kind == .firewallRule }
    #expect(
      !left.contains { $0.value.rule?.match.remotePorts == PortSet([PortRange(25)]) },
      "the profile's old ACL is removed")
  }
}
