import Foundation
import JSONText
import Testing

/// A container on several networks through the built binary: its name means all of its endpoints.
@Suite struct AttachmentTests {
  static let profile = """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: two
    host: {windows: ltsc2022, addresses: [10.240.0.5]}
    networks:
      - {name: Front, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}]}
      - {name: back, driver: l2bridge, adapter: Ethernet2, subnets: [{prefix: 10.2.0.0/24, gateway: 10.2.0.1}]}
    containers:
      - name: web
        networks: [Front, {name: back, defaults: {in: block}}]
        acls: [{name: no-ssh, direction: in, action: block, protocols: [tcp], localPorts: [22]}]
      - name: db
        network: back
        acls: [{name: allow-web, direction: in, action: allow, protocols: [tcp], localPorts: [5432], remoteAddresses: [web]}]
        defaults: {in: block}
    tests:
      - {name: web is closed to ssh, packet: {from: 203.0.113.7, to: web, protocol: tcp, port: 22}, expect: block, rule: no-ssh}
      - {name: web reaches the database, packet: {from: web, to: db, protocol: tcp, port: 5432}, expect: allow, rule: allow-web}
      - {name: nobody else does, never: {from: {not: web}, to: db, verdict: allow}}
    """

  static func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(profile, to: "two.yaml")
    return workspace
  }

  private static func packet(_ to: String, _ port: Int, _ source: String = "two.yaml") -> [String] {
    ["trace", source, "--from", "203.0.113.7", "--to", to, "--protocol", "tcp", "--port", "\(port)"]
  }

  @Test func aTraceShowsEveryEndpoint() throws {
    let workspace = try Self.workspace()
    try workspace.hnsctl("apply", "two.yaml", "--state", "host.json").exits(0)
    for source in ["two.yaml", "host.json"] {
      let run = try workspace.start(Self.packet("web", 80, source)).finish().exits(0)
      #expect(run.output.contains("to web@Front (10.1.0."))
      #expect(run.output.contains("to web@back (10.2.0."))
      #expect(run.output.split(separator: "\n").last == "Verdict of all 2: mixed")
      let json = try workspace.start(Self.packet("web", 80, source) + ["--json"]).finish().exits(0).json()
      #expect(json["verdict"]?.string == "mixed")
      #expect(json["rule"] == .null)
      #expect(json["traces"]?.array?.map { $0["verdict"]?.string } == ["allow", "block"])
      #expect(json["steps"]?.array?.count == 4)
    }
    let ssh = try workspace.start(Self.packet("web", 22) + ["--json", "--expect", "block"]).finish().exits(0)
      .json()
    #expect(ssh["verdict"]?.string == "block")
    #expect(ssh["rule"]?.string == "no-ssh")
    try workspace.start(Self.packet("web", 80) + ["--expect", "allow"]).finish().exits(2)
    try workspace.start(Self.packet("web@Front", 80) + ["--expect", "allow"]).finish().exits(0)
    let one = try workspace.start(Self.packet("web@back", 80) + ["--json"]).finish().exits(0).json()
    #expect(one["traces"] == nil)
    let unknown = try workspace.start(Self.packet("web@bakc", 80)).finish().exits(1)
    #expect(unknown.errors.contains("did you mean 'web@back'?"))
  }

  @Test func linesOfPacketsMeanEveryEndpointToo() throws {
    let workspace = try Self.workspace()
    try workspace.write(
      """
      {"from": "203.0.113.7", "to": "web", "protocol": "tcp", "port": 80}
      {"from": "203.0.113.7", "to": "web", "protocol": "tcp", "port": 22}
      {"from": "203.0.113.7", "to": "web@Front", "protocol": "tcp", "port": 80}

      """, to: "packets.jsonl")
    let run = try workspace.hnsctl("trace", "two.yaml", "--packets", "packets.jsonl").exits(0)
    let lines = try run.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
    #expect(lines.map { $0["verdict"]?.string } == ["mixed", "block", "allow"])
    #expect(lines[1]["rule"]?.string == "no-ssh")
    #expect(run.errors.contains("3 packets: 1 allowed, 1 blocked, 0 unknown, 1 mixed, 0 errors"))
  }

  @Test func testsMatricesAndPlansKnowBothNames() throws {
    let workspace = try Self.workspace()
    #expect(try workspace.hnsctl("test", "two.yaml").exits(0).output.contains("3 passed, 0 failed"))
    let open = Self.profile.replacing(
      "port: 22}, expect: block, rule: no-ssh", with: "port: 80}, expect: allow")
    try workspace.write(open, to: "open.yaml")
    let failed = try workspace.hnsctl("test", "open.yaml").exits(2)
    #expect(failed.output.contains("web@back"), "the endpoint that differs is shown")
    let matrix = try workspace.hnsctl("matrix", "two.yaml", "--from", "web", "--to", "db", "--json").exits(0)
    #expect(matrix.output.contains("web@Front") && matrix.output.contains("web@back"))
    for (name, targets) in [
      ("web", ["web", "web@Front", "web@back"]), ("web@back", ["web", "web@back"]), ("db", ["db"]),
    ] {
      let plan = try workspace.hnsctl("plan", "two.yaml", "--endpoint", name, "--json").exits(0).json()
      let found = Set((plan["changes"]?.array ?? []).compactMap { $0["target"]?.string })
      #expect(found.sorted() == targets)
    }
    try workspace.hnsctl("plan", "two.yaml", "--endpoint", "we").exits(1)
  }

  @Test func namesInACLsWorkInEveryCommand() throws {
    let workspace = try Self.workspace()
    try workspace.hnsctl("validate", "two.yaml").exits(0)
    try workspace.hnsctl("plan", "two.yaml", "--state", "host.json", "--out", "two.plan").exits(0)
    try workspace.hnsctl("apply", "two.plan", "--state", "host.json").exits(0)
    let again = try workspace.hnsctl("plan", "two.yaml", "--state", "host.json").exits(0)
    #expect(again.output.contains("No changes."))
    try workspace.hnsctl("diff", "host.json", "two.yaml").exits(0)
    try workspace.hnsctl("diff", "host.json", "two.yaml", "--semantic").exits(0)
    #expect(!(try workspace.hnsctl("lint", "two.yaml").output.contains("error")))
    try workspace.hnsctl("apply", "two.yaml", "--state", "host.json", "--destroy").exits(0)
    let left = try workspace.hnsctl("show", "endpoints", "--state", "host.json", "--json").exits(0)
    #expect(try left.json()["endpoints"] == [])
  }

  @Test func factsOfTheHostReachTheState() throws {
    let workspace = try Workspace()
    let facts = """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: facts
      host:
        windows: ltsc2022
        addresses: [10.240.0.5]
        adapters: [Ethernet, Ethernet2, Ethernet3]
        dns: {servers: [10.0.0.2], search: [corp.example]}
        listens: [3389/tcp]
        excludedPorts: [50000-50059/tcp]
      networks:
        - {name: Team A, driver: l2bridge, adapter: [Ethernet2, Ethernet3], subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}]}
        - {name: Team B, driver: l2bridge, adapter: [Ethernet3, Ethernet2], subnets: [{prefix: 10.2.0.0/24, gateway: 10.2.0.1}]}
        - {name: first, driver: overlay, adapter: Ethernet, subnets: [{prefix: 10.3.0.0/24, gateway: 10.3.0.1, vsid: 4096}]}
        - {name: second, driver: overlay, adapter: vEthernet (Ethernet), subnets: [{prefix: 10.4.0.0/24, gateway: 10.4.0.1, vsid: 4097}]}
      containers:
        - {name: web, networks: [Team A, Team B, first, second]}
      """
    try workspace.write(facts, to: "facts.yaml")
    try workspace.hnsctl("plan", "facts.yaml", "--state", "host.json", "--out", "facts.plan").exits(0)
    try workspace.hnsctl("apply", "facts.plan", "--state", "host.json").exits(0)
    let again = try workspace.hnsctl("plan", "facts.yaml", "--state", "host.json").exits(0)
    #expect(again.output.contains("No changes."))
    let endpoints = try workspace.hnsctl("show", "endpoints", "--state", "host.json", "--json").exits(0)
    #expect(endpoints.output.contains("10.0.0.2") && endpoints.output.contains("corp.example"))
    // The team in another order, and the adapter by its other name, are the same.
    try workspace.write(
      facts.replacing("[Ethernet3, Ethernet2]", with: "[Ethernet2, Ethernet3]")
        .replacing("vEthernet (Ethernet)", with: "Ethernet"), to: "same.yaml")
    let same = try workspace.hnsctl("plan", "same.yaml", "--state", "host.json").exits(0)
    #expect(same.output.contains("No changes."))
    // Other name servers of the node do not replace what exists.
    try workspace.write(facts.replacing("[10.0.0.2]", with: "[10.0.0.2, 10.0.0.3]"), to: "dns.yaml")
    #expect(
      try workspace.hnsctl("plan", "dns.yaml", "--state", "host.json").exits(0).output.contains("No changes.")
    )
    // Another profile does not know what the host holds; the host does.
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: rdp
      host: {windows: ltsc2022}
      networks: [{name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24}]}]
      containers: [{name: rdp, network: nat, publish: ["3389:3389"]}]
      """, to: "rdp.yaml")
    let refused = try workspace.hnsctl("apply", "rdp.yaml", "--state", "host.json").exits(1)
    #expect(refused.errors.contains("ERROR_SHARING_VIOLATION") && refused.errors.contains("[host-refused]"))
    try workspace.hnsctl("apply", "facts.yaml", "--state", "host.json", "--destroy").exits(0)
  }
}
