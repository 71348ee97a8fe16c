import Diagnostics
import FilterEngine
import HNSEmulator
import HNSStore
import HostImport
import HostModel
import NetworkTypes
import Testing

/// What the sources lack is unknown, with the reason; what they contradict is named.
@Suite struct GapTests {
  /// A transparent network and one endpoint of it, by its members; invented.
  private func files(_ endpoint: String, network: String = "") -> [HostImport.File] {
    let text = """
      [{"ID": "2F3A4B5C-6D7E-4F80-9102-132435465768", "Name": "lab", "Type": "Transparent",
        "NetworkAdapterName": "Ethernet", "Version": 55834574851, "Subnets": [
          {"AddressPrefix": "192.0.2.0/24", "GatewayAddress": "192.0.2.1", "Policies": []}],
        "MacPools": [{"StartMacAddress": "00-15-5D-00-00-00", "EndMacAddress": "00-15-5D-00-0F-FF"}]\(network)},
       {"ID": "30415263-7485-4960-8172-839405162738", "Name": "web", "Version": 55834574851,
        "VirtualNetwork": "2f3a4b5c-6d7e-4f80-9102-132435465768", "VirtualNetworkName": "lab",
        "IPAddress": "192.0.2.10", "PrefixLength": 24, "GatewayAddress": "192.0.2.1",
        "MacAddress": "00-15-5D-00-00-0A", "SharedContainers": ["c1"], \(endpoint)}]
      """
    return [HostImport.File(name: "host.json", bytes: Array(text.utf8))]
  }

  private func host(_ endpoint: String, network: String = "") throws -> ImportedHost {
    try #require(HostImport.host(files(endpoint, network: network)).host)
  }

  @Test("A list of policies that ConvertTo-Json cut off is unknown, whatever else is known.")
  func cutPolicies() throws {
    let host = try host(#""State": 3, "Policies": ["@{Type=ACL; Action=Block; Direction=In}"]"#)
    let trace = try host.trace(from: "198.51.100.1", to: "web", port: 80, assuming: .defaults)
    #expect(trace.verdict == .unknown)
    #expect(trace.reason?.description.contains("Policies of web is cut off in the source") == true)
    #expect(trace.reason?.description.contains("-Depth 20") == true)
  }

  @Test("A member that was cut off and decides nothing leaves verdicts known.")
  func cutResources() throws {
    let host = try host(#""State": 3, "Policies": [], "Resources": "@{ID=1; Allocators=System.Object[]}""#)
    #expect(try host.verdict(from: "198.51.100.1", to: "web", port: 80, assuming: .defaults) == .allow)
  }

  @Test("A policy of an unknown type makes the endpoint unknown, and is kept.")
  func unknownPolicy() throws {
    let host = try host(#""State": 3, "Policies": [{"Type": "FirewallPolicy", "Mode": 1}]"#)
    let trace = try host.trace(from: "198.51.100.1", to: "web", port: 80, assuming: .defaults)
    #expect(trace.verdict == .unknown)
    #expect(trace.reason?.description.contains("unknown type FirewallPolicy") == true)
    #expect(host.service.gaps.unread.map(\.text).contains { $0?.contains("FirewallPolicy") == true })
  }

  @Test("State 3 is a process isolated container; State 2 says nothing about isolation.")
  func isolation() throws {
    let process = try host(#""State": 3, "Policies": []"#)
    #expect(process.service.topology.endpoints[0].isolation == .process)
    #expect(process.service.gaps.endpoints.isEmpty)
    let attached = try host(#""State": 2, "Policies": []"#)
    let trace = try attached.trace(from: "198.51.100.1", to: "web", port: 80, assuming: .defaults)
    #expect(trace.verdict == .unknown)
    #expect(trace.reason?.description.contains("process or Hyper-V isolated") == true)
  }

  @Test("Networks of other modes than containers use come in.", arguments: ["ICS", "Internal", "Private"])
  func unusual(_ mode: String) throws {
    let network = """
      , "Owner": "someone"}, {"ID": "C08CB7B8-9B3C-408E-8E30-5E16A3AEB444", "Name": "Default Switch",
        "Type": "\(mode)", "Flags": 11, "Version": 55834574851, "Subnets": [
          {"AddressPrefix": "172.22.0.0/20", "GatewayAddress": "172.22.0.1"}],
        "MacPools": [{"StartMacAddress": "00-15-5D-10-00-00", "EndMacAddress": "00-15-5D-10-0F-FF"}]
      """
    let host = try host(#""State": 3, "Policies": []"#, network: network)
    #expect(host.service.topology.networks.map(\.name) == ["lab", "Default Switch"])
    #expect(try host.restored().service == host.service)
  }

  @Test("Two documents of one endpoint that differ make the member unknown; the host comes in.")
  func contradiction() throws {
    let first = files(#""State": 3, "Policies": []"#)[0]
    let second = files(#""State": 1, "Policies": []"#)[0]
    let (host, diagnostics) = HostImport.host([
      first, HostImport.File(name: "later.json", bytes: second.bytes),
    ])
    #expect(diagnostics.contains { $0.code == .captureContradiction && $0.message.contains("State") })
    let trace = try #require(host).trace(from: "198.51.100.1", to: "web", port: 80, assuming: .defaults)
    #expect(trace.verdict == .unknown)
  }

  @Test(
    "Documents of both schemas with other ACLs make them unknown; Ids, order and the form of members do not matter.",
    arguments: [
      (#"{"Id": "b", "Protocols": "6", "Action": "Block", "Direction": "In", "Priority": 200}"#, false),
      (#"{"Protocols": "6", "Action": "Allow", "Direction": "In", "Priority": 200}"#, true),
      (nil, true),
    ] as [(String?, Bool)])
  func contradictorySchemas(_ settings: String?, _ differs: Bool) throws {
    let flat =
      #"{"Type": "ACL", "Id": "a", "Protocol": 6, "Action": "Block", "Direction": "In", "Priority": 200, "Scope": 0}"#
    let other = """
      {"ID": "30415263-7485-4960-8172-839405162738", "SchemaVersion": {"Major": 2, "Minor": 0}, "Name": "web",
       "HostComputeNetwork": "2F3A4B5C-6D7E-4F80-9102-132435465768",
       "IpConfigurations": [{"IpAddress": "192.0.2.10", "PrefixLength": 24}],
       "Policies": [\(settings.map { #"{"Type": "ACL", "Settings": \#($0)}"# } ?? "")]}
      """
    let (host, diagnostics) = HostImport.host(
      files(#""State": 3, "Policies": [\#(flat)]"#)
        + [HostImport.File(name: "schema2.json", bytes: Array(other.utf8))])
    #expect(
      diagnostics.contains { $0.code == .captureContradiction && $0.message.contains("Policies") } == differs)
    let trace = try #require(host).trace(from: "198.51.100.1", to: "web", port: 80, assuming: .defaults)
    #expect(trace.verdict == (differs ? .unknown : .block))
  }

  @Test("Two versions of the service, or two management addresses of a network, are two hosts.")
  func severalHosts() throws {
    let first = try Fixtures.file("documents/overlay-9.2.json")
    let (other, diagnostics) = HostImport.host([first, try Fixtures.file("documents/overlay-15.0-v1.json")])
    #expect(other == nil)
    let problem = try #require(diagnostics.first { $0.code == .captureOfSeveralHosts })
    #expect(problem.message.contains("documents/overlay-9.2.json"))
    #expect(problem.message.contains("documents/overlay-15.0-v1.json"))
    let moved = String(decoding: first.bytes, as: UTF8.self)
      .replacing("\"ManagementIP\":  \"10.240.0.5\"", with: "\"ManagementIP\":  \"10.240.0.6\"")
    let (host, found) = HostImport.host([
      first, HostImport.File(name: "other.json", bytes: Array(moved.utf8)),
    ])
    #expect(host == nil)
    #expect(found.contains { $0.code == .captureOfSeveralHosts && $0.message.contains("10.240.0.6") })
  }

  @Test("A capture that is cut off is refused, with the place.", arguments: [0.3, 0.6, 0.9])
  func truncated(_ part: Double) throws {
    let whole = try Fixtures.file("documents/overlay-9.2.json")
    let bytes = Array(whole.bytes.prefix(Int(Double(whole.bytes.count) * part)))
    #expect(HostImport.isCapture(bytes))
    let (host, diagnostics) = HostImport.host([HostImport.File(name: "cut.json", bytes: bytes)])
    #expect(host == nil)
    #expect(diagnostics.map(\.code) == [.captureTruncated])
    #expect(diagnostics[0].location.map { $0.line > 1 } == true)
  }

  @Test("Replies of HNS and concatenated documents with a heading come in like lists.")
  func replies() throws {
    let list = String(decoding: files(#""State": 3, "Policies": []"#)[0].bytes, as: UTF8.self)
    let reply = #"{"Success":true,"Output":"# + list + "}"
    let objects = list.dropFirst().dropLast().replacing("},\n {\"ID\"", with: "}\n{\"ID\"")
    for text in [reply, "HNS objects:\r\n" + objects] {
      let (host, _) = HostImport.host([HostImport.File(name: "x", bytes: Array(text.utf8))])
      #expect(
        try #require(host).verdict(from: "198.51.100.1", to: "web", port: 80, assuming: .defaults) == .allow)
    }
  }

  @Test("A profile is not a capture.")
  func profiles() {
    #expect(!HostImport.isCapture(Array("apiVersion: hnsctl/v1\nkind: HostProfile\nname: a\n".utf8)))
    #expect(!HostImport.isCapture(Array(#"{"apiVersion": "hnsctl/v1", "kind": "HostProfile"}"#.utf8)))
  }
}
