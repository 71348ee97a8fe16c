import JSONText
import Testing

/// `hnsctl show vfp` and `hnsctl show loadbalancers`, through the built binary
/// (reference: windows-firewall-and-vfp, 3.3, 10.1 and 10.3; hns, 8.1 and 8.4).
@Suite struct ShowPortsTests {
  private static func host(
    dsr: Bool = true, driver: String = "overlay", services: Int = 1, assumptions: String = "{}"
  ) throws -> Workspace {
    let vsid = driver == "overlay" ? ", vsid: 4096" : ""
    let list = (0..<services).map { index in
      """
        - name: shop\(index)
          address: 10.96.\(index / 250).\(index % 250 + 1)
          ports: [{port: 443, targetPort: 6443}]
          backends: [web]
          dsr: \(dsr)
      """
    }.joined(separator: "\n")
    let workspace = try Workspace()
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: cluster
      host: {windows: ltsc2022, addresses: [192.0.2.5], adapters: [Ethernet], assumptions: \(assumptions)}
      networks:
        - {name: net, driver: \(driver), adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1\(vsid)}]}
      containers:
        - {name: web, network: net, addresses: [10.244.7.10]}
        - {name: client, network: net, addresses: [10.244.7.20], acls: [{name: out, direction: out, action: allow}]}
      services:
      \(list)

      """, to: "p.yaml")
    try workspace.hnsctl("apply", "p.yaml", "--state", "host.json").exits(0)
    return workspace
  }

  private static func text(_ workspace: Workspace, _ subject: String) throws -> [String] {
    try workspace.hnsctl("show", subject, "--state", "host.json").exits(0).output
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The lines of each port.
  private static func ports(_ lines: [String]) -> [[String]] {
    lines.split { $0.hasPrefix("Port name ") }.map(Array.init)
  }

  @Test func layersAreListedAsCaptured() throws {
    let ports = Self.ports(try Self.text(Self.host(), "vfp"))
    #expect(ports.count == 5, "two pods, the host, the distributed router and the adapter")
    let records = ports.map { port in
      port.indices.filter { port[$0].hasPrefix("LAYER : ") }
        .map { index in port[index...].prefix { !$0.isEmpty }.joined(separator: "\n") }
    }
    let pod = [
      "LAYER : LB_DSR\n    Friendly name : LB_DSR\n    Flags : 0x1 Default Allow \n    Priority : 7",
      "LAYER : ACL_ENDPOINT_LAYER\n    Friendly name : ACL_ENDPOINT_LAYER\n    Priority : 15",
      "LAYER : VNET_ENCAP_LAYER\n    Friendly name : VNET_ENCAP_LAYER\n    Flags : 0x4, Clear TNI \n    Priority : 40",
      "LAYER : SLB_NAT_LAYER\n    Friendly name : SLB_NAT_LAYER\n    Flags : 0x9, Default Allow , Update flows on address change \n    Priority : 50",
      "LAYER : SLB_DECAP_LAYER_STATEFUL\n    Friendly name : SLB_DECAP_LAYER_STATEFUL\n    Flags : 0x9, Default Allow , Update flows on address change \n    Priority : 100",
      "LAYER : VNET_PA_ROUTE_LAYER\n    Friendly name : VNET_PA_ROUTE_LAYER\n    Flags : 0x1, Default Allow \n    Priority : 2000",
    ]
    #expect(records[0] == pod && records[1] == pod)
    #expect(
      records[2].last
        == "LAYER : SLB_HAIRPIN_LAYER\n    Friendly name : SLB_HAIRPIN_LAYER\n    Flags : 0x3 Hairpin Layer, Default Allow \n    Priority : 101"
    )
    #expect(
      records[3].first
        == "LAYER : VNET_ENCAP_LAYER\n    Friendly name : VNET_ENCAP_LAYER\n    Flags : 0x4 Clear TNI \n    Priority : 40"
    )
    #expect(
      records[3].last
        == "LAYER : REMOTESUBNETROUTE_HAIRPIN_LAYER\n    Friendly name : REMOTESUBNETROUTE_HAIRPIN_LAYER\n    Flags : 0x3 Hairpin Layer, Default Allow \n    Priority : 35"
    )
    #expect(records[4] == [] && ports[4].contains("VFP is disabled on this port."))
  }

  /// Public readers of this text index the lines of a port, need data after a layer, and take the last rule only
  /// before the trailer.
  @Test func publicReadersFindWhatTheyNeed() throws {
    let lines = try Self.text(Self.host(), "vfp")
    for (index, line) in lines.enumerated() where line.hasPrefix("LAYER : ") {
      #expect(lines[index + 1].hasPrefix("    Friendly name : "))
    }
    #expect(lines.count { $0 == "Command list-rule succeeded!" } == 4)
    #expect(lines.count { $0 == " ITEM LIST" } == 4)
    let starts = lines.indices.filter { lines[$0].hasPrefix("Port name ") }
    for start in starts {
      let labels = lines[start...].prefix { !$0.isEmpty }.filter { $0.contains(":") }
      #expect(labels.count >= 14 && labels[13].hasPrefix("MAC address "))
      #expect(labels.allSatisfy { !$0.hasPrefix("Endpoint") })
    }
    for (index, line) in lines.enumerated() where line.hasPrefix("        Priority : ") {
      #expect(lines[(index + 1)...].prefix(2).contains { $0.hasPrefix("        Type : ") })
    }
  }

  @Test func rulesOfServicesRoutingAndDecapsulation() throws {
    let text = try Self.text(Self.host(), "vfp").joined(separator: "\n")
    #expect(
      text.contains(/RULE : [0-9A-F-]{36}\n        Friendly name : LB_DSR_\w+_192.0.2.5_10.96.0.1_443_6443_6/)
    )
    #expect(
      text.contains(
        "        Priority : 500\n        Flags : 3 terminating stateful \n        Type : lbnat\n        Conditions:\n            Protocols : 6\n            Destination IP : 10.96.0.1\n            Destination ports : 443-443\n        Flow TTL: 240\n"
      ))
    #expect(
      text.contains(
        "        Friendly name : PA_ROUTE\n        Priority : 45535\n        Flags : 1 terminating \n        Type : paroute\n        Conditions:\n            <none>\n        Flow TTL: 0\n"
      ))
    #expect(
      text.contains(
        "    RULE : \n        Priority : 45534\n        Flags : 769 terminating \n        Type : decap\n        Conditions:\n            Protocols : 252\n        Flow TTL: 0\n        Preserve MAC\n        Push TNI as VSID\n        FlagsEx : 0 \n"
      ))
    #expect(text.contains("      Match type : Longest prefix match on Destination IP"))
  }

  @Test func jsonHasTheSameData() throws {
    let workspace = try Self.host()
    let ports = try #require(
      try workspace.hnsctl("show", "vfp", "--state", "host.json", "--json").exits(0).json()["vfp"]?.array)
    #expect(ports.map { $0["kind"]?.string } == ["pod", "pod", "host", "router", "external"])
    #expect(ports.map { $0["endpoint"]?.string } == ["web", "client", nil, nil, nil])
    let layer = try #require(ports[0]["layers"]?.array?[3])
    #expect(layer["name"] == "SLB_NAT_LAYER" && layer["flags"] == 9 && layer["priority"] == 50)
    #expect(layer["flagNames"] == ["Default Allow", "Update flows on address change"])
    let text = try Self.text(workspace, "vfp")
    let rules = ports.flatMap { $0["rules"]?.array ?? [] }
    #expect(rules.count == text.count { $0.hasPrefix("    RULE : ") })
    #expect(
      ports.flatMap { $0["layers"]?.array ?? [] }.compactMap { $0["name"]?.string }
        == text.compactMap { $0.hasPrefix("LAYER : ") ? String($0.dropFirst(8)) : nil })
    let balanced = try #require(rules.first { $0["type"] == "lbnat" })
    #expect(balanced["layer"] == "LB_DSR" && balanced["group"] == "LB_DSR_IPv4_OUT")
    #expect(balanced["targets"] == [["address": "10.244.7.10", "port": 6443]])
  }

  @Test(arguments: ["nat", "transparent"]) func withoutVFPThePortSaysSo(_ driver: String) throws {
    let workspace = try Workspace()
    try workspace.shipped("\(driver)-process.yaml")
    try workspace.hnsctl("apply", "\(driver)-process.yaml", "--state", "host.json").exits(0)
    let lines = try Self.text(workspace, "vfp")
    #expect(lines.contains("VFP is disabled on this port.") && !lines.contains { $0.hasPrefix("LAYER") })
  }

  // MARK: Load balancers

  @Test func loadBalancersLikeHNSDiag() throws {
    let workspace = try Self.host()
    let lines = try Self.text(workspace, "loadbalancers")
    #expect(
      lines.prefix(2) == [
        "LoadBalancers:", "ID                                   | Virtual IPs      | Direct IP IDs",
      ])
    #expect(lines[2].wholeMatch(of: /[0-9a-f-]{36} \|  10\.96\.0\.1       \| [0-9a-f-]{36}/) != nil)
    let list = lines.dropFirst(4).prefix { !$0.isEmpty }
    for (label, value) in [
      ("State", "2"), ("IsApplied", "True"), ("Policies", "{@{"), ("References", "{/endpoints/"),
    ] {
      #expect(list.contains { $0.contains(label) && $0.contains(" : \(value)") }, "\(label)")
    }
    let shown = try workspace.hnsctl("show", "loadbalancers", "--state", "host.json", "--json").exits(0)
      .json()
    let policy = shown["loadbalancers"]?.array?.first?["Policies"]?.array?.first
    #expect(policy?["Type"] == "ELB" && policy?["VIPs"] == ["10.96.0.1"] && policy?["IsDSR"] == true)
    #expect(
      shown["portBlocks"]?.array?.first
        == ["protocol": "tcp", "available": 256, "needed": 0, "free": 256, "missing": 0])
  }

  @Test func aHostWithoutLoadBalancersSaysSo() throws {
    let workspace = try Workspace()
    try workspace.shipped("nat-process.yaml")
    try workspace.hnsctl("apply", "nat-process.yaml", "--state", "host.json").exits(0)
    #expect(try Self.text(workspace, "loadbalancers") == ["The host has no load balancers.", ""])
  }

  @Test(arguments: [
    (245, ""), (246, "only 10 are left"), (260, "but from 49152 to 65535 only 256 are available"),
  ])
  func portBlocksRunOut(_ services: Int, _ warning: String) throws {
    let workspace = try Self.host(
      dsr: false, services: services, assumptions: "{exhaustedPortBlocks: accepted}")
    let lines = try Self.text(workspace, "loadbalancers").filter { $0.hasPrefix("Warning: ") }
    #expect(lines.count == (warning.isEmpty ? 0 : 1))
    #expect(lines.allSatisfy { $0.contains(warning) && $0.contains("\(services) blocks of 64 TCP ports") })
    let shown = try workspace.hnsctl("show", "loadbalancers", "--state", "host.json", "--json").exits(0)
      .json()
    #expect(shown["portBlocks"]?.array?.first?["free"]?.integer == Int64(max(0, 256 - services)))
  }
}
