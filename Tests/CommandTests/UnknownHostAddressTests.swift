import JSONText
import Testing

/// Where no address of the host is known, packets to it are said to go to one, not to 0.0.0.0.
@Suite struct UnknownHostAddressTests {
  private static func workspace() throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: cluster
      host: {windows: ltsc2022, adapters: [Ethernet]}
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
      containers:
        - {name: web, network: podnet, addresses: [10.244.7.10]}
        - {name: client, network: podnet, addresses: [10.244.7.20]}
      services:
        - {name: shop, address: 10.96.7.7, ports: [{port: 80, nodePort: 30080}], backends: [web]}

      """, to: "p.yaml")
    return workspace
  }

  private func trace(_ workspace: Workspace, _ arguments: String...) throws -> Run {
    try workspace.start(["trace", "p.yaml", "--protocol", "tcp"] + arguments).finish()
  }

  @Test func aNodePort() throws {
    let workspace = try Self.workspace()
    let run = try trace(workspace, "--from", "client", "--to", "host", "--port", "30080")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(
      lines.first == "Packet: tcp from client (10.244.7.20:49152) to an address of the host, port 30080",
      "\(run.output)")
    #expect(run.output.contains("remote an address of the host port 30080"), "\(run.output)")
    #expect(
      run.output.contains("destination an address of the host, port 30080 becomes 10.244.7.10:80"),
      "\(run.output)")
    // Only the names of rules have the address that HNS would write there.
    #expect(lines.filter { $0.contains("0.0.0.0") }.allSatisfy { $0.contains("by NAT_") }, "\(run.output)")
    let json = try trace(
      workspace, "--from", "client", "--to", "host", "--port", "30080", "--json"
    ).json()
    #expect(json["packet"]?["to"] == "host", "\(json)")
    let rewrites = (json["backends"]?.array?.first?["steps"]?.array ?? []).filter { $0["kind"] == "rewrite" }
    let sources = rewrites.compactMap { $0["from"]?.string }
    #expect(sources.contains("host:30080"), "\(json)")
  }

  @Test func thePortOfTheHostItself() throws {
    let run = try trace(try Self.workspace(), "--from", "client", "--to", "host", "--port", "443")
    #expect(run.output.hasPrefix("Packet: tcp from client (10.244.7.20:49152) to host (port 443)\n"))
    #expect(!run.output.contains("0.0.0.0"), "\(run.output)")
  }

  @Test func setsOfPackets() throws {
    let workspace = try Self.workspace()
    let run = try trace(workspace, "--from", "any", "--to", "host", "--port", "30080")
    #expect(run.output.contains("client to svc:shop at an address of the host with 1 backend"))
    #expect(!run.output.contains("0.0.0.0"), "\(run.output)")
    let json = try trace(workspace, "--from", "any", "--to", "host", "--port", "30080", "--json")
    #expect(!json.output.contains(#""0.0.0.0""#), "\(json.output)")
  }
}
