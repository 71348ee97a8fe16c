import Foundation
import JSONText
import Testing

/// Commands on many sources: files, folders and patterns.
@Suite struct ManySourcesTests {
  /// A folder `nodes` of profiles that are valid and tested: a.yaml, b.yaml and sub/c.yaml.
  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(
      atPath: workspace.path("nodes/sub"), withIntermediateDirectories: true)
    for name in ["a", "b", "sub/c"] {
      try workspace.write(
        TestCommandTests.profile(TestCommandTests.passing), to: "nodes/\(name).yaml")
    }
    return workspace
  }

  private static let trace = ["--from", "10.1.2.3", "--to", "host", "--protocol", "tcp", "--port", "8080"]

  /// Each command with arguments that make it end with 0 on the profiles.
  static let commands: [[String]] = [
    ["validate", "nodes"], ["test", "nodes"], ["lint", "nodes", "--code", "unreachable-rule"],
    ["plan", "nodes"], ["trace", "nodes"] + trace, ["matrix", "nodes"],
    ["upgrade", "nodes", "--to", "20348"],
  ]

  private func recap(_ run: Run) -> String { run.output.split(separator: "\n").last.map(String.init) ?? "" }

  @Test(arguments: commands) func aFolderMeansTheProfilesInIt(_ command: [String]) throws {
    let workspace = try workspace()
    let run = try workspace.start(command).finish().exits(0)
    #expect(recap(run).contains(/\b3 (sources|files)/), "\(run.output)")
    // The order and the text do not depend on the number of threads.
    for jobs in ["1", "2", "9"] {
      let other = try workspace.start(command + ["--jobs", jobs]).finish().exits(0)
      #expect(other.output == run.output && other.errors == run.errors, "\(command) --jobs \(jobs)")
    }
    var pattern = command
    pattern[1] = "nodes/*.yaml"
    #expect(recap(try workspace.start(pattern).finish().exits(0)).contains(/\b2 (sources|files)/))
    _ = try workspace.start(command + ["--json"]).finish().exits(0).json()
  }

  @Test(arguments: commands) func aDamagedFileHidesNoOther(_ command: [String]) throws {
    let workspace = try workspace()
    let good = try workspace.start(command).finish().exits(0).output
    for (name, bytes) in [
      ("aa.yaml", Array("kind: [".utf8)), ("empty.yaml", []), ("z.json", [0xff, 0x00, 0x80]),
      ("cut.yaml", Array("apiVersion: hnsctl/v1\nkind: HostProfile\nname: x\nhost: {windo".utf8)),
    ] as [(String, [UInt8])] {
      let path = workspace.folder.appendingPathComponent("nodes/\(name)")
      try Data(bytes).write(to: path)
      let run = try workspace.start(command).finish().exits(1)
      #expect(run.errors.contains("nodes/\(name)"), "\(run.errors)")
      #expect(recap(run).contains(/\b4 (sources|files)/), "\(run.output)")
      #expect(recap(run).contains(/\b1 (failed|invalid|file could not be (tested|linted))/))
      let lines = Set(run.output.split(separator: "\n"))
      for line in good.split(separator: "\n").dropLast() { #expect(lines.contains(line)) }
      let document = try workspace.start(command + ["--json"]).finish().exits(1).json()
      #expect(document["diagnostics"]?.array?.contains { $0["severity"]?.string == "error" } == true)
      try FileManager.default.removeItem(at: path)
    }
  }

  @Test func manyAreOneDocument() throws {
    let workspace = try workspace()
    try workspace.write("kind: [", to: "nodes/bad.yaml")
    let document = try workspace.hnsctl("plan", "nodes", "--json", "--detailed-exitcode").exits(1).json()
    #expect(document["formatVersion"]?.integer == 1)
    let sources = try #require(document["sources"]?.array)
    #expect(
      sources.map { $0["file"]?.string } == [
        "nodes/a.yaml", "nodes/b.yaml", "nodes/bad.yaml", "nodes/sub/c.yaml",
      ])
    #expect(sources.map { $0["exitCode"]?.integer } == [2, 2, 1, 2])
    #expect(sources[0]["summary"]?["create"] != nil && sources[2]["summary"] == nil)
    #expect(document["summary"] == ["clean": 0, "notClean": 3, "failed": 1])
    #expect(document["diagnostics"]?.array?.contains { $0["file"]?.string == "nodes/bad.yaml" } == true)
    // One source keeps its shape, in many it is the same value.
    let one = try workspace.hnsctl("plan", "nodes/a.yaml", "--json").exits(0).json()
    #expect(one["sources"] == nil && one["changes"] == sources[0]["changes"])
    let few = try workspace.hnsctl("plan", "nodes", "--json", "--failures-only").exits(1).json()
    #expect(few["sources"]?.array?.map { $0["file"]?.string } == ["nodes/bad.yaml"])
    #expect(few["summary"] == ["clean": 3, "notClean": 0, "failed": 1])
    let valid = try workspace.hnsctl("validate", "nodes", "--json").exits(1).json()
    #expect(valid["profiles"]?.array?.map { $0["valid"] } == [true, true, false, true])
  }

  @Test func failuresOnlyHidesWhatIsClean() throws {
    let workspace = try workspace()
    try workspace.write(
      TestCommandTests.profile(TestCommandTests.passing, TestCommandTests.failing), to: "nodes/fail.yaml")
    let run = try workspace.hnsctl("test", "nodes", "--failures-only").exits(2)
    #expect(run.output.hasPrefix("nodes/fail.yaml\n  FAIL mail is open\n"))
    #expect(!run.output.contains("nodes/a.yaml"))
    #expect(recap(run) == "5 tests in 4 files: 4 passed, 1 failed")
    let json = try workspace.hnsctl("test", "nodes", "--failures-only", "--json").exits(2).json()
    #expect(json["tests"]?.array?.count == 1 && json["passed"]?.integer == 4)
    try workspace.hnsctl("test", "nodes", "--failures-only", "--format", "junit").exits(64)
    let plan = try workspace.hnsctl("plan", "nodes", "--failures-only").exits(0)
    #expect(plan.output == "4 sources: 4 planned\n")
    let valid = try workspace.hnsctl("validate", "nodes", "--failures-only").exits(0)
    #expect(valid.output == "4 files: 4 valid\n")
    let traced = try workspace.start(
      ["trace", "nodes"] + Self.trace + ["--expect", "block", "--failures-only"]
    ).finish().exits(2)
    #expect(recap(traced) == "4 sources: 4 not as expected")
  }

  @Test func theExitCodeIsTheGravest() throws {
    let workspace = try workspace()
    try workspace.write(TestCommandTests.profile(TestCommandTests.failing), to: "fail.yaml")
    try workspace.hnsctl("test", "nodes", "fail.yaml").exits(2)
    try workspace.hnsctl("test", "nodes", "fail.yaml", "absent.yaml").exits(1)
    try workspace.hnsctl("test", "nodes", "fail.yaml", "none*.yaml").exits(1)
    try workspace.hnsctl("plan", "nodes", "--detailed-exitcode").exits(2)
    try workspace.hnsctl("plan", "nodes", "absent.yaml", "--detailed-exitcode").exits(1)
    try workspace.hnsctl("plan", "nodes", "--out", "x.plan").exits(64)
    try workspace.hnsctl("plan", "nodes", "--format", "hcn").exits(64)
    try workspace.hnsctl("trace", "nodes", "--packets", "p.jsonl").exits(64)
    try workspace.hnsctl("matrix", "nodes", "--html", "m.html").exits(64)
    for command in ["validate", "test", "lint", "plan", "trace"] {
      try workspace.hnsctl(command, "nodes", "--jobs", "0").exits(64)
    }
    #expect(try workspace.names() == ["fail.yaml", "nodes"])
  }

  @Test(arguments: commands) func aFolderWithoutSources(_ command: [String]) throws {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(
      atPath: workspace.path("nodes"), withIntermediateDirectories: true)
    func errors() throws -> String { try workspace.start(command).finish().exits(1).errors }
    #expect(try errors().contains(/^nodes: error: there is no profile.* in this folder/))
    try workspace.write("# notes\n", to: "nodes/README.md")
    #expect(try errors().contains(#/^nodes.*: error: /#))
    _ = try workspace.start(command + ["--json"]).finish().exits(1).json()
    // One that stands for nothing hides no other.
    try workspace.write(TestCommandTests.profile(TestCommandTests.passing), to: "a.yaml")
    if command[0] != "matrix" {
      let both = try workspace.start([command[0], "a.yaml"] + command.dropFirst()).finish().exits(1)
      #expect(both.output.contains("a.yaml") || both.output.contains("2 files"))
    }
  }

  @Test func hostsOfADrift() throws {
    let workspace = try workspace()
    for state in ["one.json", "two.json"] {
      try workspace.hnsctl("apply", "nodes/a.yaml", "--state", state).exits(0)
    }
    let clean = try workspace.hnsctl("drift", "nodes/a.yaml", "one.json", "two.json").exits(0)
    #expect(recap(clean) == "2 sources: 2 without drift")
    try workspace.hnsctl("apply", "nodes/a.yaml", "--state", "two.json", "--destroy").exits(0)
    try workspace.write("{", to: "bad.json")
    let run = try workspace.hnsctl(
      "drift", "-", "one.json", "two.json", "bad.json", input: workspace.read("nodes/a.yaml")
    ).exits(1)
    #expect(recap(run) == "3 sources: 1 without drift, 1 with drift, 1 failed")
  }

  @Test func aFolderOfStates() throws {
    let workspace = try workspace()
    try FileManager.default.createDirectory(
      atPath: workspace.path("states"), withIntermediateDirectories: true)
    for state in ["one.json", "two.json"] {
      try workspace.hnsctl("apply", "nodes/a.yaml", "--state", "states/\(state)").exits(0)
    }
    try workspace.write("{\"formatVersion\": 3, \"ser", to: "states/bad.json")
    let run = try workspace.start(["trace", "states"] + Self.trace).finish().exits(1)
    #expect(recap(run) == "3 sources: 2 traced, 1 failed")
    #expect(run.errors.hasPrefix("states/bad.json"))
  }

  @Test(.enabled(if: getuid() != 0, "root reads every file")) func aFileThatCannotBeRead() throws {
    let workspace = try workspace()
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: workspace.path("nodes/a.yaml"))
    let run = try workspace.hnsctl("validate", "nodes").exits(1)
    #expect(run.errors.contains("nodes/a.yaml: error: the file cannot be read"))
    #expect(recap(run) == "3 files: 2 valid, 1 invalid")
  }

  @Test func aLargeFolderTakesBoundedMemory() throws {
    let workspace = try workspace()
    for index in 0..<3_000 { try workspace.write("note \(index)\n", to: "nodes/note\(index).txt") }
    let run = try workspace.bash("ulimit -v 2000000; hnsctl validate nodes").exits(0)
    #expect(run.output.hasSuffix("\n3 files: 3 valid\n"))
  }

  @Test("A file that is named several ways is one source, and keeps its permissions when it is written.")
  func theSameFileTwice() throws {
    let workspace = try Workspace()
    try workspace.write(Self.shadowed, to: "a.yaml")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: workspace.path("a.yaml"))
    let run = try workspace.hnsctl("lint", "a.yaml", "./a.yaml", ".", "--fix", "--jobs", "3").exits(0)
    #expect(run.output.contains("in 1 file"), "\(run.output)")
    #expect(try !workspace.read("a.yaml").contains("never"))
    let mode = try FileManager.default.attributesOfItem(atPath: workspace.path("a.yaml"))[.posixPermissions]
    #expect(mode as? Int == 0o600)
    #expect(try workspace.names() == ["a.yaml"])
  }

  @Test("A byte order mark does not hide what a file is.")
  func byteOrderMark() throws {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(
      atPath: workspace.path("nodes"), withIntermediateDirectories: false)
    try workspace.write("\u{feff}" + Self.shadowed, to: "nodes/a.yaml")
    try workspace.hnsctl("validate", "nodes").exits(0)
    try workspace.hnsctl("test", "nodes").exits(0)
  }

  @Test("Only profiles and files of tests are formatted, also in a folder.")
  func onlyProfilesAreFormatted() throws {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(
      atPath: workspace.path("nodes"), withIntermediateDirectories: false)
    try workspace.write(Self.shadowed, to: "nodes/a.yaml")
    try workspace.write("image:   {tag: '1'}\n", to: "nodes/values.yaml")
    let folder = try workspace.hnsctl("fmt", "nodes").exits(0)
    #expect(
      folder.errors.contains("nodes/values.yaml: note: this is not a document of hnsctl, and is skipped"))
    let run = try workspace.hnsctl("fmt", "nodes/a.yaml", "nodes/values.yaml").exits(1)
    #expect(
      run.errors.contains("nodes/values.yaml: error: this is not a profile or a file of tests [wrong-kind]"))
    #expect(try workspace.read("nodes/values.yaml") == "image:   {tag: '1'}\n")
  }

  @Test("One source has its own shape as JSON, and an option for one source says what is wrong.")
  func failuresOnlyOfOne() throws {
    let workspace = try workspace()
    let plan = ["plan", "nodes/a.yaml", "--failures-only"]
    let document = try workspace.start(plan + ["--json"]).finish().exits(0).json()
    #expect(try document == workspace.hnsctl("plan", "nodes/a.yaml", "--json").exits(0).json())
    #expect(try workspace.start(plan).finish().exits(0).output == "1 source: 1 planned\n")
    let both = try workspace.start(plan + ["--out", "x.plan"]).finish().exits(64).errors
    #expect(both.hasPrefix("Error: --out and --failures-only cannot be combined\n  See 'hnsctl plan --help'"))
    let several = try workspace.hnsctl("plan", "nodes", "--out", "x.plan").exits(64).errors
    #expect(
      several.hasPrefix("Error: --out takes one file, not several or a folder\n  See 'hnsctl plan --help'"))
    #expect(try workspace.names() == ["nodes"])
  }

  private static let shadowed = """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: shadowed
    networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
    containers:
      - name: web
        network: podnet
        defaults: {in: block, out: allow}
        acls:
          - {name: https, direction: in, action: allow, protocols: [tcp], localPorts: [443]}
          - {name: never, direction: in, action: allow, protocols: [tcp], localPorts: [443], remoteAddresses: [10.0.0.0/8]}
    tests:
      - {name: https, packet: {from: 192.0.2.1, to: web, protocol: tcp, port: 443}, expect: allow}

    """

}
