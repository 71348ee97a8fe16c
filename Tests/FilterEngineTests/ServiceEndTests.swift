import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PacketSpace
import Testing

/// Packets to addresses of load balancers that end where filters are not known, or where no load balancer takes
/// them.
@Suite struct ServiceEndTests {
  /// Whether a set of one packet has the same answer.
  private func expectSetAgrees(
    _ host: inout ServiceHost, _ from: String, _ to: String, _ trace: PacketTrace, port: UInt16 = 80
  ) throws {
    var set = PacketQuerySet(from: PeerSelection(), to: PeerSelection(), protocols: ProtocolSet([.tcp]))
    set.from.insert(try host.peer(from))
    set.to.insert(try host.peer(to))
    set.ports = PortSet([PortRange(port)])
    let parts = try host.evaluator.parts(set)
    #expect(parts.map(\.verdict) == [trace.verdict] && parts.map(\.rule) == [trace.rule])
  }

  private func rewrites(_ trace: PacketTrace) -> [RewriteStep] {
    trace.steps.compactMap { if case .rewrite(let step) = $0 { step } else { nil } }
  }

  // MARK: Unknown addresses of the host

  @Test func anUnknownAddressOfTheHostLeavesTheVerdictUnknown() throws {
    var host = try ServiceHost(hostAddresses: "[]")
    let id = try host.add(.init(addresses: [], external: 30080, isDSR: false, portFlags: 2), to: ["web"])
    try host.add(.init(isDSR: false), to: ["web"])
    // Rules without addresses decide.
    #expect(try host.trace("203.0.113.9", "host", 30080).verdict == .allow)
    try host.setACLs(
      "web", [ServiceHost.acl("no-node", "Block", "In", addresses: "192.0.2.0/24")] + ServiceHost.rest)
    let trace = try host.trace("203.0.113.9", "host", 30080)
    #expect(trace.verdict == .unknown && trace.rule == "no-node")
    #expect(trace.reason == .unknownAddress(rule: "no-node") && trace.backends[0].reason == trace.reason)
    #expect(trace.notes.map(\.code).contains("unknown-service-source"))
    let rewrite = try #require(rewrites(trace).first)
    let group = try #require(rewrite.rule?.group)
    #expect(group.layer == .slbLoadBalancer && group.name == "SLB_GROUP_LB_IPv4_OUT")
    #expect(rewrite.rule?.name == "NAT_\(id.uppercase.prefix(8))_0.0.0.0_30080_30080_6")
    try expectSetAgrees(&host, "203.0.113.9", "host", trace, port: 30080)
    // A pod that reaches itself is no different.
    let hairpin = try host.trace("web", "10.96.0.10")
    #expect(hairpin.verdict == .unknown && hairpin.rule == "no-node")
    #expect(hairpin.notes.map(\.code).contains("hairpin"))
    // What blocks before is certain.
    try host.setACLs("client", [ServiceHost.acl("no-vip", "Block", "Out", ports: "80")] + ServiceHost.rest)
    let blocked = try host.trace("client", "10.96.0.10")
    #expect(blocked.verdict == .block && blocked.rule == "no-vip" && blocked.reason == nil)
    try expectSetAgrees(&host, "client", "10.96.0.10", blocked)
  }

  @Test func aBackendThatSeesTheClientDoesNotNeedAnAddressOfTheHost() throws {
    var host = try ServiceHost(hostAddresses: "[]")
    try host.add(.init(), to: ["web"])
    try host.setACLs(
      "web", [ServiceHost.acl("no-node", "Block", "In", addresses: "192.0.2.0/24")] + ServiceHost.rest)
    #expect(try host.trace("client", "10.96.0.10").verdict == .allow)
    #expect(try host.trace("web", "10.96.0.10").verdict == .unknown)
  }

  // MARK: Backends that are not attached

  @Test func aBackendThatIsNotAttachedIsUnknown() throws {
    var host = try ServiceHost()
    try host.addUnattached("idle", "10.244.7.40")
    try host.add(.init(), to: ["web", "idle"])
    try host.add(.init(addresses: ["10.96.0.11"]), to: ["idle"])
    let trace = try host.trace("client", "10.96.0.10")
    #expect(trace.backends.map(\.verdict) == [.allow, .unknown] && trace.verdict == .unknown)
    #expect(trace.backends.map(\.reason) == [nil, .notAttached(endpoint: "idle")])
    #expect(trace.reason == .notAttached(endpoint: "idle"))
    #expect(trace.notes.map(\.code).contains("backend-not-attached"))
    try expectSetAgrees(&host, "client", "10.96.0.10", trace)
    for from in ["client", "203.0.113.9", "host"] {
      let only = try host.trace(from, "10.96.0.11")
      #expect(only.backends.map(\.verdict) == [.unknown] && only.verdict == .unknown && only.rule == nil)
      #expect(only.reason == .notAttached(endpoint: "idle"))
      try expectSetAgrees(&host, from, "10.96.0.11", only)
    }
    try host.setACLs("client", [ServiceHost.acl("no-http", "Block", "Out")] + ServiceHost.rest)
    let blocked = try host.trace("client", "10.96.0.11")
    #expect(blocked.verdict == .block && blocked.rule == "no-http" && blocked.reason == nil)
  }

  // MARK: Packets that nobody takes

  @Test func packetsFromOutsideThatNobodyTakesAreInSets() throws {
    var host = try ServiceHost()
    try host.add(.init(), to: [])
    for port: UInt16 in [80, 81] {
      let trace = try host.trace("203.0.113.9", "10.96.0.10", port)
      #expect(trace.verdict == .allow)
      try expectSetAgrees(&host, "203.0.113.9", "10.96.0.10", trace, port: port)
    }
    let other = try #require(IPAddress("10.96.0.11"))
    #expect(throws: PacketProblem.noEndpoint(other)) { try host.trace("203.0.113.9", "10.96.0.11") }
  }

  @Test(arguments: [IPProtocol.icmp, IPProtocol(132)])
  func otherProtocolsAreNotBalanced(_ number: IPProtocol) throws {
    var host = try ServiceHost()
    try host.add(.init(), to: ["web"])
    for from in ["client", "203.0.113.9"] {
      let query = PacketQuery(from: try host.peer(from), to: try host.peer("10.96.0.10"), protocol: number)
      let trace = try host.evaluator.trace(query)
      let address = try #require(IPAddress("10.96.0.10"))
      #expect(trace.verdict == .allow && trace.notes.contains(.protocolNotBalanced(address, number)))
      #expect(!trace.notes.map(\.code).contains("port-not-balanced"))
    }
  }

  @Test func anEndpointWithTheAddressGetsThePacket() throws {
    var host = try ServiceHost()
    try host.add(.init(addresses: ["10.244.7.20"]), to: ["web"])
    let trace = try host.trace("client", "10.244.7.20")
    #expect(trace.backends.isEmpty && trace.filters.last?.packet.local == IPAddress("10.244.7.20"))
    #expect(trace.notes.map(\.code).contains("endpoint-has-frontend"))
    #expect(!trace.notes.map(\.code).contains("port-not-balanced"))
  }

  @Test func aBackendEncapsulatedForThisHostReachesNoOther() throws {
    var host = try ServiceHost(driver: .overlay)
    try host.addRemote("10.244.9.7", provider: "192.0.2.5")
    let trace = try host.trace("client", "10.244.9.7")
    #expect(trace.notes.map(\.code).contains("encapsulated-for-this-host"))
    #expect(!trace.notes.map(\.code).contains("encapsulated"))
  }

  // MARK: Names

  @Test func aRemoteEndpointWithoutANameIsCalledByItsAddress() throws {
    var host = try ServiceHost()
    for address in ["10.244.9.7", "10.244.9.8"] { try host.addRemote(address, name: nil) }
    let trace = try host.trace("client", "10.244.9.8")
    #expect(host.evaluator.topology.endpoints.filter(\.isRemote).map(\.name) == ["10.244.9.7", "10.244.9.8"])
    #expect(trace.verdict == .allow)
  }

  @Test func aRuleOfANodePortHasTheAddressThatWasDialed() throws {
    var host = try ServiceHost(hostAddresses: "[192.0.2.5, 192.0.2.6]")
    let id = try host.add(.init(addresses: [], external: 30080, isDSR: false, portFlags: 2), to: ["web"])
    for address in ["192.0.2.5", "192.0.2.6"] {
      let rewrite = try #require(rewrites(try host.trace("client", address, 30080)).first)
      #expect(rewrite.rule?.name == "NAT_\(id.uppercase.prefix(8))_\(address)_30080_30080_6")
      let rules = host.service.vfpPorts.flatMap(\.rules).filter { $0.name == rewrite.rule?.name }
      #expect(!rules.isEmpty, "VFP has the rule")
    }
  }
}
