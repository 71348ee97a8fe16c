import Foundation
import JSONText
import Testing
#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `hnsctl test` through the built binary: output, order and exit codes.
@Suite struct TestCommandTests {
  /// A profile with one container behind NAT, with tests.
  static func profile(_ tests: String...) -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: web
    host: {windows: ltsc2022, addresses: [192.0.2.5]}
    addressSets: {corp: [10.0.0.0/8]}
    networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/20, gateway: 172.30.0.1}]}]
    containers:
      - name: web
        network: nat
        addresses: [172.30.0.10]
        publish: ["8080:80"]
        defaults: {in: block}
        acls: [{name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [80]}]
    tests:

    """ + tests.map { "  - \($0)\n" }.joined()
  }

  static let passing =
    "{name: the port is open, packet: {from: 10.1.2.3, to: host, protocol: tcp, port: 8080}, expect: allow, rule: allow-web}"
  static let failing =
    "{name: mail is open, packet: {from: 10.1.2.3, to: web, protocol: tcp, port: 25}, expect: allow, rule: allow-web}"
  static let refuted =
    "{name: only corp gets in, never: {from: {not: corp}, to: web, protocol: tcp, verdict: allow}}"

  private func workspace(_ files: [String: String] = [:]) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(Self.profile(Self.passing), to: "pass.yaml")
    try workspace.write(Self.profile(Self.passing, Self.failing, Self.refuted), to: "fail.yaml")
    for (name, text) in files { try workspace.write(text, to: name) }
    return workspace
  }

  // MARK: Text and exit codes

  @Test func aRunThatPasses() throws {
    let run = try workspace().hnsctl("test", "pass.yaml").exits(0)
    #expect(
      run.output == """
        pass.yaml
          pass the port is open

        1 test in 1 file: 1 passed, 0 failed

        """)
    #expect(run.errors.isEmpty)
  }

  @Test func aRunThatFailsShowsTheActualResult() throws {
    let run = try workspace().hnsctl("test", "fail.yaml").exits(2)
    #expect(
      run.output == """
        fail.yaml
          pass the port is open
          FAIL mail is open
               fail.yaml:16:12: expected allow by allow-web, got block by default-in
                 Packet: tcp from 10.1.2.3:49152 to web (172.30.0.10:25)

                   1. web, Windows Firewall, in
                      sees tcp, local 172.30.0.10 port 25, remote 10.1.2.3 port 49152
                      blocked by default-in (hnsctl/web/default-in~2, fail.yaml:12)

                 Note: web is behind NAT: from outside it is reachable only through a published port

                 Verdict: block by default-in; the sender times out
          FAIL only corp gets in
               fail.yaml:17:12: expected no packet to be allowed, got allow by allow-web
                 Refuted by tcp 80 from addresses other than 10.0.0.0/8, 172.30.0.1, 192.0.2.5 to 172.30.0.10; for example
                 Packet: tcp from 203.0.113.7:49152 to web (172.30.0.10:80)

                   1. web, Windows Firewall, in
                      sees tcp, local 172.30.0.10 port 80, remote 203.0.113.7 port 49152
                      allowed by allow-web (hnsctl/web/allow-web, fail.yaml:13)

                 Note: web is behind NAT: from outside it is reachable only through a published port

                 Verdict: allow by allow-web; return traffic is allowed (stateful)

        3 tests in 1 file: 1 passed, 2 failed

        """)
    #expect(run.errors.isEmpty)
  }

  @Test func filesAreReportedInOrder() throws {
    let workspace = try workspace()
    for index in 0..<40 { try workspace.write(Self.profile(Self.passing), to: "\(index).yaml") }
    let names = (0..<40).map { "\($0).yaml" } + ["fail.yaml", "absent.yaml", "pass.yaml"]
    let runs = try (0..<3).map { _ in try workspace.start(["test"] + names).finish().exits(1) }
    #expect(Set(runs.map(\.output)).count == 1)
    #expect(Set(runs.map(\.errors)).count == 1)
    let headings = runs[0].output.split(separator: "\n").filter { $0.hasSuffix(".yaml") }.map(String.init)
    #expect(headings == names)
    #expect(
      runs[0].output.hasSuffix("\n44 tests in 43 files: 42 passed, 2 failed; 1 file could not be tested\n"))
    #expect(
      runs[0].errors
        == "absent.yaml: error: the file cannot be read: no such file or directory [file-unreadable]\n")
  }

  @Test func aRunStopsAtTheFirstFailure() throws {
    let workspace = try workspace(["bad.yaml": Self.profile()])
    let run = try workspace.hnsctl("test", "pass.yaml", "fail.yaml", "bad.yaml", "--fail-fast").exits(2)
    #expect(run.output.contains("\n  FAIL mail is open\n"))
    #expect(!run.output.contains("only corp gets in"))
    #expect(run.errors.isEmpty)
    #expect(run.output.hasSuffix("\n3 tests in 2 files: 2 passed, 1 failed; stopped at the first failure\n"))
    // A file that could not be tested counts as a failure; without failures nothing is cut off.
    try workspace.hnsctl("test", "bad.yaml", "fail.yaml", "--fail-fast").exits(1)
    let clean = try workspace.hnsctl("test", "pass.yaml", "pass.yaml", "--fail-fast").exits(0)
    // A file that is named twice is tested once.
    #expect(clean.output.hasSuffix("\n1 test in 1 file: 1 passed, 0 failed\n"))
  }

  @Test func aFilterSelectsByName() throws {
    let workspace = try workspace()
    let run = try workspace.hnsctl("test", "fail.yaml", "--filter", "open").exits(2)
    #expect(run.output.hasSuffix("\n2 tests in 1 file: 1 passed, 1 failed\n"))
    try workspace.hnsctl("test", "fail.yaml", "--filter", "the port*").exits(0)
    let none = try workspace.hnsctl("test", "fail.yaml", "--filter", "port*").exits(1)
    #expect(
      none.errors == """
        fail.yaml: error: no test in the file matches 'port*' [no-tests]
          help: the tests are: the port is open, mail is open, only corp gets in

        """)
  }

  @Test func usageIsChecked() throws {
    let workspace = try workspace()
    for arguments in [
      ["test"], ["test", "-", "-"], ["test", "pass.yaml", "--json", "--format", "tap"],
      ["test", "pass.yaml", "--format", "xml"],
    ] {
      try workspace.start(arguments).finish().exits(64)
    }
    try workspace.hnsctl("test", "pass.yaml", "--json", "--format", "json").exits(0)
    try workspace.hnsctl("test", "-", input: Self.profile(Self.passing)).exits(0)
  }

  // MARK: Test files

  @Test func testFilesSpecifyAProfileOrAState() throws {
    let workspace = try workspace()
    let folder = workspace.folder.appendingPathComponent("tests")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try workspace.hnsctl("apply", "pass.yaml", "--state", "host.json").exits(0)
    for subject in ["../pass.yaml", "../host.json", workspace.path("host.json")] {
      try workspace.write(Self.tests(subject, Self.passing, Self.failing), to: "tests/own.yaml")
      let run = try workspace.hnsctl("test", "tests/own.yaml").exits(2)
      let shown = subject.hasPrefix("/") ? subject : "tests/\(subject)"
      #expect(
        run.output.hasPrefix(
          "tests/own.yaml, subject \(shown)\n  pass the port is open\n  FAIL mail is open\n"))
      #expect(
        run.output.contains("tests/own.yaml:6:12: expected allow by allow-web, got block by default-in\n"))
      #expect(run.errors.isEmpty)
    }
    // Set names come from the profile; a state has none.
    try workspace.write(Self.tests("../pass.yaml", Self.refuted), to: "tests/own.yaml")
    try workspace.hnsctl("test", "tests/own.yaml").exits(2)
    try workspace.write(Self.tests("../host.json", Self.refuted), to: "tests/own.yaml")
    let run = try workspace.hnsctl("test", "tests/own.yaml").exits(1)
    #expect(run.errors.contains("tests/own.yaml:5:51: error: there is no endpoint, container or pod 'corp'"))
  }

  static func tests(_ subject: String, _ tests: String...) -> String {
    "apiVersion: hnsctl/v1\nkind: PolicyTests\nsubject: \(subject)\ntests:\n"
      + tests.map { "  - \($0)\n" }.joined()
  }

  // MARK: Invalid input

  /// Files that cannot be tested, with their errors.
  static let refusals: [(text: String, errors: String)] = [
    (
      tests(
        "pass.yaml", "{name: t, packet: {from: 10.1.2.3, to: wbe, protocol: tcp, port: 80}, expect: allow}"),
      """
      bad.yaml:5:44: error: there is no endpoint, container or pod 'wbe' [unknown-peer]
      """
    ),
    (
      tests("pass.yaml", "{name: t, packet: {from: corp, to: web, protocol: tcp, port: 80}, expect: allow}"),
      """
      bad.yaml:5:30: error: 'corp' is an address set, but a packet has a single address [unknown-peer]
      """
    ),
    (
      tests(
        "pass.yaml",
        "{name: t, packet: {from: 10.1.2.3, to: web, protocol: tcp, port: 80}, expect: allow, rule: allow-wbe}"
      ),
      """
      bad.yaml:5:96: error: neither end of the packet has a rule 'allow-wbe' [unknown-rule]
      """
    ),
    (
      tests(
        "pass.yaml",
        "{name: t, packet: {from: 10.1.2.3, to: web, protocol: tcp, port: 80}, expect: allow, via: {vfp: allow}}"
      ),
      """
      bad.yaml:5:12: error: VFP filters neither end of this packet [unknown-enforcement-point]
      """
    ),
    (
      tests("pass.yaml", "{name: t, packet: {from: 10.1.2.3, to: 10.1.2.4, protocol: icmp}, expect: allow}"),
      """
      bad.yaml:5:12: error: neither end of the packet is on this host: no endpoint has the address 10.1.2.4 [no-endpoint]
      """
    ),
    (
      tests("pass.yaml", "{name: t, packet: {from: '1::', to: web, protocol: tcp, port: 80}, expect: allow}"),
      """
      bad.yaml:5:12: error: a packet cannot go from IPv6 to IPv4 [mixed-families]
      """
    ),
    (
      profile(passing, failing.replacing("mail is open", with: "a").replacing("port: 25", with: "port: 80"))
        .replacing("expect: allow, rule: allow-web}\n", with: "expect: allow}\n")
        + "  - {name: b, packet: {from: 10.1.2.3, to: 172.30.0.10, protocol: tcp, port: 80}, expect: block}\n",
      """
      bad.yaml:17:12: error: the same packet is expected to be allowed and to be blocked [contradictory-test]
      """
    ),
    (
      profile(
        "{name: t, packet: {from: 10.1.2.3, to: web, protocol: tcp, port: 80}, expect: block, via: {windowsFirewall: allow}}"
      ),
      """
      bad.yaml:15:12: error: the packet is expected to be blocked, but every enforcement point on its path to allow it [contradictory-test]
      """
    ),
    (
      profile().replacing("tests:\n", with: ""),
      """
      bad.yaml: error: the file has no tests [no-tests]
      """
    ),
    (
      tests("nobody.yaml", passing),
      """
      bad.yaml:3:10: error: 'nobody.yaml' cannot be read: no such file or directory [file-unreadable]
      """
    ),
    (
      tests("bad.yaml", passing),
      """
      bad.yaml:3:10: error: the subject is itself a test file [wrong-kind]
      """
    ),
    (
      #"{"formatVersion":1,"serial":1}"#,
      """
      bad.yaml: error: this is a state file, not a profile or a test file [wrong-kind]
      """
    ),
  ]

  @Test(arguments: refusals) func whatCannotBeTestedIsAnError(text: String, errors: String) throws {
    let workspace = try workspace(["bad.yaml": text])
    let run = try workspace.hnsctl("test", "bad.yaml").exits(1)
    #expect(run.errors.split(separator: "\n").first.map(String.init) == errors)
    #expect(run.output.hasSuffix("0 tests in 1 file: 0 passed, 0 failed; 1 file could not be tested\n"))
    // The same in every format, and other files are still tested.
    for format in ["json", "junit", "tap", "sarif", "github"] {
      let run = try workspace.hnsctl("test", "bad.yaml", "pass.yaml", "--format", format).exits(1)
      let code = errors.split(separator: "[").last.map { String($0.dropLast()) } ?? ""
      #expect(run.output.contains(code), "\(format)")
    }
  }

  // MARK: Formats

  @Test func theDocumentHasItsMembers() throws {
    let run = try workspace().hnsctl("test", "fail.yaml", "--json").exits(2)
    let document = try run.json()
    #expect(document["formatVersion"] == 1)
    #expect(document["passed"] == 1)
    #expect(document["failed"] == 2)
    #expect(document["diagnostics"] == [])
    let tests = document["tests"]?.array ?? []
    #expect(
      tests.compactMap { $0["name"]?.string } == ["the port is open", "mail is open", "only corp gets in"])
    #expect(tests.map { $0["passed"] } == [true, false, false])
    #expect(tests.map { $0["expected"] } == ["allow", "allow", "block"])
    #expect(tests.map { $0["actual"] } == ["allow", "block", "allow"])
    #expect(tests.map { $0["rule"] } == ["allow-web", "default-in", "allow-web"])
    #expect(tests.map { $0["claim"] } == ["packet", "packet", "never"])
    #expect(tests.map { $0["line"] } == [15, 16, 17])
    #expect(tests[1]["message"] == "expected allow by allow-web, got block by default-in")
    #expect(tests[1]["decidedAt"]?["line"] == 12)
    #expect(tests[1]["trace"]?["verdict"] == "block")
    #expect(tests[0]["trace"] == nil)
  }

  /// Whatever its name, a test has exactly one line or element in a report.
  @Test func namesDoNotBreakAnyFormat() throws {
    let names = [
      #"]]> <b> & \"x\" 'y'"#, #"a\nb\rc\td"#, #"\x01\x02\x1b[31m\x7f\x85"#, #"\ufffe\uffff\u202e\u2028"#,
      "# SKIP x", "a # TODO", "::error::x", "%0A%25,:", "{0} [a](b)",
    ]
    let tests = names.enumerated().map { index, name in
      "{name: \"\(name)\", packet: {from: 10.1.2.3, to: web, protocol: tcp, port: \(100 + index)}, expect: allow}"
    }
    let text = Self.profile() + tests.map { "  - \($0)\n" }.joined()
    let workspace = try workspace(["odd, a:b%.yaml": text])
    func report(_ format: String) throws -> String {
      let run = try workspace.hnsctl("test", "odd, a:b%.yaml", "--format", format).exits(2)
      let isClean = run.output.unicodeScalars.allSatisfy { scalar in
        scalar == "\n" || scalar.value >= 0x20 && !(0x7f..<0xa0).contains(scalar.value)
      }
      #expect(isClean, "\(format)")
      return run.output
    }
    let text1 = try report("text").split(separator: "\n")
    #expect(text1.count { $0.hasPrefix("  FAIL ") } == names.count)
    let junit = try report("junit")
    #expect(!junit.contains("]]>") && !junit.contains("<b>"))
    #expect(!junit.contains("\u{fffe}") && !junit.contains("\u{ffff}") && !junit.contains("\u{202e}"))
    let parser = XMLProbe(Data(junit.utf8))
    #expect(parser.isWellFormed)
    #expect(parser.cases == names.count)
    let tap = try report("tap").split(separator: "\n")
    #expect(tap.prefix(2) == ["TAP version 14", "1..\(names.count)"])
    #expect(tap.count { $0.hasPrefix("not ok ") } == names.count)
    #expect(tap.allSatisfy { !$0.contains("# SKIP") && !$0.contains("# TODO") || $0.hasPrefix("    ") })
    let commands = try report("github").split(separator: "\n")
    #expect(commands.count == names.count + 1)
    #expect(commands.dropLast().allSatisfy { $0.hasPrefix("::error file=odd%2C a%3Ab%25.yaml,line=") })
    #expect(commands.contains { $0.contains(",title=%3A%3Aerror%3A%3Ax::expected allow, got block") })
    let log = try JSON(parsing: try report("sarif"))
    let results = log["runs"]?.array?.first?["results"]?.array ?? []
    #expect(results.count == names.count)
    let location = results.first?["locations"]?.array?.first?["physicalLocation"]
    #expect(location?["artifactLocation"]?["uri"] == "./odd,%20a:b%25.yaml")
    #expect(results.last?["message"]?["text"]?.string?.hasPrefix("{{0}} \\[a\\](b): expected allow") == true)
    _ = try report("json")
  }

  // MARK: Shipped profiles

  @Test func shippedProfilesPass() throws {
    let paths = ShippedProfiles.supported.map { ShippedProfiles.path($0) }
    let document = try Workspace().start(["test"] + paths + ["--json"]).finish().exits(0).json()
    #expect((document["passed"]?.integer ?? 0) >= 10 * Int64(paths.count - 3))
    #expect(document["failed"] == 0)
  }
}

/// Counts the test cases of an XML document.
private final class XMLProbe: NSObject, XMLParserDelegate {
  private(set) var cases = 0
  private(set) var isWellFormed = false

  init(_ data: Data) {
    super.init()
    let parser = XMLParser(data: data)
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if name == "testcase" { cases += 1 }
  }
}
