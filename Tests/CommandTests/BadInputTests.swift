import JSONText
import Testing

/// Wrong input, through the built binary: the code, the place, the exit code, and nothing on disk.
@Suite struct BadInputTests {
  /// A profile with one thing wrong, which stands between ⟦ and ⟧.
  struct Case: Sendable, CustomTestStringConvertible {
    var title: String
    var code: String
    var text: String

    var testDescription: String { title }

    init(_ title: String, _ code: String, _ text: String) {
      (self.title, self.code, self.text) = (title, code, text)
    }

    /// A whole profile around a host, networks and containers.
    init(
      _ title: String, _ code: String, host: String = "{windows: ltsc2022, adapters: [Ethernet, Second]}",
      extra: String = "", networks: String = Self.podnet, containers: String
    ) {
      self.init(
        title, code,
        "apiVersion: hnsctl/v1\nkind: HostProfile\nname: bad\nhost: \(host)\n\(extra)networks:\n\(networks)\(containers)\n")
    }

    /// A profile with one container of the given members.
    init(_ title: String, _ code: String, container: String, extra: String = "", networks: String = Self.podnet) {
      self.init(
        title, code, extra: extra, networks: networks, containers: "containers:\n  - {name: web, \(container)}")
    }

    /// A profile with one ACL of the given members.
    init(_ title: String, _ code: String, acl: String, extra: String = "") {
      self.init(title, code, container: "network: podnet, acls: [{name: rule, \(acl)}]", extra: extra)
    }

    static let podnet = """
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}]}

      """
    static let nat = "  - {name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}\n"
    static let lan =
      "  - {name: lan, driver: transparent, adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}]}\n"

    /// The text without the marks, and the line and column of the first one.
    var unmarked: (text: String, line: Int64, column: Int64) {
      var line: Int64 = 1
      var column: Int64 = 1
      for character in text {
        if character == "⟦" { break }
        if character == "\n" { (line, column) = (line + 1, 1) } else { column += 1 }
      }
      return (text.filter { $0 != "⟦" && $0 != "⟧" }, line, column)
    }
  }

  static let cases: [Case] = [
    Case("unknown key", "unknown-key", container: "network: podnet, ⟦isolatoin⟧: process"),
    Case("duplicate key", "duplicate-key", container: "network: podnet, ⟦network⟧: podnet"),
    Case("wrong type", "wrong-type", container: "network: podnet, acls: ⟦all⟧"),
    Case("null", "null-value", container: "network: podnet, isolation: ⟦null⟧"),
    Case("bad CIDR", "invalid-address", acl: "direction: in, action: allow, remoteAddresses: [⟦10.0.0/8⟧]"),
    Case("host bits set", "host-bits-set", acl: "direction: in, action: allow, remoteAddresses: [⟦10.1.2.3/8⟧]"),
    Case("port 0", "out-of-range", acl: "direction: in, action: allow, protocols: [tcp], localPorts: [⟦0⟧]"),
    Case(
      "port 65536", "out-of-range", acl: "direction: in, action: allow, protocols: [tcp], localPorts: [⟦65536⟧]"),
    Case("inverted range", "inverted-range", acl: "direction: in, action: allow, protocols: [tcp], localPorts: [⟦90-80⟧]"),
    Case("unknown protocol", "unknown-protocol", acl: "direction: in, action: allow, protocols: [⟦tpc⟧]"),
    Case(
      "ports on a protocol without ports", "protocol-without-ports",
      acl: "direction: in, action: allow, protocols: [icmp], ⟦localPorts⟧: [80]"),
    Case("ports without protocols", "ports-without-protocols", acl: "direction: in, action: allow, ⟦localPorts⟧: [80]"),
    Case("unknown network", "unknown-network", container: "network: ⟦podnett⟧"),
    Case("unknown address set", "unknown-address-set", acl: "direction: in, action: allow, remoteAddresses: [⟦corp⟧]"),
    Case("address outside the subnet", "address-outside-subnet", container: "network: podnet, addresses: [⟦10.2.0.5⟧]"),
    Case(
      "address used twice", "duplicate-address",
      containers: """
        containers:
          - {name: one, network: podnet, addresses: [10.1.0.5]}
          - {name: two, network: podnet, addresses: [⟦10.1.0.5⟧]}
        """),
    Case(
      "two published ports alike", "duplicate-port", networks: Case.nat,
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
    Case("the broadcast address", "reserved-address", container: "network: podnet, addresses: [⟦10.1.0.255⟧]"),
    Case(
      "two containers on one port", "duplicate-listener",
      containers: """
        pods:
          - name: api
            network: podnet
            containers: [{name: a, listens: [8080/tcp]}, {name: b, listens: [⟦8080/tcp⟧]}]
        """),
    Case("unknown Windows name", "unknown-windows", host: "{windows: ⟦ltsc2021⟧}", containers: "containers: []"),
    Case(
      "a feature newer than the host", "feature-not-available", host: "{windows: ltsc2019, adapters: [Ethernet]}",
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
  func refusedAtTheRightPlace(_ example: Case) throws {
    let workspace = try Workspace()
    let (text, line, column) = example.unmarked
    let profile = try workspace.write(text, to: "bad.yaml")
    let before = try workspace.contents()
    for arguments in [["validate", profile], ["plan", profile], ["apply", profile, "--state", "host.json"]] {
      let run = try workspace.start(arguments + ["--json"]).finish().exits(1)
      let diagnostics = try run.json()["diagnostics"]?.array ?? []
      let match = diagnostics.first { $0["code"]?.string == example.code }
      #expect(match != nil, "\(example.title): \(run.output)")
      #expect(match?["line"]?.integer == line, "\(run.output)")
      #expect(match?["column"]?.integer == column, "\(run.output)")
      #expect(match?["severity"] == "error")
    }
    let plain = try workspace.hnsctl("validate", profile).exits(1)
    #expect(plain.errors.contains("\(profile):\(line):\(column): error: "))
    #expect(plain.errors.contains("[\(example.code)]"))
    #expect(plain.output.isEmpty)
    #expect(try workspace.contents() == before, "nothing is changed on disk")
  }

  @Test func everyProblemIsReportedInOneGo() throws {
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
    let found = try workspace.hnsctl("validate", profile, "--json").exits(1).json()["diagnostics"]?.array ?? []
    let codes = found.compactMap { $0["code"]?.string }
    #expect(codes.count >= 7, "\(codes)")
  }

  @Test func usageErrorsExit64() throws {
    let workspace = try Workspace()
    for arguments in [[], ["plan"], ["plan", "a", "--no-such-option"], ["show", "nothing", "--state", "x"], ["nonsense"]] {
      let run = try workspace.start(arguments).finish()
      #expect(run.status == 64 || arguments.isEmpty && run.status == 0, "\(arguments): \(run.status)")
    }
  }

  @Test func missingFilesAreNamed() throws {
    let workspace = try Workspace()
    let run = try workspace.hnsctl("plan", "nowhere.yaml").exits(1)
    #expect(run.errors.contains("nowhere.yaml: error: "))
    #expect(run.errors.contains("[file-unreadable]"))
    let folder = try workspace.hnsctl("plan", ".").exits(1)
    #expect(folder.errors.contains("[file-unreadable]"))
  }
}
