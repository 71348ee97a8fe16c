import Foundation
import JSONText
import Testing

/// Standard output and standard error, through the built binary.
@Suite struct OutputTests {
  /// Commands that succeed and commands that fail, in a folder filled by `prepared`.
  static let commands: [(arguments: [String], status: Int32)] = [
    (["validate", "pod.yaml"], 0), (["validate", "absent.yaml"], 1),
    (["plan", "pod.yaml"], 0),
    (["plan", "pod.yaml", "--state", "host.json", "--detailed-exitcode"], 0),
    (["plan", "pod.yaml", "--detailed-exitcode"], 2), (["plan", "bad.yaml"], 1),
    (["plan", "absent.yaml"], 1),
    (["plan", "pod.yaml", "--endpoint", "nobody"], 1), (["plan", "pod.yaml", "--state", "bad.yaml"], 1),
    (["plan", "pod.yaml", "--out", "nowhere/x"], 1), (["plan", "pod.yaml", "--out", "x.plan"], 0),
    (["plan", "warned.yaml"], 0), (["apply", "pod.yaml", "--state", "new.json"], 0),
    (["apply", "pod.yaml", "--state", "nowhere/x"], 1), (["apply", "bad.yaml", "--state", "new.json"], 1),
    (["apply", "bad.plan", "--state", "new.json"], 1),
    (["apply", "pod.yaml", "--state", "host.json", "--destroy"], 0),
    (["diff", "pod.yaml", "host.json"], 2), (["diff", "pod.yaml", "pod.yaml"], 0),
    (["diff", "pod.yaml", "absent"], 1),
    (["show", "networks", "--state", "host.json"], 0), (["show", "endpoints", "--state", "absent.json"], 1),
    (["show", "acls", "--plan", "bad.plan"], 1), (["show", "plan", "--plan", "x.plan"], 0),
    (["compartments", "--state", "host.json"], 0), (["compartments", "--state", "bad.yaml"], 1),
    (["capabilities"], 0), (["capabilities", "--windows", "95"], 1), (["explain", "wrong-type"], 0),
    (["explain"], 0),
    (["explain", "nothing"], 1), (["schema"], 0), (["capture-script"], 0),
  ]

  private func prepared() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.write("apiVersion: hnsctl/v1\nkind: HostProfile\nnmae: x\n", to: "bad.yaml")
    try workspace.write("{\"formatVersion\": 1, \"profile\": \"x\"}", to: "bad.plan")
    let warned = try workspace.read("pod.yaml").replacing("windows: ltsc2022", with: "windows: 20350")
    try workspace.write(warned, to: "warned.yaml")
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    return workspace
  }

  @Test func exactlyOneDocument() throws {
    let workspace = try prepared()
    for (arguments, status) in Self.commands {
      let run = try workspace.start(arguments + ["--json"]).finish().exits(status)
      #expect(run.errors.isEmpty, "\(arguments): \(run.errors)")
      let document = try run.json()
      #expect(run.output.hasSuffix("}\n"))
      guard arguments != ["schema"] else { continue }
      #expect(document["formatVersion"] == 1, "\(arguments)")
      let diagnostics = document["diagnostics"]?.array
      #expect(diagnostics != nil, "\(arguments)")
      let severities = Set((diagnostics ?? []).compactMap { $0["severity"]?.string })
      #expect(severities.contains("error") == (status == 1), "\(arguments): \(severities)")
      for diagnostic in diagnostics ?? [] {
        for member in ["severity", "code", "message", "file", "line", "column"] {
          #expect(diagnostic[member] != nil, "\(arguments): a diagnostic lacks \(member)")
        }
      }
    }
  }

  @Test func resultsAndMessagesGoToTheirStreams() throws {
    let workspace = try prepared()
    for (arguments, status) in Self.commands {
      let run = try workspace.start(arguments).finish().exits(status)
      #expect(run.output.isEmpty == (status == 1), "\(arguments): \(run.output)")
      if status == 1 { #expect(run.errors.contains("error: "), "\(arguments)") }
      #expect(!(run.output + run.errors).contains("\u{1b}"), "\(arguments) colors a file")
      #expect((run.output + run.errors).hasSuffix("\n"))
    }
    let warned = try workspace.hnsctl("plan", "warned.yaml").exits(0)
    #expect(warned.errors.contains("warned.yaml:7:12: note: "), "\(warned.errors)")
    #expect(warned.output.hasPrefix("Plan for profile pod"))
  }

  @Test func everyProblemOfEveryFileIsReported() throws {
    let workspace = try prepared()
    let run = try workspace.hnsctl("validate", "absent.yaml", "bad.yaml", "pod.yaml", "host.json").exits(1)
    #expect(run.errors.contains("absent.yaml: error: "))
    #expect(run.errors.contains("bad.yaml:3:1: error: "))
    #expect(run.errors.contains("host.json: error: this is a state file, not a profile"))
  }

  // MARK: Color

  @Test func colorOnlyWhenEnabled() throws {
    let workspace = try prepared()
    let plain = try workspace.hnsctl("plan", "pod.yaml").exits(0).output
    let escapes = /\u{1b}\[[0-9]+m/
    for environment in [[:], ["NO_COLOR": "1"]] {
      let always = try workspace.hnsctl("plan", "pod.yaml", "--color", "always", environment: environment)
        .exits(0)
      #expect(always.output.contains(escapes))
      #expect(always.output.replacing(escapes, with: "") == plain, "color is all that differs")
    }
    let bad = try workspace.hnsctl("plan", "bad.yaml", "--color", "always").exits(1)
    #expect(bad.errors.contains(escapes))
    try workspace.hnsctl("plan", "pod.yaml", "--color", "sometimes").exits(64)
    let document = try workspace.hnsctl("plan", "pod.yaml", "--color", "always", "--json").exits(0)
    #expect(!document.output.contains("\u{1b}"))
  }

  static let hasTerminal = (try? Workspace().bash("script -qec true /dev/null"))?.status == 0

  @Test(.enabled(if: hasTerminal, "there is no `script` to make a terminal"))
  func colorOnATerminal() throws {
    let workspace = try prepared()
    let terminal = { (environment: [String: String], options: String) in
      try workspace.bash(
        "script -qec 'hnsctl plan pod.yaml \(options)' /dev/null", environment: environment
      ).exits(0).output.contains("\u{1b}[1m")
    }
    #expect(try terminal(["NO_COLOR": ""], ""))
    #expect(try !terminal(["NO_COLOR": "1"], ""))
    #expect(try !terminal(["NO_COLOR": ""], "--color never"))
    #expect(try terminal(["NO_COLOR": "1"], "--color always"))
  }

  // MARK: Closed and broken descriptors

  @Test func readersThatClose() throws {
    let workspace = try prepared()
    let run = try workspace.bash(
      """
      for _ in 1 2 3 4 5; do
        hnsctl explain | head -n 1 > line.txt
        echo "${PIPESTATUS[0]}"
        hnsctl diff pod.yaml bad.yaml 2>&1 | head -n 1 > line.txt
        echo "${PIPESTATUS[0]}"
        hnsctl plan pod.yaml --json --detailed-exitcode | true
        echo "${PIPESTATUS[0]}"
      done
      """
    ).exits(0)
    #expect(run.output == String(repeating: "0\n1\n2\n", count: 5), "the exit code is the command's own")
    #expect(run.errors.isEmpty)
  }

  @Test func closedDescriptors() throws {
    let workspace = try prepared()
    let state = try workspace.contents()["host.json"]
    let closed = try workspace.bash("hnsctl show endpoints --state host.json >&-")
    #expect(closed.status == 1)
    #expect(closed.errors == "error: cannot write the output: Bad file descriptor\n")
    // No screen output ends up in a file that got the closed descriptor.
    try workspace.bash("hnsctl apply pod.yaml --state host.json --destroy >&- 2>&- <&-").exits(1)
    #expect(try workspace.contents()["host.json"] != state)
    #expect(try !workspace.read("host.json.lock").contains("Removed"))
    try workspace.hnsctl("show", "endpoints", "--state", "host.json").exits(0)
    let noInput = try workspace.bash("hnsctl validate - <&-")
    #expect(noInput.status == 1)
    #expect(noInput.errors.contains("-: error: standard input cannot be read: "))
    let full = try workspace.bash("if [ -e /dev/full ]; then hnsctl explain > /dev/full; else exit 1; fi")
    #expect(full.status == 1)
  }

  @Test func standardInput() throws {
    let workspace = try prepared()
    let profile = try workspace.read("pod.yaml")
    #expect(try workspace.hnsctl("validate", "-", input: profile).exits(0).output == "-: valid\n")
    let fromFile = try workspace.hnsctl("plan", "pod.yaml").exits(0).output
    #expect(try workspace.hnsctl("plan", "-", input: profile).exits(0).output == fromFile)
    #expect(try workspace.bash("cat pod.yaml | hnsctl plan -").exits(0).output == fromFile)
    try workspace.hnsctl("apply", "-", "--state", "host.json", input: profile).exits(0)
    let wrong = try workspace.hnsctl("plan", "-", input: profile.replacing("kind:", with: "knid:")).exits(1)
    #expect(wrong.errors.contains("-:4:1: error: a profile has no key 'knid'"), "\(wrong.errors)")
    #expect(try workspace.hnsctl("plan", "-").exits(1).errors.contains("[yaml-empty]"))
    try workspace.hnsctl("validate", "-", "-").exits(64)
  }

  // MARK: Hostile text

  @Test func hostileTextIsEscaped() throws {
    let workspace = try Workspace()
    let texts: [(String, [UInt8])] = [
      (
        "escapes",
        Array("name: \"a\\x1b[31mb\\x00\"\nkind: \"\\u202e\\u009b\"\nhost: {windows: \"\\r\\n\"}\n".utf8)
      ),
      ("raw controls", Array("name: a\u{9b}31m\nkind: \u{202e}x\n".utf8)),
      ("raw escape", Array("name: \u{1b}[31m\n".utf8)),
      ("invalid UTF-8", Array("name: ".utf8) + [0xff, 0xc3, 0x28, 0x0a]),
      ("direction marks", Array("\u{202e}key\u{200b}: \u{2066}x\u{feff}\n".utf8)),
      (
        "an ACL's name",
        Array("apiVersion: hnsctl/v1\nkind: HostProfile\nname: a\naclSets: {\"\\e[2J\": []}\n".utf8)
      ),
    ]
    for (title, bytes) in texts {
      try Data(bytes).write(to: workspace.folder.appendingPathComponent("hostile.yaml"))
      for arguments in [["hostile.yaml"], ["hostile.yaml", "--json"]] {
        let run = try workspace.startBytes(["validate"] + arguments)
        #expect(run.status == 1, "\(title)")
        let text = try #require(
          String(validating: run.output + run.errors, as: UTF8.self), "\(title) is not UTF-8")
        let harmful = text.unicodeScalars.filter {
          $0 != "\n"
            && ($0.properties.generalCategory == .control || $0.properties.generalCategory == .format)
        }
        #expect(harmful.isEmpty, "\(title): \(harmful.map { String($0.value, radix: 16) })")
      }
    }
    let name = try workspace.hnsctl("plan", "no\u{1b}[31msuch\nfile").exits(1)
    #expect(name.errors.hasPrefix("no\\u{1b}[31msuch\\u{a}file: error: "), "\(name.errors)")
  }

  @Test func longLinesAreCutAroundTheProblem() throws {
    let workspace = try Workspace()
    let padding = String(repeating: "corp, ", count: 100_000)
    try workspace.write(
      "apiVersion: hnsctl/v1\nkind: HostProfile\nname: a\naddressSets: {corp: [10.0.0.0/8], all: [\(padding)10.0.0.1/8]}\n",
      to: "long.yaml")
    let run = try workspace.hnsctl("validate", "long.yaml").exits(1)
    for line in run.errors.split(separator: "\n") { #expect(line.count < 400, "\(line.prefix(100))") }
  }
}

extension Workspace {
  /// Runs the binary in this folder and captures its output as bytes.
  func startBytes(_ arguments: [String]) throws -> (status: Int32, output: Data, errors: Data) {
    let started = try start(arguments)
    started.process.waitUntilExit()
    defer { try? FileManager.default.removeItem(at: started.scratch) }
    return (
      started.process.terminationStatus, try Data(contentsOf: started.scratch.appendingPathComponent("out")),
      try Data(contentsOf: started.scratch.appendingPathComponent("err"))
    )
  }
}
