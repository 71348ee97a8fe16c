import Foundation
import JSONText
import Testing

/// What a pair of a state and a profile means, the same in plan, diff and matrix, and how much a plan changes.
@Suite struct ComparisonTests {
  static let replaced = "what an apply of the profile to this state changes"

  /// A state with the pod, and a profile in which the pod has another address, which replaces its endpoint.
  static func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    let moved = try workspace.read("pod.yaml").replacing(
      "addresses: [10.244.7.20]", with: "addresses: [10.244.7.30]")
    try workspace.write(moved, to: "moved.yaml")
    return workspace
  }

  @Test func aDifferenceIsWhatAnApplyDoes() throws {
    let workspace = try Self.workspace()
    let plan = try workspace.hnsctl("plan", "moved.yaml", "--state", "host.json", "--json").exits(0).json()
    let diff = try workspace.hnsctl("diff", "host.json", "moved.yaml", "--json").exits(2).json()
    #expect(diff["changes"] == plan["changes"])
    #expect(diff["comparison"]?.string == Self.replaced)
    let text = try workspace.hnsctl("diff", "host.json", "moved.yaml").exits(2).output
    #expect(text.hasPrefix("From host.json to moved.yaml: \(Self.replaced)\n"), "\(text)")
    #expect(text.contains("replaced because its addresses change: its containers restart"), "\(text)")
    let semantic = try workspace.hnsctl("diff", "host.json", "moved.yaml", "--semantic")
    #expect(semantic.output.hasPrefix("From host.json to moved.yaml: \(Self.replaced)\n"))
  }

  @Test func aMatrixMeansTheSamePair() throws {
    let workspace = try Self.workspace()
    let run = try workspace.hnsctl("matrix", "host.json", "moved.yaml")
    #expect(run.output.contains("from host.json to moved.yaml: \(Self.replaced)\n"), "\(run.output)")
    #expect(run.output.contains("Replaced, so that its containers restart and its flows end: api"))
    let json = try workspace.hnsctl("matrix", "host.json", "moved.yaml", "--json").json()
    #expect(json["replaced"] == [["endpoint": "api", "because": "addresses"]])
    // An endpoint of another profile stays: it is not a difference.
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: other
      host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet]}
      networks: [{name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}], endpointGateway: 10.244.7.2, dns: {servers: [10.96.0.10], search: [svc.cluster.local]}}]
      containers: [{name: db, network: podnet, addresses: [10.244.7.40]}]

      """, to: "other.yaml")
    try workspace.hnsctl("apply", "other.yaml", "--state", "host.json").exits(0)
    let same = try workspace.hnsctl("matrix", "host.json", "pod.yaml").exits(0)
    #expect(same.output.hasPrefix("No reachability changes from host.json to pod.yaml"), "\(same.output)")
  }

  @Test(arguments: [
    (["moved.yaml", "host.json"], "from this state after an apply of the profile to the state as it is"),
    (["pod.yaml", "moved.yaml"], "each profile applied to an empty host"),
    (["host.json", "host.json"], "both states as they are"),
  ])
  func everyPairSaysWhatItMeans(_ pair: [String], _ meaning: String) throws {
    let workspace = try Self.workspace()
    let title = "rom \(pair[0]) to \(pair[1]): \(meaning)\n"
    #expect(try workspace.start(["diff"] + pair).finish().output.hasPrefix("F" + title))
    #expect(try workspace.start(["matrix"] + pair).finish().output.contains("f" + title))
  }

  // MARK: Summaries

  @Test func objectsAreCountedOnce() throws {
    let workspace = try Self.workspace()
    let text = try workspace.hnsctl("plan", "pod.yaml").exits(0).output
    #expect(
      text.hasSuffix(
        "\nSummary: 8 objects to create in 9 requests (1 network, 1 endpoint, 2 namespaces, 4 containers); "
          + "14 rules to create (8 firewall rules, listed by Windows as 261, one per protocol; 6 VFP rules).\n"
      ),
      "\(text)")
    let json = try workspace.hnsctl("plan", "pod.yaml", "--json").exits(0).json()
    #expect(json["summary"]?["create"]?.integer == Int64(json["changes"]?.array?.count ?? 0))
    #expect(json["summary"]?["requests"] == 9)
    #expect(json["summary"]?["objects"] == ["create": 8, "update": 0, "replace": 0, "delete": 0])
    #expect(json["summary"]?["rules"] == ["create": 14, "update": 0, "delete": 0])
    // A replaced endpoint is not one that is created and one that is deleted.
    let moved = try workspace.hnsctl("plan", "moved.yaml", "--state", "host.json", "--json").exits(0).json()
    #expect(moved["summary"]?["objects"]?["create"] == 0)
    #expect(moved["summary"]?["objects"]?["delete"] == 0)
    #expect((moved["summary"]?["objects"]?["replace"]?.integer ?? 0) > 0)
    // An endpoint whose rules change is one object.
    try workspace.write(
      try workspace.read("pod.yaml").replacing("localPorts: [8080, 9090]", with: "localPorts: [9090]"),
      to: "fewer.yaml")
    let fewer = try workspace.hnsctl("plan", "fewer.yaml", "--state", "host.json").exits(0).output
    #expect(fewer.contains("Summary: 1 object to update in 1 request (1 endpoint); "), "\(fewer)")
  }

  @Test func aRemovalIsShort() throws {
    let workspace = try Self.workspace()
    let run = try workspace.hnsctl("plan", "pod.yaml", "--state", "host.json", "--destroy").exits(0).output
    #expect(run.contains("      with 12 ACLs, 8 firewall rules, 6 VFP rules\n"), "\(run)")
    #expect(!run.contains("default-in"), "\(run)")
    #expect(run.contains(" to delete in "), "\(run)")
  }
}
