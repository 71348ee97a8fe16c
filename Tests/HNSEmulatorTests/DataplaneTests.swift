import HNSEmulator
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Testing

@Suite struct DataplaneTests {
  /// An endpoint of a driver with policies, in a namespace with a running container.
  private func attached(
    _ driver: String, _ namespace: String, _ policies: String = "[]", windows: String = "ltsc2022",
    assumptions: [Assumption: String] = [:]
  ) throws -> (service: HostNetworkingService, endpoint: GUID) {
    var service = host(windows, assumptions: assumptions)
    let network = try service.makeNetwork("n", driver)
    let endpoint = try service.makeEndpoint(network, #""Name":"web","Policies":\#(policies)"#)
    let space = try service.makeNamespace(namespace)
    try service.join(space, endpoint)
    #expect(service.switchPorts == [], "nothing is programmed before a container runs")
    #expect(service.firewall(of: endpoint) == nil)
    try service.start(space, "c")
    return (service, endpoint)
  }

  private let switchAllow =
    #"{"Type":"ACL","Settings":{"Id":"https","Protocols":"6","LocalPorts":"443","Priority":300,"Action":"Allow","Direction":"In","RuleType":"Switch"}}"#
  private let hostAllow =
    #"{"Type":"ACL","Settings":{"Id":"https","Protocols":"6","LocalPorts":"443","Action":"Allow","Direction":"In","RuleType":"Host"}}"#
  private let mapping =
    #"{"Type":"PortMapping","Settings":{"Protocol":6,"InternalPort":80,"ExternalPort":8080}}"#

  @Test(
    "Both components are programmed exactly as in Microsoft's table", arguments: PlatformCell.all)
  func cells(_ cell: PlatformCell) throws {
    let (service, endpoint) = try attached(
      cell.driver.documentName, cell.isolation == .hyperv ? "Guest" : "Host", "[\(switchAllow),\(hostAllow)]")
    let port = try #require(service.switchPort(of: endpoint))
    let firewall = try #require(service.firewall(of: endpoint))
    let expected: [EnforcementPoint] =
      switch (cell.driver, cell.isolation) {
      case (.transparent, .process), (.nat, .process): [.windowsFirewall]
      case (.transparent, .hyperv), (.nat, .hyperv): []
      case (_, .process): [.windowsFirewall, .vfp]
      case (_, .hyperv): [.vfp]
      }
    #expect(port.rules.contains { $0.name == "https" } == expected.contains(.vfp))
    #expect(firewall.rules.contains { $0.name == "https" } == expected.contains(.windowsFirewall))
    #expect(port.isolation == cell.isolation)
    #expect(try service.document(.endpoint, endpoint)["Policies"]?.array?.count ?? 0 >= 2, "all is stored")
  }

  @Test("hns 6.8: without ACLs a port allows everything at 65500") func vfpDefaults() throws {
    let (service, endpoint) = try attached("L2Bridge", "Host")
    let port = try #require(service.switchPort(of: endpoint))
    #expect(port.name == endpoint.uppercase)
    #expect(
      port.groups.map(\.name) == [
        "ACL_ENDPOINT_GROUP_IPV4_IN", "ACL_ENDPOINT_GROUP_IPV4_OUT", "ACL_ENDPOINT_GROUP_IPV6_IN",
        "ACL_ENDPOINT_GROUP_IPV6_OUT",
      ])
    #expect(port.rules.count == 4)
    #expect(port.rules.allSatisfy { $0.isPlatformDefault && $0.priority == 65500 && $0.match == RuleMatch() })
  }

  @Test(
    "hns 6.8 and 9: the default action with an ACL",
    arguments: [
      (["implicitDeny": "anyAcl"], UnmatchedTraffic.block, UnmatchedTraffic.allow, 2),
      (["implicitDeny": "never"], .allow, .allow, 4),
      (["implicitDeny": "unknown"], .unknown, .allow, 2),
      (["implicitDenyScope": "endpoint"], .block, .block, 0),
    ]) func implicitDeny(
      _ assumptions: [String: String], _ inbound: UnmatchedTraffic, _ outbound: UnmatchedTraffic,
      _ defaults: Int
    ) throws
  {
    var chosen: [Assumption: String] = [:]
    for (key, value) in assumptions { chosen[try #require(Assumption(name: key))] = value }
    let (service, endpoint) = try attached(
      "L2Bridge", "Host", "[\(switchAllow),\(hostAllow)]", assumptions: chosen)
    let port = try #require(service.switchPort(of: endpoint))
    #expect(port.unmatchedInbound == inbound)
    #expect(port.unmatchedOutbound == outbound)
    #expect(port.rules.count(where: \.isPlatformDefault) == defaults)
    let firewall = try #require(service.firewall(of: endpoint))
    #expect(firewall.unmatchedInbound == (inbound == .allow ? .block : inbound))
    #expect(firewall.unmatchedOutbound == outbound)
    #expect(firewall.rules.contains(where: \.isPlatformDefault) == (inbound == .allow))
  }

  /// Reference: network-isolation, "Who enforces port ACLs".
  @Test("the firewall's defaults per build and isolation")
  func firewallDefaults() throws {
    let (modern, endpoint) = try attached("NAT", "Host")
    let firewall = try #require(modern.firewall(of: endpoint))
    #expect(firewall.rules.map(\.name) == ["Container default inbound"])
    #expect(firewall.rules[0].match.protocols?.protocols.map(\.number) == [1, 2, 6, 17, 58])
    #expect(firewall.unmatchedInbound == .block)
    #expect(firewall.unmatchedOutbound == .allow)

    let (old, web) = try attached("NAT", "Host", "[\(mapping)]", windows: "ltsc2016")
    let oldFirewall = try #require(old.firewall(of: web))
    #expect(oldFirewall.rules.map(\.name) == ["Published port 8080:80/tcp"])
    #expect(oldFirewall.rules[0].match.localPorts == PortSet([PortRange(80)]))
    #expect(oldFirewall.unmatchedInbound == .block)

    let (early, early1) = try attached("L2Bridge", "Host", windows: "1709")
    #expect(early.firewall(of: early1)?.rules.first?.name.hasPrefix("Compartment 2 - ") == true)

    let (guest, inside) = try attached("NAT", "Guest", "[\(mapping)]")
    #expect(guest.firewall(of: inside)?.rules == [])
    #expect(guest.firewall(of: inside)?.unmatchedInbound == .allow)
    #expect(guest.firewallCompartments.map(\.compartment) == [1, 1, 2])
    let (strict, strictEndpoint) = try attached(
      "NAT", "Guest", windows: "ltsc2016", assumptions: [.hypervInboundBefore1709: "block"])
    #expect(strict.firewall(of: strictEndpoint)?.unmatchedInbound == .block)
  }

  @Test("windows-firewall-and-vfp 3.5: published ports") func publishedPorts() throws {
    let (nat, first) = try attached("NAT", "Host", "[\(mapping)]")
    #expect(
      nat.firewall(of: first)?.rules.map(\.name) == [
        "Published port 8080:80/tcp", "Container default inbound",
      ])
    #expect(nat.switchPort(of: first)?.rules.allSatisfy { $0.group.layer == .endpointACL } == true)
    let (bridge, second) = try attached("L2Bridge", "Host", "[\(mapping)]")
    let rule = try #require(bridge.switchPort(of: second)?.rules.first { $0.group.layer == .slbNAT })
    #expect(rule.name == "NAT_\(second.uppercase)_10.240.0.5_8080_6")
    #expect(rule.match.localPorts == PortSet([PortRange(8080)]))
    #expect(bridge.firewall(of: second)?.rules.map(\.name) == ["Container default inbound"])
  }

  @Test(
    "windows-firewall-and-vfp 4.3: ACLs on nat of 2025",
    arguments: [
      ("26100.1742", "byRevision", false), ("26100.32690", "byRevision", true), ("26100", "byRevision", true),
      ("26100.1742", "enforced", true), ("26100.32690", "storedOnly", false), ("20348", "storedOnly", true),
    ]) func natOn2025(_ windows: String, _ value: String, _ acts: Bool) throws
  {
    let (service, endpoint) = try attached(
      "NAT", "Host", "[\(hostAllow)]", windows: windows, assumptions: [.natAclOnServer2025: value])
    #expect(service.firewall(of: endpoint)?.rules.contains { $0.name == "https" } == acts)
  }

  @Test func anUpdateTakesEffectAtOnceAndTheLastContainerRemovesThePort() throws {
    var (service, endpoint) = try attached("L2Tunnel", "Host")
    try service.policies(endpoint, "Update", "[\(switchAllow)]")
    #expect(service.switchPort(of: endpoint)?.rules.first?.priority == 300)
    let namespace = try #require(try service.enumerate(.namespace).first)
    try service.start(namespace, "c", "Remove")
    #expect(service.switchPort(of: endpoint) == nil)
    #expect(service.firewallCompartments.map(\.compartment) == [1])
  }
}
