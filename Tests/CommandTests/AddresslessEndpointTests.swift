import HNSEmulator
import HNSStore
import HostModel
import JSONText
import NetworkTypes
import Testing

/// Endpoints whose address a DHCP server assigns, as docker makes them, in every command that reads a host; and the
/// options of `serve` that describe the node.
@Suite struct AddresslessEndpointTests {
  /// A host with a container on a transparent network without a prefix, and an endpoint of another host.
  private func prepared() throws -> Workspace {
    let workspace = try Workspace()
    var service = HostNetworkingService(
      HostConfiguration(
        adapters: ["Ethernet"], addresses: ["192.0.2.5"].compactMap { IPAddress($0) },
        dns: HostDNS(servers: ["192.0.2.53"].compactMap { IPAddress($0) }, suffixes: ["corp.example"]),
        listens: [HostPorts(.tcp, PortRange(445))]))
    func hns(_ path: String, _ request: JSON) throws -> String {
      let reply = service.perform(.hns(method: "POST", path: path, request: request))
      #expect(reply.result?["Success"] == true, "\(reply.detail ?? "")")
      return reply.result?["Output"]?["ID"]?.string ?? ""
    }
    let network = try hns(
      "/networks",
      [
        "Name": "lan", "Type": "transparent", "NetworkAdapterName": "Ethernet",
        "Subnets": [["AddressPrefix": "0.0.0.0/0", "GatewayAddress": "0.0.0.0"]],
      ])
    let web = try hns("/endpoints", ["Name": "web", "VirtualNetwork": .string(network)])
    _ = try hns("/endpoints/\(web)/attach", ["SystemType": "Container", "ContainerId": "c1"])
    _ = try hns(
      "/endpoints",
      [
        "Name": "far", "VirtualNetwork": .string(network), "IPAddress": "198.51.100.7",
        "IsRemoteEndpoint": true,
      ])
    try StateFile(path: workspace.path("host.json")).save(HostState(service: service))
    return workspace
  }

  @Test func theyAreShownWithoutAnAddress() throws {
    let workspace = try prepared()
    let shown = try workspace.hnsctl("show", "endpoints", "--state", "host.json").exits(0).output
    #expect(shown.contains(/\nIPAddress +:\n/))
    #expect(shown.contains(/\nIsRemoteEndpoint +: True\n/))
    try workspace.hnsctl("show", "networks", "--state", "host.json").exits(0)
    let trace = try workspace.hnsctl(
      "trace", "host.json", "--from", "web", "--to", "203.0.113.7", "--protocol", "tcp", "--port", "443"
    ).exits(0).output
    #expect(
      trace.contains(
        "the address of web is not known: a DHCP server assigns it, or the source does not contain it"))
    try workspace.hnsctl(
      "trace", "host.json", "--from", "web", "--to", "far", "--protocol", "tcp", "--port", "443"
    ).exits(0)
    try workspace.hnsctl("matrix", "host.json").exits(0)
  }

  @Test("What a rule with addresses does to packets of an endpoint without a known address is unknown.")
  func rulesWithAddressesMayMatch() throws {
    let workspace = try Workspace()
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: lan-node
      host: {windows: ltsc2022, addresses: [192.0.2.5], adapters: [Ethernet]}
      networks: [{name: lan, driver: transparent, adapter: Ethernet, ipam: dhcp}]
      containers:
        - {name: a, network: lan}
        - name: b
          network: lan
          acls:
            - {name: no-telnet, direction: in, action: block, protocols: [tcp], localPorts: [23]}
            - {name: no-lan, direction: in, action: block, protocols: [tcp], remoteAddresses: [192.0.2.0/24]}
      tests:
        - {name: all, always: {from: a, to: b, protocol: tcp, port: 80, verdict: allow}}
        - {name: none, never: {from: a, to: b, protocol: tcp, port: 80, verdict: allow}}
      """, to: "lan.yaml")
    func verdict(from: String, port: Int) throws -> String {
      try workspace.hnsctl(
        "trace", "lan.yaml", "--from", from, "--to", "b", "--protocol", "tcp", "--port", "\(port)", "--json"
      ).exits(0).json()["verdict"]?.string ?? ""
    }
    #expect(try verdict(from: "a", port: 80) == "unknown")
    #expect(try verdict(from: "a", port: 23) == "block")
    #expect(try verdict(from: "192.0.2.77", port: 80) == "block")
    #expect(try verdict(from: "198.51.100.1", port: 80) == "allow")
    let trace = try workspace.hnsctl(
      "trace", "lan.yaml", "--from", "a", "--to", "b", "--protocol", "tcp", "--port", "80"
    ).exits(0).output
    #expect(trace.contains("the rule 'no-lan' may match: it depends on an address that is not known"))
    let tests = try workspace.hnsctl("test", "lan.yaml", "--json").exits(2).json()
    #expect(tests["failed"] == 2, "\(tests)")
    let matrix = try workspace.hnsctl("matrix", "lan.yaml", "--service", "tcp/80,tcp/23").exits(0).output
    #expect(matrix.contains("unknown"), "\(matrix)")
    try workspace.hnsctl("plan", "lan.yaml").exits(0)
  }

  @Test("So it is with packets to and from the host where its address is not known.")
  func rulesMayMatchTheHost() throws {
    let workspace = try Workspace()
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: node
      host: {windows: ltsc2022, adapters: [Ethernet]}
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
        - {name: nat, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}
      containers:
        - {name: shop, network: nat, publish: ["8080:80"]}
        - name: web
          network: podnet
          acls:
            - {name: not-to-node, direction: out, action: block, remoteAddresses: [10.240.0.0/16]}
            - {name: not-from-node, direction: in, action: block, remoteAddresses: [10.240.0.0/16]}
      tests:
        - {name: published, always: {from: web, to: host, protocol: tcp, port: 8080, verdict: allow}}
        - {name: translated, always: {from: shop, to: web, protocol: tcp, port: 80, verdict: allow}}
      """, to: "node.yaml")
    for (from, to, port) in [("web", "host", "8080"), ("shop", "web", "80")] {
      let trace = try workspace.hnsctl(
        "trace", "node.yaml", "--from", from, "--to", to, "--protocol", "tcp", "--port", port, "--json"
      ).exits(0).json()
      #expect(trace["verdict"] == "unknown", "\(trace)")
    }
    #expect(try workspace.hnsctl("test", "node.yaml", "--json").exits(2).json()["failed"] == 2)
  }

  @Test("An effect that depends on an address that is not known is not said to be none.")
  func theOtherEndOfAChangeIsNotSaidToBlock() throws {
    let workspace = try Workspace()
    for bits in [9, 8] {
      try workspace.write(
        """
        apiVersion: hnsctl/v1
        kind: HostProfile
        name: lan-node
        host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet]}
        networks: [{name: lan, driver: transparent, adapter: Ethernet, ipam: dhcp}]
        containers:
          - name: a
            network: lan
            defaults: {in: block, out: allow}
            acls:
              - {name: x, direction: in, action: allow, protocols: [tcp], localAddresses: [10.0.0.0/\(bits)]}
          - {name: b, network: lan, defaults: {in: allow, out: allow}}
        """, to: "lan-\(bits).yaml")
    }
    let diff = try workspace.hnsctl("diff", "--semantic", "lan-9.yaml", "lan-8.yaml").exits(2).output
    #expect(
      diff.contains("1 with an effect if the other end allows, which is not known.")
        && !diff.contains("blocks"),
      "\(diff)")
  }

  @Test func factsOfTheNodeSurviveInItsState() throws {
    let workspace = try prepared()
    let state = try #require(try StateFile(path: workspace.path("host.json")).load())
    #expect(state.service.configuration.dns.suffixes == ["corp.example"])
    #expect(state.service.configuration.listens == [HostPorts(.tcp, PortRange(445))])
    #expect(state.service.invariantViolations().isEmpty)
  }

  @Test(arguments: [
    ("--host-dns", "dns", "'dns' is not an IP address"),
    ("--host-listens", "http", "'http' is not a port or range: write tcp/445 or udp/50000-50059"),
    ("--host-excluded-ports", "icmp/5", "'icmp/5' is not a port or range"),
    ("--host-dns-suffix", "", "--host-dns-suffix needs a domain"),
  ])
  func aWrongFactIsNamed(_ option: String, _ value: String, _ message: String) throws {
    let run = try Workspace().hnsctl("serve", "--port", "0", option, value).exits(64)
    #expect(run.errors.contains(message), "\(run.errors)")
  }
}
