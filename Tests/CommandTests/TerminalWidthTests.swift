import Foundation
import Testing

/// Output on a terminal: it fits, and nothing is lost.
@Suite struct TerminalWidthTests {
  /// The commands on one profile, of which `old.json` is another version and `host.json` the applied one.
  private static func commands(_ profile: String) -> [[String]] {
    [
      ["validate", profile], ["plan", profile], ["diff", "pod.json", profile],
      ["drift", profile, "host.json"], ["upgrade", profile, "--to", "ltsc2025"], ["lint", profile],
      ["test", profile], ["matrix", profile], ["matrix", "pod.json", "host.json"],
      ["trace", profile, "--from", "any", "--to", "any", "--protocol", "any"],
      ["show", "acls", "--state", "host.json"], ["show", "plan", "--plan", "saved.plan"],
      ["apply", profile, "--state", "again.json"],
    ]
  }

  /// The commands that need no profile.
  private static let others: [[String]] = [
    ["capabilities"], ["capabilities", "--windows", "1607"], ["explain"],
    ["explain", "acl-not-programmable"],
    ["explain", "privileged-container"], ["audit", "profiles/audit/windows-pod.yaml"],
    ["import", "profiles/captures/node-7.json"], ["lint", "profiles/findings/legacy-web.yaml"],
    ["plan", "profiles/refused/nat-hyperv-acls.yaml"], ["diff", "pod.json", "services.json", "--semantic"],
    ["plan", "profiles/pod.yaml", "--state", "pod.json", "--destroy"],
    ["drift", "profiles/services.yaml", "pod.json"], ["upgrade", "pod.json", "--to", "1709"],
    ["matrix", "profiles/shared-acl-sets.yaml", "--fold", "never"], ["plan", "profiles/services.yaml"],
    [
      "trace", "profiles/nat-publish.yaml", "--from", "203.0.113.7", "--to", "host", "--protocol", "tcp",
      "--port", "8080", "--all-assumptions",
    ],
  ]

  private func prepared() throws -> Workspace {
    let workspace = try Workspace()
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path("profiles"),
      withDestinationPath: repository.appendingPathComponent("profiles").path)
    for name in ["pod", "services"] {
      try workspace.hnsctl("apply", "profiles/\(name).yaml", "--state", "\(name).json").exits(0)
    }
    return workspace
  }

  @Test(arguments: ShippedProfiles.supported)
  func everyCommandFitsAndLosesNothing(_ profile: String) throws {
    let workspace = try prepared()
    let file = "profiles/\(profile)"
    try workspace.hnsctl("apply", file, "--state", "host.json").exits(0)
    try workspace.hnsctl("plan", file, "--out", "saved.plan").exits(0)
    for arguments in Self.commands(file) { try check(arguments, columns: [80], in: workspace) }
  }

  @Test func commandsWithoutAProfileFitAndLoseNothing() throws {
    let workspace = try prepared()
    for arguments in Self.others { try check(arguments, columns: [80, 20], in: workspace) }
  }

  /// Compares each stream on a terminal with the file that it is otherwise.
  private func check(_ arguments: [String], columns widths: [Int], in workspace: Workspace) throws {
    // Every run of an apply has a host of its own.
    func remove() { try? FileManager.default.removeItem(atPath: workspace.path("again.json")) }
    remove()
    let file = try workspace.start(arguments).finish()
    for stream in [PseudoTerminal.Stream.output, .errors] {
      if stream == .errors, file.errors.isEmpty { continue }
      for columns in widths {
        remove()
        let terminal = PseudoTerminal(columns: columns, stream: stream)
        let run = try terminal.run(arguments, in: workspace).exits(file.status)
        let shown = Self.uncolored(stream == .output ? run.output : run.errors)
        let whole = stream == .output ? file.output : file.errors
        if columns == 80 {
          for line in shown.split(separator: "\n") where line.count > columns {
            Issue.record("\(arguments): a line of \(line.count) columns: \(line)")
          }
        }
        // In a narrow terminal, the excerpt of a source breaks within words.
        if columns < 80, whole.contains("^") { continue }
        // Tables of a matrix are divided, and repeat their row titles.
        let isMatrix = arguments[0] == "matrix"
        let (wanted, found) = (Self.words(whole), Self.words(shown))
        let lost = isMatrix ? Set(wanted).subtracting(found).sorted() : Self.difference(wanted, found)
        let added = isMatrix ? Set(found).subtracting(wanted).sorted() : Self.difference(found, wanted)
        #expect(
          lost.isEmpty && added.isEmpty, "\(arguments), \(columns) columns: lost \(lost), added \(added)")
      }
    }
  }

  /// The words of a text, which also end after commas; those that frame an excerpt are left out.
  private static func words(_ text: String) -> [String] {
    text.replacing(",", with: ", ").split(whereSeparator: \.isWhitespace).map(String.init)
      .filter { $0 != "|" && !$0.allSatisfy { $0 == "^" } }
  }

  /// The words that one text has more often than the other.
  private static func difference(_ left: [String], _ right: [String]) -> [String] {
    var counts: [String: Int] = [:]
    for word in left { counts[word, default: 0] += 1 }
    for word in right { counts[word, default: 0] -= 1 }
    return counts.filter { $0.value > 0 }.keys.sorted()
  }

  private static func uncolored(_ text: String) -> String {
    text.replacing(/\u{1b}\[[0-9;]*m/, with: "")
  }

  /// What imitates a tool of Windows, and what another program reads, is the same as in a file.
  @Test func imitationsAndDocumentsKeepTheirWidth() throws {
    let workspace = try prepared()
    let subjects = [
      "networks", "endpoints", "namespaces", "compartments", "firewall", "vfp", "loadbalancers", "hnsdiag",
      "ipconfig", "capture",
    ]
    var commands = subjects.map { ["show", $0, "--state", "pod.json"] }
    commands += [
      ["compartments", "--state", "pod.json"], ["plan", "profiles/pod.yaml", "--json"],
      ["plan", "profiles/pod.yaml", "--format", "powershell"],
      ["test", "profiles/pod.yaml", "--format", "tap"],
      ["capture-script"], ["explain", "--markdown"], ["schema"],
    ]
    for arguments in commands {
      let file = try workspace.start(arguments).finish()
      let run = try PseudoTerminal(columns: 40).run(arguments, in: workspace)
      #expect(run.output == file.output, "\(arguments)")
    }
  }

  /// A wide terminal has room for what the text of a file is.
  @Test func aWideTerminalShowsWholeLines() throws {
    let workspace = try prepared()
    for arguments in [["plan", "profiles/pod.yaml"], ["capabilities"]] {
      let file = try workspace.start(arguments).finish()
      let run = try PseudoTerminal(columns: 400).run(
        arguments + ["--color", "never"], in: workspace)
      #expect(run.output == file.output)
    }
  }

  /// Colors are off where the terminal has none, and where they are unwanted.
  @Test func colorsAreOffWhereUnwanted() throws {
    let workspace = try prepared()
    let terminal = PseudoTerminal(columns: 80)
    for (variables, isColored) in [
      (["TERM": "xterm", "NO_COLOR": ""], true), (["TERM": "nobody-knows-it", "NO_COLOR": ""], true),
      (["TERM": "dumb", "NO_COLOR": ""], false),
      (["TERM": "xterm", "NO_COLOR": "1"], false),
    ] {
      let run = try terminal.run(["plan", "profiles/pod.yaml"], in: workspace, environment: variables)
      #expect(run.output.contains("\u{1b}[") == isColored, "\(variables)")
    }
  }
}
