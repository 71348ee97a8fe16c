import Foundation
import JSONText
import Testing

/// The tool's own documentation, through the built binary.
@Suite struct DiscoverabilityTests {
  /// The help of every command, by name; the empty name is the tool itself.
  static func helpTexts(_ workspace: Workspace) throws -> [(name: String, text: String)] {
    let root = try workspace.hnsctl("--help").exits(0).output
    let listed = root.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst()
      .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.contains("'") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    return try [("", root)] + listed.map { ($0, try workspace.hnsctl($0, "--help").exits(0).output) }
  }

  /// The example lines of a help text: indented, from `Examples:` to the next blank line.
  static func examples(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0 != "Examples:" && $0 != "Example:" }.dropFirst()
      .prefix { !$0.isEmpty }.map(String.init)
  }

  /// Every example runs as printed, in a folder with the files it uses.
  @Test func everyExampleOfEveryHelpTextWorks() throws {
    let workspace = try Workspace()
    let helps = try Self.helpTexts(workspace)
    #expect(helps.count >= 10)
    let script = """
      cp -r "$PROFILES" profiles && cp profiles/l2bridge-process.yaml web.yaml
      cp web.yaml web-old.yaml && cp profiles/l2bridge-hyperv.yaml web-new.yaml
      cp profiles/services.yaml services.yaml
      mkdir nodes && cp web.yaml profiles/pod.yaml nodes
      mkdir capture && cp "$CAPTURES"/nat-*.json capture
      cp capture/nat-networks-13.3.json networks.json
      cp capture/nat-endpoints-13.3.json endpoints.json
      cp profiles/captures/node-7.json capture.json
      hnsctl apply profiles/pod.yaml --state monday.json && cp monday.json tuesday.json
      echo '{"from": "10.1.2.3", "to": "host", "protocol": "tcp", "port": 8080}' >packets.jsonl
      """
    try workspace.bash(
      script,
      environment: [
        "PROFILES": repository.appendingPathComponent("profiles").path,
        "CAPTURES": repository.appendingPathComponent("Tests/HostImportTests/Fixtures/documents").path,
      ]
    ).exits(0)
    for (name, text) in helps {
      let lines = Self.examples(text)
      #expect(!lines.isEmpty, "the help of '\(name)' has no example")
      for line in lines {
        var command = line.trimmingCharacters(in: .whitespaces).components(separatedBy: "   ")[0]
        #expect(
          line.hasPrefix("  ") && command.contains("hnsctl "), "'\(line)' is not a command: did it wrap?")
        #expect(line.count <= 80, "\(line)")
        if command.hasPrefix("hnsctl serve"), !command.contains("--openapi") {
          command = ServeTests.untilReady(command)
        }
        let run = try workspace.bash(
          """
          set -o pipefail
          generate-profile() { cat web.yaml; }
          rm -f host.json && hnsctl apply profiles/nat-publish.yaml --state host.json >/dev/null
          hnsctl plan web.yaml --state host.json --out web.plan >/dev/null 2>&1
          \(command)
          """)
        #expect([0, 2].contains(run.status), "\(command): \(run.status)\n\(run.errors)")
        #expect(!run.output.isEmpty || command.contains(">"), "\(command) says nothing")
      }
    }
  }

  @Test func helpListsEveryOptionAndFitsTheScreen() throws {
    let workspace = try Workspace()
    for (name, text) in try Self.helpTexts(workspace) {
      #expect(text.hasPrefix("OVERVIEW: "))
      #expect(text.contains("USAGE: hnsctl"))
      #expect(name.isEmpty || (text.contains("--json") && text.contains("--color")), "\(name)")
      for line in text.split(separator: "\n") where !line.hasPrefix("USAGE:") {
        #expect(line.count <= 80, "\(line)")
      }
      let alias = try workspace.start(["help"] + (name.isEmpty ? [] : [name])).finish().exits(0)
      #expect(alias.output.split(separator: "\n").first == text.split(separator: "\n").first)
    }
    let bare = try workspace.hnsctl().exits(0)
    #expect(bare.output.contains("SUBCOMMANDS:"))
  }

  @Test func versionIsOneLine() throws {
    let output = try Workspace().hnsctl("--version").exits(0).output
    #expect(output.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil, "\(output)")
  }

  @Test func completions() throws {
    let workspace = try Workspace()
    for shell in ["bash", "zsh", "fish"] {
      let script = try workspace.hnsctl("--generate-completion-script", shell).exits(0).output
      try workspace.write(script, to: "hnsctl.\(shell)")
      for word in ["compartments", "capabilities", "destroy", "acl-not-programmable"] {
        #expect(script.contains(word), "\(shell) lacks \(word)")
      }
    }
    try workspace.bash("bash -n hnsctl.bash").exits(0)
    try workspace.bash(
      "for shell in zsh fish; do if command -v $shell >/dev/null; then $shell -n hnsctl.$shell || exit 1; fi; done"
    ).exits(0)
  }

  // MARK: explain

  @Test func everyCodeIsExplained() throws {
    let workspace = try Workspace()
    let catalogue = try workspace.hnsctl("explain", "--json").exits(0).json()["codes"]?.array ?? []
    let ids = catalogue.compactMap { $0["code"]?.string }
    #expect(ids.count > 50)
    #expect(Set(ids).count == ids.count)
    let listing = try workspace.hnsctl("explain").exits(0).output
    try workspace.write(ids.joined(separator: "\n") + "\n", to: "codes")
    // One process for each code, in one shell.
    let all = try workspace.bash(
      "while read -r code; do echo \"== $code\"; hnsctl explain \"$code\" || exit 1; done < codes"
    ).exits(0)
    let sections = all.output.split(separator: "== ").map {
      $0.split(separator: "\n", omittingEmptySubsequences: false)
    }
    #expect(sections.count == ids.count)
    for (section, code) in zip(sections, catalogue) {
      let id = code["code"]?.string ?? ""
      #expect(section.first == Substring(id))
      #expect(section.dropFirst().first == "\(id) (\(code["severity"]?.string ?? ""))")
      #expect(section.dropFirst(2).first.map(String.init) == code["summary"]?.string)
      #expect(section.dropFirst(4).first?.isEmpty == false, "\(id) has no explanation")
      #expect(listing.contains("  \(id) "), "\(id) is not listed")
      #expect(
        section.dropFirst(3).allSatisfy { $0.hasPrefix("    ") || $0.count <= 80 },
        "\(id) has lines that are too long")
    }
  }

  @Test func unknownCodes() throws {
    let workspace = try Workspace()
    let near = try workspace.hnsctl("explain", "acl-not-programable").exits(1)
    #expect(
      near.errors == """
        error: no diagnostic has the code 'acl-not-programable' [unknown-code]
          help: did you mean 'acl-not-programmable'? `hnsctl explain` lists every code

        """)
    let far = try workspace.hnsctl("explain", "zzz\u{1b}[31m").exits(1)
    #expect(far.errors.hasPrefix("error: no diagnostic has the code 'zzz\\u{1b}[31m' [unknown-code]\n"))
    let document = try workspace.hnsctl("explain", "zzz", "--json").exits(1)
    #expect(try document.json()["diagnostics"]?.array?.first?["code"] == "unknown-code")
  }

  // MARK: schema

  @Test func schemaIsJSON() throws {
    let workspace = try Workspace()
    let schema = try workspace.hnsctl("schema").exits(0)
    #expect(schema.errors.isEmpty)
    #expect(try schema.json()["$schema"]?.string?.hasPrefix("https://json-schema.org/") == true)
    #expect(try workspace.hnsctl("schema", "--json").exits(0).output == schema.output)
  }

  static let hasValidator =
    (try? Workspace().bash("python3 -c 'import jsonschema, yaml'"))?.status == 0

  @Test(.enabled(if: hasValidator, "python3 lacks jsonschema or PyYAML"))
  func schemaAcceptsEveryProfileAndNoInvalidOne() throws {
    let workspace = try Workspace()
    try workspace.hnsctl("schema").exits(0)
    try workspace.write(
      """
      import glob, json, os, sys, yaml, jsonschema
      schema = json.load(open("schema.json"))
      validator = jsonschema.validators.validator_for(schema)
      validator.check_schema(schema)
      folder = os.environ["PROFILES"]
      paths = glob.glob(folder + "/*.yaml") + glob.glob(folder + "/refused/*.yaml")
      assert len(paths) > 10
      for path in paths:
          problems = list(validator(schema).iter_errors(yaml.safe_load(open(path))))
          assert not problems, (path, problems[0].message)
      good = yaml.safe_load(open(folder + "/pod.yaml"))
      def wrong(title, change):
          copy = json.loads(json.dumps(good))
          change(copy)
          assert list(validator(schema).iter_errors(copy)), title + " is accepted"
      wrong("an unknown key", lambda it: it.update(nmae="x"))
      wrong("a missing key", lambda it: it.pop("name"))
      wrong("a null", lambda it: it["host"].update(windows=None))
      wrong("a wrong type", lambda it: it.update(networks={}))
      wrong("an unknown driver", lambda it: it["networks"][0].update(driver="l3bridge"))
      wrong("an unknown key of an ACL", lambda it: it["pods"][0]["acls"][0].update(prot=["tcp"]))
      wrong("another version", lambda it: it.update(apiVersion="hnsctl/v2"))
      """, to: "check.py")
    try workspace.bash(
      "hnsctl schema > schema.json && python3 check.py",
      environment: ["PROFILES": repository.appendingPathComponent("profiles").path]
    ).exits(0)
  }

  // MARK: capabilities

  @Test(arguments: [
    ("1607", 14393), ("ltsc2016", 14393), ("1703", 15063), ("1709", 16299), ("1803", 17134), ("1809", 17763),
    ("ltsc2019", 17763), ("1903", 18362), ("1909", 18363), ("2004", 19041), ("20H2", 19042),
    ("ltsc2022", 20348),
    ("23H2", 25398), ("ltsc2025", 26100), ("26100.32690", 26100), ("20349", 20349),
  ])
  func capabilitiesOfEveryWindows(_ name: String, _ build: Int64) throws {
    let workspace = try Workspace()
    let document = try workspace.hnsctl("capabilities", "--windows", name, "--json").exits(0).json()
    #expect(document["host"]?["build"]?.integer == build)
    let cells = document["cells"]?.array ?? []
    #expect(Set(cells.map { "\($0["driver"]?.string ?? "") \($0["isolation"]?.string ?? "")" }).count == 10)
    let exclusions = cells.filter { $0["enforcement"] == [] }.compactMap { $0["driver"]?.string }
    #expect(exclusions.sorted() == ["nat", "transparent"])
    for cell in cells { #expect(cell["sources"]?.array?.isEmpty == false) }
    #expect(document["switches"]?.array?.isEmpty == false)
    let text = try workspace.hnsctl("capabilities", "--windows", name).exits(0).output
    #expect(text.contains("build \(build)"))
    #expect(text.contains("implicitDeny=anyAcl"))
  }

  @Test func theTableOfServer2022() throws {
    let text = try Workspace().hnsctl("capabilities").exits(0).output
    let table = text.split(separator: "\n").filter {
      $0.hasPrefix("  ") && ($0.contains(" process  ") || $0.contains(" hyperv  "))
    }
    #expect(
      table.map { $0.split(separator: "  ").prefix(3).map { $0.trimmingCharacters(in: .whitespaces) } } == [
        ["transparent", "process", "Windows Firewall"], ["transparent", "hyperv", "X"],
        ["nat", "process", "Windows Firewall"], ["nat", "hyperv", "X"],
        ["l2bridge", "process", "Windows Firewall and VFP"], ["l2bridge", "hyperv", "VFP"],
        ["l2tunnel", "process", "Windows Firewall and VFP"], ["l2tunnel", "hyperv", "VFP"],
        ["overlay", "process", "Windows Firewall and VFP"], ["overlay", "hyperv", "VFP"],
      ])
  }

  @Test func unknownWindowsNames() throws {
    let workspace = try Workspace()
    for name in ["windows95", "", "1", "99999999999999999999", "20348.", "ltsc2022 "] {
      let run = try workspace.hnsctl("capabilities", "--windows", name, "--json").exits(1)
      #expect(try run.json()["diagnostics"]?.array?.first?["code"] == "unknown-windows", "\(name)")
    }
  }
}
