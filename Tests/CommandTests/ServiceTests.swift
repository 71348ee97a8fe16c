import JSONText
import Testing

/// Services of a profile through the built binary.
@Suite struct ServiceTests {
  static func node(_ services: String, tests: String = "") -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: node
    host: {windows: ltsc2022, addresses: [192.0.2.5], adapters: [Ethernet]}
    networks:
      - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
    containers:
      - {name: web, network: podnet, addresses: [10.244.7.10]}
      - {name: client, network: podnet, addresses: [10.244.7.20]}
    \(services)
    \(tests)

    """
  }

  static let shop =
    "services: [{name: shop, address: 10.96.7.7, ports: [{port: 80, targetPort: 8080, nodePort: 30080}], backends: [web, 10.244.9.7]}]"

  @Test func planListsLoadBalancersAndRemoteEndpoints() throws {
    let workspace = try Workspace()
    try workspace.write(Self.node(Self.shop), to: "node.yaml")
    let plan = try workspace.hnsctl("plan", "node.yaml", "--json").exits(0).json()
    let changes = plan["changes"]?.array ?? []
    let balancers = changes.filter { $0["kind"] == "loadBalancer" }
    #expect(balancers.map { $0["target"] } == ["shop", "shop"])
    #expect(balancers.map { $0["name"] } == ["10.96.7.7:80/tcp", "node port 30080/tcp"])
    let after = try #require(balancers.first?["after"])
    #expect(after["addresses"] == ["10.96.7.7"])
    #expect(after["backends"] == ["10.244.9.7@podnet", "web"])
    #expect(after["dsr"] == true)
    #expect(after["owner"] == "hnsctl/node")
    #expect(after["ports"]?.array?.first?["internal"] == 8080)
    let remote = try #require(changes.first { $0["kind"] == "remoteEndpoint" })
    #expect(remote["target"] == "10.244.9.7@podnet")
    #expect(remote["after"]?["addresses"] == ["10.244.9.7/32"])
    let text = try workspace.hnsctl("plan", "node.yaml").exits(0).output
    #expect(text.contains("+ shop at 10.96.7.7:80/tcp to 10.244.9.7@podnet, web, port 8080"))
    #expect(text.contains("1 remote endpoint, 2 load balancers"))
  }

  @Test func applyDiffAndDestroy() throws {
    let workspace = try Workspace()
    try workspace.write(Self.node(Self.shop), to: "node.yaml")
    try workspace.hnsctl("apply", "node.yaml", "--state", "host.json").exits(0)
    try workspace.hnsctl("plan", "node.yaml", "--state", "host.json", "--detailed-exitcode").exits(0)
    try workspace.hnsctl("diff", "host.json", "node.yaml").exits(0)
    try workspace.write(
      Self.node(Self.shop.replacing("10.244.9.7", with: "client")), to: "changed.yaml")
    let diff = try workspace.hnsctl("diff", "host.json", "changed.yaml", "--json").exits(2).json()
    let changes = diff["changes"]?.array ?? []
    func actions(_ changes: [JSON], _ kind: JSON) -> [JSON?] {
      changes.filter { $0["kind"] == kind }.map { $0["action"] }
    }
    // This version of HNS cannot modify load balancers.
    #expect(actions(changes, "loadBalancer") == ["delete", "delete", "create", "create"])
    #expect(actions(changes, "remoteEndpoint") == ["delete"])
    let between = try workspace.hnsctl("diff", "node.yaml", "changed.yaml", "--json").exits(2).json()
    let differences = between["changes"]?.array ?? []
    #expect(actions(differences, "loadBalancer") == ["delete", "delete", "create", "create"])
    #expect(actions(differences, "remoteEndpoint") == ["delete"])
    try workspace.hnsctl("apply", "changed.yaml", "--state", "host.json").exits(0)
    try workspace.hnsctl("plan", "changed.yaml", "--state", "host.json", "--detailed-exitcode").exits(0)
    try workspace.hnsctl("plan", "changed.yaml", "--state", "host.json", "--destroy", "--out", "end.json")
      .exits(0)
    try workspace.hnsctl("apply", "end.json", "--state", "host.json").exits(0)
    let left = try workspace.hnsctl("show", "endpoints", "--state", "host.json", "--json").exits(0).json()
    #expect(left["endpoints"]?.array?.isEmpty ?? false)
    let last = try workspace.hnsctl("plan", "changed.yaml", "--state", "host.json", "--destroy").exits(0)
    #expect(last.output.contains("No changes."))
  }

  @Test func testsCanNameServices() throws {
    let workspace = try Workspace()
    let packet = "{from: client, to: svc:shop, protocol: tcp, port: 80}"
    try workspace.write(
      Self.node(Self.shop, tests: "tests: [{name: shop, packet: \(packet), expect: allow}]"), to: "node.yaml")
    try workspace.hnsctl("validate", "node.yaml").exits(0)
    for (wrong, says) in [
      (packet.replacing("svc:shop", with: "svc:shpo"), ["[unknown-peer]", "did you mean 'svc:shop'?"]),
      (packet.replacing("svc:shop", with: "shop"), ["[unknown-peer]", "write 'svc:shop'"]),
      (
        packet.replacing("from: client", with: "from: svc:shop"),
        ["[impossible-packet]", "use the pod, container or address that sends"]
      ),
    ] {
      try workspace.write(
        Self.node(Self.shop, tests: "tests: [{name: shop, packet: \(wrong), expect: allow}]"), to: "bad.yaml")
      let run = try workspace.hnsctl("validate", "bad.yaml").exits(1)
      for text in says { #expect(run.errors.contains(text), "\(run.errors)") }
    }
    try workspace.write(
      Self.node(
        Self.shop,
        tests: "tests: [{name: set, never: {from: [client, svc:shop], to: svc:shop, verdict: block}}]"),
      to: "set.yaml")
    let set = try workspace.hnsctl("validate", "set.yaml").exits(1)
    #expect(set.errors.contains("'svc:shop' is a service, which receives packets"), "\(set.errors)")
  }
}
