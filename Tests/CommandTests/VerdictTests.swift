import Foundation
import JSONText
import Testing

/// What can occur, what a published port reaches, what nothing enforces and what both ends decide, as the
/// built binary says it.
@Suite struct VerdictTests {
  /// A profile with a driver and workloads.
  private static func profile(_ driver: String, windows: String = "ltsc2022", _ workloads: String) -> String {
    let adapter = driver == "nat" ? "" : "adapter: Ethernet, "
    return """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: node
      host: {windows: \(windows), addresses: [10.240.0.5], adapters: [Ethernet]}
      networks:
        - {name: net, driver: \(driver), \(adapter)subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
      \(workloads)
      """
  }

  // MARK: Special addresses

  private static let pod = profile(
    "l2bridge",
    """
    pods:
      - name: api
        network: net
        addresses: [10.244.7.20]
        defaults: {in: block, out: block}
        containers: [{name: app}, {name: sidecar, listens: [9090/tcp]}]
    """)

  @Test func loopbackIsAllowedWithinAPodAndImpossibleFromOutside() throws {
    let workspace = try Workspace()
    try workspace.write(Self.pod, to: "pod.yaml")
    let inside = try workspace.hnsctl(
      "trace", "pod.yaml", "--from", "api/app", "--to", "127.0.0.1", "--protocol", "tcp", "--port", "9090"
    ).exits(0)
    #expect(inside.output.contains("Note: 127.0.0.1 never leaves its compartment"))
    #expect(inside.output.hasSuffix("Verdict: allow\n"))
    let outside = try workspace.hnsctl(
      "trace", "pod.yaml", "--from", "127.0.0.1", "--to", "api", "--protocol", "tcp", "--port", "9090",
      "--json"
    ).exits(1)
    #expect(try outside.json()["diagnostics"]?.array?.first?["code"]?.string == "impossible-packet")
    try workspace.write(
      #"{"from":"127.0.0.1","to":"api","protocol":"tcp","port":9090}"# + "\n"
        + #"{"from":"api","to":"::1","protocol":"tcp","port":9090}"# + "\n", to: "packets.jsonl")
    let lines = try workspace.hnsctl("trace", "pod.yaml", "--packets", "packets.jsonl").exits(1).output
      .split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains("no packet arrives from 127.0.0.1"))
    #expect(lines.last == #"{"verdict":"allow","rule":null}"#)
  }

  @Test func setsContainOnlyWhatCanOccur() throws {
    let workspace = try Workspace()
    let tests = """
      tests:
        - {name: t, never: {from: any, to: api, verdict: allow}}
        - {name: u, never: {from: {not: 10.0.0.0/8}, to: api, verdict: allow}}
      """
    let open = Self.pod.replacing(
      "containers: [",
      with: "acls: [{name: odd, direction: in, action: allow, remoteAddresses: "
        + "[127.0.0.0/8, 224.0.0.0/4, 255.255.255.255, 0.0.0.0]}]\n    containers: [")
    try workspace.write(open + "\n" + tests.replacing("from: any, ", with: ""), to: "pod.yaml")
    try workspace.hnsctl("test", "pod.yaml").exits(0)
    try workspace.write(Self.pod, to: "old.yaml")
    let effect = try workspace.hnsctl("diff", "--semantic", "old.yaml", "pod.yaml").exits(0)
    #expect(effect.output.contains("No change in effect"))
    let matrix = try workspace.hnsctl("matrix", "pod.yaml", "--json").exits(0)
    let cells = try matrix.json()["cells"]?.array ?? []
    let inbound = cells.filter { $0["to"] == "api" && $0["from"] == "outside" }
    #expect(!inbound.isEmpty && inbound.allSatisfy { $0["verdict"] == "block" })
  }

  // MARK: Published ports

  private static let published = profile(
    "nat",
    """
    containers:
      - {name: sql, network: net, addresses: [10.244.7.10], publish: ["14330:1433"]}
      - {name: job, network: net, addresses: [10.244.7.11]}
    """)

  @Test func theMatrixMarksWhatOnlyAPublishedPortReaches() throws {
    let workspace = try Workspace()
    try workspace.write(Self.published, to: "nat.yaml")
    let text = try workspace.hnsctl("matrix", "nat.yaml", "--to", "sql").exits(0).output
    #expect(text.contains("allow (published)") && text.contains("allow (not published)"))
    #expect(
      text.contains("published: behind NAT; from outside it is reachable only through a published port"))
    let cells = try workspace.hnsctl("matrix", "nat.yaml", "--json").exits(0).json()["cells"]?.array ?? []
    func access(_ from: String, _ to: String, _ service: String) -> JSON? {
      cells.first {
        $0["from"]?.string == from && $0["to"]?.string == to && $0["service"]?.string == service
      }?[
        "behindNAT"]
    }
    #expect(access("outside", "sql", "tcp/1433") == "published")
    #expect(access("outside", "sql", "tcp/14330") == "notPublished")
    #expect(access("outside", "job", "tcp/1433") == "notPublished")
    #expect(access("job", "sql", "tcp/1433") == nil && access("host", "sql", "tcp/1433") == nil)
    try workspace.hnsctl("matrix", "nat.yaml", "--html", "matrix.html").exits(0)
    #expect(try workspace.read("matrix.html").contains("allow (published)"))
    // Publishing less changes no filter, but what is reached.
    try workspace.write(Self.published.replacing("14330:1433", with: "14330:1434"), to: "other.yaml")
    let difference = try workspace.hnsctl("matrix", "nat.yaml", "other.yaml").exits(2).output
    #expect(difference.contains("allow (published)") && difference.contains("allow (not published)"))
  }

  @Test func aPublishedPortIsDescribedInOneWay() throws {
    let workspace = try Workspace()
    try workspace.write(Self.published, to: "nat.yaml")
    let plan = try workspace.hnsctl("plan", "nat.yaml").exits(0).output
    let trace = try workspace.hnsctl(
      "trace", "nat.yaml", "--from", "203.0.113.7", "--to", "host", "--protocol", "tcp", "--port", "14330"
    ).exits(0).output
    for text in [plan, trace] { #expect(text.contains("published port 14330 maps to port 1433")) }
  }

  // MARK: Switch ACLs on nat

  /// A state whose nat endpoint has a Switch ACL, and the profile without it.
  private static func switchACL(windows: String) throws -> Workspace {
    let workspace = try Workspace()
    let plain = profile(
      "nat", windows: windows, "containers: [{name: web, network: net, addresses: [10.244.7.10]}]")
    try workspace.write(plain, to: "plain.yaml")
    try workspace.write(
      profile(
        "nat", windows: windows,
        """
        containers:
          - name: web
            network: net
            addresses: [10.244.7.10]
            defaults: {in: allow, out: allow}
            acls: [{name: no-web, direction: in, action: block, protocols: [tcp], localPorts: [80]}]
        """), to: "web.yaml")
    try workspace.hnsctl("apply", "web.yaml", "--state", "host.json").exits(0)
    let state = try workspace.read("host.json")
    // Another agent writes Switch ACLs, as for a network with VFP.
    let changed = state.replacing(#""RuleType":"Host""#, with: #""RuleType":"Switch""#)
      .replacing("hnsctl/node/", with: "agent-")
    #expect(changed != state)
    try workspace.write(changed, to: "host.json")
    return workspace
  }

  @Test(arguments: ["ltsc2019", "ltsc2022", "26100.1742"])
  func aSwitchACLOnNATIsSaidToBeStoredOnly(windows: String) throws {
    let workspace = try Self.switchACL(windows: windows)
    let trace = try workspace.hnsctl(
      "trace", "host.json", "--from", "10.244.7.1", "--to", "web", "--protocol", "tcp", "--port", "80"
    ).exits(0).output
    #expect(trace.contains("Verdict: allow"))
    #expect(trace.contains("ACLs of web") && trace.contains("not enforce"))
    #expect(
      try workspace.hnsctl("show", "acls", "--state", "host.json").exits(0).output.contains(
        "stored, not enforced"))
    let shown = try workspace.hnsctl("show", "acls", "--state", "host.json", "--json").exits(0).json()
    #expect(shown["acls"]?.array?.first?["enforced"] == false)
    #expect(
      try workspace.hnsctl("plan", "plain.yaml", "--state", "host.json").exits(0).output.contains(
        "(stored, not enforced)"))
    let lint = try workspace.hnsctl("lint", "host.json", "--json").exits(2).json()
    let codes = (lint["findings"]?.array ?? []).compactMap { $0["code"]?.string }
    #expect(codes.contains(windows == "26100.1742" ? "unenforced-on-build" : "unenforced-rule-type"))
  }

  @Test func theAssumptionForServer2025DecidesOnSwitchACLs() throws {
    let workspace = try Self.switchACL(windows: "26100.32690")
    let trace = try workspace.hnsctl(
      "trace", "host.json", "--from", "10.244.7.1", "--to", "web", "--protocol", "tcp", "--port", "80"
    ).exits(0).output
    #expect(trace.contains("Verdict: block"))
    #expect(
      try !workspace.hnsctl("show", "acls", "--state", "host.json").exits(0).output.contains("not enforced"))
  }

  // MARK: Both ends

  @Test func aChangeThatTheOtherEndUndoesIsNotCalledNewlyAllowed() throws {
    let workspace = try Workspace()
    func text(_ acls: String, _ inbound: String) -> String {
      Self.profile(
        "l2bridge",
        """
        containers:
          - {name: api, network: net, addresses: [10.244.7.10], defaults: {out: block}\(acls)}
          - {name: db, network: net, addresses: [10.244.7.11], defaults: {in: \(inbound)}}
        """)
    }
    let acls =
      ", acls: [{name: to-db, direction: out, action: allow, protocols: [tcp], remotePorts: [1433], remoteAddresses: [10.244.7.11]}]"
    try workspace.write(text("", "block"), to: "old.yaml")
    try workspace.write(text(acls, "block"), to: "new.yaml")
    try workspace.write(text(acls, "allow"), to: "open.yaml")
    let own = try workspace.hnsctl("diff", "--semantic", "old.yaml", "new.yaml").exits(2).output
    #expect(own.contains("newly allowed by its own filters  tcp 1433 to 10.244.7.11"))
    #expect(own.contains("allowed by api's own filters; db still blocks it by default-in"))
    #expect(
      own.contains("Effect: 0 newly allowed, 0 newly blocked, 1 without effect because the other end blocks.")
    )
    try workspace.hnsctl("apply", "old.yaml", "--state", "host.json").exits(0)
    let plan = try workspace.hnsctl("plan", "new.yaml", "--state", "host.json").exits(0).output
    #expect(plan.contains("allowed by api's own filters; db still blocks it by default-in"))
    let effect = try workspace.hnsctl("diff", "--semantic", "old.yaml", "open.yaml", "--json").exits(2)
      .json()["effect"]
    let change = try #require(effect?.array?.first { $0["endpoint"] == "api" })
    #expect(change["endToEnd"] == true && change["verdicts"] == ["before": "block", "after": "allow"])
    let blocked = try workspace.hnsctl("diff", "--semantic", "new.yaml", "old.yaml").exits(2).output
    #expect(blocked.contains("blocked by api's own filters; db blocked it before by default-in"))
  }
}
