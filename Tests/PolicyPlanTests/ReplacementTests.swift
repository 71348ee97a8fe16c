import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import PolicyViews
import Testing

/// What the host cannot change in place is replaced, and the plan reports it.
@Suite struct ReplacementTests {
  private func text(_ plan: Plan) -> String {
    PlanView(style: .plain).lines(plan, subject: "a").joined(separator: "\n")
  }

  @Test func anotherAddressRestartsTheContainersAndIsReported() throws {
    let wanted = try desired(profile("a", PlanTests.web))
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let moved = try desired(profile("a", PlanTests.web.replacing("10.1.0.10", with: "10.1.0.11")))
    let next = try plan(moved, on: host).plan
    let containers = next.changes.filter { $0.kind == .container }
    #expect(containers.map(\.action) == [.delete, .create])
    #expect(containers.map(\.name) == ["web", "web"])
    #expect(next.operations.map(\.summary).contains { $0.hasPrefix("stop container web") })
    #expect(next.changes.allSatisfy { $0.target == "web" })
    let shown = text(next)
    #expect(shown.contains("± web on podnet: 10.1.0.11/24"))
    #expect(
      shown.contains("; replaced because its addresses change: its containers restart and its flows end"))
    #expect(shown.contains("addresses: was 10.1.0.10/24; becomes 10.1.0.11/24"))
    #expect(!shown.contains("allow-https"), "rules that do not change are not listed")
  }

  @Test func aReplacedNetworkListsItsEndpoints() throws {
    func overlay(_ vsid: Int) throws -> DesiredHost {
      try desired(
        """
        apiVersion: hnsctl/v1
        kind: HostProfile
        name: a
        host: {windows: ltsc2022, adapters: [Ethernet]}
        networks:
          - name: vx
            driver: overlay
            adapter: Ethernet
            subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1, vsid: \(vsid)}]
        containers: [{name: one, network: vx}, {name: two, network: vx}]
        """)
    }
    let host = try plan(try overlay(5000), on: emptyHost(for: try overlay(5000))).host
    let next = try plan(try overlay(5001), on: host).plan
    #expect(Set(next.changes.map(\.target)) == ["vx", "one", "two"])
    let shown = text(next)
    #expect(shown.contains("± vx: overlay, 10.1.0.0/24 via 10.1.0.1 vsid 5001"))
    #expect(shown.contains("± one on vx") && shown.contains("± two on vx"))
  }

  @Test func otherNameServersReachTheEndpoints() throws {
    func withDNS(_ server: String) throws -> DesiredHost {
      try desired(
        profile("a", PlanTests.web).replacing(
          "gateway: 10.1.0.1}]}", with: "gateway: 10.1.0.1}], dns: {servers: [\(server)]}}"))
    }
    let first = try withDNS("10.96.0.10")
    let host = try plan(first, on: emptyHost(for: first)).host
    let second = try withDNS("10.96.0.11")
    let next = try plan(second, on: host)
    let fresh = try plan(second, on: emptyHost(for: second)).host
    #expect(
      try HostDocuments(next.host).endpoints.map(\.dnsServers)
        == HostDocuments(fresh).endpoints.map(\.dnsServers)
    )
    #expect(try plan(second, on: next.host).plan.isEmpty)
  }

  @Test func onlyEqualObjectsAreFolded() throws {
    let wanted = try desired(
      profile(
        "a",
        """
        containers:
          - {name: one, network: podnet}
          - {name: two, network: podnet}
          - {name: three, network: podnet, isolation: hyperv}
        pods:
          - {name: four, network: podnet, containers: [{name: app}]}
        """))
    let shown = text(try plan(wanted, on: emptyHost(for: wanted)).plan)
    #expect(shown.contains("and 1 more with equal changes: two"))
    #expect(shown.contains("+ three on podnet") && shown.contains("+ four on podnet"))
  }
}

/// Effects next to another owner's ACLs, which may apply at one enforcement point and not the other.
@Suite struct ForeignEffectTests {
  @Test func anotherOwnersSwitchACLsLeaveTheFirewallToThePlatform() throws {
    let bare = try desired(
      profile("a", "containers:\n  - {name: web, network: podnet, addresses: [10.1.0.10]}"))
    var host = try plan(bare, on: emptyHost(for: bare)).host
    let id = try #require(try host.enumerate(.endpoint).first)
    let allows: [JSON] = ["In", "Out"].map { direction in
      [
        "Type": "ACL",
        "Settings": [
          "Priority": 65499, "Id": "npm", "Action": "Allow", "Direction": .string(direction),
          "RuleType": "Switch",
        ],
      ]
    }
    try host.modify(
      .endpoint, id,
      settings: ["ResourceType": "Policy", "RequestType": "Update", "Settings": ["Policies": .array(allows)]])
    let blocking = try desired(
      profile(
        "a",
        """
        containers:
          - name: web
            network: podnet
            addresses: [10.1.0.10]
            acls: [{name: deny-ssh, direction: in, action: block, protocols: [tcp], localPorts: [22]}]
        """))
    let next = try plan(blocking, on: host)
    let effect = try #require(effectLines(next.plan).first)
    #expect(
      effect == [
        "inbound, newly blocked: tcp 22 (was npm, becomes deny-ssh; for example tcp from 198.51.100.9 port 49152 to "
          + "web port 22)"
      ])
    let firewall = try #require(next.host.firewall(of: id))
    #expect(firewall.rules.contains { $0.isPlatformDefault }, "the platform's inbound default still applies")
    #expect(next.plan.unmanaged.map(\.name) == ["npm", "npm"])
    #expect(try plan(blocking, on: next.host).plan.isEmpty)
  }

  @Test func aHostACLWithoutACatchAllBlocksTheRestAndIsReported() throws {
    let wanted = try desired(
      profile("a", PlanTests.web.replacing("    defaults: {in: block}\n", with: "")))
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let record = try #require(try HostDocuments(host).endpoints.first { $0.name == "web" })
    var closed = host
    let foreign: JSON = [
      "Type": "ACL",
      "Settings": [
        "Protocols": "6", "LocalPorts": "22", "Action": "Block", "Direction": "In", "RuleType": "Host",
      ],
    ]
    try closed.modify(
      .endpoint, record.id,
      settings: [
        "ResourceType": "Policy", "RequestType": "Update",
        "Settings": ["Policies": .array(record.policies.map(\.document) + [foreign])],
      ])
    // The catch-alls are removed, because another owner has rules there now, and the plan says what that
    // blocks.
    let next = try plan(wanted, on: closed).plan
    #expect(effectLines(next).first?.contains { $0.hasPrefix("inbound, newly blocked: ") } == true)
    #expect(next.dependsOn.contains(.implicitDeny))
  }

  @Test func storedACLsHaveNoEffect() throws {
    let text = """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: a
      host: {windows: "26100.1"}
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}]
      containers:
        - name: web
          network: nat
          acls: [{name: deny, direction: out, action: block, protocols: [tcp], remotePorts: [25]}]
      """
    let wanted = try desired(text)
    let effect = effectLines(try plan(wanted, on: emptyHost(for: wanted)).plan).first
    #expect(effect?.last == "outbound: everything is allowed")
    let patched = try desired(text.replacing("26100.1", with: "26100.32690"))
    let enforced = effectLines(try plan(patched, on: emptyHost(for: patched)).plan).first
    #expect(enforced?.last == "outbound: everything is allowed except: tcp 25")
  }
}
