import Foundation
import JSONText
import Testing

/// `hnsctl trace` of one packet and of sets, through the built binary.
@Suite struct TraceTests {
  static let profile = """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: web-node
    host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet]}
    addressSets:
      corp: [10.0.0.0/8]
    networks:
      - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
    containers:
      - name: web
        network: podnet
        addresses: [10.244.7.10]
        publish: ["8080:80"]
        defaults: {in: block}
        acls:
          - {name: allow-http, direction: in, action: allow, protocols: [tcp], localPorts: [80], remoteAddresses: [corp]}
          - {name: no-dns, direction: out, action: block, protocols: [udp], remotePorts: [53]}
    """

  static func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(profile, to: "web.yaml")
    return workspace
  }

  // MARK: One packet

  @Test func theLastLineIsTheVerdictAndWhatTheSenderNotices() throws {
    let workspace = try Self.workspace()
    let cases = [
      (
        ["--from", "10.1.2.3", "--to", "web", "--protocol", "tcp", "--port", "80"],
        "Verdict: allow by allow-http; return traffic is allowed (stateful)"
      ),
      (
        ["--from", "203.0.113.7", "--to", "web", "--protocol", "tcp", "--port", "80"],
        "Verdict: block by default-in; the sender times out"
      ),
      (
        ["--from", "web", "--to", "10.96.0.10", "--protocol", "udp", "--port", "53"],
        "Verdict: block by no-dns; the sender gets an error immediately (WSAEACCES)"
      ),
      (["--from", "web", "--to", "web", "--protocol", "tcp", "--port", "80"], "Verdict: allow"),
    ]
    for (arguments, last) in cases {
      let run = try workspace.start(["trace", "web.yaml"] + arguments).finish().exits(0)
      #expect(run.output.split(separator: "\n").last.map(String.init) == last)
      #expect(run.errors.isEmpty)
    }
  }

  @Test func everyRuleIsTracedToItsLine() throws {
    let workspace = try Self.workspace()
    let run = try workspace.hnsctl(
      "trace", "web.yaml", "--from", "10.1.2.3", "--to", "web", "--protocol", "tcp", "--port", "80"
    ).exits(0)
    #expect(
      run.output.contains(
        "allowed by allow-http (priority 1000, hnsctl/web-node/allow-http, web.yaml:16)"))
    #expect(run.output.contains("web, VFP, in, ACL_ENDPOINT_LAYER, ACL_ENDPOINT_GROUP_IPV4_IN"))
  }

  @Test func aStateGivesTheSameVerdictsAsItsProfile() throws {
    let workspace = try Self.workspace()
    try workspace.hnsctl("apply", "web.yaml", "--state", "host.json").exits(0)
    for source in ["web.yaml", "host.json"] {
      let json = try workspace.hnsctl(
        "trace", source, "--from", "203.0.113.7", "--to", "10.240.0.5", "--protocol", "TCP", "--port", "8080",
        "--json"
      ).exits(0).json()
      #expect(json["verdict"]?.string == "block")
      #expect(json["rule"]?.string == "default-in")
      #expect(json["sender"]?.string == "timeout")
      let all = try #require(json["steps"]?.array)
      #expect(all.map { $0["kind"]?.string } == ["rewrite", "filter", "filter"])
      #expect(all[0]["mechanism"]?.string == "publishedPort")
      #expect(all[0]["to"]?.string?.hasSuffix(":80") == true)
      let steps = all.dropFirst().map { $0 }
      #expect(steps.map { $0["endpoint"]?.string } == ["web", "web"])
      #expect(steps.map { $0["enforcement"]?.string } == ["vfp", "windowsFirewall"])
      #expect(steps.map { $0["direction"]?.string } == ["in", "in"])
      #expect(steps.map { $0["verdict"]?.string } == ["block", "block"])
      #expect(steps.map { $0["reached"] } == [true, false])
      #expect(
        json["notes"]?.array?.compactMap(\.string)
          == ["published port 8080 maps to port 80 of web; rules of web see port 80"])
      // Only a profile has line numbers.
      #expect((steps[0]["origin"] == nil) == (source == "host.json"))
    }
  }

  @Test func anUnmetExpectationExitsWithTwo() throws {
    let workspace = try Self.workspace()
    let packet = [
      "trace", "web.yaml", "--from", "10.1.2.3", "--to", "web", "--protocol", "tcp", "--port", "80",
    ]
    try workspace.start(packet + ["--expect", "allow"]).finish().exits(0)
    try workspace.start(packet + ["--expect", "block"]).finish().exits(2)
    try workspace.start(packet + ["--expect", "maybe"]).finish().exits(64)
    let many = ["trace", "web.yaml", "--from", "corp", "--to", "web", "--protocol", "tcp", "--port"]
    try workspace.start(many + ["80", "--expect", "allow"]).finish().exits(0)
    // From outside they are blocked; from the endpoint itself nothing filters.
    try workspace.start(many + ["81-90", "--expect", "block"]).finish().exits(2)
    try workspace.start(many + ["81-90", "--expect", "allow"]).finish().exits(2)
  }

  @Test func anExhaustiveTraceCountsItsCombinations() throws {
    let workspace = try Self.workspace()
    let packet = [
      "trace", "web.yaml", "--from", "web", "--to", "host", "--protocol", "tcp", "--port", "8080",
    ]
    let run = try workspace.start(packet + ["--all-assumptions"]).finish().exits(0)
    #expect(
      run.output.contains("The verdict is the same under all assumptions (48 combinations evaluated)\n"))
    let json = try workspace.start(packet + ["--all-assumptions", "--json"]).finish().exits(0).json()
    #expect(json["allAssumptions"]?["same"] == true)
    #expect(json["allAssumptions"]?["combinations"]?.integer == 48)
    #expect(try workspace.start(packet + ["--json"]).finish().json()["allAssumptions"] == nil)
    // With the old name of the option.
    let former = try workspace.start(packet + ["--all-switches"]).finish().exits(0)
    #expect(former.output == run.output)
    #expect(
      former.errors
        == "note: --all-switches is the old name of --all-assumptions [renamed]\n  help: write --all-assumptions\n"
    )
  }

  // MARK: Sets of packets

  @Test func everyPartHasItsOwnVerdict() throws {
    let workspace = try Self.workspace()
    let json = try workspace.hnsctl(
      "trace", "web.yaml", "--from", "203.0.112.0/20,10.9.0.0/16", "--to", "web", "--protocol", "tcp",
      "--port",
      "79-81", "--json"
    ).exits(0).json()
    #expect(json["verdict"]?.string == "mixed")
    let parts = try #require(json["parts"]?.array)
    let allowed = parts.filter { $0["verdict"]?.string == "allow" }
    #expect(allowed.count == 1)
    #expect(allowed[0]["rule"]?.string == "allow-http")
    #expect(allowed[0]["packets"]?["from"]?.array?.compactMap(\.string) == ["10.9.0.0/16"])
    #expect(allowed[0]["packets"]?["ports"]?.array?.compactMap(\.string) == ["80"])
    #expect(
      parts.filter { $0["verdict"]?.string == "block" }.allSatisfy { $0["rule"]?.string == "default-in" })
  }

  @Test func namedSetsOfTheProfileAreEnds() throws {
    let workspace = try Self.workspace()
    let run = try workspace.hnsctl(
      "trace", "web.yaml", "--from", "corp", "--to", "web", "--protocol", "tcp", "--port", "80"
    ).exits(0)
    #expect(run.output.contains("outside to web:\n  allow  tcp 80  by allow-http\n"))
  }

  // MARK: Invalid queries

  struct Refusal: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var text: String
    var status: Int32 = 1
    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let refusals: [Refusal] = [
    Refusal(
      arguments: ["--from", "10.1.2.3", "--to", "web", "--protocol", "icmp", "--port", "80"],
      text: "ports can be specified only for tcp and udp, not for icmp [protocol-without-ports]"),
    Refusal(
      arguments: ["--from", "10.1.2.3", "--to", "web", "--protocol", "tcp"],
      text: "a tcp packet needs a destination port [invalid-packet]"),
    Refusal(
      arguments: ["--from", "10.1.2.3", "--to", "svc:nope", "--protocol", "tcp"],
      text: "--to: there is no service 'svc:nope' [unknown-peer]\n  help: no load balancer here has a name\n"),
    Refusal(
      arguments: ["--from", "2001:db8::1", "--to", "web", "--protocol", "tcp", "--port", "80"],
      text: "a packet cannot go from IPv6 to IPv4 [mixed-families]"),
    Refusal(
      arguments: ["--from", "10.1.2.3", "--to", "wev", "--protocol", "tcp", "--port", "80"],
      text: "there is no endpoint, container or pod 'wev' [unknown-peer]\n  help: did you mean 'web'?"),
    Refusal(
      arguments: ["--from", "203.0.113.7", "--to", "198.51.100.9", "--protocol", "tcp", "--port", "80"],
      text: "no endpoint has the address 198.51.100.9 [no-endpoint]"),
    Refusal(
      arguments: ["--from", "203.0.113.0/24", "--to", "198.51.100.9", "--protocol", "tcp", "--port", "80"],
      text: "no packet of the query is sent or received on this host [no-endpoint]"),
    Refusal(
      arguments: ["--from", "10.1.2.3", "--to", "web", "--protocol", "tpc", "--port", "80"],
      text: "'tpc' is not an IP protocol [unknown-protocol]\n  help: did you mean 'tcp'?"),
    Refusal(
      arguments: ["--from", "10.1.2.3", "--to", "web", "--protocol", "tcp", "--port", "65536"],
      text: "'65536' is not a valid port [invalid-port]"),
    Refusal(
      arguments: [
        "--from", "10.1.2.3", "--to", "web", "--protocol", "tcp", "--port", "80", "--icmp-type", "8",
      ],
      text: "an ICMP type applies only to ICMP and ICMPv6 [invalid-packet]"),
    Refusal(
      arguments: ["--from", "10.1.2.3", "--to", "web", "--protocol", "icmp", "--icmp-type", "256"],
      text: "256", status: 64),
    Refusal(arguments: ["--from", "10.1.2.3", "--to", "web"], text: "--protocol", status: 64),
  ]

  @Test(arguments: refusals) func impossibleQueriesAreRefused(_ refusal: Refusal) throws {
    let workspace = try Self.workspace()
    let run = try workspace.start(["trace", "web.yaml"] + refusal.arguments).finish().exits(refusal.status)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains(refusal.text), "\(run.errors)")
  }

  @Test func anErrorIsOneDocumentToo() throws {
    let workspace = try Self.workspace()
    let json = try workspace.hnsctl(
      "trace", "web.yaml", "--from", "nobody", "--to", "web", "--protocol", "tcp", "--port", "80", "--json"
    ).exits(1).json()
    #expect(json["diagnostics"]?.array?.first?["code"]?.string == "unknown-peer")
  }

  @Test func aSourceOfAnotherKindIsReported() throws {
    let workspace = try Self.workspace()
    try workspace.hnsctl("plan", "web.yaml", "--out", "web.plan").exits(0)
    let packet = ["--from", "10.1.2.3", "--to", "web", "--protocol", "tcp", "--port", "80"]
    let plan = try workspace.start(["trace", "web.plan"] + packet).finish().exits(1)
    #expect(plan.errors.contains("this is a saved plan, not a profile or a host"))
    let absent = try workspace.start(["trace", "absent.yaml"] + packet).finish().exits(1)
    #expect(absent.errors.contains("absent.yaml: error:"))
  }
}
