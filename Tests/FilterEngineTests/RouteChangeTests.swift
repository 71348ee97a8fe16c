import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PacketSpace
import Testing

/// What changes packets between the filters: outbound NAT, published ports and encapsulation (reference:
/// windows-firewall-and-vfp, 3.5, 10.1.2 and 10.5; hns, 1.9).
@Suite struct RouteChangeTests {
  private static let nat = ", outboundNat: {exceptions: [10.244.0.0/16]}"

  /// The steps of a packet from a pod to an address.
  private func lines(
    _ host: inout ServiceHost, to: String, _ proto: IPProtocol = .tcp, port: UInt16 = 80
  ) throws -> [String] {
    let query = PacketQuery(from: try host.peer("client"), to: try host.peer(to), protocol: proto, port: port)
    return host.lines(try host.evaluator.trace(query).steps)
  }

  private func rewrites(_ steps: [TraceStep]) -> [RewriteStep] {
    steps.compactMap { if case .rewrite(let step) = $0 { step } else { nil } }
  }

  // MARK: Outbound NAT

  @Test(arguments: [(IPProtocol.tcp, "TCP"), (.udp, "UDP")], [NetworkDriver.l2bridge, .overlay])
  func outboundNATTranslatesAfterTheACLs(kind: (IPProtocol, String), driver: NetworkDriver) throws {
    var host = try ServiceHost(driver: driver, nat: Self.nat)
    let query = PacketQuery(
      from: try host.peer("client"), to: try host.peer("198.51.100.9"), protocol: kind.0, port: 53)
    let trace = try host.evaluator.trace(query)
    #expect(
      host.lines(trace.steps) == [
        "client firewall out 10.244.7.30 > 198.51.100.9:53", "client vfp out 10.244.7.30 > 198.51.100.9:53",
        "rewrite client SLB_NAT_LAYER source 192.0.2.5",
      ])
    let step = try #require(rewrites(trace.steps).first)
    #expect(step.mechanism == .outboundNAT && step.from.port == 49152)
    #expect(step.to.port == nil, "the port is one of the pool")
    let rule = try #require(step.rule)
    #expect(rule.name == "SNAT_\(kind.1)_OUTBOUNDNAT_0_192.0.2.5")
    #expect(rule.group.name == "SLB_GROUP_NAT_IPv4_OUT")
    let port = try #require(host.service.vfpPort(of: try host.id("client")))
    #expect(port.rules.contains { $0.name == rule.name && $0.group == rule.group })
    #expect(trace.notes.map(\.code).contains("translated-source"))
  }

  @Test func exceptionsAndOtherProtocolsAreNotTranslated() throws {
    var host = try ServiceHost(nat: Self.nat)
    for (to, proto) in [
      ("10.244.9.9", IPProtocol.tcp), ("198.51.100.9", .icmp), ("198.51.100.9", .gre),
      ("224.0.0.251", .udp), ("255.255.255.255", .udp),
    ] {
      let lines = try lines(&host, to: to, proto)
      #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("client ") }, "\(to) \(proto): \(lines)")
    }
  }

  /// Of a policy that translates everything, ICMP keeps the address of the pod: VFP's NAT has rules for TCP and
  /// UDP only.
  @Test func theReceiverOfICMPSeesThePod() throws {
    var host = try ServiceHost(nat: ", outboundNat: {exceptions: [10.96.0.0/16]}")
    #expect(try lines(&host, to: "10.244.7.10", .tcp).last == "web firewall in 192.0.2.5 > 10.244.7.10:80")
    #expect(try lines(&host, to: "10.244.7.10", .icmp).last == "web firewall in 10.244.7.30 > 10.244.7.10:0")
    // A set of both has both answers.
    try host.setACLs(
      "web",
      [
        [
          "Id": "no-pod", "Action": "Block", "Direction": "In", "RuleType": "Switch", "Priority": 100,
          "RemoteAddresses": "10.244.7.30",
        ]
      ] + ServiceHost.rest)
    var set = PacketQuerySet(from: PeerSelection(), to: PeerSelection())
    set.from.insert(try host.peer("client"))
    set.to.insert(try host.peer("web"))
    for part in try host.evaluator.parts(set) {
      let isTranslated = !part.packets.protocols.intersection(.withPorts).isEmpty
      #expect(part.verdict == (isTranslated ? .allow : .block), "\(part)")
    }
  }

  @Test func winNATTranslatesEveryProtocolWithoutAVFPRule() throws {
    for proto in [IPProtocol.tcp, .icmp] {
      var host = try AppliedProfile(
        profileText(
          driver: .nat, "containers: [{name: web, network: net, addresses: [10.244.7.10]}]"))
      let step = try #require(rewrites(try host.trace("web", "198.51.100.9", proto, 80).steps).first)
      #expect(step.rule == nil && step.endpoint == nil && step.mechanism == .outboundNAT)
      #expect(step.from.port == (proto == .tcp ? 49152 : nil) && step.to.address == IPAddress("192.0.2.5"))
      #expect(rewrites(try host.trace("web", "10.244.7.99", proto, 80).steps).isEmpty)
    }
  }

  @Test func aServiceUnderDSRIsRewrittenBeforeTheACLsAndTranslatedAfterThem() throws {
    var host = try ServiceHost(nat: ", outboundNat: {exceptions: [10.96.0.0/16]}")
    try host.add(.init(), to: ["web"])
    #expect(
      try lines(&host, to: "10.96.0.10") == [
        "client firewall out 10.244.7.30 > 10.96.0.10:80",
        "rewrite client LB_DSR destination 10.244.7.10:8080",
        "client vfp out 10.244.7.30 > 10.244.7.10:8080", "rewrite client SLB_NAT_LAYER source 192.0.2.5",
        "web vfp in 192.0.2.5 > 10.244.7.10:8080", "web firewall in 192.0.2.5 > 10.244.7.10:8080",
      ])
  }

  @Test func whatABlockedPacketDoesNotComeToIsNotReached() throws {
    var host = try ServiceHost(nat: Self.nat)
    try host.setACLs("client", [ServiceHost.acl("no-http", "Block", "Out")] + ServiceHost.rest)
    let trace = try host.trace("client", "198.51.100.9")
    #expect(trace.verdict == .block && rewrites(trace.steps).map(\.isReached) == [false])
  }

  // MARK: Published ports

  @Test(arguments: [NetworkDriver.l2bridge, .overlay, .nat])
  func publishedPortsAreRewrittenBeforeTheReceiver(driver: NetworkDriver) throws {
    var host = try AppliedProfile(
      profileText(
        driver: driver,
        "containers: [{name: web, network: net, addresses: [10.244.7.10], publish: [\"8080:80\"]}]"))
    let trace = try host.trace("203.0.113.7", "host", .tcp, 8080)
    guard case .rewrite(let step)? = trace.steps.first else {
      Issue.record("\(trace.steps)")
      return
    }
    #expect(step.mechanism == .publishedPort && step.field == .destination)
    #expect(step.from.address == IPAddress("192.0.2.5") && step.from.port == 8080)
    #expect(step.to.address == IPAddress("10.244.7.10") && step.to.port == 80)
    let names = host.service.vfpPorts.flatMap(\.rules).map(\.name)
    #expect((step.rule == nil) == (driver == .nat) && (step.endpoint == nil) == (driver == .nat))
    if let rule = step.rule { #expect(names.contains(rule.name), "\(rule) is not among \(names)") }
  }

  // MARK: Encapsulation

  private static func subnet(_ prefix: String, _ provider: String) -> JSON {
    [
      "Type": "RemoteSubnetRoute",
      "Settings": [
        "DestinationPrefix": .string(prefix), "IsolationId": 4096, "ProviderAddress": .string(provider),
        "DistributedRouterMacAddress": "00-15-5D-AA-00-02",
      ],
    ]
  }

  @Test func theMostSpecificRemoteSubnetDecides() throws {
    var host = try ServiceHost(driver: .overlay)
    try host.addNetworkPolicies([
      Self.subnet("10.244.0.0/16", "192.0.2.8"), Self.subnet("10.244.9.0/24", "192.0.2.9"),
    ])
    #expect(
      try lines(&host, to: "10.244.9.7").last == "encapsulate client VNET_ENCAP_LAYER 192.0.2.9")
    #expect(
      try lines(&host, to: "10.244.8.7").last == "encapsulate client VNET_ENCAP_LAYER 192.0.2.8")
    #expect(try lines(&host, to: "198.51.100.9").last?.hasPrefix("encapsulate") == false)
    let trace = try host.trace("client", "10.244.9.7")
    guard case .encapsulate(let step)? = trace.steps.last else {
      Issue.record("\(trace.steps)")
      return
    }
    #expect(step.policy == .remoteSubnetRoute && step.isReached)
    #expect(step.group?.name == "VNET_GROUP_ENCAP_IPV4_OUT" && step.group?.matchesLongestPrefix == true)
    #expect(step.rule == "REMOTESUBNETROUTE_10.244.9.0/24")
    for port in host.service.vfpPorts {
      let names = port.rules.map(\.name)
      let encapsulates = port.endpoint != nil || port.kind == .router
      #expect(names.contains("REMOTESUBNETROUTE_10.244.9.0/24") == encapsulates, "\(port.kind): \(names)")
    }
  }

  /// The host sends through the distributed router; where there is none, by its own port.
  @Test(arguments: [("ltsc2022", "router VNET_ENCAP_LAYER"), ("ltsc2019", "host ENCAP")])
  func packetsOfTheHostAreEncapsulatedToo(windows: String, place: String) throws {
    var host = try ServiceHost(driver: .overlay, windows: windows)
    try host.addRemote("10.244.9.7", provider: "192.0.2.9")
    let steps = host.lines(try host.trace("host", "10.244.9.7").steps)
    #expect(steps.last == "encapsulate \(place) 192.0.2.9")
  }

  @Test func onBridgesNoLayerIsKnownToEncapsulate() throws {
    var host = try ServiceHost()
    try host.addRemote("10.244.9.7", provider: "192.0.2.9")
    #expect(try lines(&host, to: "10.244.9.7").last == "encapsulate client - 192.0.2.9")
    host = try ServiceHost(assumptions: "bridgeLayers: asOnOverlay")
    try host.addRemote("10.244.9.7", provider: "192.0.2.9")
    #expect(try lines(&host, to: "10.244.9.7").last == "encapsulate client VNET_ENCAP_LAYER 192.0.2.9")
  }
}
