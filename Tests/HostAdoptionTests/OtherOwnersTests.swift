import Diagnostics
import FilterEngine
import Foundation
import HNSEmulator
import HostAdoption
import HostImport
import HostModel
import NetworkTypes
import PolicyCompiler
import PolicyPlan
import TestSupport
import Testing

/// Hosts whose endpoints other owners made.
@Suite struct OtherOwnersTests {
  /// The host of a capture of other tests, with the defaults of Windows Firewall.
  private func host(_ capture: String) throws -> HostNetworkingService {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "HostImportTests/Fixtures/documents")
    let bytes = try Data(contentsOf: folder.appending(path: capture))
    var service = try #require(HostImport.host([.init(name: capture, bytes: [UInt8](bytes))]).host).service
    var assumptions = service.assumptions
    assumptions.firewall = .defaults
    service.assume(assumptions)
    return service
  }

  private func adoption(_ capture: String) throws -> HostAdoption {
    try HostAdoption(of: try host(capture), ledger: OwnershipLedger(), name: "node")
  }

  private func plan(_ text: String, _ capture: String) throws -> (plan: Plan?, diagnostics: [Diagnostic]) {
    let desired = try DesiredHost.compiled(text)
    let (outcome, diagnostics) = Plan.make(
      desired, for: try host(capture), base: nil, ledger: OwnershipLedger(), file: "node.yaml")
    return (outcome?.plan, diagnostics)
  }

  static let captures = [
    "l2bridge-13.3-v2.json", "overlay-15.0-v1.json", "overlay-9.2.json", "nat-networks-13.3.json",
  ]

  @Test("A capture is described by a profile that plans to no change against it.", arguments: captures)
  func noChange(capture: String) throws {
    let adoption = try adoption(capture)
    #expect(adoption.remaining.isEmpty)
    let (plan, diagnostics) = try plan(adoption.text, capture)
    #expect(plan?.isEmpty == true, "\(diagnostics.map(\.message))")
  }

  @Test("ACLs of another owner are those of the profile if they mean the same.")
  func acls() throws {
    let adoption = try adoption("l2bridge-13.3-v2.json")
    #expect(adoption.omissions.isEmpty)
    #expect(
      adoption.text.contains(
        """
          - name: pod-api
            network: podnet
            endpointId: a6172839-3546-4758-8869-809102132435
            addresses: [10.244.3.21]
            acls:
              - {name: https, direction: in, action: allow, protocols: [tcp], remoteAddresses: [10.0.0.0/8], localPorts: [443], priority: 100}
              - {name: rest, direction: in, action: block, priority: 4000}

        """), "\(adoption.text)")
  }

  @Test("A change of the profile changes the ACLs of its endpoint, and nothing else.")
  func change() throws {
    let text = try adoption("l2bridge-13.3-v2.json").text
    let edited = text.replacing("localPorts: [443]", with: "localPorts: [8443]", maxReplacements: 1)
    let plan = try #require(try plan(edited, "l2bridge-13.3-v2.json").plan)
    #expect(plan.operations.map(\.summary) == ["update the policies of endpoint vm-api"])
    #expect(!plan.verdictChanges.isEmpty && plan.verdictChanges.allSatisfy { $0.endpoint == "vm-api" })
  }

  @Test("An endpoint of another owner is never replaced.")
  func replacement() throws {
    let text = try adoption("l2bridge-13.3-v2.json").text
    let edited = text.replacing("addresses: [10.244.3.20]", with: "addresses: [10.244.3.99]")
    let (plan, diagnostics) = try plan(edited, "l2bridge-13.3-v2.json")
    #expect(plan == nil)
    #expect(diagnostics.map(\.code.id).contains("adopted-endpoint-differs"))
  }

  @Test("An endpoint that leaves the profile stays on the host with its ACLs.")
  func removal() throws {
    let text = try adoption("l2bridge-13.3-v2.json").text
    let without = text.prefix(upTo: try #require(text.range(of: "containers:")).lowerBound)
    #expect(try plan(String(without), "l2bridge-13.3-v2.json").plan?.isEmpty == true)
  }

  @Test("Without the rules of Windows Firewall, ACLs are left to their owner, and the reason is given.")
  func unknownFirewall() throws {
    var service = try host("l2bridge-13.3-v2.json")
    service.assume(Assumptions())
    let adoption = try HostAdoption(of: service, ledger: OwnershipLedger(), name: "node")
    #expect(adoption.remaining.isEmpty)
    let left = adoption.omissions.filter { $0.kind == .acls }
    // That of the utility VM does not depend on the host's firewall.
    #expect(left.map(\.name) == ["pod-api"])
    #expect(left.first?.reason.contains("Windows Firewall") == true)
  }

  @Test("What the import did not take over is listed as not in the profile.")
  func unread() throws {
    var service = try host("l2bridge-13.3-v2.json")
    let part = UnreadPart(place: "a.json:2:1", reason: "the network 'lab' was not taken over", text: "{}")
    service.finishAdoption(HostGaps(unread: [part]))
    let adoption = try HostAdoption(of: service, ledger: OwnershipLedger(), name: "node")
    #expect(adoption.omissions.map(\.kind) == [.unread])
    #expect(adoption.omissions.map(\.name) == [part.place])
    #expect(adoption.omissions.map(\.reason) == [part.reason])
    #expect(adoption.text.contains("# - a.json:2:1: the network 'lab' was not taken over"))
  }

  @Test("A profile that is removed, or that drops an endpoint, takes its own ACLs from it, and nothing else.")
  func release() throws {
    let capture = "l2bridge-13.3-v2.json"
    let text = try adoption(capture).text.replacing("localPorts: [443]", with: "localPorts: [8443]")
    let other = PortACL(
      id: "other", match: RuleMatch(protocols: ProtocolSet([.udp])), priority: 300, action: .block,
      direction: .in,
      ruleType: .switch)
    var service = try host(capture)
    for operation in try #require(try plan(text, capture).plan).operations {
      try operation.perform(on: &service)
    }
    let names = Dictionary(uniqueKeysWithValues: service.topology.endpoints.map { ($0.name, $0.id) })
    let (vm, pod) = (try #require(names["vm-api"]), try #require(names["pod-api"]))
    try service.setACLs(try service.acls(ofEndpoint: vm) + [other], ofEndpoint: vm)
    var desired = try DesiredHost.compiled(text)
    desired.removeEverything()
    let trial = try #require(
      Trial.run(desired, on: service, ledger: OwnershipLedger(), file: "node.yaml").0)
    #expect(trial.operations.count == 2)
    #expect(try trial.host.acls(ofEndpoint: vm) == [other])
    #expect(try trial.host.acls(ofEndpoint: pod).isEmpty)
    #expect(trial.host.topology.endpoints.map(\.id) == service.topology.endpoints.map(\.id))
    let plan = try #require(trial.explain(base: nil).0)
    #expect(Set(plan.verdictChanges.map(\.endpoint)) == ["vm-api", "pod-api"])
    for operation in trial.operations { try operation.perform(on: &service) }
    let again = Trial.run(desired, on: service, ledger: trial.ledger, file: "node.yaml").0
    #expect(again?.operations.isEmpty == true)
  }
}
