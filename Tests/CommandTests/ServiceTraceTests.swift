import Foundation
import JSONText
import Testing

/// Packets to services through the built binary: one answer for each backend, and one in all.
@Suite struct ServiceTraceTests {
  /// The pods web and api, and a third one on another host, behind a service; api refuses the client.
  static let profile = """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: shop
    host: {windows: ltsc2022, addresses: [10.240.0.5]}
    networks:
      - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
    pods:
      - {name: client, network: podnet, addresses: [10.244.7.30], containers: [{name: app}]}
      - {name: web, network: podnet, addresses: [10.244.7.10], containers: [{name: app}]}
      - name: api
        network: podnet
        addresses: [10.244.7.20]
        acls: [{name: no-client, direction: in, action: block, protocols: [tcp], remoteAddresses: [client]}]
        containers: [{name: app}]
    services:
      - name: front
        address: 10.96.7.7
        ports: [{port: 80, targetPort: 8080, protocol: tcp, nodePort: 30080}]
        backends: [web, api, {address: 10.244.9.7, network: podnet, mac: 00-15-5D-01-02-03}]
        dsr: true
        externalAddresses: [203.0.113.50]
      - name: dns
        address: 10.96.0.10
        ports: [{port: 53, targetPort: 53, protocol: udp}, {port: 53, targetPort: 53, protocol: tcp}, {port: 9153, targetPort: 9153, protocol: tcp}]
        backends: [web]

    """

  static func workspace(_ text: String = profile) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(text, to: "shop.yaml")
    return workspace
  }

  private static func packet(_ to: String, from: String = "client", _ rest: String...) -> [String] {
    ["trace", "shop.yaml", "--from", from, "--to", to, "--protocol", "tcp"] + rest
  }

  // MARK: Traces

  @Test func theNameIsLookedUpBeforeAPortIsDemanded() throws {
    let workspace = try Self.workspace()
    let unknown = try workspace.start(Self.packet("svc:fron")).finish().exits(1)
    #expect(unknown.errors.contains("did you mean 'svc:front'?"), "\(unknown.errors)")
    let bare = try workspace.start(Self.packet("front")).finish().exits(1)
    #expect(bare.errors.contains("did you mean 'svc:front'?"), "\(bare.errors)")
    for run in [unknown, bare] { #expect(!run.errors.contains("destination port"), "\(run.errors)") }
    let sender = try workspace.start(Self.packet("web", from: "front", "--port", "80")).finish().exits(1)
    #expect(!sender.errors.contains("did you mean 'svc:front'?"), "\(sender.errors)")
  }

  @Test func anEndpointReachesItselfByADestinationOfOutboundNAT() throws {
    let client = "addresses: [10.244.7.30], "
    let workspace = try Self.workspace(
      Self.profile.replacing(
        client,
        with: client + "outboundNat: {exceptions: [10.244.0.0/16], destinations: [10.244.7.30]}, "
      ).replacing("backends: [web, api, {", with: "backends: [client, {"))
    try workspace.hnsctl("apply", "shop.yaml", "--state", "host.json").exits(0)
    let host = try workspace.hnsctl("show", "endpoints", "--state", "host.json", "--json").exits(0)
    #expect(host.output.contains("\"Destinations\""), "\(host.output)")
    let json = try workspace.hnsctl("plan", "shop.yaml", "--state", "host.json").exits(0)
    #expect(json.output.contains("No changes."), "\(json.output)")
  }

  @Test func everyBackendHasItsOwnAnswer() throws {
    let workspace = try Self.workspace()
    let json = try workspace.start(Self.packet("svc:front", "--json")).finish().exits(0).json()
    #expect(json["verdict"]?.string == "mixed")
    #expect(json["rule"] == .null)
    #expect(json["packet"]?["to"]?.string == "10.96.7.7")
    #expect(json["packet"]?["port"]?.integer == 80)
    let backends = try #require(json["backends"]?.array)
    #expect(backends.map { $0["endpoint"]?.string } == ["web", "api", "10.244.9.7@podnet"])
    #expect(backends.map { $0["address"]?.string } == ["10.244.7.10", "10.244.7.20", "10.244.9.7"])
    #expect(backends.map { $0["port"]?.integer } == [8080, 8080, 8080])
    #expect(backends.map { $0["verdict"]?.string } == ["allow", "block", "allow"])
    #expect(backends.map { $0["rule"]?.string } == ["default-in", "no-client", "default-out"])
    let steps = try #require(backends[1]["steps"]?.array)
    #expect(steps.map { $0["kind"]?.string } == ["filter", "rewrite", "filter", "filter", "filter"])
    #expect(steps[1]["layer"]?.string == "LB_DSR")
    #expect(steps[1]["group"]?.string == "LB_DSR_IPv4_OUT")
    #expect(steps[1]["from"]?.string == "10.96.7.7:80")
    #expect(steps[1]["to"]?.string == "10.244.7.20:8080")
    #expect(steps[1]["rule"]?.string?.hasSuffix("_10.240.0.5_10.96.7.7_80_8080_6") == true)
    #expect(json["notes"]?.array?.count == json["noteCodes"]?.array?.count)
    #expect(json["noteCodes"]?.array?.contains("remote-endpoint") == true)
  }

  @Test func theTextHasABlockForEachBackendThatDiffers() throws {
    let workspace = try Self.workspace()
    let run = try workspace.start(Self.packet("svc:front")).finish().exits(0)
    #expect(run.output.contains("Backend web (10.244.7.10:8080): allowed by default-in\n"))
    #expect(run.output.contains("Backend api (10.244.7.20:8080): blocked by no-client\n"))
    #expect(
      run.output.contains(
        """
          2. client, load balancer, LB_DSR, LB_DSR_IPv4_OUT
             destination 10.96.7.7:80 becomes 10.244.7.20:8080
        """))
    #expect(run.output.hasSuffix("Verdict: mixed; it depends on the backend\n"))
    // Without the rule of api, it differs from web only in its address.
    let equal = try Self.workspace(
      Self.profile.replacing("remoteAddresses: [client]", with: "localPorts: [1]"))
    let folded = try equal.start(Self.packet("svc:front")).finish().exits(0)
    #expect(folded.output.contains("Verdict: allow"))
    let same = Self.profile.replacing(
      "    acls: [{name: no-client, direction: in, action: block, protocols: [tcp], remoteAddresses: [client]}]\n",
      with: "")
    let alike = try Self.workspace(same)
    let one = try alike.start(Self.packet("svc:front")).finish().exits(0)
    #expect(one.output.contains("2 backends: allowed by default-in; the first one is shown\n"))
    #expect(one.output.contains("  web (10.244.7.10:8080)\n  api (10.244.7.20:8080)\n"))
  }

  @Test func theExpectedVerdictCanBeMixed() throws {
    let workspace = try Self.workspace()
    for (verdict, code) in [("mixed", Int32(0)), ("allow", 2), ("block", 2), ("unknown", 2)] {
      try workspace.start(Self.packet("svc:front", "--expect", verdict)).finish().exits(code)
    }
    try workspace.start(Self.packet("svc:front", from: "web", "--expect", "allow")).finish().exits(0)
    let set = try workspace.start(Self.packet("svc:front", from: "client,web", "--json")).finish().exits(0)
      .json()
    #expect(set["verdict"]?.string == "mixed")
    #expect(set["parts"]?.array?.map { $0["verdict"]?.string } == ["mixed", "allow"])
  }

  @Test func anUnknownVerdictHasAReason() throws {
    let tier = Self.profile.replacing("ltsc2022", with: "ltsc2025").replacing(
      "acls: [{name: no-client, direction: in, action: block, protocols: [tcp], remoteAddresses: [client]}]",
      with:
        "policies: [{type: TierAcl, settings: {Name: t1, Direction: In, Order: 1001, TierAclRules: [{Id: r1, Protocols: '6', TierAclRuleAction: Block, Priority: 1}]}}]"
    )
    let workspace = try Self.workspace(tier)
    let run = try workspace.start(Self.packet("svc:front", "--json", "--expect", "unknown")).finish()
    let json = try run.exits(0).json()
    #expect(json["verdict"]?.string == "unknown")
    #expect(json["reason"]?.string?.contains("TierAcl") == true, "\(json["reason"]?.text() ?? "")")
    let backends = json["backends"]?.array ?? []
    #expect(backends.map { $0["verdict"]?.string } == ["allow", "unknown", "allow"])
    #expect(backends.map { $0["reason"] == nil } == [true, false, true])
    // So has a test that fails.
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: PolicyTests
      subject: shop.yaml
      tests:
        - {name: t, packet: {from: client, to: svc:front, protocol: tcp}, expect: allow}

      """, to: "tests.yaml")
    let failed = try workspace.start(["test", "tests.yaml"]).finish()
    #expect(failed.output.contains("got unknown; a TierAcl rule 'r1' of api matches"), "\(failed.output)")
  }

  /// Nobody sends from the address of a service, so that no example does.
  @Test func anExampleIsNotSentFromAService() throws {
    let workspace = try Self.workspace()
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: PolicyTests
      subject: shop.yaml
      tests:
        - {name: closed, never: {from: 10.96.7.6-10.96.7.9, to: api, protocol: tcp, port: 8080, verdict: allow}}

      """, to: "tests.yaml")
    let run = try workspace.start(["test", "tests.yaml"]).finish().exits(2)
    #expect(run.output.contains("10.96.7.6:") && !run.output.contains("10.96.7.7:"), "\(run.output)")
  }

  /// A part of a set has the answers of its packets for each backend, but for the steps.
  @Test func aSetHasTheBackendsOfItsPackets() throws {
    let workspace = try Self.workspace()
    let set = try workspace.start(Self.packet("svc:front", from: "client,web", "--json")).finish()
      .exits(0).json()
    let parts = try #require(set["parts"]?.array)
    #expect(parts.map { $0["from"]?.string } == ["client", "web"])
    for part in parts {
      let from = part["from"]?.string ?? ""
      let one = try workspace.start(Self.packet("svc:front", from: from, "--json")).finish().exits(0).json()
      let backends = one["backends"]?.array?.map { backend in
        guard var object = backend.object else { return backend }
        object["steps"] = nil
        return .object(object)
      }
      #expect(part["backends"] == backends.map { .array($0) }, "\(part.text())")
      #expect(part["notes"] == one["notes"] && part["noteCodes"] == one["noteCodes"])
      for code in one["noteCodes"]?.array ?? [] {
        #expect(set["noteCodes"]?.array?.contains(code) == true, "\(code)")
      }
    }
    let text = try workspace.start(Self.packet("svc:front", from: "client,web")).finish().exits(0).output
    #expect(
      text.contains(
        """
        client to svc:front at 10.96.7.7 with 3 backends:
          mixed  tcp 80  by rules of several backends
            web (10.244.7.10:8080): allowed by default-in
            api (10.244.7.20:8080): blocked by no-client
            10.244.9.7@podnet (10.244.9.7:8080): allowed by default-out

        """), "\(text)")
    #expect(text.contains("\nNote: 10.244.9.7@podnet is an endpoint on another host"))
  }

  @Test func aSetSaysThatABackendIsUndecided() throws {
    let acl = "{name: no-node, direction: in, action: block, remoteAddresses: [10.240.0.0/16]}"
    let profile = Self.profile.replacing(", addresses: [10.240.0.5]", with: "")
      .replacing("addresses: [10.244.7.10], ", with: "addresses: [10.244.7.10], acls: [\(acl)], ")
    let workspace = try Self.workspace(profile)
    let run = try workspace.start(Self.packet("svc:front", from: "client,web")).finish()
    #expect(run.output.contains("unknown  tcp 80  undecided at a backend"), "\(run.output) \(run.errors)")
    #expect(run.output.contains("mixed  tcp 80  by rules of several backends"))
  }

  static let refusals: [(arguments: [String], message: String, help: String?)] = [
    (
      packet("svc:dns"), "--port: svc:dns has several ports of tcp, so the packet needs a port",
      "53/tcp, 9153/tcp"
    ),
    (packet("svc:fornt"), "there is no service 'svc:fornt'", "did you mean 'svc:front'?"),
    (
      packet("web", from: "svc:front", "--port", "80"),
      "--from: 'svc:front' is a service, which receives packets but sends none", nil
    ),
    (
      ["trace", "shop.yaml", "--from", "client", "--to", "svc:front", "--protocol", "udp"],
      "svc:front has no port of udp", "80/tcp"
    ),
  ]

  @Test(arguments: refusals) func whatIsNotADestinationIsRefused(
    _ arguments: [String], _ message: String, _ help: String?
  ) throws {
    let workspace = try Self.workspace()
    let run = try workspace.start(arguments).finish().exits(1)
    #expect(run.errors.contains(message), "\(run.errors)")
    if let help { #expect(run.errors.contains(help), "\(run.errors)") }
  }

  @Test func linesOfPacketsNameServices() throws {
    let workspace = try Self.workspace()
    try workspace.write(
      """
      {"from": "client", "to": "svc:front", "protocol": "tcp"}
      {"from": "client", "to": "svc:front", "protocol": "tcp", "port": 80}
      {"from": "client", "to": "10.96.7.7", "protocol": "tcp", "port": 80}
      {"from": "web", "to": "svc:front", "protocol": "tcp"}
      {"from": "client", "to": "svc:dns", "protocol": "tcp"}
      {"from": "svc:front", "to": "web", "protocol": "tcp", "port": 80}

      """, to: "packets.jsonl")
    let run = try workspace.hnsctl("trace", "shop.yaml", "--packets", "packets.jsonl").exits(1)
    let lines = try run.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
    #expect(lines.prefix(4).map { $0["verdict"]?.string } == ["mixed", "mixed", "mixed", "allow"])
    #expect(lines[0]["rule"] == .null)
    #expect(lines[4]["error"]?.string?.contains("give one of its ports: 53/tcp, 9153/tcp") == true)
    #expect(lines[5]["error"]?.string?.contains("is a service") == true)
    #expect(run.errors.contains("6 packets: 1 allowed, 0 blocked, 0 unknown, 3 mixed, 2 errors"))
    try workspace.bash("head -3 packets.jsonl > mixed.jsonl").exits(0)
    try workspace.hnsctl("trace", "shop.yaml", "--packets", "mixed.jsonl", "--expect", "mixed").exits(0)
  }

  // MARK: Tests of profiles

  @Test func testsFailUnlessEveryBackendIsAsExpected() throws {
    let workspace = try Self.workspace(
      Self.profile + """
        tests:
          - {name: mixed is not allowed, packet: {from: client, to: svc:front, protocol: tcp}, expect: allow}
          - {name: not all allow, always: {from: client, to: svc:front, protocol: tcp, port: 80, verdict: allow}}
          - {name: not none allow, never: {from: client, to: svc:front, protocol: tcp, port: 80, verdict: allow}}
          - {name: web reaches all, always: {from: web, to: svc:front, protocol: tcp, port: 80, verdict: allow}}
          - {name: rule of a backend, packet: {from: client, to: 10.244.7.20, protocol: tcp, port: 8080}, expect: block, rule: no-client, via: {vfp: block}}
          - {name: rule of one of them, packet: {from: client, to: svc:front, protocol: tcp, port: 80, sourcePort: 1}, expect: allow, rule: no-client, via: {vfp: allow}}

        """)
    let run = try workspace.hnsctl("test", "shop.yaml", "--json").exits(2).json()
    let tests = try #require(run["tests"]?.array)
    #expect(tests.map { $0["passed"] == true } == [false, false, false, true, true, false])
    #expect(tests.prefix(3).map { $0["actual"]?.string } == ["mixed", "mixed", "mixed"])
    #expect(tests[0]["rule"] == .null)
    let text = try workspace.hnsctl("test", "shop.yaml").exits(2).output
    #expect(text.contains("expected allow, got mixed; the backends differ"))
    #expect(text.contains("expected VFP to allow, but it differs by backend"))
  }

  @Test func testsNameServicesThatExist() throws {
    let bad = try Self.workspace(
      Self.profile + """
        tests:
          - {name: a, packet: {from: client, to: svc:fornt, protocol: tcp, port: 80}, expect: allow}
          - {name: b, packet: {from: svc:front, to: web, protocol: tcp, port: 80}, expect: allow}
          - {name: c, packet: {from: client, to: svc:dns, protocol: tcp}, expect: allow}
          - {name: d, always: {from: svc:front, to: web, verdict: allow}}

        """)
    let errors = try bad.hnsctl("validate", "shop.yaml").exits(1).errors
    #expect(errors.contains("there is no service 'svc:fornt' [unknown-peer]"))
    #expect(errors.contains("did you mean 'svc:front'?"))
    #expect(errors.components(separatedBy: "'svc:front' is a service, which receives packets").count == 3)
    #expect(errors.contains("specify one of its ports: 53, 9153"))
  }

  @Test func aFileOfTestsNamesServicesOfItsSubject() throws {
    let workspace = try Self.workspace()
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: PolicyTests
      subject: shop.yaml
      tests:
        - {name: web, packet: {from: web, to: svc:front, protocol: tcp}, expect: allow}
        - {name: all, always: {from: web, to: svc:front, protocol: tcp, port: 80, verdict: allow}}
      """, to: "tests.yaml")
    #expect(try workspace.hnsctl("test", "tests.yaml").exits(0).output.contains("2 passed"))
    try workspace.bash("sed -i 's/to: svc:front, protocol: tcp}/to: svc:dns, protocol: tcp}/' tests.yaml")
      .exits(0)
    #expect(try workspace.hnsctl("test", "tests.yaml").exits(1).errors.contains("53/tcp, 9153/tcp"))
    try workspace.bash("sed -i 's/svc:dns/svc:dsn/' tests.yaml").exits(0)
    #expect(try workspace.hnsctl("test", "tests.yaml").exits(1).errors.contains("did you mean 'svc:dns'?"))
  }
}
