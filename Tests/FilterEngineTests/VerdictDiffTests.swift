import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import PolicyPlan
import Testing

/// The effect of a change on packets, against evaluating packets before and after.
@Suite struct VerdictDiffTests {
  static func effect(
    _ before: String, _ after: String, _ scope: VerdictDiff.Scope = VerdictDiff.Scope()
  ) throws -> VerdictDiff {
    var first = try AppliedProfile(before)
    var second = try AppliedProfile(after)
    return VerdictDiff(from: &first.evaluator, to: &second.evaluator, scope: scope)
  }

  static func host(_ rest: String) -> String {
    profileText(
      driver: .l2bridge,
      """
      containers:
        - name: web
          network: net
          addresses: [10.244.7.10]
      \(rest)
      """)
  }

  @Test func everyPacketThatChangesIsInOneChangeAndNoOther() throws {
    var random = SeededGenerator(for: "effects of a change")
    var differing = 0
    // A change can concern hardly any packet: the changes go on until enough packets differ.
    for number in 0..<600 {
      if number >= 60, differing > 200 { break }
      let driver = random.one(of: [NetworkDriver.l2bridge, .transparent])
      let isolation: Isolation = driver == .l2bridge && random.once(in: 2) ? .hyperv : .process
      let defaults = "{in: \(random.one(of: ["allow", "block"])), out: \(random.one(of: ["allow", "block"]))}"
      let old = FirewallVFPEquivalenceTests.acls(&random)
      // Half of the changes affect one rule, the other half all of them.
      let new =
        random.once(in: 2)
        ? FirewallVFPEquivalenceTests.acls(&random)
        : old.replacing("80-443", with: "81-443").replacing("10.1.0.0/16", with: "10.1.0.0/17")
      var before = try AppliedProfile(FirewallVFPEquivalenceTests.host(driver, isolation, defaults, old))
      var after = try AppliedProfile(FirewallVFPEquivalenceTests.host(driver, isolation, defaults, new))
      let effect = VerdictDiff(from: &before.evaluator, to: &after.evaluator, scope: .init(witnesses: 2))
      #expect(effect.undecided.isEmpty)
      for change in effect.changes { try check(change, &before, &after) }
      for _ in 0..<200 {
        let proto = IPProtocol(random.one(of: [6, 6, 17, 1, 47]))
        let peer = Peer.address(FirewallVFPEquivalenceTests.peer(&random))
        let direction = random.one(of: Direction.allCases)
        let query = PacketQuery(
          from: direction == .in ? peer : .endpoint(0), to: direction == .in ? .endpoint(0) : peer,
          protocol: proto, port: FirewallVFPEquivalenceTests.port(&random),
          sourcePort: FirewallVFPEquivalenceTests.port(&random))
        let was = try before.evaluator.decide(query).verdict
        let becomes = try after.evaluator.decide(query).verdict
        let route = try before.evaluator.route(query)
        let packet = direction == .in ? route.received : route.sent
        let found = effect.changes.filter { change in
          change.direction == direction && change.packets.contains { $0.contains(packet) }
        }
        #expect(found.count == (was == becomes ? 0 : 1), "\(query)\n\(old)\n\(new)")
        if was != becomes {
          differing += 1
          #expect(found.first?.change == (becomes == .allow ? .newlyAllowed : .newlyBlocked))
        }
      }
    }
    #expect(differing > 200, "\(differing)")
  }

  /// A witness is evaluated as the change says, with the rules it reports.
  private func check(
    _ change: VerdictChange, _ before: inout AppliedProfile, _ after: inout AppliedProfile
  ) throws {
    #expect((1...2).contains(change.witnesses.count))
    for witness in change.witnesses {
      let packet = witness.packet
      let peer = Peer.address(packet.remote)
      let isInbound = change.direction == .in
      let query = PacketQuery(
        from: isInbound ? peer : .endpoint(0), to: isInbound ? .endpoint(0) : peer,
        protocol: packet.protocol, port: isInbound ? packet.localPort : packet.remotePort,
        sourcePort: isInbound ? packet.remotePort : packet.localPort)
      let isAllowed = change.change == .newlyAllowed
      let was = try before.evaluator.trace(query)
      let becomes = try after.evaluator.trace(query)
      #expect(was.verdict == (isAllowed ? .block : .allow))
      #expect(becomes.verdict == (isAllowed ? .allow : .block))
      #expect(was.rule == change.before)
      #expect(becomes.rule == change.after)
    }
  }

  @Test func equivalentRulesAreNotAChange() throws {
    let before = Self.host(
      """
          defaults: {in: block}
          acls:
            - {name: a, direction: in, action: allow, protocols: [tcp], localPorts: [80-90], remoteAddresses: [10.0.0.0/8]}
            - {name: b, direction: in, action: allow, protocols: [udp], localPorts: [53]}
      """)
    let after = Self.host(
      """
          defaults: {in: block}
          acls:
            - {name: dns, direction: in, action: allow, protocols: [17], localPorts: [53]}
            - {name: low, direction: in, action: allow, protocols: [tcp], localPorts: [80-85], remoteAddresses: [10.0.0.0/9, 10.128.0.0/9]}
            - {name: high, direction: in, action: allow, protocols: [tcp], localPorts: [86-90], remoteAddresses: [10.0.0.0-10.255.255.255]}
            - {name: never, direction: in, action: block, protocols: [tcp], localPorts: [88], remoteAddresses: [10.1.1.1]}
      """)
    #expect(try Self.effect(before, after).changes.isEmpty)
    #expect(try Self.effect(before, before).changes.isEmpty)
  }

  @Test func oneRangeIsOneBox() throws {
    let open = Self.host("    defaults: {in: block}")
    let after = Self.host(
      """
          defaults: {in: block}
          acls: [{name: a, direction: in, action: allow, protocols: [tcp], localPorts: [80], remoteAddresses: [10.0.0.1-10.0.3.254]}]
      """)
    let change = try #require(try Self.effect(open, after).changes.first)
    #expect(change.packets.count == 1)
    #expect(change.packets[0].remote.ranges.map(\.description) == ["10.0.0.1-10.0.3.254"])
    #expect(change.before == "default-in")
    #expect(change.after == "a")
    #expect(change.witnesses.map(\.packet.remote) == [IPAddress(.ipv4, 0x0a00_0001)])
  }

  @Test func oneEnforcementPointCanBeCompared() throws {
    let before = Self.host("    defaults: {in: allow, out: allow}")
    let after = Self.host("    defaults: {in: allow, out: block}")
    for point in [EnforcementPoint.windowsFirewall, .vfp] {
      let changes = try Self.effect(before, after, .init(enforcement: point)).changes
      #expect(changes.map(\.direction) == [.out])
      #expect(changes.map(\.change) == [.newlyBlocked])
    }
    #expect(try Self.effect(before, after, .init(endpoints: ["web"])).changes.count == 1)
  }

  @Test func aMissingEndpointAllowsNothing() throws {
    let before = Self.host("    defaults: {in: block, out: block}")
    let after =
      before
      + "\n  - {name: second, network: net, addresses: [10.244.7.11], defaults: {in: block, out: allow}}"
    let added = try Self.effect(before, after).changes
    #expect(added.map(\.endpoint) == ["second"])
    #expect(added.map(\.direction) == [.out])
    #expect(added.map(\.change) == [.newlyAllowed])
    #expect(added.map(\.before) == [nil])
    let removed = try Self.effect(after, before).changes
    #expect(removed.map(\.change) == [.newlyBlocked])
    #expect(removed.map(\.after) == [nil])
  }

  @Test func localAddressesCountOnlyIfTheEndpointHasThem() throws {
    let before = Self.host("    defaults: {in: block}")
    func after(_ address: String) -> String {
      Self.host(
        """
            defaults: {in: block}
            acls: [{name: a, direction: in, action: allow, localAddresses: [\(address)]}]
        """)
    }
    #expect(try Self.effect(before, after("10.244.7.99")).changes.isEmpty)
    #expect(try Self.effect(before, after("10.244.7.10")).changes.count == 1)
  }
}
