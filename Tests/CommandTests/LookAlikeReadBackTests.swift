import Foundation
import JSONText
import Testing

/// What `show` prints like the tools of Windows is read back by the importer without loss of what it states, for every
/// shipped profile.
@Suite struct LookAlikeReadBackTests {
  private func workspace(_ profile: String, _ folders: String...) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.shipped(profile)
    try workspace.hnsctl("apply", profile, "--state", "host.json").exits(0)
    for folder in folders {
      try FileManager.default.createDirectory(
        atPath: workspace.path(folder), withIntermediateDirectories: true)
    }
    return workspace
  }

  /// Writes what `show` prints to a file.
  private func show(_ what: String, _ options: String..., to file: String, in workspace: Workspace) throws {
    let run = try workspace.start(["show", what, "--state", "host.json"] + options).finish().exits(0)
    try workspace.write(run.output, to: file)
  }

  /// The texts that state what no document of HNS does.
  private func showTexts(to folder: String, in workspace: Workspace) throws {
    for what in ["firewall", "vfp", "ipconfig", "compartments", "hnsdiag"] {
      try show(what, to: "\(folder)/\(what).txt", in: workspace)
    }
  }

  /// The documents of hnsdiag do not state the isolation of a container in a utility VM.
  @Test(arguments: ShippedProfiles.supported.filter { !$0.contains("hyperv") })
  func documentsOfHnsdiag(_ profile: String) throws {
    let workspace = try workspace(profile, "again")
    try show("hnsdiag", "--json", to: "again/hnsdiag.json", in: workspace)
    try showTexts(to: "again", in: workspace)
    let run = try workspace.hnsctl("diff", "--semantic", "host.json", "again").exits(0)
    #expect(run.output.contains("No change in effect"))
  }

  @Test(arguments: ShippedProfiles.supported.filter { $0 != "pre-1709.yaml" })
  func documentsOfTheCmdlets(_ profile: String) throws {
    let workspace = try workspace(profile, "again")
    for what in ["networks", "endpoints", "namespaces", "loadbalancers"] {
      try show(what, "--json", to: "again/\(what).json", in: workspace)
    }
    try showTexts(to: "again", in: workspace)
    let run = try workspace.hnsctl("diff", "--semantic", "host.json", "again").exits(0)
    #expect(run.output.contains("No change in effect"))
  }

  /// Lists state the names, ids, addresses and memberships; policies are cut off in them, and so unknown.
  @Test(arguments: ShippedProfiles.supported)
  func listsOfTheCmdlets(_ profile: String) throws {
    let workspace = try workspace(profile, "again")
    for what in ["networks", "endpoints", "namespaces"] {
      try show(what, to: "again/\(what).txt", in: workspace)
    }
    try show("hnsdiag", to: "hnsdiag.txt", in: workspace)
    let known = try workspace.read("hnsdiag.txt").components(separatedBy: "LoadBalancers:")[0]
    let again = try workspace.hnsctl("show", "hnsdiag", "--state", "again").exits(0).output
    #expect(again.hasPrefix(known), "\(again)")
    let addresses = { (text: String) in text.split(separator: "\n").filter { $0.hasPrefix("IPAddress ") } }
    #expect(
      try addresses(workspace.hnsctl("show", "endpoints", "--state", "again").exits(0).output)
        == addresses(workspace.read("again/endpoints.txt")))
    let unknown = try workspace.hnsctl("diff", "--semantic", "host.json", "again")
    #expect(unknown.status != 0, "\(unknown.output)")
  }

  /// Tables have ids and names only: objects without documents are missing, and named.
  @Test(arguments: ["services.yaml", "two-networks.yaml"])
  func tablesOfHnsdiag(_ profile: String) throws {
    let workspace = try workspace(profile, "again")
    try show("hnsdiag", to: "again/hnsdiag.txt", in: workspace)
    let alone = try workspace.hnsctl("import", "again/hnsdiag.txt", "--windows", "ltsc2022").exits(1)
    #expect(alone.errors.contains("hnsdiag list all -d"), "\(alone.errors)")
    try show("networks", "--json", to: "again/networks.json", in: workspace)
    let run = try workspace.hnsctl("import", "again", "--json").exits(0).json()
    let missing = (run["unknown"]?.array ?? []).filter { $0["kind"] == "missing" }
      .compactMap { $0["id"]?.string?.lowercased() }
    let table = try workspace.hnsctl("show", "hnsdiag", "--state", "host.json", "--json").exits(0).json()
    let objects = (table["hnsdiag"]?.array ?? []).filter {
      $0["VirtualNetwork"] != nil || $0["References"] != nil
    }
    #expect(objects.count > 2)
    #expect(Set(missing) == Set(objects.compactMap { $0["ID"]?.string?.lowercased() }))
  }
}
