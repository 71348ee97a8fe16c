import Foundation
import JSONText
import Testing

/// Invalid input, through the built binary: the code, the location, the exit code, and nothing on disk.
@Suite struct BadInputTests {
  /// A profile with one error, marked by ⟦ and ⟧.
  struct Case: Sendable, CustomTestStringConvertible {
    var title: String
    var code: String
    var text: String
    /// Text that the message or the help must contain.
    var says = ""

    var testDescription: String { title }

    init(_ title: String, _ code: String, _ text: String) {
      (self.title, self.code, self.text) = (title, code, text)
    }

    /// A complete profile with the given host, networks and containers.
    init(
      _ title: String, _ code: String, host: String = "{windows: ltsc2022, adapters: [Ethernet, Second]}",
      networks: String = Self.podnet, containers: String
    ) {
      self.init(
        title, code,
        "apiVersion: hnsctl/v1\nkind: HostProfile\nname: bad\nhost: \(host)\nnetworks:\n\(networks)\(containers)\n"
      )
    }

    /// A profile with one container with the given members.
    init(
      _ title: String, _ code: String, container: String, networks: String = Self.podnet, says: String = ""
    ) {
      self.init(
        title, code, networks: networks, containers: "containers:\n  - {name: web, \(container)}")
      self.says = says
    }

    /// A profile with one ACL with the given members.
    init(_ title: String, _ code: String, acl: String, says: String = "") {
      self.init(title, code, container: "network: podnet, acls: [{name: rule, \(acl)}]", says: says)
    }

    static let podnet = """
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}]}

      """
    static let nat = "  - {name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}\n"
    static let lan =
      "  - {name: lan, driver: transparent, adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}]}\n"

    /// The text without the marks, and the line and column of the first mark.
    var unmarked: (text: String, line: Int64, column: Int64) {
      var line: Int64 = 1
      var column: Int64 = 1
      for character in text {
        if character == "⟦" { break }
        if character == "\n" { (line, column) = (line + 1, 1) } else { column += 1 }
      }
      return (text.filter { $0 != "⟦" && $0 != "⟧" }, line, column)
    }

    /// The text between the marks.
    var marked: Substring {
      text.drop { $0 != "⟦" }.dropFirst().prefix { $0 != "⟧" }
    }
  }

  static let cases: [Case] = [
    Case("unknown key", "unknown-key", container: "network: podnet, ⟦isolatoin⟧: process", says: "isolation"),
    Case("duplicate key", "duplicate-key", container: "network: podnet, ⟦network⟧: podnet"),
    Case("wrong type", "wrong-type", container: "network: podnet, acls: ⟦all⟧"),
    Case("null", "null-value", container: "network: podnet, isolation: ⟦null⟧"),
    Case("bad CIDR", "invalid-address", acl: "direction: in, action: allow, remoteAddresses: [⟦10.0.0/8⟧]"),
    Case(
      "host bits set", "host-bits-set", acl: "direction: in, action: allow, remoteAddresses: [⟦10.1.2.3/8⟧]",
      says: "10.0.0.0/8"),
    Case("port 0", "out-of-range", acl: "direction: in, action: allow, protocols: [tcp], localPorts: [⟦0⟧]"),
    Case(
      "port 65536", "out-of-range",
      acl: "direction: in, action: allow, protocols: [tcp], localPorts: [⟦65536⟧]"),
    Case(
      "inverted range", "inverted-range",
      acl: "direction: in, action: allow, protocols: [tcp], localPorts: [⟦90-80⟧]"),
    Case("unknown protocol", "unknown-protocol", acl: "direction: in, action: allow, protocols: [⟦tpc⟧]"),
    Case(
      "ports on a protocol without ports", "protocol-without-ports",
      acl: "direction: in, action: allow, protocols: [icmp], ⟦localPorts⟧: [80]"),
    Case(
      "ports without protocols", "ports-without-protocols",
      acl: "direction: in, action: allow, ⟦localPorts⟧: [80]"),
    Case(
      "unknown network", "unknown-network", container: "network: ⟦podnett⟧", says: "did you mean 'podnet'?"),
    Case(
      "unknown address set", "unknown-address-set",
      acl: "direction: in, action: allow, remoteAddresses: [⟦corp⟧]"),
    Case(
      "address outside the subnet", "address-outside-subnet",
      container: "network: podnet, addresses: [⟦10.2.0.5⟧]"),
    Case(
      "address used twice", "duplicate-address",
      containers: """
        containers:
          - {name: one, network: podnet, addresses: [10.1.0.5]}
          - {name: two, network: podnet, addresses: [⟦10.1.0.5⟧]}
        """),
    Case(
      "two equal published ports", "duplicate-port", networks: Case.nat,
      containers: """
        containers:
          - {name: one, network: nat, publish: ["8080:80"]}
          - {name: two, network: nat, publish: [⟦"8080:81/tcp"⟧]}
        """),
    Case(
      "published port on transparent", "port-mapping-unsupported", networks: Case.lan,
      containers: "containers:\n  - {name: web, network: lan, ⟦publish⟧: [\"8080:80\"]}"),
    Case(
      "IPv6 on nat", "ipv6-not-available",
      networks: "  - {name: nat, driver: nat, subnets: [{prefix: ⟦\"fd00::/64\"⟧, gateway: \"fd00::1\"}]}\n",
      containers: "containers: []"),
    Case(
      "opposite ACLs of one priority", "ambiguous-priority",
      container: """
        network: podnet, acls: [{name: a, direction: in, action: allow, protocols: [tcp], priority: 100},
          {name: ⟦b⟧, direction: in, action: block, priority: 100}]
        """),
    Case("the gateway's address", "reserved-address", container: "network: podnet, addresses: [⟦10.1.0.1⟧]"),
    Case("the network's address", "reserved-address", container: "network: podnet, addresses: [⟦10.1.0.0⟧]"),
    Case(
      "the broadcast address", "reserved-address", container: "network: podnet, addresses: [⟦10.1.0.255⟧]"),
    Case(
      "two containers on one port", "duplicate-listener",
      containers: """
        pods:
          - name: api
            network: podnet
            containers: [{name: a, listens: [8080/tcp]}, {name: b, listens: [⟦8080/tcp⟧]}]
        """),
    Case(
      "unknown Windows name", "unknown-windows", host: "{windows: ⟦ltsc2021⟧}", containers: "containers: []"),
    Case(
      "a feature newer than the host", "feature-not-available",
      host: "{windows: ltsc2019, adapters: [Ethernet]}",
      networks: """
          - {name: vx, driver: overlay, adapter: Ethernet, ⟦vxlanPort⟧: 4789, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1, vsid: 4096}]}

        """, containers: "containers: []"),
    Case(
      "a name used twice", "duplicate-name",
      containers: "containers:\n  - {name: web, network: podnet}\n  - {name: ⟦web⟧, network: podnet}"),
    Case(
      "ACLs on Hyper-V with nat", "acl-not-programmable", networks: Case.nat,
      containers: """
        containers:
          - {name: web, network: nat, isolation: hyperv, ⟦acls⟧: [{name: a, direction: in, action: allow}]}
        """),
    Case(
      "ACLs on Hyper-V with transparent", "acl-not-programmable", networks: Case.lan,
      containers: "containers:\n  - {name: web, network: lan, isolation: hyperv, ⟦defaults⟧: {in: block}}"),
  ]

  @Test(arguments: cases)
  func refusedAtTheRightLocation(_ example: Case) throws {
    let workspace = try Workspace()
    let (text, line, column) = example.unmarked
    let profile = try workspace.write(text, to: "bad.yaml")
    let before = try workspace.contents()
    for arguments in [
      ["validate", profile], ["plan", profile], ["apply", profile, "--state", "host.json"],
    ] {
      let run = try workspace.start(arguments + ["--json"]).finish().exits(1)
      let diagnostics = try run.json()["diagnostics"]?.array ?? []
      let match = diagnostics.first { $0["code"]?.string == example.code }
      #expect(match != nil, "\(example.title): \(run.output)")
      #expect(match?["line"]?.integer == line, "\(run.output)")
      #expect(match?["column"]?.integer == column, "\(run.output)")
      #expect(match?["severity"] == "error")
    }
    for arguments in [
      ["validate", profile], ["plan", profile], ["apply", profile, "--state", "host.json"],
    ] {
      let plain = try workspace.start(arguments).finish().exits(1)
      #expect(plain.output.isEmpty)
      let lines = plain.errors.split(separator: "\n", omittingEmptySubsequences: false)
      let heading = lines.firstIndex {
        $0.hasPrefix("\(profile):\(line):\(column): error: ") && $0.hasSuffix("[\(example.code)]")
      }
      guard let heading, heading + 2 < lines.count else {
        Issue.record("\(example.title): \(plain.errors)")
        continue
      }
      let carets = String(repeating: "^", count: example.marked.count)
      #expect(lines[heading + 2].hasSuffix(" \(carets)"), "the wrong text is underlined:\n\(plain.errors)")
      #expect(example.says.isEmpty || plain.errors.contains(example.says))
    }
    #expect(try workspace.contents() == before, "nothing is changed on disk")
  }

  /// Errors in YAML and in files: the text, the code, and the line if there is one.
  static let files: [(title: String, bytes: [UInt8], code: String, line: Int64)] = [
    ("nothing", [], "yaml-empty", 1), ("only a comment", Array("# a profile\n".utf8), "yaml-empty", 1),
    ("a tab", Array("kind: HostProfile\nhost:\n\twindows: ltsc2022\n".utf8), "yaml-tab", 3),
    ("UTF-16", [0xff, 0xfe, 0x6b, 0x00, 0x3a, 0x00], "yaml-encoding", 1),
    ("invalid UTF-8", Array("kind: HostProfile\nname: ".utf8) + [0xc3, 0x28, 0x0a], "yaml-encoding", 2),
    ("a control character", Array("kind: HostProfile\nname: \u{1b}x\n".utf8), "yaml-control-character", 2),
    ("two documents", Array("kind: HostProfile\n---\nkind: HostProfile\n".utf8), "yaml-several-documents", 2),
    ("a tag", Array("kind: HostProfile\nname: !secret x\n".utf8), "yaml-tag", 2),
    ("a merge key", Array("host: &h {}\nnetworks:\n  - <<: *h\n".utf8), "yaml-merge-key", 3),
    ("an unknown alias", Array("kind: HostProfile\nname: *who\n".utf8), "yaml-unknown-alias", 2),
    ("a bracket", Array("kind: HostProfile\nnetworks: [\n".utf8), "yaml-syntax", 3),
    ("depth", Array("networks: ".utf8) + Array(repeating: 0x5b, count: 5_000), "yaml-too-deep", 1),
    (
      "aliases of aliases",
      Array(
        ("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
          + (1...9).map {
            "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 10).joined(separator: ","))]"
          }
          .joined(separator: "\n")).utf8), "yaml-alias-limit", 0
    ),
  ]

  @Test func filesThatAreNotValidYAML() throws {
    let workspace = try Workspace()
    for (title, bytes, code, line) in Self.files {
      try Data(bytes).write(to: workspace.folder.appendingPathComponent("bad.yaml"))
      for command in [["plan", "bad.yaml"], ["apply", "bad.yaml", "--state", "host.json"]] {
        let run = try workspace.start(command + ["--json"]).finish().exits(1)
        let match = (try run.json()["diagnostics"]?.array ?? []).first { $0["code"]?.string == code }
        #expect(match != nil, "\(title): \(run.output)")
        if line > 0 { #expect(match?["line"]?.integer == line, "\(title): \(run.output)") }
      }
    }
    #expect(try workspace.names() == ["bad.yaml"])
    // A byte order mark is not a problem and shifts no locations.
    let marked = try workspace.hnsctl("validate", "-", input: "\u{feff}apiVersion: hnsctl/v1\nknid: x\n")
      .exits(1)
    #expect(marked.errors.contains("-:2:1: error: a profile has no key 'knid'"), "\(marked.errors)")
  }

  @Test func everyProblemIsReportedInOneRun() throws {
    let workspace = try Workspace()
    let profile = try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: Bad Name
      hosts: {}
      networks:
        - {name: podnet, driver: l3bridge}
      containers:
        - {name: web, network: pod, publish: ["x:80"], acls: [{name: a, direction: up, action: allow, localPorts: [99999]}]}
      """, to: "bad.yaml")
    let found =
      try workspace.hnsctl("validate", profile, "--json").exits(1).json()["diagnostics"]?.array ?? []
    let codes = found.compactMap { $0["code"]?.string }
    #expect(codes.count >= 7, "\(codes)")
  }

  @Test func usageErrorsExit64() throws {
    let workspace = try Workspace()
    for arguments in [
      [], ["plan"], ["plan", "a", "--no-such-option"], ["show", "nothing", "--state", "x"], ["nonsense"],
    ] {
      let run = try workspace.start(arguments).finish()
      #expect(run.status == 64 || arguments.isEmpty && run.status == 0, "\(arguments): \(run.status)")
    }
  }

  @Test func missingFilesAreReported() throws {
    let workspace = try Workspace()
    let run = try workspace.hnsctl("plan", "nowhere.yaml").exits(1)
    #expect(run.errors.contains("nowhere.yaml: error: "))
    #expect(run.errors.contains("[file-unreadable]"))
    let folder = try workspace.hnsctl("plan", ".").exits(1)
    #expect(folder.errors.hasPrefix(".: error: there is no profile in this folder [nothing-in-folder]"))
  }
  @Test func filesThatCannotBeWrittenAreNotCalledUnreadable() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    for command in [
      ["plan", "pod.yaml", "--out", "nowhere/plan"], ["matrix", "pod.yaml", "--html", "nowhere/page.html"],
      ["plan", "pod.yaml", "--out", "/dev/full"], ["serve", "--port", "0", "--log", "nowhere/log"],
    ] {
      let run = try workspace.start(command).finish().exits(1)
      #expect(run.errors.contains("[file-not-written]"), "\(command): \(run.errors)")
    }
  }
}
