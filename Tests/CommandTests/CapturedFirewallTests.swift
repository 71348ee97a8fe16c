import Foundation
import JSONText
import Testing

/// What commands say of the captured Windows Firewall of a host, through the built binary.
@Suite struct CapturedFirewallTests {
  /// A host with its firewall as `with`, and without as `without`.
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    let fixtures = repository.appendingPathComponent("Tests/HostImportTests/Fixtures")
    for (folder, files) in [
      (
        "with",
        ["documents/l2bridge-13.3-v2.json", "firewall/rules-2025.json", "firewall/profiles-2022.json"]
      ),
      ("without", ["documents/l2bridge-13.3-v2.json"]),
    ] {
      try FileManager.default.createDirectory(
        atPath: workspace.path(folder), withIntermediateDirectories: true)
      for file in files {
        let source = fixtures.appendingPathComponent(file)
        try FileManager.default.copyItem(
          atPath: source.path, toPath: workspace.path("\(folder)/\(source.lastPathComponent)"))
      }
    }
    return workspace
  }

  /// A host in whose containers a rule for one program only may block a port, as `before`, and the same host with
  /// another ACL of a container in the host's compartments, as `after`.
  private func hostWithARuleForAProgram(_ port: Int = 8443) throws -> Workspace {
    let workspace = try Workspace()
    let fixtures = repository.appendingPathComponent("Tests/HostImportTests/Fixtures")
    let rules = #"""
      Windows Registry Editor Version 5.00

      [HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules]
      "agent"="v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=\#(port)|App=C:\\agent.exe|Name=Agent|"
      """#
    for folder in ["before", "after"] {
      try FileManager.default.createDirectory(
        atPath: workspace.path(folder), withIntermediateDirectories: true)
      try workspace.write(rules, to: "\(folder)/rules.reg")
      for file in ["documents/l2bridge-13.3-v2.json", "firewall/profiles-2022.json"] {
        let source = fixtures.appendingPathComponent(file)
        try FileManager.default.copyItem(
          atPath: source.path, toPath: workspace.path("\(folder)/\(source.lastPathComponent)"))
      }
    }
    let documents = try workspace.read("after/l2bridge-13.3-v2.json")
    let position = try #require(documents.firstRange(of: "\"pod-api\"")).lowerBound
    let changed = documents[position...].replacing("10.0.0.0/8", with: "10.0.0.0/9", maxReplacements: 1)
      .replacing("\"LocalPorts\": \"443\"", with: "\"LocalPorts\": \"443,8443\"", maxReplacements: 1)
    try workspace.write(String(documents[..<position]) + String(changed), to: "after/l2bridge-13.3-v2.json")
    return workspace
  }

  /// A trace of the witness of a change, on each side.
  private func verdicts(_ workspace: Workspace, _ change: JSON, _ sources: String...) throws -> [String?] {
    try workspace.write(try #require(change["witness"]).text() + "\n", to: "packets")
    return try sources.map {
      try workspace.hnsctl("trace", $0, "--packets", "packets").exits(0).json()["verdict"]?.string
    }
  }

  @Test func anACLIsComparedBesideARuleThatMayMatch() throws {
    let workspace = try hostWithARuleForAProgram()
    let same = try workspace.hnsctl("diff", "before", "before", "--semantic").exits(0)
    #expect(same.output.contains("No change in effect"))
    let document = try workspace.hnsctl("diff", "before", "after", "--semantic", "--json").exits(2).json()
    let effect = document["effect"]?.array ?? []
    #expect(effect.map { $0["change"] } == ["newlyBlocked", "newlyUnknown"], "\(document.text())")
    #expect(effect.allSatisfy { $0["endpoint"] == "pod-api" && $0["direction"] == "in" })
    #expect(effect.map { $0["after"] } == ["rest", "Agent"])
    for change in effect {
      let verdicts = try verdicts(workspace, change, "before", "after")
      #expect(verdicts == [change["verdicts"]?["before"]?.string, change["verdicts"]?["after"]?.string])
    }
    let back = try workspace.hnsctl("diff", "after", "before", "--semantic").exits(2).output
    #expect(back.contains("was Agent (unknown), becomes rest"), "\(back)")
    try workspace.hnsctl("diff", "before", "after", "--semantic", "--enforcement", "windowsFirewall").exits(0)
  }

  @Test func packetsWhoseVerdictMayChangeAreNeverHidden() throws {
    let workspace = try hostWithARuleForAProgram(443)
    let rules = try workspace.read("before/rules.reg")
    for (folder, program) in [("before", "agent.exe"), ("after", "other.exe")] {
      try workspace.write(rules.replacing("agent.exe", with: program), to: "\(folder)/rules.reg")
    }
    let run = try workspace.hnsctl("diff", "before", "after", "--semantic").exits(1)
    // What is known is shown.
    #expect(run.output.contains("newly blocked  tcp 443 from 10.128.0.0/9"), "\(run.output)")
    #expect(run.output.contains("newly allowed  tcp 8443 from 10.0.0.0/9"), "\(run.output)")
    #expect(
      run.errors.contains(
        "it is unknown whether the verdict changes for pod-api, inbound, tcp 443 from 10.0.0.0/9: "
          + "the host's firewall rule 'Agent' may match: it depends on the program C:\\other.exe"),
      "\(run.errors)")
    #expect(run.errors.contains("[unknown-in-source]"))
    // The same rules on both sides match the same packets.
    try workspace.write(rules, to: "before/rules.reg")
    try workspace.write(rules, to: "after/rules.reg")
    try workspace.hnsctl("diff", "before", "after", "--semantic").exits(2)
  }

  @Test func driftAndPlansAnswerBesideARuleThatMayMatch() throws {
    let workspace = try hostWithARuleForAProgram()
    try workspace.hnsctl("import", "before", "--state", "host.json").exits(0)
    let profile = SharedHostTests.profile(
      "shop", network: "shopnet", adapter: "Second", subnet: "10.1.0", container: "web", address: "10.1.0.10",
      port: 80)
    try workspace.write(profile.replacing("10.240.0.5", with: "10.240.0.7"), to: "shop.yaml")
    try workspace.hnsctl("apply", "shop.yaml", "--state", "host.json").exits(0)
    let none = try workspace.hnsctl("drift", "shop.yaml", "host.json").exits(0).output
    #expect(none.contains("No drift: "))
    let more = try workspace.read("shop.yaml").replacing("[80]", with: "[80, 81, 8443]")
    try workspace.write(more, to: "shop.yaml")
    let plan = try workspace.hnsctl("plan", "shop.yaml", "--state", "host.json").exits(0).output
    #expect(plan.contains("inbound, newly allowed: tcp 81 "), "\(plan)")
    #expect(plan.contains("inbound, newly unknown: tcp 8443 (was default-in, becomes Agent"), "\(plan)")
    let document = try workspace.hnsctl("drift", "shop.yaml", "host.json", "--json").exits(2).json()
    let effect = document["effect"]?.array ?? []
    #expect(effect.map { $0["change"] } == ["newlyBlocked", "newlyBlocked"], "\(document.text())")
    #expect(effect.map { $0["verdicts"]?["before"] } == ["allow", "unknown"], "\(document.text())")
    for change in effect { #expect(try verdicts(workspace, change, "host.json") == ["block"]) }
    try workspace.hnsctl("upgrade", "host.json", "--to", "ltsc2025").exits(0)
  }

  @Test func aDifferenceOfTheFirewallIsShown() throws {
    let workspace = try workspace()
    try workspace.hnsctl("diff", "with", "with").exits(0)
    let document = try workspace.hnsctl("diff", "without", "with", "--json").exits(2).json()
    let changes = document["changes"]?.array ?? []
    #expect(changes.count { $0["kind"] == "hostFirewallRule" && $0["action"] == "create" } == 4, "\(changes)")
    #expect(changes.contains { $0["kind"] == "hostFirewall" && $0["action"] == "delete" })
    let text = try workspace.hnsctl("diff", "without", "with").exits(2).output
    #expect(text.contains("Windows Firewall of the host"))
    #expect(text.contains("not in the source"))
    // One rule is another.
    let rules = try workspace.read("with/rules-2025.json")
    try workspace.write(
      rules.replacing(
        "\"Direction\": \"Outbound\", \"Action\": \"Block\"",
        with: "\"Direction\": \"Outbound\", \"Action\": \"Allow\""), to: "with/rules-2025.json")
    try workspace.hnsctl("import", "with", "--state", "changed.json").exits(0)
    try workspace.write(rules, to: "with/rules-2025.json")
    let changed = try workspace.hnsctl("diff", "with", "changed.json").exits(2).output
    #expect(
      changed.contains("action, was: Block") && changed.contains("action, becomes: Allow"), "\(changed)")
  }

  @Test("What one of two hosts lacks is reported of its file, on whichever side it is.")
  func theLackingFileIsNamed() throws {
    let workspace = try workspace()
    for sides in [["without", "with"], ["with", "without"]] {
      let run = try workspace.hnsctl("diff", sides[0], sides[1], "--semantic", "--json").exits(1)
      let problems = (try run.json()["diagnostics"]?.array ?? []).filter { $0["code"] == "unknown-in-source" }
      #expect(!problems.isEmpty)
      #expect(problems.allSatisfy { $0["file"] == "without" }, "\(run.output)")
    }
    let both = try workspace.hnsctl("diff", "without", "without", "--semantic", "--json").exits(1).json()
    let problems = (both["diagnostics"]?.array ?? []).filter { $0["code"] == "unknown-in-source" }
    #expect(!problems.isEmpty && problems.allSatisfy { $0["file"] == "without" })
    #expect(problems.count == Set(problems.map { $0.text() }).count)
  }

  /// A captured firewall is not that of the documented defaults, and a missing one is unknown.
  @Test(arguments: ["with", "without"])
  func noNoteClaimsTheDocumentedDefaults(source: String) throws {
    let workspace = try workspace()
    let packet = ["--from", "192.0.2.9", "--to", "host", "--protocol", "tcp", "--port", "443", "--json"]
    let trace = try workspace.start(["trace", source] + packet).finish().exits(0).json()
    #expect(trace["noteCodes"]?.array?.contains("host-firewall") == false, "\(trace)")
    let assumed = ["--assume", "firewall=defaults"]
    let other = try workspace.start(["trace", "without"] + packet + assumed).finish().exits(0).json()
    #expect(other["noteCodes"]?.array?.contains("host-firewall") == true, "\(other)")
  }
}
