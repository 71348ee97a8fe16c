import Foundation
import JSONText
import Testing

/// `init` and `fmt` through the built binary.
@Suite struct FirstStepsTests {
  static let drivers = ["transparent", "nat", "l2bridge", "l2tunnel", "overlay"]
  static let builds = ["1607", "1709", "1803", "ltsc2022", "26100.1", "26100.32690"]

  // MARK: init

  @Test("A first profile is valid, plans, has no findings, and its tests pass.", arguments: drivers, builds)
  func firstProfiles(_ driver: String, _ windows: String) throws {
    let workspace = try Workspace()
    for isolation in ["process", "hyperv"] {
      let file = "\(isolation).yaml"
      try workspace.hnsctl(
        "init", file, "--driver", driver, "--isolation", isolation, "--windows", windows
      ).exits(0)
      let text = try workspace.read(file)
      try workspace.hnsctl("validate", file).exits(0)
      try workspace.hnsctl("plan", file).exits(0)
      let tests = try workspace.hnsctl("test", file).exits(0)
      try workspace.hnsctl("lint", file).exits(0)
      #expect(try workspace.hnsctl("fmt", file, "--check").exits(0).output == "\(file): unchanged\n")
      let isFiltered = driver != "nat" && driver != "transparent"
      let hasACLs = isFiltered || isolation == "process" && (driver != "nat" || windows != "26100.1")
      #expect(text.contains("acls:\n") == hasACLs, "\(text)")
      #expect(text.contains("# No defaults and no acls: ") != hasACLs, "\(text)")
      #expect(tests.output.contains(hasACLs ? /[23] passed, 0 failed/ : /1 passed, 0 failed/))
    }
  }

  @Test func aFirstProfileReplacesNothing() throws {
    let workspace = try Workspace()
    let run = try workspace.hnsctl("init").exits(0)
    #expect(run.output.contains("hnsctl plan profile.yaml") && run.errors.isEmpty)
    try workspace.hnsctl("plan", "profile.yaml").exits(0)
    try workspace.write("mine\n", to: "profile.yaml")
    let again = try workspace.hnsctl("init").exits(1)
    #expect(again.errors.contains("[file-exists]") && again.output.isEmpty)
    #expect(try workspace.read("profile.yaml") == "mine\n")
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path("link.yaml"), withDestinationPath: workspace.path("elsewhere.yaml"))
    try workspace.hnsctl("init", "link.yaml").exits(1)
    #expect(try workspace.names() == ["link.yaml", "profile.yaml"])
    let printed = try workspace.hnsctl("init", "-", "--driver", "nat").exits(0).output
    try workspace.hnsctl("validate", "-", input: printed).exits(0)
    let document = try workspace.hnsctl("init", "-", "--driver", "nat", "--json").exits(0).json()
    #expect(document["text"]?.string == printed)
    try workspace.hnsctl("init", "x.yaml", "--windows", "95").exits(1)
    try workspace.hnsctl("init", "x.yaml", "--driver", "l3bridge").exits(64)
    try workspace.hnsctl("init", "nowhere/x.yaml").exits(1)
  }

  // MARK: fmt

  @Test func formattingInPlace() throws {
    let workspace = try Workspace()
    let text =
      "apiVersion:   hnsctl/v1\n# a comment\nkind: 'HostProfile'\nname: x # y\nhost: {windows: ltsc2022,addresses: [ 10.0.0.1 ]}\n"
    let formatted =
      "apiVersion: hnsctl/v1\n# a comment\nkind: \"HostProfile\"\nname: x  # y\nhost: {windows: ltsc2022, addresses: [10.0.0.1]}\n"
    try workspace.write(text, to: "a.yaml")
    try workspace.write(formatted, to: "b.yaml")
    let check = try workspace.hnsctl("fmt", "a.yaml", "b.yaml", "--check").exits(2)
    #expect(
      check.output == "a.yaml: not formatted\nb.yaml: unchanged\n2 files: 1 not formatted, 1 unchanged\n")
    #expect(try workspace.read("a.yaml") == text)
    #expect(try workspace.hnsctl("fmt", "-", input: text).exits(0).output == formatted)
    try workspace.hnsctl("fmt", "-", "--check", input: text).exits(2)
    try workspace.write("a: [", to: "bad.yaml")
    let run = try workspace.hnsctl("fmt", ".", "--json").exits(1).json()
    #expect(run["files"]?.array?.map { $0["changed"] } == [true, false])
    #expect(try workspace.read("a.yaml") == formatted)
    #expect(try workspace.read("bad.yaml") == "a: [")
    #expect(try workspace.hnsctl("fmt", "a.yaml").exits(0).output == "a.yaml: unchanged\n")
    try workspace.hnsctl("fmt", "absent.yaml").exits(1)
    try workspace.hnsctl("fmt", "-", "a.yaml").exits(64)
  }

  /// Each shipped profile keeps its meaning, and a second run changes nothing.
  @Test func shippedProfiles() throws {
    let workspace = try Workspace()
    for name in ShippedProfiles.supported {
      try workspace.shipped(name)
      let original = try workspace.read(name)
      try workspace.hnsctl("fmt", name).exits(0)
      let once = try workspace.read(name)
      let comments = { (text: String) in text.components(separatedBy: "#").count }
      #expect(comments(once) == comments(original))
      #expect(try workspace.hnsctl("fmt", name, "--check").exits(0).output == "\(name): unchanged\n")
      try workspace.write(original, to: "original.yaml")
      try workspace.hnsctl("diff", "original.yaml", name).exits(0)
    }
  }

  // MARK: Typos

  @Test(arguments: [
    (["valdiate", "x"], "validate"), (["help", "valdiate"], "validate"), (["int"], "init"),
    (["show", "endpoint", "--state", "x"], "endpoints"), (["show", "loadbalancer"], "loadbalancers"),
    (["plan", "x", "--formt", "hcn"], "--format"), (["plan", "x", "--format", "powershel"], "powershell"),
    (["test", "x", "--format", "junti"], "junit"), (["audit", "x", "--benchmark", "asc-2012"], "asc-2021"),
    (["init", "--driver", "l2brigde"], "l2bridge"), (["init", "--isolation", "hyper-v"], "hyperv"),
    (["plan", "x", "--color", "allways"], "always"), (["matrix", "x", "--fold", "alwys"], "always"),
    (["plan", "x", "--assume", "implcitDeny=never"], "implicitDeny"),
    (["diff", "a", "b", "--semantic", "--enforcement", "windowsFirewal"], "windowsFirewall"),
    (["explain", "acl-not-programable"], "acl-not-programmable"),
    (["capabilities", "--windows", "ltsc2202"], "ltsc2022"), (["test", "x", "--fail-fats"], "--fail-fast"),
  ])
  func typosGetASuggestion(_ arguments: [String], _ meant: String) throws {
    let run = try Workspace().start(arguments).finish()
    #expect(run.status == 64 || run.status == 1, "\(arguments): \(run.status)")
    #expect(run.errors.contains(/[Dd]id you mean '([^']*)'/), "\(arguments): \(run.errors)")
    #expect(run.errors.contains("ou mean '\(meant)'?"), "\(arguments): \(run.errors)")
  }

  // MARK: Surroundings

  @Test(
    "The surroundings of a process change nothing.",
    arguments: [
      ["HOME": ""], ["TERM": "no-such-terminal"], ["TERM": ""], ["LC_ALL": "en_US.ISO-8859-1", "LANG": "C"],
      ["LC_ALL": "nothing"], ["COLUMNS": "x"],
      ["PATH": ""], ["TMPDIR": "/nowhere"], ["TZ": "Nowhere/Town"],
    ])
  func surroundings(_ environment: [String: String]) throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml", "nat-publish.yaml")
    try workspace.write("# ä€𝄞\nkind: [\n", to: "bad.yaml")
    for arguments in [
      ["--help"], ["validate", "pod.yaml", "bad.yaml"], ["plan", "pod.yaml"], ["test", "pod.yaml"],
      ["lint", "nat-publish.yaml"], ["matrix", "pod.yaml"], ["capabilities"], ["explain", "yaml-syntax"],
    ] {
      let plain = try workspace.start(arguments).finish()
      let run = try workspace.start(arguments, environment: environment).finish()
      #expect(run.output == plain.output && run.errors == plain.errors, "\(arguments) \(environment)")
      #expect(run.status == plain.status)
    }
  }

  /// The help is narrower there, and as long as it must be.
  @Test(arguments: ["20", "1", "0", "-1", "40", "99999999999999999999"])
  func columnsOfHelp(_ columns: String) throws {
    let workspace = try Workspace()
    for arguments in [["--help"], ["plan", "--help"], ["help", "serve"], ["plan"]] {
      let run = try workspace.start(arguments, environment: ["COLUMNS": columns]).finish()
      #expect(run.status == (arguments == ["plan"] ? 64 : 0), "\(arguments)")
      #expect((run.output + run.errors).contains("USAGE:") || run.errors.contains("Usage:"))
    }
  }

  @Test("The help of every command is filled to the width of the terminal.", arguments: [80, 60])
  func filledHelp(_ columns: Int) throws {
    let workspace = try Workspace()
    func help(_ arguments: String...) throws -> [String] {
      let run = try workspace.start(arguments + ["--help"], environment: ["COLUMNS": "\(columns)"]).finish()
      return run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    let commands = try help().drop { $0 != "SUBCOMMANDS:" }.filter {
      $0.hasPrefix("  ") && !$0.hasPrefix("   ")
    }
    .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(commands.count > 20)
    for command in commands {
      let lines = try help(command)
      for (line, next) in zip(lines, lines.dropFirst()) {
        // A word such as a list of formats can be longer than its column.
        #expect(line.count <= columns || !line.drop { $0 == " " }.contains(" "), "\(command): \(line)")
        guard let word = next.split(separator: " ").first, line.first?.isLetter == true, next.first != " "
        else {
          continue
        }
        #expect(line.count + 1 + word.count >= columns, "\(command): \(line) | \(next)")
      }
    }
  }

  @Test func noEnvironmentAtAll() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    let run = try workspace.bash("env -i \(binary.path) plan pod.yaml").exits(0)
    #expect(try run.output == workspace.hnsctl("plan", "pod.yaml").exits(0).output)
    #expect(run.errors.isEmpty)
  }

  /// A reader that goes away after a line: no message, no trace, and the exit code of the command.
  @Test(arguments: ManySourcesTests.commands.map { $0[0] } + ["explain", "help", "schema", "capture-script"])
  func readersThatLeave(_ command: String) throws {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(
      atPath: workspace.path("nodes"), withIntermediateDirectories: true)
    for index in 0..<30 {
      try workspace.write(TestCommandTests.profile(TestCommandTests.passing), to: "nodes/\(index).yaml")
    }
    let arguments = ManySourcesTests.commands.first { $0[0] == command } ?? [command]
    for options in [[], ["--json"]] where command != "help" || options.isEmpty {
      let line = (["hnsctl"] + arguments + options).joined(separator: " ")
      let whole = try workspace.bash(line).exits(0)
      let run = try workspace.bash("\(line) | head -n 1 >line; echo ${PIPESTATUS[0]}")
      #expect(run.output == "0\n" && run.errors == whole.errors, "\(line): \(run.output)\(run.errors)")
      #expect(try !workspace.read("line").isEmpty)
      let both = try workspace.bash("\(line) 2>&1 | true; echo ${PIPESTATUS[0]}")
      #expect(both.output == "0\n" && both.errors.isEmpty, "\(line): \(both.output)\(both.errors)")
    }
  }

  @Test(.enabled(if: OutputTests.hasTerminal, "there is no `script` to make a terminal"))
  func aTerminalOfTwentyColumns() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.write("kind: [\n", to: "bad.yaml")
    for command in [
      "validate pod.yaml", "plan pod.yaml", "test pod.yaml", "lint pod.yaml", "matrix pod.yaml",
      "capabilities",
      "show networks --state host.json", "diff pod.yaml host.json",
    ] {
      let run = try workspace.bash(
        """
        hnsctl apply pod.yaml --state host.json >apply
        script -qec 'stty cols 20 rows 5; hnsctl \(command)' /dev/null
        """)
      #expect([0, 2].contains(run.status), "\(command): \(run.status)\n\(run.output)")
      #expect(!run.output.isEmpty && !run.output.contains("Fatal error"), "\(command)")
    }
  }
}
