import HNSEmulator
import HostModel
import NetworkTypes
import Testing

/// The rules of outbound NAT and of encapsulation on VFP ports (reference: windows-firewall-and-vfp, 3.5, 10.1
/// and 10.5; hns, 10.4).
@Suite struct TranslationRuleTests {
  private static func nat(_ settings: String) -> String {
    #"[{"Type":"OutBoundNAT","Settings":\#(settings)}]"#
  }

  /// The rules of the group of outbound NAT at the port of a pod with an OutBoundNAT policy.
  private func rules(_ settings: String, _ type: String = "Overlay") throws -> [VFPRule] {
    var host = try VFPHost(type)
    try host.run("web", "10.244.7.10", policies: Self.nat(settings))
    return try host.pod("web").rules.filter { $0.group.layer == .slbNAT }
  }

  @Test(arguments: ["Overlay", "L2Bridge"]) func outboundNATHasARuleForTCPAndOneForUDP(type: String) throws {
    let rules = try rules(#"{"Exceptions":["10.244.0.0/16","10.96.0.0/12"]}"#, type)
    #expect(
      rules.map(\.name) == [
        "OUTBOUNDNAT_EXCEPTIONS", "SNAT_TCP_OUTBOUNDNAT_0_10.240.0.5", "SNAT_UDP_OUTBOUNDNAT_0_10.240.0.5",
      ])
    #expect(rules.allSatisfy { $0.group.name == "SLB_GROUP_NAT_IPv4_OUT" && $0.origin == .service })
    let exceptions = rules[0]
    #expect(exceptions.effect == .allow && exceptions.priority < rules[1].priority)
    #expect(exceptions.match.remoteAddresses?.contains(try #require(IPAddress("10.97.0.1"))) == true)
    #expect(exceptions.match.remoteAddresses?.contains(try #require(IPAddress("198.51.100.9"))) == false)
    let own = AddressSet([AddressRange(try #require(IPAddress("10.244.7.10")))])
    for (rule, number) in zip(rules.dropFirst(), [IPProtocol.tcp, .udp]) {
      #expect(rule.effect.typeName == "dynnat" && rule.effect.flags == 259 && rule.effect.flowTTL == 240)
      #expect(rule.match == RuleMatch(protocols: ProtocolSet([number]), localAddresses: own))
    }
    guard case .translateSource(let pool) = rules[1].effect else { return }
    #expect(pool.hasPrefix("SLB_NATPOOL_IPV4_TCP_10.244.7.1010.240.0.5") && pool.hasSuffix("0"))
  }

  @Test func aVirtualIPReplacesTheAddressOfTheHost() throws {
    let names = try rules(#"{"VirtualIP":"10.240.0.77"}"#).map(\.name)
    #expect(names == ["SNAT_TCP_OUTBOUNDNAT_0_10.240.0.77", "SNAT_UDP_OUTBOUNDNAT_0_10.240.0.77"])
  }

  @Test func destinationsAreConditions() throws {
    let rules = try rules(#"{"Destinations":["10.244.7.10"]}"#)
    let only = AddressSet([AddressRange(try #require(IPAddress("10.244.7.10")))])
    #expect(rules.count == 2 && rules.allSatisfy { $0.match.remoteAddresses == only })
  }

  @Test func withoutAPolicyOrVFPThereIsNoRule() throws {
    var host = try VFPHost()
    try host.run("web", "10.244.7.10")
    #expect(try host.pod("web").names("SLB_NAT_LAYER", "SLB_GROUP_NAT_IPv4_OUT") == [])
    host = try VFPHost("NAT")
    try host.run("web", "10.244.7.10", policies: Self.nat("{}"))
    #expect(try host.pod("web").rules.isEmpty)
  }

  @Test func aSubnetOfAnotherHostHasARuleOnPodsAndTheRouter() throws {
    var host = try VFPHost()
    try host.run("web", "10.244.7.10")
    try host.addRemoteSubnet("10.244.9.0/24", provider: "10.240.0.9")
    for port in host.service.vfpPorts {
      let rules = port.rules.filter { $0.name == "REMOTESUBNETROUTE_10.244.9.0/24" }
      guard port.endpoint != nil || port.kind == .router else {
        #expect(rules.isEmpty, "\(port.kind)")
        continue
      }
      #expect(rules.map(\.group.name) == ["VNET_GROUP_ENCAP_IPV4_OUT"], "\(port.kind)")
      #expect(rules.map(\.effect) == [.encapsulate(provider: try #require(IPAddress("10.240.0.9")))])
    }
  }
}
