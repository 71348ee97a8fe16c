import Foundation
import JSONText
import Testing

/// Saved plans, through the built binary: applied exactly, or not at all.
@Suite struct SavedPlanTests {
  /// A folder with the state of one profile, and a saved plan of another profile against it.
  private func prepared() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml", "nat-publish.yaml")
    try workspace.hnsctl("apply", "nat-publish.yaml", "--state", "host.json").exits(0)
    let saved = try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--out", "pod.plan").exits(0)
    #expect(
      saved.errors.hasSuffix("Saved the plan. Apply it with: hnsctl apply pod.plan --state host.json\n"))
    return workspace
  }

  @Test func savedPlanIsAppliedAsShown() throws {
    let workspace = try prepared()
    let plan = try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--json").exits(0).json()
    let shown = try workspace.hnsctl("show", "plan", "--plan", "pod.plan", "--json").exits(0).json()
    #expect(shown["changes"] == plan["changes"])
    #expect(shown["summary"] == plan["summary"])

    let text = try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json").exits(0).output
    let shownText = try workspace.hnsctl("show", "plan", "--plan", "pod.plan").exits(0).output
    #expect(shownText.hasPrefix("Plan for profile pod, saved in pod.plan\n"))
    #expect(shownText.split(separator: "\n").dropFirst() == text.split(separator: "\n").dropFirst())

    // After the apply, the host is as the plan showed it.
    var after: [String: JSON] = [:]
    for subject in ["acls", "firewall", "vfp", "endpoints", "compartments"] {
      after[subject] = try workspace.hnsctl(
        "show", subject, "--plan", "pod.plan", "--state", "host.json", "--json"
      ).exits(0).json()
    }
    let applied = try workspace.hnsctl("apply", "pod.plan", "--state", "host.json").exits(0)
    #expect(applied.output.hasSuffix("Applied profile pod to host.json: 9 requests, serial 2.\n"))
    for (subject, expected) in after {
      #expect(
        try workspace.hnsctl("show", subject, "--state", "host.json", "--json").exits(0).json() == expected)
    }
    try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--detailed-exitcode").exits(0)
    let repeated = try workspace.hnsctl("apply", "pod.plan", "--state", "host.json").exits(1)
    #expect(
      repeated.errors.contains("pod.plan: error: host.json has changed since the plan was made [plan-stale]"))
  }

  @Test func equalInputsSaveEqualBytes() throws {
    let workspace = try prepared()
    try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--out", "again.plan").exits(0)
    #expect(try workspace.read("again.plan") == workspace.read("pod.plan"))
  }

  @Test func savedPlanIsRefusedOnAnyOtherState() throws {
    let workspace = try prepared()
    try workspace.hnsctl("plan", "pod.yaml", "--out", "empty.plan").exits(0)
    let state = try workspace.contents()["host.json"]

    func refused(_ arguments: [String], _ reason: String) throws {
      let run = try workspace.start(arguments).finish().exits(1)
      #expect(run.errors.contains("\(arguments[1]): error: \(reason) [plan-stale]"), "\(run.errors)")
      #expect(run.output.isEmpty)
      let document = try workspace.start(arguments + ["--json"]).finish().exits(1).json()
      #expect(document["diagnostics"]?.array?.first?["code"] == "plan-stale")
    }
    try refused(
      ["apply", "empty.plan", "--state", "host.json"],
      "the plan was made for an empty host, but host.json is not empty")
    try refused(
      ["apply", "pod.plan", "--state", "other.json"],
      "the plan was made for an existing state, but other.json does not exist")
    let unnamed = try workspace.hnsctl("show", "acls", "--plan", "pod.plan").exits(1)
    #expect(unnamed.errors.contains("the plan was made for a state, but none is specified [plan-stale]"))
    #expect(unnamed.errors.contains("specify the state with --state FILE"))
    #expect(try workspace.contents()["host.json"] == state)
    #expect(try !workspace.names().contains("other.json"))

    // It applies to an empty host.
    try workspace.hnsctl("show", "acls", "--plan", "empty.plan").exits(0)
    try workspace.hnsctl("apply", "empty.plan", "--state", "other.json").exits(0)

    // A change that is reverted still leaves another serial, and so another state.
    try workspace.hnsctl("apply", "nat-publish.yaml", "--state", "host.json", "--destroy").exits(0)
    try refused(
      ["apply", "pod.plan", "--state", "host.json"], "host.json has changed since the plan was made")
  }

  @Test func alteredSavedPlanIsRefused() throws {
    let workspace = try prepared()
    let state = try workspace.contents()["host.json"]
    let bytes = try #require(try workspace.contents()["pod.plan"])
    let seed: UInt64 = 20_311_104
    var random = SeededGenerator(seed)
    var altered: [(String, Data)] = [
      ("cut", bytes.prefix(bytes.count / 2)), ("without its end", bytes.dropLast()),
      ("longer", bytes + Data("\n".utf8)),
      (
        "one letter of a name",
        Data(String(decoding: bytes, as: UTF8.self).replacing("allow-app", with: "allow-apt").utf8)
      ),
    ]
    for _ in 0..<12 {
      var copy = bytes
      // After the opening, which distinguishes plans from profiles.
      let index = bytes.startIndex + Int.random(in: 60..<bytes.count, using: &random)
      copy[index] = copy[index] == 0x30 ? 0x31 : 0x30
      altered.append(("byte \(index)", copy))
    }
    for (title, copy) in altered {
      try copy.write(to: workspace.folder.appendingPathComponent("altered.plan"))
      let run = try workspace.hnsctl("apply", "altered.plan", "--state", "host.json", "--json").exits(1)
      #expect(
        try run.json()["diagnostics"]?.array?.map { $0["code"]?.string } == ["plan-damaged"],
        "\(title), seed \(seed): \(run.output)")
    }
    #expect(try workspace.contents()["host.json"] == state)
  }

  /// A request that the host refuses midway: what was done is reported and saved; the rest can follow.
  @Test func anApplyThatFailsMidway() throws {
    let workspace = try prepared()
    try workspace.editPlan("pod.plan") { plan in
      var operations = plan["operations"]?.array ?? []
      guard operations.count > 4, var second = operations[1].object else { return }
      // The same endpoint under another id: its address is taken by then.
      second["id"] = "00000000-0000-0000-0000-000000000001"
      operations.insert(.object(second), at: 3)
      plan["operations"] = .array(operations)
    }
    let run = try workspace.hnsctl("apply", "pod.plan", "--state", "host.json").exits(1)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("pod.plan: error: create endpoint api: "), "\(run.errors)")
    #expect(
      run.errors.hasSuffix(
        """
        pod.plan: error: 3 of 10 requests were applied and saved [apply-incomplete]
        pod.plan: note: done: create network podnet
        pod.plan: note: done: create endpoint api
        pod.plan: note: done: create the namespace of api
          help: fix the cause and apply again; requests already done are not repeated

        """), "\(run.errors)")
    let endpoints = try workspace.hnsctl("show", "endpoints", "--state", "host.json", "--json").exits(0)
      .json()
    #expect(endpoints["endpoints"]?.array?.compactMap { $0["Name"]?.string }.sorted() == ["api", "web"])
    let rest = try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    #expect(!rest.output.contains("create network"))
    try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--detailed-exitcode").exits(0)
    // Only the serial distinguishes the state from that of a host without a failure.
    try workspace.hnsctl("apply", "nat-publish.yaml", "--state", "whole.json").exits(0)
    try workspace.hnsctl("apply", "pod.yaml", "--state", "whole.json").exits(0)
    try workspace.hnsctl("diff", "host.json", "whole.json").exits(0)
  }

  @Test func aPlanOfALaterFormatIsRefused() throws {
    let workspace = try prepared()
    try workspace.bash("sed -i '0,/\"formatVersion\": 2/s//\"formatVersion\": 3/' pod.plan").exits(0)
    let run = try workspace.hnsctl("apply", "pod.plan", "--state", "host.json").exits(1)
    #expect(run.errors.hasPrefix("pod.plan: error: the plan has format 3"))
    #expect(run.errors.contains("[plan-newer-format]"))
  }

  @Test func aRemovalCanBeSaved() throws {
    let workspace = try prepared()
    try workspace.hnsctl("apply", "pod.plan", "--state", "host.json").exits(0)
    try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--destroy", "--out", "gone.plan").exits(
      0)
    let wrong = try workspace.hnsctl("apply", "gone.plan", "--state", "host.json", "--destroy").exits(64)
    #expect(
      wrong.errors == """
        Error: --destroy applies to a profile, not to a saved plan
          See 'hnsctl apply --help' for more information.

        """)
    try workspace.hnsctl("apply", "gone.plan", "--state", "host.json").exits(0)
    let left = try workspace.hnsctl("show", "endpoints", "--state", "host.json", "--json").exits(0).json()
    #expect(left["endpoints"]?.array?.map { $0["Name"]?.string } == ["web"])
  }

  @Test func otherFilesAreReported() throws {
    let workspace = try prepared()
    let cases: [([String], String)] = [
      (["plan", "pod.plan"], "pod.plan: error: this is a saved plan, not a profile"),
      (["plan", "host.json"], "host.json: error: this is a state file, not a profile"),
      (["validate", "host.json"], "host.json: error: this is a state file, not a profile"),
      (
        ["apply", "host.json", "--state", "x.json"],
        "host.json: error: this is a state file, not a profile or a saved plan"
      ),
      (
        ["show", "plan", "--plan", "host.json"],
        "host.json: error: this is a state file, not a saved plan"
      ),
      (["diff", "host.json", "pod.plan"], "pod.plan: error: this is a saved plan, not a profile or a host"),
      (
        ["show", "endpoints", "--state", "pod.plan"],
        "pod.plan: error: this is a saved plan, not a state file"
      ),
    ]
    for (arguments, message) in cases {
      let run = try workspace.start(arguments).finish().exits(1)
      #expect(run.errors.hasPrefix("\(message) [wrong-kind]\n"), "\(run.errors)")
    }
    let profile = try workspace.hnsctl("show", "plan", "--plan", "pod.yaml").exits(1)
    #expect(profile.errors.contains("pod.yaml:1:1: error: this is not a saved plan"))
  }

  @Test func savingNeverOverwritesTheInputs() throws {
    let workspace = try prepared()
    let before = try workspace.contents()
    for name in ["pod.yaml", "host.json"] {
      let run = try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--out", name).exits(64)
      #expect(run.errors.contains("would overwrite"))
    }
    // Only a saved plan, or a file without contents, is replaced.
    try workspace.write("remember the milk\n", to: "notes.txt")
    let notes = try workspace.hnsctl("plan", "pod.yaml", "--out", "notes.txt").exits(1)
    #expect(
      notes.errors == """
        notes.txt: error: the file exists, and is not replaced [file-exists]
          help: name another file, or move this one away

        """)
    #expect(notes.output.isEmpty)
    #expect(try workspace.read("notes.txt") == "remember the milk\n")
    try workspace.write("", to: "notes.txt")
    try workspace.hnsctl("plan", "pod.yaml", "--out", "notes.txt").exits(0)
    try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--out", "notes.txt").exits(0)
    try workspace.hnsctl("show", "plan", "--plan", "notes.txt").exits(0)
    try FileManager.default.removeItem(atPath: workspace.path("notes.txt"))
    let nowhere = try workspace.hnsctl("plan", "pod.yaml", "--out", "nowhere/pod.plan").exits(1)
    #expect(nowhere.errors.contains("nowhere/pod.plan: error: the file cannot be written: "))
    let folder = try workspace.hnsctl("plan", "pod.yaml", "--out", ".").exits(1)
    #expect(folder.errors.contains(".: error: the file cannot be written: "))
    #expect(try workspace.contents() == before)

    // Links are followed; pipes are written to.
    try workspace.bash("ln -s pod.plan link.plan").exits(0)
    try workspace.hnsctl("plan", "pod.yaml", "--out", "link.plan").exits(0)
    #expect(try workspace.bash("readlink link.plan").output == "pod.plan\n")
    #expect(try workspace.contents()["pod.plan"] != before["pod.plan"])
    let piped = try workspace.bash("hnsctl plan pod.yaml --out >(cat > piped.plan) >screen.txt; wait $!")
      .exits(0)
    #expect(piped.errors.contains("Saved the plan."))
    #expect(try workspace.read("piped.plan") == workspace.read("pod.plan"))
  }

  @Test func oneEndpointIsShownAlone() throws {
    let workspace = try Workspace()
    try workspace.shipped("shared-acl-sets.yaml", "pod.yaml")
    let all = try workspace.hnsctl("plan", "shared-acl-sets.yaml", "--json").exits(0).json()
    let targets = (all["changes"]?.array ?? []).filter { $0["kind"] == "endpoint" }.compactMap {
      $0["target"]?.string
    }
    #expect(targets.count == 20)
    let name = try #require(targets.last)
    let one = try workspace.hnsctl("plan", "shared-acl-sets.yaml", "--endpoint", name, "--json").exits(0)
      .json()
    let changes = one["changes"]?.array ?? []
    #expect(changes == (all["changes"]?.array ?? []).filter { $0["target"]?.string == name })
    #expect(one["summary"]?["create"]?.integer == Int64(changes.count))
    let text = try workspace.hnsctl("plan", "shared-acl-sets.yaml", "--endpoint", name).exits(0).output
    #expect(text.contains("  + \(name) on "))
    #expect(!text.contains("more with equal changes"))
    #expect(
      text.contains("Summary: 3 objects to create in 4 requests (1 endpoint, 1 namespace, 1 container); "),
      "\(text)")

    let unknown = try workspace.hnsctl("plan", "pod.yaml", "--endpoint", "agent").exits(1)
    #expect(
      unknown.errors == """
        pod.yaml: error: the profile has no endpoint 'agent' [unknown-endpoint]
          help: its endpoints are api

        """)
    // An endpoint that was removed from the profile is in the plan, so it can be selected.
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    try workspace.bash("sed -i 's/name: api$/name: web/' pod.yaml && sed -i '/^tests:/,$d' pod.yaml").exits(0)
    let old = try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--endpoint", "api").exits(0)
    #expect(old.output.contains("  - api on podnet"))
  }

  @Test func detailedExitCodes() throws {
    let workspace = try prepared()
    let plan = ["plan", "pod.yaml", "--state", "host.json", "--detailed-exitcode"]
    let changes = try workspace.start(plan).finish().exits(2)
    #expect(changes.output.contains("Summary: 8 objects to create in 9 requests ("))
    #expect(try workspace.start(plan + ["--json"]).finish().exits(2).json()["summary"]?["create"] == 34)
    try workspace.start(plan + ["--destroy"]).finish().exits(0)
    try workspace.hnsctl("apply", "pod.plan", "--state", "host.json").exits(0)
    #expect(try workspace.start(plan).finish().exits(0).output.hasSuffix("\nNo changes.\n"))
    try workspace.start(plan + ["--endpoint", "api"]).finish().exits(0)
    try workspace.start(plan + ["--destroy"]).finish().exits(2)
  }
}

/// A small seeded generator.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
