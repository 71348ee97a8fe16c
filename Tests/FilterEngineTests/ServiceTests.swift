import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PacketSpace
import Testing

/// Packets through load balancers: what each filter sees, and the verdict on all backends.
@Suite struct ServiceTests {
  // MARK: Clients

  @Test func withDSRTheSwitchSeesTheBackendAndTheFirewallTheService() throws {
    var host = try ServiceHost()
    let id = try host.add(.init(), to: ["web"])
    let trace = try host.trace("client", "10.96.0.10")
    #expect(
      host.lines(trace.steps) == [
        "client firewall out 10.244.7.30 > 10.96.0.10:80",
        "rewrite client LB_DSR destination 10.244.7.10:8080",
        "client vfp out 10.244.7.30 > 10.244.7.10:8080",
        "web vfp in 10.244.7.30 > 10.244.7.10:8080",
        "web firewall in 10.244.7.30 > 10.244.7.10:8080",
      ])
    let backend = try #require(trace.backends.first)
    #expect(trace.backends.count == 1 && trace.verdict == .allow && backend.verdict == .allow)
    #expect(backend.address == IPAddress("10.244.7.10") && backend.port == 8080)
    #expect(backend.endpoint == host.evaluator.topology.endpoints.firstIndex { $0.name.hasPrefix("web") })
    let rewrite = try #require(
      trace.steps.lazy.compactMap { if case .rewrite(let step) = $0 { step } else { nil } }.first)
    #expect(rewrite.rule?.group.name == "LB_DSR_IPv4_OUT" && rewrite.isReached)
    #expect(rewrite.rule?.name == "LB_DSR_\(id.uppercase.prefix(8))_192.0.2.5_10.96.0.10_80_8080_6")
  }

  @Test func withoutDSRBothSeeTheServiceAndTheBackendSeesTheNode() throws {
    for (source, seen) in [(nil, "192.0.2.5"), ("10.244.7.2", "10.244.7.2")] {
      var host = try ServiceHost()
      try host.add(.init(isDSR: false, source: source), to: ["web"])
      #expect(
        host.lines(try host.trace("client", "10.96.0.10").steps) == [
          "client firewall out 10.244.7.30 > 10.96.0.10:80", "client vfp out 10.244.7.30 > 10.96.0.10:80",
          "rewrite host SLB_LB_LAYER destination 10.244.7.10:8080",
          "rewrite host SLB_LB_LAYER source \(seen)", "web vfp in \(seen) > 10.244.7.10:8080",
          "web firewall in \(seen) > 10.244.7.10:8080",
        ])
    }
  }

  /// Both readings of what an outbound ACL sees, for both kinds of load balancers, and the assumption is named.
  @Test(arguments: ["byKind", "backend", "vip"], [true, false])
  func theAssumptionSaysWhatOutboundACLsSee(value: String, isDSR: Bool) throws {
    var host = try ServiceHost(assumptions: "serviceDestination: \(value)")
    try host.add(.init(isDSR: isDSR), to: ["web"])
    try host.setACLs(
      "client", [ServiceHost.acl("no-web", "Block", "Out", addresses: "10.244.7.10")] + ServiceHost.rest)
    let seesBackend = value == "backend" || value == "byKind" && isDSR
    #expect(try host.trace("client", "10.96.0.10").verdict == (seesBackend ? .block : .allow))
    let query = PacketQuery(
      from: try host.peer("client"), to: try host.peer("10.96.0.10"), protocol: .tcp, port: 80)
    var evaluator = host.evaluator
    let analysis = SensitivityAnalysis(&evaluator) { (try? $0.decide(query).verdict) ?? .unknown }
    #expect(analysis.dependencies.map(\.assumption).contains(.serviceDestination))
  }

  @Test func theAssumptionMattersOnlyWithLoadBalancers() throws {
    var host = try ServiceHost()
    #expect(!host.evaluator.canDepend(on: .serviceDestination))
    try host.add(.init(), to: ["web"])
    #expect(host.evaluator.canDepend(on: .serviceDestination))
  }

  @Test func aFirewallOutsideTheSwitchSeesTheBackend() throws {
    var host = try ServiceHost(assumptions: "filterOrder: firewallOutside")
    try host.add(.init(), to: ["web"])
    #expect(
      host.lines(try host.trace("client", "10.96.0.10").steps).prefix(3) == [
        "rewrite client LB_DSR destination 10.244.7.10:8080",
        "client vfp out 10.244.7.30 > 10.244.7.10:8080",
        "client firewall out 10.244.7.30 > 10.244.7.10:8080",
      ])
    var late = try ServiceHost(assumptions: "filterOrder: firewallOutside, serviceDestination: vip")
    try late.add(.init(), to: ["web"])
    #expect(
      late.lines(try late.trace("client", "10.96.0.10").steps).prefix(3) == [
        "client vfp out 10.244.7.30 > 10.96.0.10:80", "rewrite client LB_DSR destination 10.244.7.10:8080",
        "client firewall out 10.244.7.30 > 10.244.7.10:8080",
      ])
  }

  @Test func aNatNetworkHasNoRulesOfLoadBalancersOnItsPorts() throws {
    var host = try ServiceHost(driver: .nat)
    try host.add(.init(), to: ["web"])
    let lines = host.lines(try host.trace("client", "10.96.0.10").steps)
    #expect(lines.contains("client firewall out 10.244.7.30 > 10.96.0.10:80"))
    #expect(lines.contains { $0.hasPrefix("rewrite host") } && !lines.contains { $0.contains("LB_DSR") })
    #expect(lines.last == "web firewall in 192.0.2.5 > 10.244.7.10:8080")
  }

  @Test func aPodReachesItselfThroughItsService() throws {
    for isDSR in [true, false] {
      for (source, seen) in [(nil, "192.0.2.5"), ("10.244.7.2", "10.244.7.2")] {
        var host = try ServiceHost()
        try host.add(.init(isDSR: isDSR, source: source), to: ["web"])
        let trace = try host.trace("web", "10.96.0.10")
        #expect(
          host.lines(trace.steps).suffix(3) == [
            "rewrite host SLB_HAIRPIN_LAYER source \(seen)", "web vfp in \(seen) > 10.244.7.10:8080",
            "web firewall in \(seen) > 10.244.7.10:8080",
          ])
        #expect(trace.filters.count == 4 && !trace.route.isLoopback)
        #expect(trace.notes.map(\.code).contains("hairpin"))
      }
    }
  }

  // MARK: The host and outside

  @Test func aHostProcessIsFilteredByTheHostsFirewall() throws {
    for (driver, isDSR, source, seen) in [
      (NetworkDriver.l2bridge, true, "10.244.7.2", "192.0.2.5"),
      (.l2bridge, false, "10.244.7.2", "10.244.7.2"), (.overlay, true, "10.244.7.2", "10.244.7.2"),
      (.overlay, true, nil, "192.0.2.5"), (.overlay, false, nil, "192.0.2.5"),
    ] as [(NetworkDriver, Bool, String?, String)] {
      var host = try ServiceHost(driver: driver)
      try host.add(.init(isDSR: isDSR, source: source), to: ["web"])
      let lines = host.lines(try host.trace("agent", "10.96.0.10").steps)
      #expect(lines.first == "host firewall out 192.0.2.5 > 10.96.0.10:80")
      #expect(lines.contains("rewrite host SLB_LB_LAYER destination 10.244.7.10:8080"))
      #expect(lines.last == "web firewall in \(seen) > 10.244.7.10:8080", "\(driver) \(isDSR)")
    }
  }

  /// The source that a backend sees of packets from outside and from pods.
  @Test func nodePortsAndExternalAddressesShowTheNode() throws {
    struct Case {
      var addresses: [String] = []
      var isDSR = false
      var flags = 2
      var outside: String
      var pod: String
    }
    let (client, node, pod) = ("203.0.113.9", "192.0.2.5", "10.244.7.30")
    let cases: [Case] = [
      // Node ports.
      Case(outside: node, pod: node), Case(flags: 2 | 16, outside: node, pod: node),
      Case(isDSR: true, outside: client, pod: pod),
      Case(isDSR: true, flags: 2 | 16, outside: client, pod: pod),
      Case(flags: 2 | 8, outside: client, pod: pod),
      // External addresses.
      Case(addresses: ["198.51.100.7"], flags: 16, outside: node, pod: node),
      Case(addresses: ["198.51.100.7"], isDSR: true, flags: 16, outside: node, pod: node),
      Case(addresses: ["198.51.100.7"], isDSR: true, flags: 16 | 8, outside: client, pod: pod),
      Case(addresses: ["198.51.100.7"], flags: 16 | 8, outside: client, pod: pod),
    ]
    for item in cases {
      var host = try ServiceHost()
      try host.add(
        .init(
          addresses: item.addresses, external: 30080, isDSR: item.isDSR, portFlags: item.flags), to: ["web"])
      let destination = item.addresses.first ?? node
      let outside = try host.trace(client, destination, 30080)
      #expect(
        host.lines(outside.steps).last == "web firewall in \(item.outside) > 10.244.7.10:8080", "\(item)")
      #expect(outside.filters.count == 2, "nothing but the backend filters")
      let inside = try host.trace("client", destination, 30080)
      #expect(host.lines(inside.steps).last == "web firewall in \(item.pod) > 10.244.7.10:8080", "\(item)")
      let lines = host.lines(inside.steps)
      #expect(lines.contains { $0.hasPrefix("rewrite client LB_DSR") } == item.isDSR)
    }
  }

  @Test func aNodePortHasEveryAddressOfTheHost() throws {
    var host = try ServiceHost(hostAddresses: "[192.0.2.5, 192.0.2.6]")
    try host.add(.init(addresses: [], external: 30080, isDSR: false, portFlags: 2), to: ["web"])
    for to in ["192.0.2.5", "192.0.2.6", "host"] {
      #expect(try host.trace("client", to, 30080).backends.count == 1)
      #expect(try host.trace("203.0.113.9", to, 30080).backends.count == 1)
    }
    #expect(try host.trace("client", "192.0.2.5", 30081).backends.isEmpty)
    #expect(try host.trace("client", "192.0.2.5", 30081).notes.map(\.code).contains("not-published"))
  }

  // MARK: Backends

  @Test func backendsThatDifferAreMixed() throws {
    var host = try ServiceHost()
    try host.add(.init(), to: ["web", "api"])
    try host.setACLs("api", [ServiceHost.acl("no-tcp", "Block", "In", ports: "8080")] + ServiceHost.rest)
    let trace = try host.trace("client", "10.96.0.10")
    #expect(trace.verdict == .mixed && trace.rule == nil && trace.senderFailure == nil)
    #expect(trace.backends.map(\.verdict) == [.allow, .block])
    #expect(trace.backends.map(\.rule).last == "no-tcp")
    // The common steps are listed once, and each backend has all of its own.
    #expect(trace.steps.count == 1 + 2 * 4 && trace.backends.allSatisfy { $0.steps.count == 5 })
    try host.setACLs("web", [ServiceHost.acl("no-tcp", "Block", "In", ports: "8080")] + ServiceHost.rest)
    let blocked = try host.trace("client", "10.96.0.10")
    #expect(blocked.verdict == .block && blocked.rule == "no-tcp" && blocked.senderFailure == .timeout)
  }

  @Test(arguments: [
    ([Verdict.allow, .allow], Verdict.allow), ([.block, .block], .block), ([.allow, .block], .mixed),
    ([.allow, .unknown], .unknown), ([.block, .unknown], .unknown), ([.unknown], .unknown),
    ([.unknown, .allow, .block], .mixed), ([.allow, .unknown, .block], .mixed), ([.mixed, .allow], .mixed),
    ([.mixed, .unknown], .mixed),
  ])
  func verdictsUnite(verdicts: [Verdict], united: Verdict) {
    #expect(Verdict.united(verdicts) == united)
    #expect(
      Decision.united(verdicts.map { Decision(verdict: $0, rule: 1) }) == Decision(verdict: united, rule: 1))
    #expect(Verdict.united([]) == nil && Decision.united([]) == nil)
    let different = verdicts.enumerated().map { Decision(verdict: $1, rule: $0) }
    #expect(Decision.united(different)?.rule == (verdicts.count == 1 ? 0 : nil))
  }

  @Test func aServiceWithoutBackendsHasTheVerdictOfTheOutboundFilter() throws {
    var host = try ServiceHost()
    try host.add(.init(), to: [])
    let trace = try host.trace("client", "10.96.0.10")
    #expect(trace.verdict == .allow && trace.backends.isEmpty)
    #expect(trace.notes.map(\.code).contains("no-backends"))
    #expect(
      host.lines(trace.steps) == [
        "client firewall out 10.244.7.30 > 10.96.0.10:80", "client vfp out 10.244.7.30 > 10.96.0.10:80",
      ])
    try host.setACLs(
      "client", [ServiceHost.acl("no-vip", "Block", "Out", addresses: "10.96.0.0/16")] + ServiceHost.rest)
    #expect(try host.trace("client", "10.96.0.10").verdict == .block)
    let outside = try host.trace("203.0.113.9", "10.96.0.10")
    #expect(outside.verdict == .allow && outside.steps.isEmpty && outside.backends.isEmpty)
    #expect(outside.notes.map(\.code) == ["no-backends"])
  }

  @Test func aPortThatNobodyTakesGoesOnAsAddressed() throws {
    var host = try ServiceHost()
    try host.add(.init(), to: ["web"])
    let trace = try host.trace("client", "10.96.0.10", 81)
    #expect(trace.backends.isEmpty && trace.filters.allSatisfy { $0.packet.remotePort == 81 })
    #expect(trace.notes.map(\.code).contains("port-not-balanced"))
    let outside = try host.trace("203.0.113.9", "10.96.0.10", 81)
    #expect(outside.verdict == .allow && outside.steps.isEmpty)
    #expect(outside.notes.map(\.code) == ["port-not-balanced"])
  }

  @Test func affinityDoesNotNarrowTheAnswer() throws {
    var host = try ServiceHost()
    try host.add(.init(distribution: 2), to: ["web", "api"])
    let trace = try host.trace("client", "10.96.0.10")
    #expect(trace.backends.count == 2 && trace.notes.map(\.code).contains("session-affinity"))
  }

  @Test func aRemoteBackendIsFollowedToTheEncapsulation() throws {
    var host = try ServiceHost(driver: .overlay)
    try host.addRemote("10.244.9.7", provider: "192.0.2.9")
    try host.add(.init(source: "10.244.7.2"), to: ["web", "remote"])
    let trace = try host.trace("client", "10.96.0.10")
    let remote = try #require(trace.backends.last)
    #expect(
      host.lines(remote.steps) == [
        "client firewall out 10.244.7.30 > 10.96.0.10:80",
        "rewrite client LB_DSR destination 10.244.9.7:8080",
        "client vfp out 10.244.7.30 > 10.244.9.7:8080",
        "encapsulate client VNET_ENCAP_LAYER 192.0.2.9",
      ])
    #expect(remote.verdict == .allow)
    let (address, provider) = (try #require(IPAddress("10.244.9.7")), try #require(IPAddress("192.0.2.9")))
    #expect(
      remote.notes.contains(.encapsulated(address, provider: provider, policy: "ProviderAddress")))
    #expect(remote.notes.map(\.code).contains("remote-endpoint"))
    // So is a packet to the pod itself.
    #expect(
      try host.trace("client", "10.244.9.7").notes.contains(
        .encapsulated(address, provider: provider, policy: "ProviderAddress")))
    // From outside no filter of this host sees it, and it goes on.
    let outside = try host.trace("203.0.113.9", "10.96.0.10")
    #expect(outside.backends.last?.steps.contains { $0.filter != nil } == false)
    #expect(
      host.lines(outside.backends[1].steps) == [
        "rewrite host LB destination 10.244.9.7:8080", "encapsulate router VNET_ENCAP_LAYER 192.0.2.9",
      ])
  }

  @Test func outboundNATSeesTheBackendUnderDSR() throws {
    for (exceptions, seen) in [("10.244.0.0/16", "10.244.7.30"), ("10.96.0.0/16", "192.0.2.5")] {
      var host = try ServiceHost(nat: ", outboundNat: {exceptions: [\(exceptions)]}")
      try host.add(.init(), to: ["web"])
      #expect(
        host.lines(try host.trace("client", "10.96.0.10").steps).last
          == "web firewall in \(seen) > 10.244.7.10:8080")
    }
  }

  @Test func eachFamilyHasItsOwnBackends() throws {
    var host = try ServiceHost(
      driver: .l2bridge, families: [.ipv4, .ipv6], hostAddresses: "[192.0.2.5, \"2001:db8::5\"]")
    try host.add(.init(addresses: ["fd00::10"], isDSR: false, isIPv6: true), to: ["web"])
    let trace = try host.trace("client", "fd00::10")
    #expect(
      host.lines(trace.steps).first == "client firewall out 2001:db8:7::30 > fd00::10:80")
    #expect(host.lines(trace.steps).last == "web firewall in 2001:db8::5 > 2001:db8:7::10:8080")
    #expect(trace.notes.map(\.code).contains("acls-do-not-bind-ipv6") == false)
  }

  @Test func theOlderOfTwoBalancersTakesThePackets() throws {
    var host = try ServiceHost(assumptions: "duplicateLoadBalancer: accepted")
    try host.add(.init(), to: ["web"])
    try host.add(.init(), to: ["api"])
    #expect(try host.trace("client", "10.96.0.10").backends.map(\.address) == [IPAddress("10.244.7.10")])
  }

  // MARK: Sets

  @Test func setsGoThroughEachBackend() throws {
    var host = try ServiceHost()
    try host.add(.init(), to: ["web", "api"])
    try host.setACLs(
      "api", [ServiceHost.acl("no-client", "Block", "In", addresses: "10.244.7.30")] + ServiceHost.rest)
    let vip = AddressSet([AddressRange(try #require(IPAddress("10.96.0.10")))])
    let parts = try host.evaluator.parts(PacketQuerySet(from: .any, to: PeerSelection(addresses: vip)))
    func verdicts(_ name: String) throws -> Set<Verdict> {
      let index = try #require(host.evaluator.topology.endpoints.firstIndex { $0.name.hasPrefix(name) })
      return Set(parts.filter { $0.sender == .endpoint(index) && $0.balancer == 0 }.map(\.verdict))
    }
    #expect(try verdicts("client") == [.mixed] && verdicts("web") == [.allow])
    // Ports that nobody takes go on as addressed.
    let rest = parts.filter { $0.balancer == nil }
    #expect(
      !rest.isEmpty
        && rest.allSatisfy { !$0.packets.protocols.contains(6) || !$0.packets.localPorts.contains(80) })
    let taken = parts.filter { $0.balancer == 0 }
    #expect(taken.allSatisfy { $0.packets.localPorts == PortSet([PortRange(80)]) })
    for part in parts {
      #expect(part.receiver == RoutedPacket.Location.outside)
    }
  }
}
