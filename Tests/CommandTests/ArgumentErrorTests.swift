import Foundation
import JSONText
import Testing

/// Invalid arguments, through the built binary: they are their own source, all of them are reported, and
/// each says what to write.
@Suite struct ArgumentErrorTests {
  static func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    return workspace
  }

  @Test func argumentsAreTheirOwnSource() throws {
    let workspace = try Self.workspace()
    let run = try workspace.hnsctl(
      "trace", "pod.yaml", "--from", "10.1.2.300", "--to", "appi", "--protocol", "tpc", "--port", "99999",
      "--source-port", "90-80"
    ).exits(1)
    #expect(
      run.errors == """
        error: --protocol: 'tpc' is not an IP protocol [unknown-protocol]
          help: did you mean 'tcp'?
        error: --port: '99999' is not a valid port [invalid-port]
          help: write a port from 0 to 65535, or a range such as 8000-8080
        error: --source-port: the port range '90-80' ends before it starts [invalid-port]
          help: write '80-90'
        error: --from: '10.1.2.300' is not an address, a prefix or a range [invalid-address]
          help: each number of an IPv4 address is at most 255
        error: --to: there is no endpoint, container or pod 'appi' [unknown-peer]
          help: did you mean 'api'?

        """)
    let json = try workspace.hnsctl(
      "trace", "pod.yaml", "--from", "host", "--to", "api", "--protocol", "tcp", "--port", "x", "--json"
    ).exits(1).json()
    #expect(json["diagnostics"]?.array?.first?["file"] == .null)
    let matrix = try workspace.hnsctl(
      "matrix", "pod.yaml", "--service", "tpc/80,tcp/66000", "--address-set", "a=10.0.0.1/8", "--from", "appi"
    ).exits(1)
    let lines = matrix.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
    #expect(lines.map { $0.split(separator: " ")[1] } == ["--service:", "--service:", "--address-set:"])
  }

  @Test("An unknown option is reported even if an argument is missing.")
  func unknownOptions() throws {
    let workspace = try Workspace()
    for arguments in [
      ["plan", "--json", "--nope"], ["diff", "--nope", "--json"], ["diff", "a.yaml", "--nope", "--json"],
      ["plan", "a.yaml", "--json", "--nope"],
    ] {
      let document = try workspace.start(arguments).finish().exits(64).json()
      let message = document["diagnostics"]?.array?.first?["message"]?.string ?? ""
      #expect(message.hasPrefix("Unknown option '--nope'"), "\(arguments): \(message)")
    }
    let missing = try workspace.hnsctl("plan", "--json").exits(64).output
    #expect(missing.contains("Missing expected argument"))
  }

  @Test("Every party that a matrix names is an end of a packet.")
  func parties() throws {
    let workspace = try Workspace()
    try workspace.shipped("services.yaml")
    let matrix = try workspace.hnsctl("matrix", "services.yaml", "--json").exits(0).json()
    let names = (matrix["parties"]?.array ?? []).compactMap { $0["name"]?.string }
    #expect(names.contains("outside") && names.contains { $0.hasSuffix(" external") }, "\(names)")
    for name in names {
      let run = try workspace.hnsctl(
        "trace", "services.yaml", "--from", "frontend", "--to", name, "--protocol", "tcp", "--port", "80")
      #expect(run.status == 0, "\(name): \(run.errors)")
    }
    let outside = try workspace.hnsctl(
      "trace", "services.yaml", "--from", "outside", "--to", "web", "--protocol", "tcp", "--port", "8080")
    #expect(outside.exits(0).output.contains("outside to web"))
    let line = try workspace.hnsctl(
      "trace", "services.yaml", "--packets", "-",
      input: #"{"from": "outside", "to": "web", "protocol": "tcp", "port": 80}"# + "\n")
    #expect(line.exits(1).output.contains("means several addresses"))
    let mixed = try workspace.hnsctl(
      "trace", "services.yaml", "--from", "2001:db8::1", "--to", "web", "--protocol", "icmp")
    #expect(mixed.exits(1).errors.contains("help: use an IPv4 source or an IPv6 destination"))
  }

  /// Malformed addresses, with their code and what to write instead.
  static let addresses: [(text: String, code: String, help: String)] = [
    ("10.1.2.300", "invalid-address", "each number of an IPv4 address is at most 255"),
    ("10.0.0.0/40", "invalid-address", ""),
    ("10.0.0.9-10.0.0.1", "inverted-range", "write '10.0.0.1-10.0.0.9'"),
    ("10.0.0.1-2001:db8::1", "mixed-families", ""),
    ("10.0.0.1/8", "host-bits-set", "write '10.0.0.0/8' for the network, or '10.0.0.1' for the address"),
    ("10.0.0.0/255.0.0.0", "invalid-address", "write the prefix length instead of the netmask: '10.0.0.0/8'"),
    ("010.0.0.0", "invalid-address", "write '10.0.0.0', without leading zeros"),
    ("010.0.0.0/8", "invalid-address", "write '10.0.0.0/8', without leading zeros"),
    ("10.0/16", "invalid-address", "write all four numbers: '10.0.0.0/16'"),
    ("10.1.*.*", "invalid-address", "write '10.1.0.0/16'"),
    ("*", "invalid-address", "any"),
    ("2001:db8::zz", "invalid-address", ""),
  ]

  @Test(arguments: addresses)
  func malformedAddressesAreNotTakenForNames(_ text: String, _ code: String, _ help: String) throws {
    let workspace = try Self.workspace()
    for option in ["--from", "--to"] {
      let other = option == "--from" ? "--to" : "--from"
      let run = try workspace.hnsctl(
        "trace", "pod.yaml", option, text, other, "api", "--protocol", "tcp", "--port", "80"
      ).exits(1)
      #expect(run.errors.hasPrefix("error: \(option): "), "\(run.errors)")
      #expect(
        run.errors.contains("[\(code)]") && (help.isEmpty || run.errors.contains(help)), "\(run.errors)")
      #expect(try workspace.hnsctl("matrix", "pod.yaml", option, text).exits(1).errors.contains("[\(code)]"))
    }
    let line = #"{"from": "\#(text)", "to": "api", "protocol": "tcp", "port": 80}"#
    let lines = try workspace.hnsctl("trace", "pod.yaml", "--packets", "-", input: line + "\n").exits(1)
    #expect(!lines.output.contains("there is no endpoint"), "\(lines.output)")
    // The same words in a profile.
    let profile = try workspace.read("pod.yaml").replacing("[10.240.0.5]", with: "[\"\(text)\"]")
    try workspace.write(profile, to: "bad.yaml")
    let refused = try workspace.hnsctl("validate", "bad.yaml").exits(1)
    #expect(refused.errors.contains("[\(code)]"), "\(refused.errors)")
    // In a test, too.
    for member in [
      "packet: {from: \"\(text)\", to: api, protocol: tcp, port: 80}, expect: allow",
      "always: {from: \"\(text)\", to: api, protocol: tcp, port: 80, verdict: allow}",
    ] where !text.contains("-") {
      try workspace.write(
        try workspace.read("pod.yaml").components(separatedBy: "\ntests:")[0]
          + "\ntests:\n  - {name: one, \(member)}\n", to: "tests.yaml")
      let run = try workspace.hnsctl("validate", "tests.yaml").exits(1)
      #expect(run.errors.contains("[\(code)]"), "\(run.errors)")
    }
  }

  @Test func portsAreForTCPAndUDP() throws {
    let workspace = try Self.workspace()
    let run = try workspace.hnsctl(
      "trace", "pod.yaml", "--from", "host", "--to", "api", "--protocol", "sctp", "--port", "80"
    ).exits(1)
    #expect(
      run.errors.hasPrefix(
        "error: ports can be specified only for tcp and udp, not for sctp [protocol-without-ports]\n"))
  }

  @Test func addressSetsAreSuggestedAndNotReplaced() throws {
    let workspace = try Self.workspace()
    let near = try workspace.hnsctl(
      "trace", "pod.yaml", "--from", "nod", "--to", "api", "--protocol", "tcp", "--port", "80"
    ).exits(1)
    #expect(near.errors.contains("did you mean 'node'?"), "\(near.errors)")
    let taken = try workspace.hnsctl("matrix", "pod.yaml", "--address-set", "node=203.0.113.0/24").exits(1)
    #expect(
      taken.errors == """
        error: --address-set: the profile already has an address set named 'node' [duplicate-name]
          help: use another name

        """)
    let peer = try workspace.hnsctl("matrix", "pod.yaml", "--address-set", "api=203.0.113.0/24").exits(1)
    #expect(peer.errors.contains("[duplicate-name]"), "\(peer.errors)")
  }

  // MARK: Usage

  @Test(arguments: [
    (["trace", "pod.yaml", "--icmp-type", "999"], "write a whole number from 0 to 255"),
    (["trace", "pod.yaml", "--budget", "-5"], "write a whole number of at least 1"),
    (["trace", "pod.yaml", "--time-limit", "-1"], "write a number of seconds greater than 0"),
    (["diff", "a", "b", "--witnesses", "0"], "write a whole number from 1 to 100"),
    (["serve", "--port", "99999"], "write a whole number from 0 to 65535"),
    (["serve", "--lock-timeout", "x"], "write a number of seconds from 0 to 86400"),
    (["apply", "a", "--state", "b", "--lock-timeout", "x"], "write a number of seconds of at least 0"),
    (["paln", "pod.yaml"], "did you mean 'plan'?"), (["plan", "pod.yaml", "--sate", "x"], "'--state'"),
    (["frobnicate"], "the commands are validate, plan, apply"),
    (["trace", "pod.yaml"], "'--from <from>', '--to <to>', '--protocol <protocol>'"),
  ])
  func wrongUsageSaysWhatToWrite(_ arguments: [String], _ text: String) throws {
    let workspace = try Self.workspace()
    let run = try workspace.start(arguments).finish().exits(64)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("Error: ") && run.errors.contains(text), "\(run.errors)")
    // With --json there is always one document.
    let json = try workspace.start(arguments + ["--json"]).finish().exits(64)
    let diagnostics = try json.json()["diagnostics"]?.array ?? []
    #expect(diagnostics.count == 1 && diagnostics[0]["code"] == "wrong-usage", "\(json.output)")
    #expect(try json.json()["formatVersion"] == 1)
    #expect(json.output.contains(text) && json.errors.isEmpty, "\(json.output)\(json.errors)")
  }

  @Test func aMissingProfileIsOneDocumentToo() throws {
    let run = try Self.workspace().hnsctl("plan", "--json").exits(64)
    #expect(try run.json()["diagnostics"]?.array?.first?["code"] == "wrong-usage")
    #expect(run.errors.isEmpty)
  }

  @Test func limitsAreOfferedWhereThereIsSomethingToLimit() throws {
    let workspace = try Self.workspace()
    for (name, text) in try DiscoverabilityTests.helpTexts(workspace) where !name.isEmpty {
      let hasProofs = [
        "plan", "apply", "audit", "diff", "drift", "upgrade", "trace", "test", "lint", "matrix",
      ]
      .contains(name)
      #expect(text.contains("--budget") == hasProofs, "\(name)")
      #expect(text.contains("--time-limit") == hasProofs, "\(name)")
    }
    // Every command accepts them.
    try workspace.hnsctl("validate", "pod.yaml", "--budget", "5").exits(0)
  }

  // MARK: Files

  @Test func aMissingStateSaysHowToCreateIt() throws {
    let workspace = try Self.workspace()
    let packet = ["--from", "host", "--to", "api", "--protocol", "tcp", "--port", "80"]
    for arguments in [
      ["trace", "none.json"] + packet, ["matrix", "none.json"], ["lint", "none.json"],
      ["show", "networks", "--state", "none.json"],
    ] {
      let run = try workspace.start(arguments).finish().exits(1)
      #expect(
        run.errors.contains("create one with `hnsctl apply PROFILE --state none.json`"), "\(run.errors)")
    }
  }

  @Test func writeErrorsHaveOneWording() throws {
    let workspace = try Self.workspace()
    for (arguments, path) in [
      (["plan", "pod.yaml", "--out", "nowhere/x"], "nowhere/x"),
      (["matrix", "pod.yaml", "--html", "nowhere/x"], "nowhere/x"),
      (["serve", "--port", "0", "--log", "."], "."),
    ] {
      let run = try workspace.start(arguments).finish().exits(1)
      #expect(run.errors.hasPrefix("\(path): error: the file cannot be written: "), "\(run.errors)")
    }
  }

  @Test func aRefusedApplyLeavesNothingBehind() throws {
    let workspace = try Self.workspace()
    let names = try workspace.names()
    // The compiler refuses it, while the state is locked.
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: refused
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}]
      containers:
        - name: web
          network: nat
          acls:
            - {name: one, direction: in, action: allow, protocols: [tcp], localPorts: [80]}
            - {name: two, direction: in, action: block, protocols: [tcp]}
            - {name: three, direction: in, action: allow, protocols: [tcp, udp], remoteAddresses: [10.0.0.0/8]}

      """, to: "refused.yaml")
    let run = try workspace.hnsctl("apply", "refused.yaml", "--state", "host.json")
    if run.status != 0 {
      #expect(try workspace.names() == (names + ["refused.yaml"]).sorted())
    }
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    #expect(try workspace.names().contains("host.json.lock"))
  }
}
