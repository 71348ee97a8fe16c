import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// Every route a packet can take through a host, and the filters on it.
@Suite struct PathTests {
  /// Two endpoints of one l2bridge network, a pod, an endpoint of a second network, host processes.
  static let host = profileText(
    driver: .l2bridge,
    """
      - {name: other, driver: transparent, adapter: Second, subnets: [{prefix: 10.9.0.0/16, gateway: 10.9.0.1}]}
    containers:
      - name: web
        network: net
        addresses: [10.244.7.10]
        publish: ["8080:80"]
        defaults: {in: block}
        acls:
          - {name: allow-http, direction: in, action: allow, protocols: [tcp], localPorts: [80], remoteAddresses: [10.0.0.0/8, 203.0.113.0/24]}
          - {name: deny-db, direction: out, action: block, protocols: [tcp], remotePorts: [1433]}
      - name: db
        network: net
        addresses: [10.244.7.11]
        acls:
          - {name: only-db, direction: in, action: allow, protocols: [tcp], localPorts: [1433], priority: 10}
          - {name: no-more, direction: in, action: block, priority: 20}
      - {name: far, network: other, addresses: [10.9.0.10]}
    pods:
      - name: api
        network: net
        addresses: [10.244.7.20]
        defaults: {in: block, out: block}
        containers: [{name: app}, {name: sidecar}]
      - {name: agent, hostProcess: true, containers: [{name: agent}]}
    """)

  /// The points that evaluate a packet, as `ENDPOINT POINT DIRECTION`.
  static func points(_ trace: PacketTrace, _ applied: AppliedProfile) -> [String] {
    trace.filters.map { step in
      let name = step.endpoint.map { applied.evaluator.topology.endpoints[$0].name } ?? "host"
      return "\(name) \(step.enforcement.rawValue) \(step.packet.direction.rawValue)"
    }
  }

  @Test func inboundReachesTheSwitchBeforeTheStack() throws {
    var applied = try AppliedProfile(Self.host)
    let trace = try applied.trace("10.1.2.3", "web", .tcp, 80)
    #expect(Self.points(trace, applied) == ["web vfp in", "web windowsFirewall in"])
    #expect(trace.verdict == .allow)
    #expect(trace.rule == "allow-http")
  }

  @Test func outboundReachesTheStackBeforeTheSwitch() throws {
    var applied = try AppliedProfile(Self.host)
    let trace = try applied.trace("web", "198.51.100.9", .tcp, 1433)
    #expect(Self.points(trace, applied) == ["web windowsFirewall out", "web vfp out"])
    #expect(trace.verdict == .block)
    #expect(trace.rule == "deny-db")
    #expect(trace.senderFailure == .refused)
    #expect(trace.filters.map(\.isReached) == [true, false])
  }

  @Test func theOrderIsAnAssumption() throws {
    let text = Self.host.replacing("assumptions: {}", with: "assumptions: {filterOrder: firewallOutside}")
    var applied = try AppliedProfile(text)
    let inward = try applied.trace("10.1.2.3", "web", .tcp, 80)
    #expect(Self.points(inward, applied) == ["web windowsFirewall in", "web vfp in"])
    #expect(inward.rule == "allow-http")
    let outward = try applied.trace("web", "198.51.100.9", .tcp, 1433)
    #expect(Self.points(outward, applied) == ["web vfp out", "web windowsFirewall out"])
    // VFP drops before the sender's own stack could refuse.
    #expect(outward.senderFailure == .timeout)
  }

  @Test func bothEndpointsOfANetworkDecide() throws {
    var applied = try AppliedProfile(Self.host)
    let refused = try applied.trace("web", "db", .tcp, 1433)
    #expect(
      Self.points(refused, applied) == [
        "web windowsFirewall out", "web vfp out", "db vfp in", "db windowsFirewall in",
      ])
    #expect(refused.verdict == .block)
    #expect(refused.rule == "deny-db")
    let dropped = try applied.trace("web", "db", .udp, 53)
    #expect(dropped.verdict == .block)
    #expect(dropped.rule == "no-more")
    #expect(dropped.senderFailure == .timeout)
    let reverse = try applied.trace("db", "web", .tcp, 80)
    #expect(reverse.verdict == .allow)
    #expect(reverse.rule == "allow-http")
  }

  @Test func anAddressIsEvaluatedAsItsEndpoint() throws {
    var applied = try AppliedProfile(Self.host)
    for packet in [("web", "db"), ("10.244.7.10", "10.244.7.11"), ("web", "10.244.7.11")] {
      let trace = try applied.trace(packet.0, packet.1, .tcp, 1433)
      #expect(trace.rule == "deny-db")
      #expect(trace.steps.count == 4)
    }
  }

  @Test func crossingNetworksIsNoted() throws {
    var applied = try AppliedProfile(Self.host)
    let trace = try applied.trace("far", "web", .tcp, 80)
    #expect(
      Self.points(trace, applied) == [
        "far windowsFirewall out", "web vfp in", "web windowsFirewall in",
      ])
    #expect(trace.verdict == .allow)
    #expect(trace.notes == [.betweenNetworks("other", "net")])
  }

  @Test func nothingFiltersInsideAPod() throws {
    var applied = try AppliedProfile(Self.host)
    let trace = try applied.trace("api/app", "api/sidecar", .tcp, 9090)
    #expect(trace.steps.isEmpty)
    #expect(trace.verdict == .allow)
    #expect(trace.rule == nil)
    #expect(trace.notes == [.sameCompartment])
    // For another endpoint the pod's defaults apply, under any of its names.
    for name in ["api", "api/app", "api/infrastructure", "10.244.7.20"] {
      #expect(try applied.trace("db", name, .tcp, 9090).rule == "default-in")
    }
  }

  @Test func theHostSendsThroughItsOwnFirewall() throws {
    var applied = try AppliedProfile(Self.host)
    let trace = try applied.trace("host", "web", .tcp, 80)
    #expect(
      Self.points(trace, applied) == ["host windowsFirewall out", "web vfp in", "web windowsFirewall in"])
    // 192.0.2.5 is not among the addresses that the ACL allows.
    #expect(trace.verdict == .block)
    #expect(trace.rule == "default-in")
    #expect(trace.route.received.remote == IPAddress("192.0.2.5"))
  }

  @Test func hostProcessesHaveTheHostsFirewallAndNoACLs() throws {
    var applied = try AppliedProfile(Self.host)
    let inward = try applied.trace("10.1.2.3", "agent", .tcp, 9100)
    #expect(Self.points(inward, applied) == ["host windowsFirewall in"])
    #expect(inward.verdict == .block)
    #expect(inward.notes.contains(.hostFirewall))
    #expect(try applied.verdict("agent", "198.51.100.9", .tcp, 443) == .allow)
    #expect(try applied.trace("agent", "host", .tcp, 443).steps.isEmpty)
  }

  @Test func aPublishedPortIsTranslatedBeforeRulesSeeIt() throws {
    var applied = try AppliedProfile(Self.host)
    let trace = try applied.trace("203.0.113.7", "host", .tcp, 8080)
    #expect(Self.points(trace, applied) == ["web vfp in", "web windowsFirewall in"])
    #expect(trace.route.received.localPort == 80)
    #expect(trace.route.received.local == IPAddress("10.244.7.10"))
    #expect(trace.route.received.remote == IPAddress("203.0.113.7"))
    #expect(trace.verdict == .allow)
    #expect(trace.rule == "allow-http")
    #expect(trace.notes == [.publishedPort(endpoint: "web", port: 8080, container: 80)])
    // The same applies to the host's address, and the container's own port is not published.
    #expect(try applied.trace("203.0.113.7", "192.0.2.5", .tcp, 8080).rule == "allow-http")
    let other = try applied.trace("203.0.113.7", "host", .tcp, 80)
    #expect(other.verdict == .block)
    #expect(other.notes.contains(.notPublished(80)))
    #expect(try applied.verdict("203.0.113.7", "host", .udp, 8080) == .block)
  }

  @Test func anOwnPublishedPortLeavesTheCompartment() throws {
    var applied = try AppliedProfile(Self.host)
    let trace = try applied.trace("web", "host", .tcp, 8080)
    #expect(
      Self.points(trace, applied) == [
        "web windowsFirewall out", "web vfp out", "web vfp in", "web windowsFirewall in",
      ])
  }

  @Test func theSendersViewOfAPublishedPortIsAnAssumption() throws {
    let rest = """
      containers:
        - {name: web, network: net, addresses: [10.244.7.10], publish: ["8080:80"]}
        - name: caller
          network: net
          addresses: [10.244.7.11]
          acls: [{name: no-8080, direction: out, action: block, protocols: [tcp], remotePorts: [8080]}]
      """
    var published = try AppliedProfile(profileText(driver: .l2bridge, rest))
    #expect(try published.trace("caller", "host", .tcp, 8080).rule == "no-8080")
    var container = try AppliedProfile(
      profileText(driver: .l2bridge, assumptions: "publishedDestination: container", rest))
    #expect(try container.trace("caller", "host", .tcp, 8080).verdict == .allow)
  }

  @Test func natTranslatesTheSourceForTheReceiver() throws {
    let rest = """
        - {name: bridge, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.9.0.0/16, gateway: 10.9.0.1}]}
      containers:
        - {name: inner, network: net, addresses: [10.244.7.10]}
        - name: web
          network: bridge
          addresses: [10.9.0.10]
          defaults: {in: block}
          acls: [{name: from-host, direction: in, action: allow, remoteAddresses: [192.0.2.5]}]
      """
    var translated = try AppliedProfile(profileText(driver: .nat, rest))
    let trace = try translated.trace("inner", "web", .tcp, 80)
    #expect(trace.verdict == .allow)
    #expect(trace.rule == "from-host")
    #expect(trace.route.translatedSource == IPAddress("192.0.2.5"))
    var original = try AppliedProfile(profileText(driver: .nat, assumptions: "natSource: original", rest))
    #expect(try original.trace("inner", "web", .tcp, 80).rule == "default-in")
  }

  @Test func exceptionsOfOutboundNATAreNotTranslated() throws {
    var applied = try AppliedProfile(
      profileText(
        driver: .l2bridge,
        """
        containers:
          - {name: web, network: net, addresses: [10.244.7.10], outboundNat: {exceptions: [10.244.0.0/16]}}
          - {name: db, network: net, addresses: [10.244.7.11]}
        """))
    #expect(try applied.trace("web", "db", .tcp, 80).route.translatedSource == nil)
    let outward = try applied.trace("web", "198.51.100.9", .tcp, 80)
    #expect(outward.route.translatedSource == IPAddress("192.0.2.5"))
    #expect(outward.notes == [.translatedSource(IPAddress(.ipv4, 0xc000_0205))])
    // The endpoint's own rules see the endpoint's own address.
    #expect(outward.route.sent.local == IPAddress("10.244.7.10"))
  }

  @Test func natContainersAreReachableOnlyThroughPublishedPorts() throws {
    var applied = try AppliedProfile(
      profileText(
        driver: .nat,
        "containers: [{name: web, network: net, addresses: [10.244.7.10], publish: [\"8080:80\"]}]"))
    let direct = try applied.trace("203.0.113.7", "web", .tcp, 80)
    #expect(direct.notes == [.behindNAT(endpoint: "web")])
    #expect(direct.verdict == .allow)
    // The host itself sends from the gateway, which is its own vNIC on that network.
    let own = try applied.trace("host", "web", .tcp, 80)
    #expect(own.route.received.remote == IPAddress("10.244.7.1"))
  }

  @Test func aclsDoNotApplyToIPv6OnTransparent() throws {
    var applied = try AppliedProfile(
      profileText(
        driver: .transparent, families: [.ipv4, .ipv6],
        """
        containers:
          - name: web
            network: net
            addresses: [10.244.7.10, 2001:db8:7::10]
            defaults: {in: block, out: block}
        """))
    #expect(try applied.trace("203.0.113.7", "web", .tcp, 80).rule == "default-in")
    #expect(try applied.verdict("203.0.113.7", "web", .tcp, 80) == .block)
    let open = try applied.trace("2001:db8:ffff::7", "web", .tcp, 80)
    #expect(open.verdict == .allow)
    #expect(open.notes == [.aclsDoNotBindIPv6(endpoint: "web")])
    #expect(try applied.verdict("2001:db8:ffff::7", "web", .gre) == .block)
    #expect(try applied.verdict("web", "2001:db8:ffff::7", .gre) == .allow)
  }

  @Test func notesReportWhatIsNotAFilter() throws {
    let rest = "containers: [{name: web, network: net, addresses: [10.244.7.10]}]"
    var overlay = try AppliedProfile(profileText(driver: .overlay, rest))
    #expect(try overlay.trace("web", "198.51.100.9", .icmp).notes == [.natCarriesPortsOnly])
    #expect(try overlay.trace("web", "198.51.100.9", .tcp, 80).notes.isEmpty)
    var tunnel = try AppliedProfile(profileText(driver: .l2tunnel, rest))
    #expect(try tunnel.trace("web", "198.51.100.9", .tcp, 80).notes == [.providerNetwork])
    #expect(try tunnel.trace("web", "198.51.100.9", .tcp, 80).verdict == .allow)
    var bridge = try AppliedProfile(profileText(driver: .l2bridge, rest))
    #expect(
      try bridge.trace("web", "10.244.7.99", .tcp, 80).notes
        == [.unheldAddress(IPAddress(.ipv4, 0x0af4_0763), network: "net")])
  }

  @Test func aclsStoredByServer2025AreNotEnforced() throws {
    let rest = """
      containers:
        - {name: web, network: net, addresses: [10.244.7.10], defaults: {in: block}}
      """
    var stored = try AppliedProfile(profileText(driver: .nat, windows: "26100.1742", rest))
    let trace = try stored.trace("10.244.7.1", "web", .tcp, 80)
    #expect(trace.verdict == .allow)
    #expect(trace.notes.contains(.aclsNotEnforced(endpoint: "web")))
    var enforced = try AppliedProfile(profileText(driver: .nat, windows: "26100.32690", rest))
    #expect(try enforced.verdict("10.244.7.1", "web", .tcp, 80) == .block)
  }

  @Test func packetsThatCannotExistAreRefused() throws {
    var applied = try AppliedProfile(Self.host)
    let mixed = try applied.query("2001:db8::1", "web", .tcp, 80)
    #expect(throws: PacketProblem.mixedFamilies(.ipv6, .ipv4)) { try applied.evaluator.decide(mixed) }
    let foreign = try applied.query("203.0.113.7", "198.51.100.9", .tcp, 80)
    #expect(throws: PacketProblem.noEndpoint(IPAddress(.ipv4, 0xc633_6409))) {
      try applied.evaluator.decide(foreign)
    }
    #expect(applied.directory.find("nobody") == .unknown)
  }
}
