import Foundation
import JSONText
import Testing

/// Standard input is read like a file of the same contents, by every command and for every kind of source.
@Suite struct StandardInputTests {
  /// The kinds of sources, by the names of their files.
  static let kinds = [
    "profile.yaml", "tests.yaml", "state.json", "web.plan", "capture.json", "dump.txt", "manifest.yaml",
    "damaged.yaml", "empty.yaml",
  ]

  /// The commands that take a source, which `SOURCE` stands for.
  static let commands = [
    "validate SOURCE", "plan SOURCE", "plan SOURCE --json", "plan SOURCE --state state.json",
    "plan SOURCE --out new.plan", "plan profile.yaml --state SOURCE",
    "plan profile.yaml --state SOURCE --json",
    "apply SOURCE --state new.json", "lint SOURCE", "matrix SOURCE", "matrix SOURCE profile.yaml",
    "matrix profile.yaml SOURCE", "diff SOURCE profile.yaml", "diff profile.yaml SOURCE --semantic",
    "drift SOURCE state.json", "drift profile.yaml SOURCE", "upgrade SOURCE --to ltsc2025",
    "trace SOURCE --from 10.1.1.1 --to host --protocol tcp --port 8080", "test SOURCE", "audit SOURCE",
    "audit SOURCE --json", "import SOURCE", "import SOURCE --as-profile -", "import SOURCE --state new.json",
    "show plan --plan SOURCE", "show acls --plan SOURCE", "show acls --state SOURCE",
    "compartments --state SOURCE",
  ]

  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    func copy(_ path: String, _ name: String) throws {
      try FileManager.default.copyItem(
        atPath: repository.appendingPathComponent(path).path, toPath: workspace.path(name))
    }
    try copy("profiles/nat-publish.yaml", "profile.yaml")
    try copy("profiles/captures/node-7.json", "capture.json")
    try copy("profiles/audit/windows-pod.yaml", "manifest.yaml")
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: PolicyTests
      subject: profile.yaml
      tests:
        - {name: published, packet: {from: 10.1.1.1, to: host, protocol: tcp, port: 8080}, expect: allow}

      """, to: "tests.yaml")
    try workspace.write("kind: [", to: "damaged.yaml")
    try workspace.write("", to: "empty.yaml")
    try workspace.hnsctl("apply", "profile.yaml", "--state", "state.json").exits(0)
    try workspace.hnsctl("plan", "profile.yaml", "--out", "web.plan").exits(0)
    let dump = try workspace.hnsctl("show", "hnsdiag", "--state", "state.json").exits(0).output
    try workspace.write(dump, to: "dump.txt")
    return workspace
  }

  @Test(arguments: commands) func isReadLikeAFile(_ command: String) throws {
    let workspace = try workspace()
    for kind in Self.kinds {
      func run(_ source: String, input: String) throws -> (run: Run, written: String?) {
        let words = command.split(separator: " ").map { $0 == "SOURCE" ? source : String($0) }
        let run = try workspace.start(words, input: input).finish()
        // What the command wrote, if anything.
        var written: String?
        for name in ["new.json", "new.plan", "new.json.lock"] {
          written = (try? workspace.read(name)) ?? written
          try? FileManager.default.removeItem(atPath: workspace.path(name))
        }
        return (run, written)
      }
      func unnamed(_ text: String) -> String {
        text.replacing("against the host on standard input", with: "against -").replacing(kind, with: "-")
      }
      let file = try run(kind, input: "")
      let stream = try run("-", input: workspace.read(kind))
      let comment: Comment = "\(command) < \(kind)"
      #expect(stream.run.status == file.run.status, comment)
      #expect(unnamed(stream.run.output) == unnamed(file.run.output), comment)
      #expect(unnamed(stream.run.errors) == unnamed(file.run.errors), comment)
      #expect(stream.written.map(unnamed) == file.written.map(unnamed), comment)
      #expect([0, 1, 2].contains(file.run.status), comment)
    }
  }

  @Test func aPipeIsReadLikeAFile() throws {
    let workspace = try workspace()
    for kind in ["state.json", "capture.json"] {
      let file = try workspace.hnsctl("show", "acls", "--state", kind).exits(0).output
      #expect(try workspace.bash("hnsctl show acls --state <(cat \(kind))").exits(0).output == file)
    }
  }

  @Test func isGivenOnceOnly() throws {
    let workspace = try workspace()
    for command in [
      ["plan", "-", "--state", "-"], ["plan", "profile.yaml", "tests.yaml", "--state", "-"],
      ["show", "acls", "--plan", "-", "--state", "-"], ["diff", "-", "-"], ["audit", "-", "-"],
      ["apply", "profile.yaml", "--state", "-"], ["import", "capture.json", "--state", "-"],
    ] {
      try workspace.start(command).finish().exits(64)
    }
    // A variable that is not set names nothing.
    for command in [
      ["validate", ""], ["plan", ""], ["apply", "", "--state", "new.json"], ["diff", "", "profile.yaml"],
      ["matrix", ""], ["import", "capture.json", ""], ["audit", ""], ["fmt", ""], ["test", ""], ["lint", ""],
    ] {
      let run = try workspace.start(command).finish().exits(64)
      #expect(run.errors.hasPrefix("Error: the name of a file is empty\n"), "\(run.errors)")
    }
  }
}
