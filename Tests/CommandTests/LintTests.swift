import Foundation
import JSONText
import Testing

/// `hnsctl lint` through the built binary: text, JSON and exit codes.
@Suite struct LintTests {
  static func profile(_ acls: String...) -> String { profile(acls) }

  static func profile(_ acls: [String]) -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: web
    networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}]
    containers:
      - name: web
        network: podnet
        addresses: [10.244.7.10]
        defaults: {in: block}
        acls:

    """ + acls.map { "      - \($0)\n" }.joined()
  }

  static let web = "{name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80-89]}"
  static let mail = "{name: deny-mail, direction: in, action: block, protocols: [tcp], localPorts: [90-99]}"
  static let dynamic =
    "{name: allow-dynamic, direction: in, action: allow, protocols: [tcp], localPorts: [97-120]}"
  static let spare = "{name: deny-spare, direction: in, action: block, protocols: [udp], localPorts: [53]}"
  static let late = "{name: allow-late, direction: in, action: allow, protocols: [tcp], localPorts: [85-95]}"

  private func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(Self.profile(Self.web), to: "clean.yaml")
    try workspace.write(
      Self.profile(Self.web, Self.mail, Self.late, Self.dynamic, Self.spare), to: "found.yaml")
    try workspace.write(
      Self.profile(Self.web, Self.spare + "  # hnsctl: allow redundant-rule documents the intent"),
      to: "allowed.yaml")
    try workspace.write("apiVersion: hnsctl/v1\nkind: HostProfile\n", to: "broken.yaml")
    return workspace
  }

  // MARK: Text

  @Test func noFindings() throws {
    let run = try workspace().hnsctl("lint", "clean.yaml").exits(0)
    #expect(run.output == "no findings in 1 file\n")
    #expect(run.errors.isEmpty)
    let allowed = try workspace().hnsctl("lint", "allowed.yaml", "clean.yaml").exits(0)
    #expect(allowed.output == "no findings in 2 files, 1 allowed by a comment\n")
  }

  @Test func findingsWithTheirLines() throws {
    let run = try workspace().hnsctl("lint", "found.yaml").exits(2)
    #expect(
      run.output == """
        found.yaml:13:16: warning: 'allow-late' can never match at 'web': 'allow-web' and 'deny-mail' together match all of its packets first [unreachable-rule]
           13 |       - {name: allow-late, direction: in, action: allow, protocols: [tcp], localPorts: [85-95]}
              |                ^^^^^^^^^^
        found.yaml:11:16: note: 'allow-web' is evaluated before it and allows some of its packets
           11 |       - {name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80-89]}
              |                ^^^^^^^^^
        found.yaml:12:16: note: 'deny-mail' is evaluated before it and blocks some of its packets
           12 |       - {name: deny-mail, direction: in, action: block, protocols: [tcp], localPorts: [90-99]}
              |                ^^^^^^^^^
          help: give it a lower priority number than the rules that match its packets, such as 999, so that it allows them; or, if they should be blocked, remove it

        found.yaml:15:16: note: 'deny-spare' changes no verdict at 'web': its packets are blocked without it too [redundant-rule]
           15 |       - {name: deny-spare, direction: in, action: block, protocols: [udp], localPorts: [53]}
              |                ^^^^^^^^^^
          help: remove it, or keep it with a comment that says what it is for

        2 findings in 1 file

        """)
    #expect(run.errors.isEmpty)
  }

  @Test func oneCodeAlone() throws {
    let workspace = try workspace()
    let run = try workspace.hnsctl("lint", "found.yaml", "--code", "unreachable-rule").exits(2)
    #expect(run.output.hasSuffix("\n1 finding in 1 file\n"))
    try workspace.hnsctl("lint", "found.yaml", "--code", "dns-blocked").exits(0)
    let unknown = try workspace.hnsctl("lint", "found.yaml", "--code", "dns-block").exits(1)
    #expect(
      unknown.errors == """
        error: no finding has the code 'dns-block' [unknown-code]
          help: did you mean 'dns-blocked'? `hnsctl explain` lists every code

        """)
  }

  @Test func aFileThatCannotBeLinted() throws {
    let workspace = try workspace()
    let run = try workspace.hnsctl("lint", "found.yaml", "broken.yaml", "absent.yaml").exits(1)
    #expect(run.output.hasSuffix("\n2 findings in 3 files; 2 files could not be linted\n"))
    let refused = try workspace.hnsctl("lint", "broken.yaml", "absent.yaml").exits(1)
    #expect(refused.output == "2 files could not be linted\n")
    #expect(run.errors.contains("broken.yaml:1:1: error: "))
    #expect(
      run.errors.hasSuffix(
        "absent.yaml: error: the file cannot be read: no such file or directory [file-unreadable]\n"))
    try workspace.hnsctl("plan", "clean.yaml", "--out", "saved.plan").exits(0)
    let plan = try workspace.hnsctl("lint", "saved.plan").exits(1)
    #expect(plan.errors.contains("[wrong-kind]"))
    try workspace.hnsctl("lint", "-", "-").exits(64)
    try workspace.hnsctl("lint", "clean.yaml", "--json", "--format", "sarif").exits(64)
    try workspace.hnsctl("lint").exits(64)
  }

  @Test func testsThatCannotBeEvaluatedAreErrors() throws {
    let workspace = try workspace()
    let test =
      "tests: [{name: odd, packet: {from: 10.0.0.1, to: web, protocol: tcp, port: 80}, expect: allow, rule: no-such}]"
    try workspace.write(Self.profile(Self.web) + test + "\n", to: "odd.yaml")
    let run = try workspace.hnsctl("lint", "odd.yaml").exits(1)
    #expect(run.errors.contains("odd.yaml:12:"))
  }

  @Test func standardInputAndAState() throws {
    let workspace = try workspace()
    let piped = try workspace.bash("hnsctl lint - < found.yaml").exits(2)
    #expect(piped.output.hasPrefix("-:13:16: warning: 'allow-late'"))
    try workspace.hnsctl("apply", "found.yaml", "--state", "host.json").exits(0)
    let state = try workspace.hnsctl("lint", "host.json").exits(2)
    #expect(
      state.output == """
        host.json: warning: 'allow-late' can never match in VFP at 'web': 'allow-web' and 'deny-mail' together match all of its packets first [unreachable-rule]
          help: remove it, or order it before the rules that match its packets

        1 finding in 1 file

        """)
    let pipedState = try workspace.bash("hnsctl lint - < host.json").exits(2)
    #expect(pipedState.output == state.output.replacing("host.json:", with: "-:"))
  }

  @Test func severalRunsGiveEqualOutput() throws {
    let workspace = try workspace()
    let runs = try (0..<3).map { _ in
      try workspace.hnsctl("lint", "found.yaml", "allowed.yaml", "--json").exits(2).output
    }
    #expect(Set(runs).count == 1)
  }

  // MARK: JSON and SARIF

  @Test func findingsAsJSON() throws {
    let document = try workspace().hnsctl("lint", "found.yaml", "allowed.yaml", "--json").exits(2).json()
    #expect(document["formatVersion"] == 1)
    let findings = document["findings"]?.array ?? []
    #expect(findings.count == 2)
    let late = try #require(findings.first)
    #expect(late["code"] == "unreachable-rule")
    #expect(late["severity"] == "warning")
    #expect(late["file"] == "found.yaml")
    #expect(late["line"] == 13)
    #expect(late["column"] == 16)
    #expect(late["endpoint"] == "web")
    #expect(late["rule"] == "allow-late")
    #expect(late["related"] == ["allow-web", "deny-mail"])
    #expect(late["notes"]?.array?.map { $0["line"]?.integer } == [11, 12])
    let allowed = document["allowed"]?.array ?? []
    #expect(allowed.map { $0["reason"] } == ["documents the intent"])
    #expect(allowed.map { $0["file"] } == ["allowed.yaml"])
    #expect(document["diagnostics"]?.array?.isEmpty == true)
    let clean = try workspace().hnsctl("lint", "clean.yaml", "--format", "json").exits(0).json()
    #expect(clean["findings"]?.array?.isEmpty == true)
    let broken = try workspace().hnsctl("lint", "broken.yaml", "--json").exits(1).json()
    #expect(broken["diagnostics"]?.array?.isEmpty == false)
  }

  @Test func findingsAsSARIF() throws {
    let run = try workspace().hnsctl(
      "lint", "found.yaml", "allowed.yaml", "broken.yaml", "--format", "sarif"
    ).exits(1)
    let log = try run.json()
    #expect(log["version"] == "2.1.0")
    let results = log["runs"]?.array?.first?["results"]?.array ?? []
    let late = try #require(results.first { $0["ruleId"] == "unreachable-rule" })
    #expect(late["level"] == "warning")
    let location = late["locations"]?.array?.first?["physicalLocation"]
    #expect(location?["artifactLocation"]?["uri"] == "found.yaml")
    #expect(location?["region"] == ["startLine": 13, "startColumn": 16, "endColumn": 26])
    #expect(late["relatedLocations"]?.array?.count == 2)
    #expect(late["suppressions"] == nil)
    let suppressed = results.filter { $0["suppressions"] != nil }
    #expect(suppressed.count == 1)
    #expect(
      suppressed.first?["suppressions"]
        == [["kind": "inSource", "justification": "documents the intent"]])
    #expect(results.contains { $0["level"] == "error" })
    let rules = log["runs"]?.array?.first?["tool"]?["driver"]?["rules"]?.array ?? []
    for result in results {
      let index = Int(result["ruleIndex"]?.integer ?? -1)
      #expect(rules.indices.contains(index) && rules[index]["id"] == result["ruleId"])
    }
    #expect(
      log["runs"]?.array?.first?["invocations"]?.array?.first?["executionSuccessful"] == .bool(false))
  }

  // MARK: Shipped profiles

  @Test(arguments: ShippedProfiles.supported)
  func shippedProfilesAreClean(_ name: String) throws {
    let run = try Workspace().hnsctl("lint", ShippedProfiles.path(name)).exits(0)
    #expect(run.output.hasPrefix("no findings in 1 file"))
  }
}
