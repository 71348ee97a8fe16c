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
    #expect(trace.contains("the address of web is assigned by a DHCP server and not known"))
    try workspace.hnsctl(
      "trace", "host.json", "--from", "web", "--to", "far", "--protocol", "tcp", "--port", "443"
    ).exits(0)
    try workspace.hnsctl("matrix", "host.json").exits(0)
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
