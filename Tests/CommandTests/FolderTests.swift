import Foundation
import JSONText
import Testing

/// Folders with more in them than sources.
@Suite struct FolderTests {
  /// A folder `nodes` with a profile and a file of tests, and whatever else is given.
  private func workspace(_ files: [String: String] = [:]) throws -> Workspace {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(
      atPath: workspace.path("nodes/sub dir"), withIntermediateDirectories: true)
    try workspace.write(TestCommandTests.profile(TestCommandTests.passing), to: "nodes/a.yaml")
    for (name, text) in files { try workspace.write(text, to: "nodes/\(name)") }
    return workspace
  }

  @Test(
    "The help for a mixed folder names files that the command takes.", arguments: ManySourcesTests.commands)
  func mixture(_ command: [String]) throws {
    let workspace = try workspace()
    let manifest = repository.appendingPathComponent("profiles/audit/windows-pod.yaml")
    let capture = repository.appendingPathComponent("profiles/captures/node-7.json")
    for (name, others) in [
      ("nodes/sub dir/pod.yaml", manifest), ("nodes/host.json", capture), ("nodes/sub dir/b.json", capture),
    ] {
      try FileManager.default.copyItem(atPath: others.path, toPath: workspace.path(name))
      let mixed = try workspace.start(command).finish().exits(1)
      #expect(mixed.errors.contains("[mixed-sources]"), "\(mixed.errors)")
      let help = try #require(mixed.errors.firstMatch(of: /such as (.+)\n/))
      #expect(help.1 == "nodes/*.yaml")
      let arguments = command.map { $0 == "nodes" ? String(help.1) : $0 }
      let run = try workspace.start(arguments).finish().exits(0)
      #expect(run.output.contains(/\b1 (source|file)/), "\(run.output)")
    }
    // In a folder of its own, with a space in its name.
    try FileManager.default.moveItem(
      atPath: workspace.path("nodes/a.yaml"), toPath: workspace.path("nodes/sub dir/a.yml"))
    let mixed = try workspace.start(command).finish().exits(1)
    let help = try #require(mixed.errors.firstMatch(of: /such as '(.+)'\n/))
    #expect(help.1 == "nodes/sub dir/*.yml")
    // With a manifest beside each profile, no pattern helps.
    try FileManager.default.copyItem(atPath: manifest.path, toPath: workspace.path("nodes/sub dir/pod.yml"))
    #expect(
      try workspace.start(command).finish().exits(1).errors
        .contains("name the files of one kind, or a folder with nothing else"))
  }

  @Test("The profiles of the repository can be tested as the help says.")
  func ownProfiles() throws {
    let workspace = try Workspace()
    let script = "ln -s \(repository.appendingPathComponent("profiles").path) profiles; hnsctl test profiles/"
    let mixed = try workspace.bash(script).exits(1)
    let help = try #require(mixed.errors.firstMatch(of: /such as (.+)\n/))
    #expect(help.1 == "profiles/*.yaml")
    try workspace.bash("hnsctl test \(help.1)").exits(0)
  }

  @Test("A capture among profiles is named, and the files of the capture are what an import takes.")
  func mixedImport() throws {
    let workspace = try workspace()
    let capture = repository.appendingPathComponent("profiles/captures/node-7.json")
    try FileManager.default.copyItem(atPath: capture.path, toPath: workspace.path("nodes/host.json"))
    let mixed = try workspace.hnsctl("import", "nodes").exits(1)
    #expect(mixed.errors.contains("name the files of one kind, such as nodes/*.json\n"), "\(mixed.errors)")
    try workspace.hnsctl("import", "nodes/*.json").exits(0)
  }

  private static let compose = """
    services:
      web: {image: nginx}
    networks:
      front: {}

    """

  @Test("Documents of other programs are skipped, and named once.", arguments: ManySourcesTests.commands)
  func skipped(_ command: [String]) throws {
    let workspace = try workspace()
    let good = try workspace.start(command).finish().exits(0)
    try workspace.write("image:   {tag: '1'}\n", to: "nodes/values.yaml")
    let one = try workspace.start(command).finish().exits(0)
    #expect(one.output == good.output)
    #expect(
      one.errors
        == "nodes/values.yaml: note: this is not a document of hnsctl, and is skipped [file-skipped]\n"
        + good.errors)
    try workspace.write(Self.compose, to: "nodes/docker-compose.yaml")
    try workspace.write("{\"name\": \"page\", \"version\": \"1.0.0\"}\n", to: "nodes/package.json")
    let several = try workspace.start(command).finish().exits(0)
    #expect(several.output == good.output)
    let text = several.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      text.contains(
        "nodes: note: 3 files are not documents of hnsctl, and are skipped: nodes/docker-compose.yaml, "
          + "nodes/package.json, nodes/values.yaml [file-skipped]"))
    // Named by itself it is read.
    try workspace.start([command[0], "nodes/values.yaml"] + command.dropFirst(2)).finish().exits(1)
  }

  @Test(
    "What is probably meant as a profile stays an error.",
    arguments: [
      "networks:\n  - {name: podnet, driver: nat}\n", "containers: [{name: web}]\n", "acls: []\n",
      "aclSets: {web: []}\n", "apiversion: hnsctl/v1\nname: x\n", "kind: HostProfile\nname: x\n",
      "version: hnsctl/v1\n", "{\"networks\": []}", "name: [\n", "", "# nothing yet\n",
    ])
  func meant(_ text: String) throws {
    let workspace = try workspace(["meant.yaml": text])
    let run = try workspace.hnsctl("validate", "nodes").exits(1)
    #expect(run.errors.contains("nodes/meant.yaml"), "\(run.errors)")
    #expect(run.output.hasSuffix("2 files: 1 valid, 1 invalid\n"))
  }

  @Test("A link that leads nowhere is reported, and hides nothing.", arguments: ManySourcesTests.commands)
  func danglingLink(_ command: [String]) throws {
    let workspace = try workspace()
    let good = try workspace.start(command).finish().exits(0)
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path("nodes/gone.yaml"), withDestinationPath: "away/gone.yaml")
    let run = try workspace.start(command).finish().exits(1)
    #expect(
      run.errors.contains(
        "nodes/gone.yaml: error: the file cannot be read: it is a link to 'away/gone.yaml', which cannot be "
          + "found [file-unreadable]"))
    for line in good.output.split(separator: "\n").dropLast() { #expect(run.output.contains(line)) }
  }

  @Test("A folder of one capture with a link that leads nowhere is incomplete, which is said once.")
  func incompleteCapture() throws {
    let workspace = try Workspace()
    try workspace.bash(
      """
      mkdir host; cp '\(repository.appendingPathComponent("profiles/captures/node-7.json").path)' host
      ln -s nowhere host/vfp.txt
      """
    ).exits(0)
    for command in [["lint", "host"], ["import", "host"], ["matrix", "host"]] {
      let run = try workspace.start(command).finish().exits(1)
      #expect(run.errors.components(separatedBy: "host/vfp.txt: error: ").count == 2, "\(run.errors)")
    }
  }

  @Test("The keys that say what a file is count wherever they are.")
  func lateKeys() throws {
    let profile = TestCommandTests.profile(TestCommandTests.passing)
    let lines = profile.split(separator: "\n", omittingEmptySubsequences: false)
    let isHeader = { (line: Substring) in line.hasPrefix("apiVersion:") || line.hasPrefix("kind:") }
    let header = lines.filter(isHeader).joined(separator: "\n")
    let body = lines.filter { !isHeader($0) }.joined(separator: "\n")
    let comments = String(repeating: "# a comment\n", count: 5_000)
    let indented = (header + "\n" + body).split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    for text in [
      body + header + "\n", comments + profile, indented + "\n",
      body + header.replacing("apiVersion:", with: "\"apiVersion\":").replacing("kind:", with: "'kind' :")
        + "\n",
      profile.replacing("\n", with: "\r\n"),
    ] {
      let workspace = try workspace(["late.yaml": text])
      let run = try workspace.hnsctl("test", "nodes").exits(0)
      #expect(run.errors.isEmpty && run.output.hasSuffix("in 2 files: 2 passed, 0 failed\n"), "\(run.output)")
      // A file of tests is recognized as one, too.
      let tests = """
        \(comments)subject: late.yaml
        tests:
          - \(TestCommandTests.passing)
        apiVersion: hnsctl/v1
        kind: PolicyTests # of that profile

        """
      try workspace.write(tests, to: "nodes/tests.yaml")
      try workspace.hnsctl("test", "nodes").exits(0)
      try workspace.hnsctl("plan", "nodes").exits(0)
    }
  }

  @Test("A device without an end is not read.")
  func devices() throws {
    let workspace = try workspace()
    for path in ["/dev/zero", "/dev/urandom"] {
      for command in ["validate", "lint", "import", "audit", "fmt"] {
        let run = try workspace.hnsctl(command, path).exits(1)
        #expect(run.errors.contains("\(path): error: the file cannot be read: it is a device, not a file"))
      }
      let input = try workspace.bash("hnsctl validate - <\(path)").exits(1)
      #expect(input.errors.contains("standard input cannot be read: it is a device, not a file"))
    }
    try workspace.bash("printf '' | hnsctl validate /dev/stdin").exits(1)
    try workspace.bash("cat nodes/a.yaml | hnsctl validate /dev/stdin").exits(0)
  }

  @Test("A file whose name is not UTF-8 is reported, and hides nothing.")
  func nameOfAnotherEncoding() throws {
    let workspace = try workspace()
    try workspace.bash(#"cp nodes/a.yaml $'nodes/\xff.yaml'"#).exits(0)
    let run = try workspace.hnsctl("validate", "nodes").exits(1)
    #expect(run.errors.contains("error: the file cannot be read: its name is not UTF-8 [file-unreadable]"))
    #expect(run.output.hasSuffix("2 files: 1 valid, 1 invalid\n"))
  }

  @Test("Packed files and texts in UTF-16 are named as such.")
  func packed() throws {
    let workspace = try workspace()
    try workspace.hnsctl("apply", "nodes/a.yaml", "--state", "state.json").exits(0)
    try workspace.bash(
      """
      gzip -k state.json nodes/a.yaml
      (printf '\\xff\\xfe'; iconv -t UTF-16LE state.json) >wide.json
      """
    ).exits(0)
    for command in [
      ["validate", "nodes/a.yaml.gz"], ["test", "nodes/a.yaml.gz"], ["lint", "state.json.gz"],
      ["audit", "nodes/a.yaml.gz"], ["import", "state.json.gz"],
      ["show", "acls", "--state", "state.json.gz"],
      ["plan", "nodes/a.yaml", "--state", "state.json.gz"],
    ] {
      let run = try workspace.start(command).finish().exits(1)
      #expect(run.errors.contains(/: error: the file is packed with gzip \[.*\]\n  help: unpack it first\n/))
      #expect(run.errors.components(separatedBy: "error: ").count == 2, "\(run.errors)")
    }
    try workspace.bash("gzip -dc state.json.gz | hnsctl show acls --state -").exits(0)
    for command in [["lint", "wide.json"], ["show", "acls", "--state", "wide.json"]] {
      let run = try workspace.start(command).finish().exits(1)
      #expect(
        run.errors.hasPrefix(
          "wide.json: error: the state is UTF-16, not UTF-8 [state-unreadable]\n  help: save the file as UTF-8\n"
        ),
        "\(run.errors)")
    }
    // One in a folder is not a source.
    try workspace.hnsctl("validate", "nodes").exits(0)
  }

  @Test("A capture in place of a profile is named as one, and the help works.")
  func captureAsProfile() throws {
    let workspace = try workspace()
    let capture = repository.appendingPathComponent("profiles/captures/node-7.json").path
    try FileManager.default.copyItem(atPath: capture, toPath: workspace.path("host.json"))
    for command in [["validate"], ["plan"], ["test"], ["apply", "--state", "new.json"]] {
      let run = try workspace.start([command[0], "host.json"] + command.dropFirst()).finish().exits(1)
      #expect(
        run.errors == """
          host.json: error: this is a capture of a host, not a profile [wrong-kind]
            help: write a profile of it with `hnsctl import host.json --as-profile FILE`

          """)
    }
    try workspace.hnsctl("import", "host.json", "--as-profile", "new.yaml").exits(0)
    try workspace.hnsctl("validate", "new.yaml").exits(0)
    // A folder that does not exist is not created as a file.
    try workspace.hnsctl("apply", "nodes/a.yaml", "--state", "states/").exits(64)
    #expect(try workspace.names() == ["host.json", "new.yaml", "nodes"])
  }
}
