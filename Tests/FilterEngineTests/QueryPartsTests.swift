import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// The answer to a query for many packets agrees with the answer for each of them.
@Suite struct QueryPartsTests {
  static let host = profileText(
    driver: .l2bridge, families: [.ipv4, .ipv6],
    """
      - {name: inner, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}
    containers:
      - name: web
        network: net
        addresses: [10.244.7.10, 2001:db8:7::10]
        publish: ["8080:80"]
        defaults: {in: block}
        acls:
          - {name: http, direction: in, action: allow, protocols: [tcp], localPorts: [80, 8000-8010], remoteAddresses: [10.244.7.0/28, 203.0.113.0/25, "2001:db8:7::/112"]}
          - {name: ping, direction: in, action: allow, protocols: [icmp, icmpv6]}
          - {name: low, direction: in, action: allow, protocols: [udp], remotePorts: [53]}
          - {name: no-host, direction: out, action: block, remoteAddresses: [192.0.2.5]}
      - {name: plain, network: net, addresses: [10.244.7.11]}
      - name: db
        network: inner
        addresses: [172.30.0.10]
        publish: ["1433:1433"]
        acls:
          - {name: sql, direction: in, action: allow, protocols: [tcp], localPorts: [1433]}
          - {name: rest, direction: in, action: block}
    pods:
      - {name: agent, hostProcess: true, containers: [{name: agent}]}
    """)

  /// The ends of random packets: everything on the host, and addresses near those in rules.
  static let ends = [
    "web", "plain", "db", "host", "10.244.7.15", "10.244.7.16", "203.0.113.0", "203.0.113.127",
    "203.0.113.128",
    "192.0.2.5", "172.30.0.1", "2001:db8:7::10", "2001:db8:7::ffff", "2001:db8:7::1:0", "0.0.0.0",
  ]
  static let ports: [UInt16] = [0, 52, 53, 54, 79, 80, 81, 1433, 7999, 8000, 8010, 8011, 8080, 49152, 65535]
  static let protocols: [IPProtocol] = [.icmp, .igmp, .tcp, .udp, .gre, .icmpv6, IPProtocol(255)]

  /// The part that contains a packet.
  static func part(of query: PacketQuery, _ route: RoutedPacket, in parts: [QueryPart]) -> [QueryPart] {
    let sent = Packet(
      direction: .in, protocol: query.protocol, local: route.destination, remote: route.sent.local,
      localPort: query.port, remotePort: query.sourcePort)
    return parts.filter { part in
      part.sender == route.sender && part.receiver == route.receiver && part.published == route.published
        && part.packets.contains(sent)
    }
  }

  @Test func everyPacketIsInOnePartWithItsVerdictAndRule() throws {
    var random = SeededGenerator(for: "packets of a query")
    var applied = try AppliedProfile(Self.host)
    let everything = PacketQuerySet(from: .any, to: .any)
    let parts = try applied.evaluator.parts(everything)
    var evaluatedPackets = 0
    for _ in 0..<4_000 {
      let proto = Self.protocols.randomElement(using: &random) ?? .tcp
      let query = PacketQuery(
        from: try applied.peer(Self.ends.randomElement(using: &random) ?? "web"),
        to: try applied.peer(Self.ends.randomElement(using: &random) ?? "db"), protocol: proto,
        port: Self.ports.randomElement(using: &random), sourcePort: Self.ports.randomElement(using: &random))
      // By name the host has one address, so that one is used.
      guard query.from != .host, query.to != .host, let route = try? applied.evaluator.route(query) else {
        continue
      }
      let decision = try applied.evaluator.decide(query)
      let found = Self.part(of: query, route, in: parts)
      try #require(found.count == 1, "\(query) is in \(found.count) parts")
      #expect(found[0].verdict == decision.verdict, "\(query)")
      #expect(found[0].rule == decision.rule.map { applied.evaluator.names[$0] }, "\(query)")
      evaluatedPackets += 1
    }
    #expect(evaluatedPackets > 1_000)
  }

  /// Sources with many narrow gaps, some of which the rules name.
  @Test func narrowGapsAreLeftOut() throws {
    var random = SeededGenerator(for: "gaps of a query")
    var applied = try AppliedProfile(Self.host)
    let gaps = (0..<40).map {
      AddressRange(family: .ipv4, lower: 0xcb00_7100 + 3 * $0, upper: 0xcb00_7100 + 3 * $0)
    }
    let sources = AddressSet([AddressRange(family: .ipv4, lower: 0xcb00_0000, upper: 0xcbff_ffff)])
      .subtracting(AddressSet(gaps))
    let web = try applied.peer("web")
    var set = PacketQuerySet(
      from: PeerSelection(addresses: sources), to: PeerSelection(), protocols: ProtocolSet([.tcp]))
    set.to.insert(web)
    let budget = Budget()
    let parts = try applied.evaluator.parts(set, within: budget)
    #expect(parts.allSatisfy { $0.packets.remote.subtracting(sources).isEmpty })
    var plain = set
    plain.from.addresses = AddressSet([AddressRange(family: .ipv4, lower: 0xcb00_0000, upper: 0xcbff_ffff)])
    let plainBudget = Budget()
    _ = try applied.evaluator.parts(plain, within: plainBudget)
    #expect(budget.nodes == plainBudget.nodes)
    for _ in 0..<500 {
      let source = IPAddress(.ipv4, 0xcb00_7100 + UInt128.random(in: 0..<160, using: &random))
      let port = Self.ports.randomElement(using: &random) ?? 80
      let query = PacketQuery(from: .address(source), to: web, protocol: .tcp, port: port)
      let found = Self.part(of: query, try applied.evaluator.route(query), in: parts)
      guard sources.contains(source) else {
        #expect(found.isEmpty)
        continue
      }
      let decision = try applied.evaluator.decide(query)
      try #require(found.count == 1)
      #expect(found[0].verdict == decision.verdict)
      #expect(found[0].rule == decision.rule.map { applied.evaluator.names[$0] })
    }
  }

  @Test func aNamedEndIsEvaluatedAsInASinglePacket() throws {
    var applied = try AppliedProfile(Self.host)
    for (from, to) in [
      ("host", "web"), ("host", "db"), ("web", "host"), ("db", "web"), ("203.0.113.1", "host"),
    ] {
      for port in Self.ports {
        let query = try applied.query(from, to, .tcp, port)
        let decision = try applied.evaluator.decide(query)
        var set = PacketQuerySet(from: PeerSelection(), to: PeerSelection(), protocols: ProtocolSet([.tcp]))
        set.from.insert(query.from)
        set.to.insert(query.to)
        set.ports = PortSet([PortRange(port)])
        set.sourcePorts = PortSet([PortRange(query.sourcePort)])
        let parts = try applied.evaluator.parts(set).filter { $0.packets.families == [.ipv4] }
        #expect(parts.count == 1, "\(from) to \(to), port \(port)")
        #expect(parts.first?.verdict == decision.verdict, "\(from) to \(to), port \(port)")
        #expect(
          parts.first?.rule == decision.rule.map { applied.evaluator.names[$0] },
          "\(from) to \(to), port \(port)")
      }
    }
  }

  @Test func portsExcludeProtocolsWithoutPorts() throws {
    var applied = try AppliedProfile(Self.host)
    var set = PacketQuerySet(from: .any, to: PeerSelection(endpoints: [1]))
    set.ports = PortSet([PortRange(80)])
    let protocols = try applied.evaluator.parts(set).reduce(ProtocolSet()) { $0.union($1.packets.protocols) }
    #expect(protocols == ProtocolSet([.tcp, .udp]))
    set.ports = .allPorts
    let all = try applied.evaluator.parts(set).reduce(ProtocolSet()) { $0.union($1.packets.protocols) }
    #expect(all == .allProtocols)
  }

  @Test func questionsShareABudget() throws {
    var applied = try AppliedProfile(Self.host)
    let everything = PacketQuerySet(from: .any, to: .any)
    #expect(throws: PacketProblem.tooScattered) {
      try applied.evaluator.parts(everything, within: Budget(nodes: 1))
    }
    let budget = Budget()
    let parts = try applied.evaluator.parts(everything, within: budget)
    let first = budget.nodes
    #expect(first > 0)
    let again = try applied.evaluator.parts(everything, within: budget)
    #expect(QueryPart.haveEqualVerdicts(again, parts))
    #expect(budget.nodes == 2 * first)
  }

  @Test func answersDoNotDependOnCompilation() throws {
    var random = SeededGenerator(for: "lookups before and after compilation")
    let applied = try AppliedProfile(Self.host)
    var compiled = applied.evaluator
    for _ in 0..<400 {
      let query = PacketQuery(
        from: try applied.peer(Self.ends.randomElement(using: &random) ?? "web"),
        to: try applied.peer(Self.ends.randomElement(using: &random) ?? "db"),
        protocol: Self.protocols.randomElement(using: &random) ?? .tcp,
        port: Self.ports.randomElement(using: &random), sourcePort: Self.ports.randomElement(using: &random))
      // A fresh copy has looked up no packet.
      var fresh = applied.evaluator
      let decision = try? fresh.decide(query)
      let rule = decision?.rule.map { fresh.names[$0] }
      for _ in 0..<20 {
        let again = try? compiled.decide(query)
        #expect(again?.verdict == decision?.verdict)
        #expect(again?.rule.map { compiled.names[$0] } == rule)
      }
    }
  }

  @Test func unfilteredPacketsAreNotAnswered() throws {
    var applied = try AppliedProfile(Self.host)
    let outside = PeerSelection(addresses: AddressSet([AddressRange(IPAddress(.ipv4, 0xc633_6409))]))
    #expect(throws: PacketProblem.noPackets) {
      try applied.evaluator.parts(PacketQuerySet(from: outside, to: outside))
    }
  }
}
