import HNSEmulator
import HostModel
import NetworkTypes
import Testing

/// The rules that load balancers program, by the names that Microsoft's checker looks for
/// (reference: windows-firewall-and-vfp, 10.2 and 10.6).
@Suite struct ServiceRuleTests {
  private static let id = GUID(0x326f_84d7_0000_4000_8000_0000_0000_0001)

  /// The rules of port 443 of a load balancer with two backends on this host and one on another.
  private func rules(
    local: Int, remote: Int, isDSR: Bool = true, address: String = "10.96.0.1", isNodePort: Bool = false
  ) throws -> LoadBalancerRules {
    let endpoints = (0..<local + remote).map { index in
      HostTopology.Endpoint(
        id: GUID(UInt128(index + 1)), name: "", owner: "", network: 0, addresses: [], isolation: nil,
        namespace: nil, isAttached: false, isRemote: index >= local, dnsServers: [], mappings: [],
        outboundNAT: [])
    }
    let port = HostTopology.LoadBalancer.Port(protocol: .tcp, externalPort: 443, internalPort: 6443)
    let vip = try #require(IPAddress(address))
    let balancer = HostTopology.LoadBalancer(
      id: Self.id, name: "api", addresses: isNodePort ? [] : [vip], ports: [port],
      backends: Array(endpoints.indices), isDSR: isDSR, family: vip.family)
    let topology = HostTopology(
      addresses: [try #require(IPAddress("10.240.0.5")), try #require(IPAddress("10.240.0.6"))], networks: [],
      endpoints: endpoints,
      namespaces: [], loadBalancers: [balancer])
    try #require(topology.frontends(of: balancer).contains(vip))
    return topology.rules(of: balancer, port, at: vip)
  }

  @Test(arguments: [
    (
      LoadBalancerRules.Role.client, "LB_DSR", "LB_DSR_IPv4_OUT",
      "LB_DSR_326F84D7_10.240.0.5_10.96.0.1_443_6443_6"
    ),
    (.backend, "SLB_NAT_LAYER", "SLB_GROUP_NAT_IPv4_IN", "NAT_326F84D7_10.96.0.1_443_6"),
    (.reply, "SLB_NAT_LAYER", "SLB_GROUP_NAT_IPv4_OUT", "ALLOW_NAT_326F84D7_10.96.0.1_443_6"),
    (.host, "LB", "LB_OUT", "LB_HOST_326F84D7_10.96.0.1_443_6443_6"),
    (.hairpin, "SLB_HAIRPIN_LAYER", "SLB_GROUP_HAIRPIN_IPv4_IN", "HairPin_326F84D7_10.96.0.1_443_443_6"),
  ])
  func namesWithABackendOnAnotherHost(
    _ role: LoadBalancerRules.Role, _ layer: String, _ group: String, _ name: String
  ) throws {
    let rule = try #require(try rules(local: 2, remote: 1).rule(role))
    #expect(rule.name == name && rule.group.name == group && rule.group.layer.rawValue == layer)
  }

  @Test(arguments: [(1, "NAT"), (2, "LB"), (20, "LB")])
  func backendsOfThisHostOnlyHaveARuleInSLBLBLayer(_ count: Int, _ word: String) throws {
    let rule = try #require(try rules(local: count, remote: 0).rule(.host))
    #expect(rule.name == "\(word)_326F84D7_10.96.0.1_443_443_6")
    #expect(rule.group.name == "SLB_GROUP_LB_IPv4_OUT" && rule.group.layer.rawValue == "SLB_LB_LAYER")
  }

  @Test(arguments: ["10.240.0.5", "10.240.0.6"])
  func aNodePortHasEachAddressOfTheHost(_ address: String) throws {
    let made = try rules(local: 1, remote: 1, address: address, isNodePort: true)
    #expect(made.rule(.client)?.name == "LB_DSR_326F84D7_10.240.0.5_\(address)_443_6443_6")
    #expect(made.rule(.host)?.name == "LB_HOST_326F84D7_\(address)_443_6443_6")
  }

  @Test func withoutDirectServerReturnNothingIsRewrittenAtTheClient() throws {
    let made = try rules(local: 1, remote: 1, isDSR: false)
    #expect(LoadBalancerRules.Role.allCases.filter { made.rule($0) == nil } == [.client])
  }

  @Test func withoutLocalBackendsNothingArrivesHere() throws {
    let made = try rules(local: 0, remote: 2)
    #expect(LoadBalancerRules.Role.allCases.filter { made.rule($0) == nil } == [.backend, .reply, .hairpin])
    let none = try rules(local: 0, remote: 0)
    #expect(LoadBalancerRules.Role.allCases.allSatisfy { none.rule($0) == nil })
  }

  @Test func groupsOfIPv6HaveItInTheirNames() throws {
    let made = try rules(local: 1, remote: 0, address: "fd00::1")
    #expect(made.rule(.client)?.group.name == "LB_DSR_IPv6_OUT")
    #expect(made.rule(.host)?.group.name == "SLB_GROUP_LB_IPv6_OUT")
    #expect(made.rule(.backend)?.name == "NAT_326F84D7_fd00::1_443_6")
  }
}

/// The rules on the ports of a host with load balancers (reference: windows-firewall-and-vfp, 10.2 and 10.6).
@Suite struct ServicePortTests {
  /// Two pods, the first of them a backend, and a backend on another host.
  private func host(flags: Int = 1, vips: [String] = ["10.96.0.1"], _ backends: [String]) throws -> (
    VFPHost, word: String
  ) {
    var host = try VFPHost()
    try host.run("web", "10.244.7.10")
    try host.run("api", "10.244.7.11")
    try host.run("client", "10.244.7.12")
    try host.addRemote("far", "10.244.9.7")
    let id = try host.balance(backends, vips: vips, flags: flags, portFlags: vips.isEmpty ? 2 : 0)
    return (host, String(id.uppercase.prefix(8)))
  }

  @Test func everyPodPortRewritesTheService() throws {
    let (host, word) = try host(["web", "far"])
    for name in ["web", "api", "client"] {
      let port = try host.pod(name)
      #expect(
        port.names("LB_DSR", "LB_DSR_IPv4_OUT") == ["LB_DSR_\(word)_10.240.0.5_10.96.0.1_443_6443_6"])
      let rule = try #require(port.rules.first { $0.group.layer == .loadBalancerDSR })
      #expect(rule.priority == 500 && rule.effect.flags == 3 && rule.effect.flowTTL == 240)
      #expect(rule.effect.typeName == "lbnat")
      guard case .balance(let targets) = rule.effect else { return }
      #expect(targets.map { "\($0.address):\($0.port)" } == ["10.244.7.10:6443", "10.244.9.7:6443"])
    }
  }

  @Test func onlyTheBackendReceives() throws {
    let (host, word) = try host(["web", "far"])
    let backend = try host.pod("web")
    #expect(backend.names("SLB_NAT_LAYER", "SLB_GROUP_NAT_IPv4_IN") == ["NAT_\(word)_10.96.0.1_443_6"])
    #expect(backend.names("SLB_NAT_LAYER", "SLB_GROUP_NAT_IPv4_OUT") == ["ALLOW_NAT_\(word)_10.96.0.1_443_6"])
    #expect(try host.pod("client").rules.allSatisfy { $0.group.layer != .slbNAT })
  }

  @Test func theHostPortWithABackendElsewhere() throws {
    let (host, word) = try host(["web", "far"])
    let port = try #require(host.port(.host))
    #expect(port.names("LB", "LB_OUT") == ["LB_HOST_\(word)_10.96.0.1_443_6443_6"])
    #expect(port.names("SLB_LB_LAYER", "SLB_GROUP_LB_IPv4_OUT") == [])
    #expect(
      port.names("SLB_HAIRPIN_LAYER", "SLB_GROUP_HAIRPIN_IPv4_IN") == ["HairPin_\(word)_10.96.0.1_443_443_6"])
  }

  @Test(arguments: [(["web"], "NAT"), (["web", "api"], "LB")])
  func theHostPortWithBackendsHere(_ backends: [String], _ kind: String) throws {
    let (host, word) = try host(backends)
    let port = try #require(host.port(.host))
    #expect(port.names("LB", "LB_OUT") == [])
    #expect(
      port.names("SLB_LB_LAYER", "SLB_GROUP_LB_IPv4_OUT") == ["\(kind)_\(word)_10.96.0.1_443_443_6"])
  }

  @Test func aNodePortHasTheManagementAddress() throws {
    let (host, word) = try host(vips: [], ["web", "far"])
    #expect(
      try host.pod("client").names("LB_DSR", "LB_DSR_IPv4_OUT") == [
        "LB_DSR_\(word)_10.240.0.5_10.240.0.5_443_6443_6"
      ])
    #expect(host.port(.host)?.names("LB", "LB_OUT") == ["LB_HOST_\(word)_10.240.0.5_443_6443_6"])
  }

  @Test func withoutDirectServerReturnPodsRewriteNothing() throws {
    let (host, word) = try host(flags: 0, ["web", "far"])
    #expect(try host.pod("client").names("LB_DSR", "LB_DSR_IPv4_OUT") == [])
    #expect(
      try host.pod("web").names("SLB_NAT_LAYER", "SLB_GROUP_NAT_IPv4_IN") == ["NAT_\(word)_10.96.0.1_443_6"])
    #expect(host.port(.host)?.names("LB", "LB_OUT") == ["LB_HOST_\(word)_10.96.0.1_443_6443_6"])
  }

  @Test func theRouterAndTheAdapterHaveNoRulesOfServices() throws {
    let (host, _) = try host(["web", "far"])
    for kind in [VFPPort.Kind.router, .external] {
      #expect(host.port(kind)?.rules.allSatisfy { $0.effect == .route || $0.effect == .decapsulate } == true)
    }
  }

  @Test func aDeletedLoadBalancerLeavesNothing() throws {
    var (host, _) = try host(["web", "far"])
    try host.deleteLoadBalancers()
    #expect(host.service.vfpPorts.allSatisfy { $0.rules.allSatisfy { !$0.name.contains("10.96.0.1") } })
  }
}
