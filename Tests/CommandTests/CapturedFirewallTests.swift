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
