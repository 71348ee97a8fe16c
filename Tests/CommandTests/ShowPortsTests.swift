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
    // A carriage return and a line feed are one character.
    try workspace.hnsctl("show", subject, "--state", "host.json").exits(0).output.replacing(
      "\r\n", with: "\n"
    )
    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The lines of each port after the listing of all ports.
  private static func ports(_ lines: [String]) -> [[String]] {
    lines.split { $0.hasPrefix("Policy for port : ") }.dropFirst().map(Array.init)
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
    #expect(records[4] == [] && ports[4].contains("Command list-rule succeeded!"), "as on the external port")
  }

  /// Public readers of this text index the lines of a port, need data after a layer, and take the last rule only
  /// before the trailer.
  @Test func publicReadersFindWhatTheyNeed() throws {
    let lines = try Self.text(Self.host(), "vfp")
    for (index, line) in lines.enumerated() where line.hasPrefix("LAYER : ") {
      #expect(lines[index + 1].hasPrefix("    Friendly name : "))
    }
    #expect(lines.count { $0 == "Command list-rule succeeded!" } == 5)
    #expect(lines.count { $0 == "Command list-vmswitch-port succeeded!" } == 1)
    for (index, line) in lines.enumerated() where line == " ITEM LIST" {
      #expect(lines[index - 1].isEmpty && lines[index + 1] == "===========" && lines[index + 2].isEmpty)
    }
    #expect(lines.count { $0 == " ITEM LIST" } == 6)
    #expect(lines.count { $0.hasPrefix("Policy for port : ") } == 5)
    let starts = lines.indices.filter { lines[$0].hasPrefix("Port name ") }
    #expect(starts.count == 5)
    for start in starts {
      let labels = lines[start...].prefix { !$0.isEmpty }.filter { $0.contains(":") }
      #expect(labels.count == 14 && labels[13].hasPrefix("MAC address "))
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

  @Test(arguments: ["nat", "transparent"]) func withoutVFPThePortHasNoLayer(_ driver: String) throws {
    let workspace = try Workspace()
    try workspace.shipped("\(driver)-process.yaml")
    try workspace.hnsctl("apply", "\(driver)-process.yaml", "--state", "host.json").exits(0)
    let lines = try Self.text(workspace, "vfp")
    #expect(lines.contains("Command list-rule succeeded!") && !lines.contains { $0.hasPrefix("LAYER") })
  }

  @Test func linesEndAsThoseOfVfpctrl() throws {
    let output = try Self.host().hnsctl("show", "vfp", "--state", "host.json").exits(0).output
    let scalars = Array(output.unicodeScalars)
    for index in scalars.indices where scalars[index] == "\n" { #expect(scalars[index - 1] == "\r") }
  }

  /// A reader that adds a rule when the next one or the trailer appears, as a public one does.
  @Test func everyRuleHasAnEnd() throws {
    let workspace = try Self.host()
    var rules = 0
    var isOpen = false
    for line in try Self.text(workspace, "vfp") {
      let isRule = line.hasPrefix("    RULE : ")
      if isOpen, isRule || line == "Command list-rule succeeded!" {
        rules += 1
        isOpen = false
      }
      if isRule { isOpen = true }
    }
    let ports = try workspace.hnsctl("show", "vfp", "--state", "host.json", "--json").exits(0).json()["vfp"]
    #expect(rules == (ports?.array ?? []).reduce(0) { $0 + ($1["rules"]?.array?.count ?? 0) })
    #expect(!isOpen && rules > 8, "\(rules)")
  }

  // MARK: HNS objects

  @Test func objectsLikeTheCmdlets() throws {
    let workspace = try Self.host()
    for (subject, present, absent) in [
      (
        "networks", ["Name", "ManagementIP", "MacPools", "Subnets"],
        ["Owner ", "AddressPrefix", "GatewayAddress"]
      ),
      ("endpoints", ["VirtualNetworkName", "IPAddress", "Policies", "SharedContainers"], ["Attached"]),
      ("namespaces", ["CompartmentId", "CompartmentGuid", "ResourceList", "IsDefault"], ["Endpoints "]),
    ] {
      let lines = try Self.text(workspace, subject)
      #expect(lines.first == "" && lines.suffix(2) == ["", ""])
      for name in present {
        #expect(lines.contains { $0.hasPrefix(name + " ") && $0.contains(" :") }, "\(name)")
      }
      for name in absent { #expect(!lines.contains { $0.hasPrefix(name) }, "\(name)") }
    }
    let state = try Self.text(workspace, "endpoints").filter { $0.hasPrefix("State ") }
    #expect(state.filter { $0.hasSuffix(": 3") }.count == 2)
    #expect(
      try Self.text(workspace, "networks").contains { $0.hasPrefix("Subnets ") && $0.contains(": {@{") })
  }

  @Test func objectsLikeHNSDiag() throws {
    let lines = try Self.text(Self.host(), "hnsdiag")
    let sections = lines.split(separator: "").map(Array.init)
    #expect(
      sections.map { $0.prefix(2) } == [
        ["Networks:", "Name             ID"],
        ["Endpoints:", "Name             ID                                   Virtual Network Name"],
        ["Namespaces:", "ID                                   | Endpoint IDs"],
        ["LoadBalancers:", "ID                                   | Virtual IPs      | Direct IP IDs"],
      ])
    #expect(sections[0][2].wholeMatch(of: /net {14}[0-9A-F-]{36}/) != nil)
    #expect(sections[1][2].wholeMatch(of: /web {14}[0-9a-f-]{36} net/) != nil)
    #expect(sections[2][2].wholeMatch(of: /[0-9A-F-]{36} \| [0-9a-f-]{36}/) != nil)
  }

  @Test func addressesLikeIPConfig() throws {
    let workspace = try Self.host()
    let lines = try Self.text(workspace, "ipconfig")
    let rule = String(repeating: "=", count: 78)
    #expect(lines.prefix(2) == ["", "Windows IP Configuration"])
    let headings = lines.indices.filter { lines[$0].hasPrefix("Network Information for Compartment ") }
    #expect(lines[headings[0]] == "Network Information for Compartment 1 (ACTIVE)")
    #expect(headings.allSatisfy { lines[$0 - 1] == rule && lines[$0 + 1] == rule })
    #expect(lines.count { $0.hasSuffix("(ACTIVE)") } == 1)
    #expect(lines.contains("   IPv4 Address. . . . . . . . . . . : 192.0.2.5"))
    #expect(lines.contains("Ethernet adapter vEthernet (web):"))
    #expect(lines.contains("   Subnet Mask . . . . . . . . . . . : 255.255.255.0"))
    let shown = try workspace.hnsctl("show", "ipconfig", "--state", "host.json", "--json").exits(0).json()
    #expect(shown["ipconfig"]?.array?.count == headings.count)
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
