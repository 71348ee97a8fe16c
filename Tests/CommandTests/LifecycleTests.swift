import Foundation
import JSONText
import Testing

/// The main workflow on every shipped profile, through the built binary.
@Suite struct LifecycleTests {
  @Test(arguments: ShippedProfiles.supported)
  func planApplyPlanDiffCompartmentsDestroy(_ name: String) throws {
    let workspace = try Workspace()
    let profile = ShippedProfiles.path(name)
    let state = workspace.path("host.json")

    try workspace.hnsctl("validate", profile).exits(0)
    let plan = try workspace.hnsctl("plan", profile, "--state", state, "--json").exits(0).json()
    #expect(plan["summary"]?["create"]?.integer ?? 0 > 0)
    #expect(try workspace.contents().isEmpty, "a plan writes nothing")

    let text = try workspace.hnsctl("plan", profile).exits(0)
    #expect(text.errors.isEmpty || text.errors.contains("note:") || text.errors.contains("warning:"))
    #expect(text.output.hasPrefix("Plan for profile"))

    try workspace.hnsctl("apply", profile, "--state", state).exits(0)
    let again = try workspace.hnsctl("plan", profile, "--state", state, "--json", "--detailed-exitcode")
      .exits(0).json()
    #expect(again["changes"]?.array?.isEmpty == true)
    let before = try workspace.contents()["host.json"]
    try workspace.hnsctl("apply", profile, "--state", state).exits(0)
    #expect(try workspace.contents()["host.json"] == before, "a second apply changes no byte")

    let diff = try workspace.hnsctl("diff", state, profile, "--json").exits(0).json()
    #expect(diff["changes"]?.array?.isEmpty == true)

    let compartments = try workspace.hnsctl("compartments", "--state", state, "--json").exits(0).json()
    let first = compartments["compartments"]?.array?.first
    #expect(first?["compartmentId"] == 1)
    #expect(first?["compartmentDescription"] == "Default Compartment")
    #expect(first?["compartmentGuid"] == "{b1062982-2b18-4b4f-b3d5-a78ddb9cdd49}")

    try workspace.hnsctl("apply", profile, "--state", state, "--destroy").exits(0)
    let empty = try workspace.hnsctl("show", "endpoints", "--state", state, "--json").exits(0).json()
    #expect(empty["endpoints"]?.array?.isEmpty == true)
    let left = try workspace.hnsctl("compartments", "--state", state, "--json").exits(0).json()
    #expect(left["compartments"]?.array?.count == 1)
  }

  /// The enforcement points in the plan of each cell's profile (reference: network-isolation).
  @Test(arguments: [
    ("transparent-process.yaml", ["windowsFirewall"]), ("transparent-hyperv.yaml", []),
    ("nat-process.yaml", ["windowsFirewall"]), ("nat-hyperv.yaml", []),
    ("l2bridge-process.yaml", ["vfp", "windowsFirewall"]), ("l2bridge-hyperv.yaml", ["vfp"]),
    ("l2tunnel-process.yaml", ["vfp", "windowsFirewall"]), ("l2tunnel-hyperv.yaml", ["vfp"]),
    ("overlay-process.yaml", ["vfp", "windowsFirewall"]), ("overlay-hyperv.yaml", ["vfp"]),
  ])
  func planNamesThePointsOfItsCell(_ name: String, _ points: [String]) throws {
    let plan = try Workspace().hnsctl("plan", ShippedProfiles.path(name), "--json").exits(0).json()
    let named = Set((plan["changes"]?.array ?? []).compactMap { $0["enforcement"]?.string })
    #expect(named.sorted() == points)
    let rules = (plan["changes"]?.array ?? []).filter { $0["enforcement"] != nil }
    #expect(rules.count <= 16, "\(rules.count) rules for the commonest profile")
  }

  @Test(arguments: ShippedProfiles.refused)
  func refusedProfilesAreRefusedAtTheLine(_ name: String) throws {
    let workspace = try Workspace()
    let path = ShippedProfiles.path("refused/\(name)")
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false)
    let expected = ["defaults:", "acls:"].map { key in
      Int64((lines.firstIndex { $0.contains("    \(key)") } ?? -1) + 1)
    }
    for command in [["validate", path], ["plan", path], ["apply", path, "--state", "host.json"]] {
      let run = try workspace.start(command + ["--json"]).finish().exits(1)
      let found = (try run.json()["diagnostics"]?.array ?? []).filter { $0["code"] == "acl-not-programmable" }
      #expect(found.compactMap { $0["line"]?.integer } == expected)
    }
    #expect(try workspace.contents().isEmpty, "nothing is written")
  }
}
