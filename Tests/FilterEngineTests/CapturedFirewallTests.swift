import FilterEngine
import HNSEmulator
import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// The firewall of a real host in the verdicts of its own compartment.
@Suite struct CapturedFirewallTests {
  static func evaluator(_ firewall: CapturedFirewall) throws -> PacketEvaluator {
    let address = try #require(IPAddress("192.0.2.5"))
    return PacketEvaluator(HostNetworkingService(HostConfiguration(addresses: [address], firewall: firewall)))
  }

  static func query(_ probe: FirewallWorlds.Probe) -> PacketQuery {
    let peer = Peer.address(IPAddress(.ipv4, UInt128(20 + probe.octet) << 24 | 1))
    let hasPorts = probe.number == 6 || probe.number == 17
    return PacketQuery(
      from: probe.direction == .in ? peer : .host, to: probe.direction == .in ? .host : peer,
      protocol: IPProtocol(probe.number), port: hasPorts ? probe.port : nil,
      sourcePort: hasPorts ? 50000 : nil)
  }

  static let probes: [FirewallWorlds.Probe] = Direction.allCases.flatMap { direction in
    [UInt8(1), 6, 17, 47].flatMap { number in
      (0..<4).flatMap { octet in
        (number == 6 || number == 17 ? [UInt16(80), 443, 22] : [0]).map {
          FirewallWorlds.Probe(direction: direction, number: number, octet: UInt8(octet), port: $0)
        }
      }
    }
  }

  @Test func verdictsAreWhatAllWorldsAgreeOn() throws {
    var random = SeededGenerator(for: "worlds of a captured firewall")
    var seen: [Verdict: Int] = [:]
    for _ in 0..<400 {
      let worlds = FirewallWorlds(using: &random)
      var evaluator = try Self.evaluator(worlds.captured)
      for probe in Self.probes {
        let verdict = try evaluator.decide(Self.query(probe)).verdict
        let expected = worlds.verdict(probe)
        seen[expected, default: 0] += 1
        guard verdict == expected else {
          Issue.record("\(verdict) instead of \(expected) for \(probe), \(worlds)")
          return
        }
      }
    }
    #expect(seen.values.reduce(0, +) >= 20_000)
    for verdict in [Verdict.allow, .block, .unknown] { #expect(seen[verdict, default: 0] > 1000) }
  }

  @Test func setsOfPacketsGetTheSameVerdicts() throws {
    var random = SeededGenerator(for: "sets of packets of a captured firewall")
    for _ in 0..<40 {
      let worlds = FirewallWorlds(using: &random)
      var evaluator = try Self.evaluator(worlds.captured)
      for direction in Direction.allCases {
        var (from, to) = (PeerSelection.any, PeerSelection())
        to.insert(.host)
        if direction == .out { swap(&from, &to) }
        let parts = try evaluator.parts(PacketQuerySet(from: from, to: to))
        for probe in Self.probes where probe.direction == direction {
          let query = Self.query(probe)
          let route = try evaluator.route(query)
          // Packets of a box are as sent: local is the destination.
          let sent = Packet(
            direction: .in, protocol: query.protocol, local: route.original.remote,
            remote: route.original.local,
            localPort: route.original.remotePort, remotePort: route.original.localPort)
          let verdicts = parts.filter { $0.packets.contains(sent) }.map(\.verdict)
          #expect(verdicts == [worlds.verdict(probe)])
        }
      }
    }
  }

  @Test func aRuleThatMayBlockComesBeforeOneThatAllows() throws {
    var allow = CapturedFirewallRule(name: "web", direction: .in, action: .allow)
    allow.protocolText = "TCP"
    allow.localPorts = ["80"]
    var block = CapturedFirewallRule(name: "{b}", direction: .in, action: .block)
    block.displayName = "No agent"
    block.conditions = [.init(.program, #"C:\agent.exe"#)]
    var evaluator = try Self.evaluator(
      CapturedFirewall(rules: [allow, block], profiles: Self.defaults, activeProfiles: [.domain]))
    let web = try evaluator.trace(
      Self.query(FirewallWorlds.Probe(direction: .in, number: 6, octet: 0, port: 80)))
    #expect(web.verdict == .unknown)
    #expect(
      web.reason.map { "\($0)" }
        == #"the host's firewall rule 'No agent' may match: it depends on the program C:\agent.exe"#)
    let other = try evaluator.trace(
      Self.query(FirewallWorlds.Probe(direction: .in, number: 6, octet: 0, port: 443)))
    #expect(other.verdict == .block)
  }

  @Test func withoutProfilesTheDefaultActionIsUnknown() throws {
    var allow = CapturedFirewallRule(name: "web", direction: .in, action: .allow)
    allow.protocolText = "TCP"
    var evaluator = try Self.evaluator(CapturedFirewall(rules: [allow]))
    #expect(
      try evaluator.decide(Self.query(.init(direction: .in, number: 6, octet: 0, port: 80))).verdict == .allow
    )
    let trace = try evaluator.trace(Self.query(.init(direction: .in, number: 17, octet: 0, port: 80)))
    #expect(trace.verdict == .unknown)
    #expect(trace.reason == .profileNotCaptured)
  }

  @Test func whereProfilesDisagreeTheVerdictIsUnknown() throws {
    var allow = CapturedFirewallRule(name: "web", direction: .in, action: .allow)
    allow.profiles = [.domain, .private]
    let probe = Self.query(.init(direction: .in, number: 6, octet: 0, port: 80))
    for (active, verdict) in [
      (nil, Verdict.unknown), ([.domain], .allow), ([.domain, .private], .allow), ([.public], .block),
      ([.private, .public], .unknown),
    ] as [(Set<FirewallProfile>?, Verdict)] {
      var evaluator = try Self.evaluator(
        CapturedFirewall(rules: [allow], profiles: Self.defaults, activeProfiles: active))
      let trace = try evaluator.trace(probe)
      #expect(trace.verdict == verdict)
      if verdict == .unknown {
        #expect(trace.reason.map { "\($0)" }?.contains("profiles") == true)
      }
    }
  }

  static let defaults = Dictionary(
    uniqueKeysWithValues: FirewallProfile.allCases.map { ($0, FirewallProfileSettings()) })
}
