import JSONText
import Testing

/// What a change of services does to packets, whoever sends them, through the built binary.
@Suite struct ServiceEffectTests {
  private static func profile(_ service: String, targets: String = "10.240.0.5") -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: np
    host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet]}
    networks:
      - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
    containers:
      - {name: web, network: podnet, addresses: [10.244.7.10], defaults: {in: block, out: block}, acls: [{name: a, direction: in, action: allow, protocols: [tcp], localPorts: [8080], remoteAddresses: [\(targets)]}]}
      - {name: open, network: podnet, addresses: [10.244.7.11]}
    services:
      - {name: shop, address: 10.96.7.7, \(service)}

    """
  }

  private static let exposed =
    "ports: [{port: 80, targetPort: 8080, nodePort: 30080}], backends: [web], externalAddresses: [203.0.113.7]"

  /// The effect of a change, as JSON.
  private func effect(_ workspace: Workspace, _ before: String, _ after: String) throws -> [JSON] {
    try workspace.write(before, to: "a.yaml")
    try workspace.write(after, to: "b.yaml")
    let run = try workspace.start(["diff", "--semantic", "a.yaml", "b.yaml", "--json"]).finish().exits(2)
    return try #require(try run.json()["effect"]?.array)
  }

  private func changes(_ effect: [JSON], from sender: String) -> [String] {
    effect.filter { $0["endpoint"]?.string == sender }.compactMap { $0["change"]?.string }
  }

  @Test func anotherSourceIsSeenByPacketsFromOutsideAndFromTheHost() throws {
    let workspace = try Workspace()
    let found = try effect(
      workspace, Self.profile(Self.exposed),
      Self.profile(Self.exposed + ", dsr: false, sourceVip: 10.244.7.3"))
    #expect(changes(found, from: "outside") == ["newlyBlocked"])
    #expect(changes(found, from: "host").contains("newlyBlocked"))
    // Every example is a packet, and its verdicts are those of a trace.
    for change in found {
      let witness = try #require(change["witness"])
      try workspace.write(witness.text() + "\n", to: "p.jsonl")
      for (file, side) in [("a.yaml", "before"), ("b.yaml", "after")] {
        let run = try workspace.start(["trace", file, "--packets", "p.jsonl"]).finish().exits(0)
        let verdict = try #require(change["verdicts"]?[side]?.string)
        #expect(run.output.contains("\"verdict\":\"\(verdict)\""), "\(run.output)")
      }
    }
    let text = try workspace.start(["diff", "--semantic", "a.yaml", "b.yaml"]).finish().exits(2)
    #expect(text.output.contains("\nfrom outside\n"))
    #expect(text.output.contains("  newly blocked  tcp 30080 to 10.240.0.5\n"))
    #expect(!text.output.contains("every packet"))
  }

  @Test func aNodePortAndAnExternalAddressThatGoAreMissedOutside() throws {
    let workspace = try Workspace()
    let found = try effect(
      workspace, Self.profile(Self.exposed),
      Self.profile("ports: [{port: 80, targetPort: 8080}], backends: [web]"))
    let outside = found.filter { $0["endpoint"]?.string == "outside" }
    #expect(!outside.isEmpty)
    #expect(outside.allSatisfy { $0["change"] == "newlyBlocked" && $0["loadBalancer"] == "ends" })
    let text = try workspace.start(["diff", "--semantic", "a.yaml", "b.yaml"]).finish().exits(2)
    #expect(text.output.contains("no load balancer handles them any more"))
  }

  @Test func aPlanStatesTheEffectOnPacketsFromOutside() throws {
    let workspace = try Workspace()
    try workspace.write(Self.profile(Self.exposed), to: "a.yaml")
    try workspace.write(
      Self.profile(Self.exposed + ", dsr: false, sourceVip: 10.244.7.3"), to: "b.yaml")
    _ = try workspace.start(["apply", "a.yaml", "--state", "s.json"]).finish().exits(0)
    let run = try workspace.start(["plan", "b.yaml", "--state", "s.json"]).finish()
    #expect(
      run.output.contains(
        "effect on packets from outside, newly blocked: tcp 80 to 203.0.113.7; tcp 30080 to 10.240.0.5"))
    let json = try workspace.start(["plan", "b.yaml", "--state", "s.json", "--json"]).finish().json()
    #expect(json["effect"]?.array?.contains { $0["sender"] == "outside" } == true)
  }

  @Test func textAndJSONCountAMixedVerdictAlike() throws {
    let workspace = try Workspace()
    let two = "ports: [{port: 80, targetPort: 8080}], backends: [open, web]"
    let found = try effect(
      workspace, Self.profile(two, targets: "open"), Self.profile(two, targets: "10.1.1.1"))
    let text = try workspace.start(["diff", "--semantic", "a.yaml", "b.yaml"]).finish().exits(2).output
    for kind in ["Allowed", "Blocked", "Mixed"] {
      let number = found.count { $0["change"]?.string == "newly\(kind)" && $0["endToEnd"] != false }
      let words = "\(number) newly \(kind.lowercased())"
      #expect(text.contains(words) || number == 0 && kind == "Mixed", "\(words) in \(text)")
    }
    #expect(found.contains { $0["change"] == "newlyMixed" })
  }
}
