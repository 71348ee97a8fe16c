import Diagnostics
import FilterEngine
import HNSEmulator
import HNSStore
import HostImport
import HostModel
import NetworkTypes
import Testing

/// Whatever of a source is cut off, unread or not taken over leaves the verdicts that depend on it unknown.
@Suite struct UncertaintyTests {
  private static let endpoint = "30415263-7485-4960-8172-839405162738"

  /// A transparent network with two containers; invented.
  private static func host(
    policies: String = "", endpoint: String = "", more: String = "", network: String = ""
  ) -> String {
    """
    [{"ID": "2F3A4B5C-6D7E-4F80-9102-132435465768", "Name": "lab", "Type": "Transparent",
      "NetworkAdapterName": "Ethernet", "Version": 55834574851, "Subnets": [
        {"AddressPrefix": "192.0.2.0/24", "GatewayAddress": "192.0.2.1", "Policies": []}],
      "MacPools": [{"StartMacAddress": "00-15-5D-00-00-00", "EndMacAddress": "00-15-5D-00-0F-FF"}]\(network)},
     {"ID": "\(Self.endpoint)", "Name": "web", "Version": 55834574851, "State": 3,
      "VirtualNetwork": "2f3a4b5c-6d7e-4f80-9102-132435465768", "VirtualNetworkName": "lab",
      "Policies": [\(policies)], "IPAddress": "192.0.2.10", "PrefixLength": 24, "GatewayAddress": "192.0.2.1",
      "MacAddress": "00-15-5D-00-00-0A", "SharedContainers": ["c1"]\(endpoint)},
     {"ID": "40415263-7485-4960-8172-839405162738", "Name": "client", "Version": 55834574851, "State": 3,
      "VirtualNetwork": "2f3a4b5c-6d7e-4f80-9102-132435465768", "VirtualNetworkName": "lab", "Policies": [],
      "IPAddress": "192.0.2.20", "PrefixLength": 24, "GatewayAddress": "192.0.2.1",
      "MacAddress": "00-15-5D-00-00-0B", "SharedContainers": ["c2"]}\(more)]
    """
  }

  private func imported(_ texts: String...) throws -> (host: ImportedHost, diagnostics: [Diagnostic]) {
    let files = texts.enumerated().map { index, text in
      HostImport.File(name: "\(index).txt", bytes: Array(text.utf8))
    }
    let (host, diagnostics) = HostImport.host(files)
    #expect(!diagnostics.contains { $0.severity == .error }, "\(diagnostics)")
    let found = try #require(host)
    #expect(found.service.invariantViolations().isEmpty)
    #expect(try found.restored().service == found.service)
    return (found, diagnostics)
  }

  // MARK: The firewall

  private static func registry(_ values: String) -> String {
    """
    Windows Registry Editor Version 5.00

    [HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules]
    \(values)
    """
  }

  @Test("A value among rules that is not one leaves everything unknown but what a rule blocks.")
  func unreadRule() throws {
    let values = """
      "telnet"="v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=23|Name=telnet|"
      "cut"="v2.30|Action=Allow|Active=TRUE|Dir=In|Proto
      """
    let (host, _) = try imported(Self.host(), Self.registry(values))
    #expect(host.service.gaps.firewall == .unreadRules)
    #expect(try host.verdict(from: "198.51.100.1", to: "web", port: 23) == .block)
    let other = try host.trace(from: "198.51.100.1", to: "web", port: 80)
    #expect(other.verdict == .unknown)
    #expect(other.reason?.description.contains("could not be read") == true)
  }

  @Test("Filters of a rule that is not there are those of a rule that is missing.")
  func orphanedFilters() throws {
    let filter = #"[{"InstanceID": "lost", "Protocol": "TCP", "LocalPort": "80", "RemotePort": "Any"}]"#
    let rules = Self.registry(#""x"="v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=1|Name=x|""#)
    let (host, _) = try imported(Self.host(), rules, filter)
    #expect(host.service.gaps.firewall == .unreadRules)
  }

  @Test("A registry rule without a field that says so is not known to be enabled.")
  func ruleWithoutActive() throws {
    let values = #""telnet"="v2.30|Action=Block|Dir=In|Protocol=6|LPort=23|Name=telnet|""#
    let (host, _) = try imported(Self.host(), Self.registry(values))
    let trace = try host.trace(from: "198.51.100.1", to: "web", port: 23)
    #expect(trace.verdict == .unknown)
    #expect(trace.reason?.description.contains("whether it is enabled") == true)
  }

  @Test("`firewall=defaults` states only what the source lacks: rules that it has count.")
  func defaults() throws {
    let values = #""telnet"="v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=23|Name=telnet|""#
    let (host, _) = try imported(Self.host(), Self.registry(values))
    #expect(try host.verdict(from: "198.51.100.1", to: "web", port: 23, assuming: .defaults) == .block)
    #expect(try host.verdict(from: "198.51.100.1", to: "web", port: 80, assuming: .defaults) == .allow)
  }

  @Test("Rules that may match leave no proof for all packets, but a comparison.")
  func uncertainRules() throws {
    let values = #""x"="v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=23|App=C:\\a.exe|Name=x|""#
    let (host, _) = try imported(Self.host(), Self.registry(values))
    var evaluator = PacketEvaluator(host.service.withContainersStarted())
    #expect(evaluator.gap(.endpoint(0)) == .uncertainFirewall)
    #expect(evaluator.gap(.endpoint(0), at: .vfp) == nil)
    #expect(evaluator.missingPart(.endpoint(0)) == nil)
  }

  @Test("Two profiles of one name that differ leave its settings unknown, and are named.")
  func contradictoryProfiles() throws {
    func profile(_ action: Int) -> String {
      #"[{"Name": "Public", "Enabled": 1, "DefaultInboundAction": \#(action), "DefaultOutboundAction": 2}]"#
    }
    for texts in [[profile(4), profile(2)], [profile(2), profile(4)]] {
      let (host, diagnostics) = try imported(Self.host(), Self.registry(""), texts[0], texts[1])
      #expect(diagnostics.contains { $0.code == .captureContradiction && $0.message.contains("Public") })
      #expect(host.service.configuration.firewall?.profiles[.public] == nil)
    }
  }

  // MARK: Members that were cut off

  @Test("Addresses that were cut off are unknown.")
  func cutAddresses() throws {
    let endpoint = """
      {"ID": "50415263-7485-4960-8172-839405162738", "Name": "cut", "Policies": [],
       "HostComputeNetwork": "2f3a4b5c-6d7e-4f80-9102-132435465768", "MacAddress": "00-15-5D-00-00-0C",
       "IpConfigurations": ["@{IpAddress=192.0.2.30; PrefixLength=24}"], "SchemaVersion": {"Major": 2, "Minor": 0}}
      """
    let (host, _) = try imported(Self.host(more: ", \(endpoint)"))
    let gaps = host.service.gaps.endpoints[try #require(GUID("50415263-7485-4960-8172-839405162738"))]
    #expect(gaps?.contains(EndpointGap(.cut, "IpConfigurations")) == true)
  }

  @Test("The document of which less was cut off counts.")
  func otherDocument() throws {
    let v2 = """
      [{"ID": "\(Self.endpoint)", "Name": "web", "Policies": ["@{Type=ACL}"],
        "HostComputeNetwork": "2f3a4b5c-6d7e-4f80-9102-132435465768", "MacAddress": "00-15-5D-00-00-0A",
        "IpConfigurations": "@{IpAddress=192.0.2.10}", "SchemaVersion": {"Major": 2, "Minor": 0}}]
      """
    let (host, _) = try imported(Self.host(), v2)
    #expect(host.service.gaps.endpoints.isEmpty)
    #expect(try host.verdict(from: "198.51.100.1", to: "web", port: 80, assuming: .defaults) == .allow)
  }

  @Test("Packets to a load balancer of which a part was cut off are unknown.")
  func cutLoadBalancer() throws {
    let list = """
      {"ID": "60415263-7485-4960-8172-839405162738", "References": "System.Object[]", "Version": 55834574851,
       "Policies": [{"Type": "ELB", "VIPs": ["10.96.0.1"], "ExternalPort": 80, "InternalPort": 80, "Protocol": 6}]}
      """
    let (host, _) = try imported(Self.host(more: ", \(list)"))
    #expect(host.service.gaps.missing.map(\.kind) == [.loadBalancer])
    let service = try host.trace(from: "client", to: "10.96.0.1", port: 80, assuming: .defaults)
    #expect(service.verdict == .unknown)
    #expect(service.reason?.description.contains("load balancer") == true)
    let direct = try host.verdict(from: "client", to: "198.51.100.1", port: 80, assuming: .defaults)
    #expect(direct == .allow)
  }

  // MARK: Objects that are not taken over

  @Test("An ACL with a member that is not known is unknown.", arguments: ["RemoteAdresses", "Priorty"])
  func unknownMember(_ member: String) throws {
    let acl = #"{"Type": "ACL", "Action": "Block", "Direction": "In", "\#(member)": "10.0.0.0/8", "Id": "a"}"#
    let (host, diagnostics) = try imported(Self.host(policies: acl))
    let trace = try host.trace(from: "198.51.100.1", to: "web", port: 80, assuming: .defaults)
    #expect(trace.verdict == .unknown)
    #expect(trace.reason?.description.contains(member) == true)
    #expect(diagnostics.contains { $0.code == .captureUnread && $0.message.contains(member) })
  }

  @Test("An endpoint whose document is not taken over is there, and unknown.")
  func refusedEndpoint() throws {
    let twin = """
      {"ID": "70415263-7485-4960-8172-839405162738", "Name": "twin", "Version": 55834574851, "State": 3,
       "VirtualNetwork": "2f3a4b5c-6d7e-4f80-9102-132435465768", "Policies": [], "IPAddress": "192.0.2.40",
       "PrefixLength": 24, "MacAddress": "00-15-5D-00-00-0A", "SharedContainers": ["c3"]}
      """
    let (host, _) = try imported(Self.host(more: ", \(twin)"))
    #expect(host.service.topology.endpoints.map(\.name) == ["web", "client", "twin"])
    let trace = try host.trace(from: "client", to: "twin", port: 80, assuming: .defaults)
    #expect(trace.verdict == .unknown)
    #expect(trace.reason?.description.contains("document of twin was not taken over") == true)
  }

  @Test("Packets to an endpoint of a network that is not in the source are unknown.")
  func endpointWithoutNetwork() throws {
    let lost = """
      {"ID": "80415263-7485-4960-8172-839405162738", "Name": "lost", "Version": 55834574851, "State": 3,
       "VirtualNetwork": "aaaaaaaa-6d7e-4f80-9102-132435465768", "Policies": [], "IPAddress": "10.9.9.9",
       "PrefixLength": 24, "MacAddress": "00-15-5D-00-00-0F", "SharedContainers": ["c4"]}
      """
    let (host, _) = try imported(Self.host(more: ", \(lost)"))
    #expect(host.service.gaps.missing.map(\.name) == ["lost"])
    let trace = try host.trace(from: "client", to: "10.9.9.9", port: 80, assuming: .defaults)
    #expect(trace.verdict == .unknown)
    #expect(trace.reason?.description.contains("lost") == true)
  }

  @Test("A namespace that lists an endpoint twice has it once.")
  func endpointTwice() throws {
    let namespace = """
      {"ID": "90415263-7485-4960-8172-839405162738", "CompartmentId": 4, "IsDefault": false, "ResourceList": [
        {"Type": "Endpoint", "Data": {"Id": "\(Self.endpoint)"}},
        {"Type": "Endpoint", "Data": {"Id": "\(Self.endpoint)"}}]}
      """
    let (host, _) = try imported(Self.host(more: ", \(namespace)"))
    #expect(host.service.topology.endpoints.count == 2)
    #expect(host.service.gaps.endpoints.isEmpty)
  }

  @Test(
    "A build that no container host has is kept, and not taken.", arguments: ["1", "-20348", "12345678901"])
  func strangeBuild(_ number: String) throws {
    let (host, _) = try imported(Self.host(), #"{"build": \#(number), "revision": 1}"#)
    #expect(host.service.build.build == 20348)
    #expect(host.service.gaps.unread.contains { $0.reason.contains("build") })
  }

  @Test("`--windows` that contradicts the capture is named.")
  func contradictoryOption() throws {
    let file = HostImport.File(
      name: "x", bytes: Array((Self.host() + "\n" + #"{"build": 20348, "revision": 1}"#).utf8))
    let (host, diagnostics) = HostImport.host([file], windows: WindowsBuild(build: 26100))
    #expect(host?.service.build.build == 26100)
    #expect(diagnostics.contains { $0.code == .captureContradiction && $0.message.contains("20348") })
  }
}
