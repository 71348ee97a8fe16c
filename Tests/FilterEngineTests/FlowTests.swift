import FilterEngine
import HostModel
import NetworkTypes
import Testing

/// Replies pass without a rule, flows end, and a change of policy asks again.
@Suite struct FlowTests {
  /// Everything inbound is blocked and everything outbound allowed, at both points.
  static let closed = profileText(
    driver: .l2bridge,
    """
    containers:
      - {name: web, network: net, addresses: [10.244.7.10], defaults: {in: block, out: allow}}
    """)

  /// A packet from web to the outside, and the one that answers it.
  static func exchange(
    _ judged: JudgedProfile, _ proto: IPProtocol, icmpTypes: (UInt8, UInt8)? = nil
  ) throws -> (request: FlowPacket, reply: FlowPacket) {
    let request = try judged.query("web", "198.51.100.9", proto, 53, sourcePort: 50000)
    let reply = try judged.query("198.51.100.9", "web", proto, 50000, sourcePort: 53)
    return (FlowPacket(request, icmpType: icmpTypes?.0), FlowPacket(reply, icmpType: icmpTypes?.1))
  }

  @Test(arguments: [IPProtocol.tcp, .udp, .gre]) func aReplyPassesOnlyAfterItsRequest(_ proto: IPProtocol)
    throws
  {
    let judged = try JudgedProfile(Self.closed)
    let (request, reply) = try Self.exchange(judged, proto)
    var flows = FlowTable(judged.service)
    #expect(try flows.send(reply, at: 0) == .block)
    #expect(try flows.send(request, at: 1) == .allow)
    #expect(try flows.send(reply, at: 2) == .allow)
    // One flow at each of the two points.
    #expect(flows.count == 2)
  }

  @Test func anotherPeerIsNoReply() throws {
    let judged = try JudgedProfile(Self.closed)
    let (request, _) = try Self.exchange(judged, .udp)
    var flows = FlowTable(judged.service)
    #expect(try flows.send(request, at: 0) == .allow)
    for (address, port) in [("198.51.100.10", UInt16(53)), ("198.51.100.9", 54)] {
      let stranger = FlowPacket(try judged.query(address, "web", .udp, 50000, sourcePort: port))
      #expect(try flows.send(stranger, at: 1) == .block)
    }
  }

  @Test func idleFlowsOfUDPEndAfterTheShorterLifetime() throws {
    let judged = try JudgedProfile(Self.closed)
    let (request, reply) = try Self.exchange(judged, .udp)
    var flows = FlowTable(judged.service)
    #expect(try flows.send(request, at: 0) == .allow)
    #expect(try flows.send(reply, at: 59) == .allow)
    // The reply counted as traffic of the flow.
    #expect(try flows.send(reply, at: 118) == .allow)
    #expect(try flows.send(reply, at: 178) == .block)
  }

  @Test func lifetimesCanBeSet() throws {
    let judged = try JudgedProfile(Self.closed)
    let (request, reply) = try Self.exchange(judged, .udp)
    var flows = FlowTable(judged.service, lifetimes: FlowLifetimes(windowsFirewall: 1_000, vfp: 10))
    #expect(try flows.send(request, at: 0) == .allow)
    #expect(try flows.send(reply, at: 9) == .allow)
    #expect(try flows.send(reply, at: 19) == .block)
  }

  @Test func connectionsOfTCPLiveUntilTheyAreClosed() throws {
    let judged = try JudgedProfile(Self.closed)
    let (request, reply) = try Self.exchange(judged, .tcp)
    var flows = FlowTable(judged.service)
    #expect(try flows.send(request, at: 0) == .allow)
    #expect(try flows.send(reply, at: 86_400) == .allow)
    try flows.close(reply)
    #expect(flows.count == 0)
    #expect(try flows.send(reply, at: 86_401) == .block)
  }

  @Test func anEchoReplyBelongsToItsRequestAndAnotherTypeDoesNot() throws {
    let judged = try JudgedProfile(Self.closed)
    let (request, reply) = try Self.exchange(judged, .icmp, icmpTypes: (8, 0))
    let (_, unreachable) = try Self.exchange(judged, .icmp, icmpTypes: (8, 3))
    var flows = FlowTable(judged.service)
    #expect(try flows.send(request, at: 0) == .allow)
    #expect(try flows.send(reply, at: 1) == .allow)
    #expect(try flows.send(unreachable, at: 2) == .block)
  }

  @Test func aChangeOfPolicyAsksAboutThePacketThatOpenedTheFlow() throws {
    let judged = try JudgedProfile(Self.closed)
    let (request, reply) = try Self.exchange(judged, .tcp)
    var flows = FlowTable(judged.service)
    #expect(try flows.send(request, at: 0) == .allow)
    // Inbound rules do not matter to a flow that was opened outbound.
    let same = try JudgedProfile(
      Self.closed.replacing(
        "out: allow}",
        with: "out: allow}, acls: [{name: deny, direction: in, action: block, protocols: [tcp]}]"))
    flows.policyChanged(to: same.service)
    #expect(try flows.send(reply, at: 1) == .allow)
    // Outbound ones do, and it is the reply that is dropped.
    let shut = try JudgedProfile(Self.closed.replacing("out: allow", with: "out: block"))
    flows.policyChanged(to: shut.service)
    #expect(try flows.send(reply, at: 2) == .block)
    flows.policyChanged(to: judged.service)
    #expect(try flows.send(reply, at: 3) == .block)
  }

  @Test func nothingIsRememberedInsideACompartment() throws {
    let judged = try JudgedProfile(Self.closed)
    var flows = FlowTable(judged.service)
    #expect(try flows.send(FlowPacket(try judged.query("web", "web", .tcp, 80)), at: 0) == .allow)
    #expect(flows.count == 0)
  }
}
