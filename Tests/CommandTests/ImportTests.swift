import Foundation
import JSONText
import Testing

/// Captures of real hosts, through the binary.
@Suite struct ImportTests {
  private static let captures = repository.appendingPathComponent("Tests/HostImportTests/Fixtures/documents")

  private func path(_ name: String) -> String { Self.captures.appendingPathComponent(name).path }

  @Test("A state of a capture answers like the capture itself, and says what is unknown.")
  func importedState() throws {
    let workspace = try Workspace()
    let run = try workspace.hnsctl("import", path("l2bridge-13.3-v2.json"), "--state", "host.json").exits(0)
    #expect(run.output.contains("Windows ltsc2022, HNS 13.3"))
    #expect(run.output.contains("Windows Firewall: the source does not contain the rules"))
    #expect(run.output.contains("Wrote host.json."))
    for source in [path("l2bridge-13.3-v2.json"), "host.json"] {
      let packet = ["--from", "10.1.2.3", "--protocol", "tcp", "--port", "443"]
      func trace(_ more: String...) throws -> JSON {
        try workspace.start(["trace", source, "--json"] + packet + more).finish().exits(0).json()
      }
      #expect(try trace("--to", "vm-api")["verdict"] == "allow")
      let unknown = try trace("--to", "pod-api")
      #expect(unknown["verdict"] == "unknown")
      #expect(unknown["reason"]?.string?.contains("--assume firewall=defaults") == true)
      #expect(try trace("--to", "pod-api", "--assume", "firewall=defaults")["verdict"] == "allow")
    }
  }

  @Test("A capture becomes a profile that plans to no change against it.")
  func profile() throws {
    let workspace = try Workspace()
    let capture = path("l2bridge-13.3-v2.json")
    let assumed = ["--assume", "firewall=defaults"]
    @discardableResult func run(_ arguments: String...) throws -> Run {
      try workspace.start(arguments + assumed).finish().exits(0)
    }
    try workspace.write(String(contentsOfFile: capture, encoding: .utf8), to: "capture.json")
    let overwriting = try workspace.hnsctl("import", "capture.json", "--as-profile", "./capture.json").exits(
      64)
    #expect(overwriting.errors.contains("--as-profile would overwrite capture.json"))
    let first = try run("import", capture, "--as-profile", "node.yaml")
    #expect(
      first.output.contains(
        "Wrote profile 'node' to node.yaml.\nA plan of it against this host changes nothing."))
    #expect(try run("plan", "node.yaml", "--state", capture).output.contains("No changes."))
    try run("diff", capture, "node.yaml", "--semantic")
    // On standard output, the profile stands alone.
    let text = try run("import", capture, "--as-profile", "-").output
    #expect(text.hasPrefix("apiVersion: hnsctl/v1\nkind: HostProfile\nname: adopted\n"))
    let document = try run("import", capture, "--as-profile", "-", "--json").json()
    #expect(document["profile"]?["text"]?.string == text)
    #expect(document["profile"]?["changes"] == [])
    // Without the firewall, ACLs stay with their owner.
    let unknown = try workspace.hnsctl("import", capture, "--as-profile", "unknown.yaml", "--json").exits(0)
      .json()
    #expect(unknown["profile"]?["omitted"]?.array?.first?["kind"] == "acls")
    #expect(
      try workspace.read("unknown.yaml").hasPrefix("# Not in this profile, and left as it is on the host:\n"))
    // A state works, too.
    try workspace.hnsctl("import", capture, "--state", "host.json").exits(0)
    try run("import", "host.json", "--as-profile", "again.yaml")
    #expect(
      try workspace.read("again.yaml").split(separator: "\n").dropFirst(3)
        == workspace.read("node.yaml").split(separator: "\n").dropFirst(3))
  }

  @Test(
    "A name in the comment of an adopted profile stays in the comment.",
    arguments: ["one\ntests: []", "a\u{7}\u{1b}[31m", "\u{202e}x", "a\0b"])
  func hostileNames(_ name: String) throws {
    let workspace = try Workspace()
    let capture = repository.appendingPathComponent(
      "Tests/HostImportTests/Fixtures/captures/capture-2022.json")
    let text = try String(contentsOfFile: capture.path, encoding: .utf8)
    try workspace.write(text.replacing("\"web\"", with: JSON.string(name).text()), to: "host.json")
    try workspace.hnsctl("import", "host.json", "--as-profile", "node.yaml").exits(0)
    #expect(try workspace.read("node.yaml").hasPrefix("# Not in this profile"))
    try workspace.hnsctl("validate", "node.yaml").exits(0)
  }

  @Test("Other commands take a capture directly.")
  func commands() throws {
    let workspace = try Workspace()
    let capture = path("overlay-15.0-v1.json")
    #expect(
      try workspace.hnsctl("show", "endpoints", "--state", capture).exits(0).output.contains("k8s-pod"))
    #expect(try workspace.hnsctl("compartments", "--state", capture).exits(0).output.contains("06172839"))
    try workspace.hnsctl("diff", capture, capture).exits(0)
    try workspace.hnsctl("matrix", capture).exits(0)
    let lint = try workspace.hnsctl("lint", capture)
    #expect(lint.status == 0 || lint.status == 2)
  }

  @Test("Bad captures are refused, and an apply does not write to one.")
  func refusals() throws {
    let workspace = try Workspace()
    let text = try String(contentsOfFile: path("overlay-15.0-v1.json"), encoding: .utf8)
    try workspace.write(String(text.prefix(3000)), to: "cut.json")
    let cut = try workspace.hnsctl("import", "cut.json").exits(1)
    #expect(cut.errors.contains("[capture-truncated]"))
    #expect(cut.errors.hasPrefix("cut.json:"))
    try workspace.write("nothing of interest\n", to: "notes.txt")
    #expect(
      try workspace.hnsctl("import", "notes.txt").exits(1).errors.contains("[capture-not-recognized]"))
    let two = try workspace.hnsctl("import", path("overlay-15.0-v1.json"), path("overlay-9.2.json")).exits(1)
    #expect(two.errors.contains("[capture-of-several-hosts]"))
    try workspace.write(text, to: "host.json")
    try workspace.shipped("pod.yaml")
    #expect(
      try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(1).errors
        .contains("this is a capture of a host"))
    #expect(try workspace.read("host.json") == text)
  }

  @Test("A state is not a capture; a damaged one is refused for its damage, and remedies work as printed.")
  func remedies() throws {
    let workspace = try Workspace()
    try workspace.hnsctl("import", path("l2bridge-13.3-v2.json"), "--state", "host.json").exits(0)
    let state = try workspace.hnsctl("import", "host.json").exits(1).errors
    #expect(state.contains("host.json: error: this is a state file, not a capture of a host [mixed-sources]"))
    #expect(state.contains("`hnsctl import host.json --as-profile FILE`"))
    let text = try workspace.read("host.json")
    try workspace.write(String(text.prefix(text.count / 2)), to: "half.json")
    let half = try workspace.hnsctl("import", "half.json").exits(1).errors
    #expect(half.contains("[state-damaged]") && !half.contains("[mixed-sources]"))
    // The remedy names the source.
    let note = try workspace.hnsctl("import", path("overlay-15.0-v1.json")).exits(0).errors
    let joined = note.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(joined.contains("`hnsctl import \(path("overlay-15.0-v1.json")) --windows NAME --state FILE`"))
  }

  @Test("An import takes the serial number of the state that it replaces, and replaces no other file.")
  func replaced() throws {
    let workspace = try Workspace()
    let capture = path("l2bridge-13.3-v2.json")
    for serial in 1...3 {
      let run = try workspace.hnsctl("import", capture, "--state", "host.json").exits(0)
      #expect(try workspace.read("host.json").contains("\n  \"serial\": \(serial),\n"))
      let sentence =
        serial == 1
        ? "\nWrote host.json.\n" : "\nReplaced the state in host.json, which had serial \(serial - 1).\n"
      #expect(run.output.hasSuffix(sentence), "\(run.output)")
    }
    let document = try workspace.hnsctl("import", capture, "--state", "host.json", "--json").exits(0).json()
    #expect(document["state"] == ["file": "host.json", "serial": 4, "replacedSerial": 3])
    try workspace.shipped("pod.yaml")
    let profile = try workspace.read("pod.yaml")
    try workspace.hnsctl("import", capture, "--state", "pod.yaml").exits(1)
    #expect(try workspace.read("pod.yaml") == profile)
  }

  @Test("A profile that exists is replaced only when that is asked for.")
  func existingProfile() throws {
    let workspace = try Workspace()
    let capture = path("l2bridge-13.3-v2.json")
    try workspace.write("# edited by hand\n", to: "node.yaml")
    let command = ["import", capture, "--state", "host.json", "--as-profile", "node.yaml"]
    let refused = try workspace.start(command).finish().exits(1)
    #expect(
      refused.errors == """
        node.yaml: error: the file exists, and is not replaced [file-exists]
          help: name another file, or replace this one with --force

        """)
    #expect(try workspace.names() == ["node.yaml"] && workspace.read("node.yaml") == "# edited by hand\n")
    try workspace.start(command + ["--force"]).finish().exits(0)
    try workspace.hnsctl("validate", "node.yaml").exits(0)
    // Nothing is lost with an empty file.
    try workspace.write("", to: "empty.yaml")
    try workspace.hnsctl("import", capture, "--as-profile", "empty.yaml").exits(0)
    try workspace.hnsctl("import", capture, "--force").exits(64)
  }

  @Test("Many parts of one kind are counted, with the first ones; a policy's member is reported once.")
  func grouped() throws {
    let workspace = try Workspace()
    let filters = (0..<40).map { index in
      "<item><filterId>\(index)</filterId><displayData><name>filter \(index)</name></displayData>"
        + "<layerKey>L</layerKey><action><type>FWP_ACTION_PERMIT</type></action></item>\n"
    }
    try workspace.write("<wfpstate><filters>\n\(filters.joined())</filters></wfpstate>", to: "wfpstate.xml")
    let run = try workspace.hnsctl("import", path("l2bridge-13.3-v2.json"), "wfpstate.xml").exits(0)
    #expect(run.output.contains("wfpstate.xml:2 and 39 more parts: filters of the Windows Filtering"))
    #expect(run.output.contains("filter 2: FWP_ACTION_PERMIT at L\n    and 37 more parts;"))
    #expect(!run.output.contains("filter 3:"))
    // Each is in the document.
    let document = try workspace.hnsctl(
      "import", path("l2bridge-13.3-v2.json"), "wfpstate.xml", "--json"
    ).exits(0).json()
    #expect(document["unread"]?.array?.count == 40)
    let text = try String(contentsOfFile: path("l2bridge-13.3-v2.json"), encoding: .utf8)
    try workspace.write(
      text.replacing("\"Action\": ", with: "\"Novel\": \"x\", \"Action\": "), to: "novel.json")
    let warnings = try workspace.hnsctl("compartments", "--state", "novel.json").exits(0).errors
    #expect(warnings.components(separatedBy: "it has the member 'Novel', which is not known").count == 2)
    #expect(warnings.contains(" policies of type 'ACL' of "), "\(warnings)")
  }

  @Test("A folder is one capture or profiles; a mixture names a file of each kind.")
  func folders() throws {
    let workspace = try Workspace()
    let text = try String(contentsOfFile: path("l2bridge-13.3-v2.json"), encoding: .utf8)
    try FileManager.default.createDirectory(atPath: workspace.path("all"), withIntermediateDirectories: true)
    try workspace.write(text, to: "all/host.json")
    // A link to the folder itself, and one to the file, add nothing.
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path("all/loop"), withDestinationPath: workspace.path("all"))
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path("all/twin.json"), withDestinationPath: workspace.path("all/host.json"))
    let run = try workspace.hnsctl("import", "all", "--json").exits(0).json()
    let one = try workspace.hnsctl("import", path("l2bridge-13.3-v2.json"), "--json").exits(0).json()
    #expect(run["forms"] == one["forms"])
    try workspace.shipped("pod.yaml")
    let profile = try workspace.read("pod.yaml")
    try workspace.write(profile, to: "all/pod.yaml")
    for command in ["import", "lint"] {
      let mixed = try workspace.hnsctl(command, "all").exits(1).errors
      #expect(mixed.contains("[mixed-sources]") && mixed.contains("pod.yaml") && mixed.contains("host.json"))
    }
    try FileManager.default.createDirectory(atPath: workspace.path("own"), withIntermediateDirectories: true)
    try workspace.write(profile, to: "own/pod.yaml")
    try workspace.hnsctl("validate", "own").exits(0)
    try workspace.write("apiVersion: v1\nkind: Pod\n", to: "own/manifest.yaml")
    let other = try workspace.hnsctl("import", "own").exits(1).errors
    #expect(other.contains("a Kubernetes manifest"))
  }

  @Test("What is found is counted, what is unread is listed once, and lines fit a terminal.")
  func output() throws {
    let workspace = try Workspace()
    let values = """
      "telnet"="v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=23|Name=telnet|"
      "cut"="v2.30|Action=Allow|Active=TRUE|Dir=In|Proto
      """
    try workspace.write(
      "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\X\\FirewallRules]\n\(values)\n",
      to: "rules.reg")
    let run = try workspace.hnsctl("import", path("l2bridge-13.3-v2.json"), "rules.reg").exits(0)
    #expect(run.output.contains("  firewall rules: 1\n"))
    #expect(run.output.contains("Windows Firewall: the source has rules"))
    #expect(run.output.components(separatedBy: "is not a rule, or is").count == 2)
    #expect(!run.errors.contains("[capture-unread]"))
    #expect(run.output.split(separator: "\n").filter { $0.contains(" ") && $0.count > 80 } == [])
    let assumed = try workspace.hnsctl(
      "import", path("l2bridge-13.3-v2.json"), "rules.reg", "--assume", "firewall=defaults"
    ).exits(0)
    #expect(!assumed.output.contains("Windows Firewall:"))
  }
}
