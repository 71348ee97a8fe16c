import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import PolicyViews
import Testing

@Suite struct PlanTests {
  static let web = """
    containers:
      - name: web
        network: podnet
        addresses: [10.1.0.10]
        defaults: {in: block}
        acls:
          - {name: allow-https, direction: in, action: allow, protocols: [tcp], localPorts: [443]}
      - {name: worker, network: podnet}
    """

  @Test func aPlanIsTheSameBytesEveryTime() throws {
    let wanted = try desired(profile("a", Self.web))
    let first = try plan(wanted, on: emptyHost(for: wanted)).plan.savedText
    let second = try plan(try desired(profile("a", Self.web)), on: emptyHost(for: wanted)).plan.savedText
    #expect(first == second)
  }

  @Test func anApplyConvergesInAnySpelling() throws {
    let wanted = try desired(profile("a", Self.web))
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let respelled = """
      containers:
        - name: web
          network: podnet
          addresses: [10.1.0.10]
          defaults: {in: block}
          acls:
            - {name: allow-https, direction: in, action: allow, protocols: ["6"], localPorts: ["443-443"], priority: 1000}
        - {name: worker, network: podnet}
      """
    let again = try plan(try desired(profile("a", respelled)), on: host)
    #expect(again.plan.isEmpty)
    #expect(again.plan.changes.isEmpty)
  }

  @Test func changedACLsOfAnEndpointAreOneRequest() throws {
    let wanted = try desired(profile("a", Self.web))
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let changed = try desired(
      profile(
        "a",
        Self.web.replacing(
          "localPorts: [443]}",
          with:
            "localPorts: [443, 8443]}\n      - {name: deny-dns, direction: out, action: block, protocols: [udp], remotePorts: [53]}"
        )))
    let next = try plan(changed, on: host).plan
    #expect(next.operations.count == 1)
    #expect(next.operations.first?.kind == .endpoint)
    #expect(next.changes.contains { $0.kind == .acl && $0.action == .update })
    #expect(next.changes.allSatisfy { $0.target == "web" })
  }

  @Test func assignedAddressesAreKept() throws {
    let first = try desired(
      profile("a", "containers:\n  - {name: m, network: podnet}\n  - {name: z, network: podnet}"))
    let host = try plan(first, on: emptyHost(for: first)).host
    let more = try desired(
      profile(
        "a",
        "containers:\n  - {name: a, network: podnet}\n  - {name: m, network: podnet}\n  - {name: q, network: podnet}\n  - {name: z, network: podnet}"
      ))
    let grown = try plan(more, on: host)
    #expect(grown.plan.changes.allSatisfy { $0.target == "a" || $0.target == "q" })
    let before = try contents(host).filter { $0.kind == .endpoint }
    let after = try contents(grown.host).filter { $0.kind == .endpoint }
    #expect(before.allSatisfy(after.contains))
  }

  @Test func removingTheLastACLRestoresTheDefaultsAndIsReported() throws {
    let wanted = try desired(profile("a", Self.web))
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let bare = try desired(
      profile(
        "a",
        "containers:\n  - {name: web, network: podnet, addresses: [10.1.0.10]}\n  - {name: worker, network: podnet}"
      ))
    let next = try plan(bare, on: host)
    #expect(next.plan.operations.count == 1)
    #expect(effectLines(next.plan).contains { $0.contains { $0.contains("removing its last ACL") } })
    #expect(
      next.plan.defaultActions.contains { $0.endpoint == "web" && $0.direction == .in && $0.before == .block }
    )
    #expect(try plan(bare, on: next.host).plan.isEmpty)
  }

  @Test func publishedPortsCanSwapBetweenEndpoints() throws {
    func nat(_ first: Int, _ second: Int) throws -> DesiredHost {
      try desired(
        """
        apiVersion: hnsctl/v1
        kind: HostProfile
        name: swap
        host: {windows: ltsc2022}
        networks:
          - {name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}
        containers:
          - {name: one, network: nat, publish: ["\(first):80"]}
          - {name: two, network: nat, publish: ["\(second):80"]}
        """)
    }
    let wanted = try nat(8080, 8081)
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let swapped = try plan(try nat(8081, 8080), on: host)
    #expect(try plan(try nat(8081, 8080), on: swapped.host).plan.isEmpty)
  }

  @Test func aReplacedNetworkReplacesItsEndpoints() throws {
    let wanted = try desired(profile("a", Self.web))
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let moved = try desired(
      profile("a", prefix: "10.9.0", Self.web.replacing("10.1.0.10", with: "10.9.0.10")))
    let next = try plan(moved, on: host)
    #expect(try plan(moved, on: next.host).plan.isEmpty)
    let fresh = try plan(moved, on: emptyHost(for: moved)).host
    #expect(
      try contents(next.host).filter { $0.kind != .endpoint }
        == contents(fresh).filter { $0.kind != .endpoint })
  }

  @Test func anotherIsolationReplacesTheEndpoint() throws {
    let wanted = try desired(profile("a", Self.web))
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let isolated = try desired(
      profile("a", Self.web.replacing("network: podnet\n", with: "network: podnet\n    isolation: hyperv\n")))
    let next = try plan(isolated, on: host)
    #expect(
      next.plan.changes.contains {
        $0.target == "web" && $0.enforcement == .windowsFirewall && $0.action == .delete
      })
    #expect(try plan(isolated, on: next.host).plan.isEmpty)
    #expect(next.host.compartments.count == 2)
  }

  @Test func aProfileForAnotherWindowsIsRefused() throws {
    let wanted = try desired(profile("a", Self.web))
    let host = try plan(wanted, on: emptyHost(for: wanted)).host
    let other = try desired(profile("a", Self.web, windows: "ltsc2019"))
    let (outcome, diagnostics) = Plan.make(
      other, for: host, base: nil, ledger: OwnershipLedger(), file: "test.yaml")
    #expect(outcome == nil)
    #expect(diagnostics.map(\.code.id) == ["host-mismatch"])
  }

  @Test func everyIncompleteApplyIsCompletedByTheNext() throws {
    let wanted = try desired(profile("a", Self.web))
    let complete = try plan(wanted, on: emptyHost(for: wanted))
    let target = try contents(complete.host)
    for calls in 0..<complete.plan.operations.count {
      var host = FaultyHost(host: emptyHost(for: wanted), callsLeft: calls)
      let report = complete.plan.carryOut(on: &host)
      #expect(report.done == calls)
      #expect(report.failure != nil)
      #expect(host.host.invariantViolations() == [])
      let rest = try plan(wanted, on: host.host)
      #expect(rest.plan.operations.count <= complete.plan.operations.count - calls)
      #expect(try contents(rest.host) == target, "after \(calls) calls")
    }
  }

  @Test func everyIncompleteRemovalIsCompletedByTheNext() throws {
    var wanted = try desired(profile("a", Self.web))
    let full = try plan(wanted, on: emptyHost(for: wanted)).host
    wanted.removeEverything()
    let removal = try plan(wanted, on: full).plan
    for calls in 0..<removal.operations.count {
      var host = FaultyHost(host: full, callsLeft: calls)
      _ = removal.carryOut(on: &host)
      let rest = try plan(wanted, on: host.host)
      #expect(try contents(rest.host).isEmpty, "after \(calls) calls")
      #expect(try rest.host.enumerate(.namespace).isEmpty)
    }
  }
}
