import Foundation
import HNSEmulator
import HNSStore
import HostModel
import JSONText
import NetworkTypes
import Testing

/// `drift`, and what `plan` and `diff --semantic` say of other owners' rules, through the built binary.
@Suite struct DriftCommandTests {
  /// A profile of a container that only VFP filters; in Windows Firewall its blocks would override every allow.
  private static let alpha = SharedHostTests.alpha.replacing(
    "network: podnet\n", with: "network: podnet\n    isolation: hyperv\n")

  /// A host after an apply of a profile, as `host.json`.
  private func applied(_ profile: String = alpha) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(profile, to: "alpha.yaml")
    try workspace.hnsctl("apply", "alpha.yaml", "--state", "host.json").exits(0)
    return workspace
  }

  /// Changes the ACLs of the only endpoint.
  private func changeACLs(_ workspace: Workspace, _ change: ([PortACL]) -> [PortACL]) throws {
    var state = try #require(try StateFile(path: workspace.path("host.json")).load())
    let id = try #require(try state.service.enumerate(.endpoint).first)
    try state.service.setACLs(change(try state.service.acls(ofEndpoint: id)), ofEndpoint: id)
    try workspace.write(state.document.text(), to: "host.json")
  }

  private func agent(_ port: UInt16) -> PortACL {
    PortACL(
      id: "agent-\(port)",
      match: RuleMatch(protocols: ProtocolSet([.tcp]), localPorts: PortSet([PortRange(port)])),
      priority: 50, action: .allow, direction: .in, ruleType: .switch)
  }

  @Test func aHostAfterAnApplyHasNone() throws {
    let workspace = try applied()
    let document = try workspace.hnsctl("drift", "alpha.yaml", "host.json", "--json").exits(0).json()
    for member in ["changed", "missing", "effect", "others", "diagnostics"] {
      #expect(document[member] == [], "\(member)")
    }
    #expect(document["harmless"] == 0)
    let text = try workspace.hnsctl("drift", "alpha.yaml", "host.json").exits(0).output
    #expect(text.contains("No drift: "))
  }

  @Test func whatChangedVanishedAndWasAddedIsShown() throws {
    let workspace = try applied()
    try changeACLs(workspace) { acls in acls.filter { $0.id?.contains("allow-80") == false } }
    let document = try workspace.hnsctl("drift", "alpha.yaml", "host.json", "--json").exits(2).json()
    let missing = document["missing"]?.array ?? []
    #expect(missing.contains { $0["kind"] == "acl" && $0["name"] == "allow-80 (Switch)" })
    #expect(missing.allSatisfy { $0["after"] == .null && $0["target"] == "web" })
    let effect = try #require(document["effect"]?.array?.first)
    #expect(effect["change"] == "newlyBlocked")
    #expect(effect["verdicts"] == ["before": "allow", "after": "block"])
    let text = try workspace.hnsctl("drift", "alpha.yaml", "host.json").exits(2).output
    #expect(text.contains("missing web: ACL allow-80 (Switch)"), "\(text)")
    #expect(missing.allSatisfy { $0["action"] == "missing" })
    // What is counted is what is shown.
    let shown = text.split(separator: "\n").count { $0.hasPrefix("  missing ") }
    #expect(text.contains("Drift: \(shown) missing, "), "\(text)")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
    // An apply repairs it.
    try workspace.hnsctl("apply", "alpha.yaml", "--state", "host.json").exits(0)
    try workspace.hnsctl("drift", "alpha.yaml", "host.json").exits(0)
  }

  @Test func theWitnessIsTracedAsClaimed() throws {
    let workspace = try applied()
    try changeACLs(workspace) { $0 + [agent(22), agent(80)] }
    let document = try workspace.hnsctl("drift", "alpha.yaml", "host.json", "--json").exits(2).json()
    #expect(document["changed"] == [] && document["missing"] == [])
    #expect(document["harmless"] == 1)
    let effect = try #require(document["effect"]?.array?.first)
    #expect(effect["change"] == "newlyAllowed" && effect["after"] == "agent-22")
    let witness = try #require(effect["witness"]).text()
    try workspace.write(witness + "\n", to: "packets")
    for (source, verdict) in [("host.json", "allow"), ("alpha.yaml", "block")] {
      let line = try workspace.hnsctl("trace", source, "--packets", "packets").exits(0)
      #expect(try line.json()["verdict"]?.string == verdict)
    }
  }

  @Test func noChangesNeverHideWhatOthersOpen() throws {
    let workspace = try applied(
      Self.alpha.replacing("defaults: {in: block}", with: "defaults: {in: block, out: allow}"))
    try changeACLs(workspace) { $0 + [agent(22)] }
    let before = try workspace.contents()["host.json"]
    let plan = try workspace.hnsctl("plan", "alpha.yaml", "--state", "host.json", "--detailed-exitcode")
      .exits(0)
    #expect(plan.output.contains("\nNo changes.\n"))
    #expect(plan.output.contains("effect on web, inbound: opened: "), "\(plan.output)")
    let diff = try workspace.hnsctl("diff", "host.json", "alpha.yaml", "--semantic").exits(0)
    #expect(diff.output.contains("effect on web, inbound: opened: "), "\(diff.output)")
    for arguments in [
      ["plan", "alpha.yaml", "--state", "host.json", "--json"],
      ["diff", "host.json", "alpha.yaml", "--semantic", "--json"],
    ] {
      let document = try workspace.start(arguments).finish().exits(0).json()
      #expect(document["unmanagedEffectUnknown"] == nil)
      #expect(document["unmanagedEffect"]?.array?.map { $0["after"] } == ["agent-22"])
    }
    // A saved plan says it too.
    try workspace.hnsctl("plan", "alpha.yaml", "--state", "host.json", "--out", "saved.plan").exits(0)
    let saved = try workspace.hnsctl("show", "plan", "--plan", "saved.plan").exits(0).output
    #expect(saved.contains("effect on web, inbound: opened: "))
    // Nothing of theirs changes.
    try workspace.hnsctl("apply", "alpha.yaml", "--state", "host.json").exits(0)
    #expect(try workspace.contents()["host.json"] == before)
    try workspace.hnsctl("drift", "alpha.yaml", "host.json").exits(2)
  }

  @Test func badInput() throws {
    let workspace = try applied()
    try workspace.hnsctl("plan", "alpha.yaml", "--out", "saved.plan").exits(0)
    try workspace.write(Self.alpha.replacing("ltsc2022", with: "ltsc2019"), to: "older.yaml")
    for (arguments, code) in [
      (["alpha.yaml", "absent.json"], "file-unreadable"), (["host.json", "alpha.yaml"], "wrong-kind"),
      (["alpha.yaml", "alpha.yaml"], "wrong-kind"), (["alpha.yaml", "saved.plan"], "wrong-kind"),
      (["saved.plan", "host.json"], "wrong-kind"), (["older.yaml", "host.json"], "host-mismatch"),
    ] {
      let run = try workspace.start(["drift"] + arguments + ["--json"]).finish().exits(1)
      let codes = (try run.json()["diagnostics"]?.array ?? []).compactMap { $0["code"]?.string }
      #expect(codes.contains(code), "\(arguments): \(codes)")
      #expect(try workspace.start(["drift"] + arguments).finish().exits(1).output.isEmpty)
    }
    let swapped = try workspace.hnsctl("drift", "host.json", "alpha.yaml").exits(1)
    #expect(swapped.errors.contains("drift takes the profile first, then the host"))
    try workspace.hnsctl("drift", "-", "-").exits(64)
    try workspace.hnsctl("drift", "alpha.yaml").exits(64)
    let profile = try workspace.read("alpha.yaml")
    try workspace.hnsctl("drift", "-", "host.json", input: profile).exits(0)
  }
}
