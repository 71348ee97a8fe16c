import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// A single packet and the set that contains only it take the same leg and get the same answer.
@Suite struct LegAgreementTests {
  @Test func singlePacketsAndSetsAgreeOnRandomHosts() throws {
    var random = SeededGenerator(for: "legs of random hosts")
    var decided = 0
    var refused = 0
    var published = 0
    var balanced = 0
    // A random host has few packets of some kinds: the hosts go on until there are enough of each.
    for number in 0..<600 {
      if number >= 60, decided > 1200, refused > 300, published > 50, balanced > 200 { break }
      let host = RandomHost(using: &random)
      var evaluator = PacketEvaluator(host)
      let everything = try? evaluator.parts(PacketQuerySet(from: .any, to: .any))
      for _ in 0..<80 {
        let query = host.packet(using: &random)
        switch try Self.agreement(on: query, everything, &evaluator) {
        case nil: refused += 1
        case let route?:
          decided += 1
          if route.published != nil { published += 1 }
          if route.service?.backend != nil { balanced += 1 }
        }
      }
    }
    #expect(
      decided > 1200 && refused > 300 && published > 50 && balanced > 200,
      "\(decided) \(refused) \(published) \(balanced)")
  }

  /// Every driver and isolation, with hosts from profiles.
  @Test(arguments: NetworkDriver.allCases, Isolation.allCases)
  func singlePacketsAndSetsAgreeOnProfiles(driver: NetworkDriver, isolation: Isolation) throws {
    var random = SeededGenerator(for: "legs of \(driver.rawValue) \(isolation.rawValue)")
    let hasACLs = isolation == .process || ![.nat, .transparent].contains(driver)
    let acls = """
      , defaults: {in: block}, acls: [{name: http, direction: in, action: allow, protocols: [tcp], \
      localPorts: [80, 8000-8010], remoteAddresses: [10.244.7.0/28, 192.0.2.0/28]}, {name: no-host, \
      direction: out, action: block, remoteAddresses: [192.0.2.5]}]
      """
    let publish = [.transparent, .l2tunnel].contains(driver) ? "" : ", publish: [\"8080:80\"]"
    let nat = driver == .l2bridge ? ", outboundNat: {exceptions: [10.244.0.0/16]}" : ""
    for value in ["translated", "original"] {
      var applied = try AppliedProfile(
        profileText(
          driver: driver,
          assumptions:
            "natSource: \(value), publishedDestination: \(random.once(in: 2) ? "published" : "container")",
          """
            - {name: other, driver: l2bridge, adapter: Second, subnets: [{prefix: 10.9.0.0/24, gateway: 10.9.0.1}]}
          containers:
            - {name: web, network: net, isolation: \(isolation.rawValue), addresses: [10.244.7.10]\(publish)\(nat)\(hasACLs ? acls : "")}
            - {name: plain, network: net, isolation: \(isolation.rawValue), addresses: [10.244.7.11]\(nat)}
            - {name: far, network: other, addresses: [10.9.0.10], publish: ["9090:90"]\(acls)}
          pods:
            - {name: agent, hostProcess: true, containers: [{name: agent}]}
          """))
      let ends = [
        "web", "plain", "far", "agent", "host", "10.244.7.1", "10.244.7.10", "10.244.7.99", "192.0.2.5",
        "203.0.113.9", "10.9.0.10", "127.0.0.1", "::1", "224.0.0.251", "255.255.255.255", "0.0.0.0",
      ]
      let everything = try applied.evaluator.parts(PacketQuerySet(from: .any, to: .any))
      for _ in 0..<150 {
        let query = PacketQuery(
          from: try applied.peer(random.one(of: ends)), to: try applied.peer(random.one(of: ends)),
          protocol: random.one(of: RandomHost.protocols),
          port: random.one(of: [0, 80, 90, 8000, 8010, 8080, 9090, 65535]))
        _ = try Self.agreement(on: query, everything, &applied.evaluator)
      }
    }
  }

  /// Evaluates a packet, the set of it alone, and finds it in the answer for all packets.
  ///
  /// - Returns: The route of the packet; nil if there is none.
  private static func agreement(
    on query: PacketQuery, _ everything: [QueryPart]?, _ evaluator: inout PacketEvaluator
  ) throws -> RoutedPacket? {
    var set = PacketQuerySet(
      from: PeerSelection(), to: PeerSelection(), protocols: ProtocolSet([query.protocol]))
    set.from.insert(query.from)
    set.to.insert(query.to)
    if query.protocol.hasPorts {
      set.ports = PortSet([PortRange(query.port)])
      set.sourcePorts = PortSet([PortRange(query.sourcePort)])
    }
    var parts: [QueryPart]?
    do throws(PacketProblem) { parts = try evaluator.parts(set) } catch {
      // A set has packets of both families, and is refused if the host's address of one is not known.
      if case .unknownHostAddress = error { return nil }
    }
    let route: RoutedPacket
    let decision: Decision
    do throws(PacketProblem) {
      route = try evaluator.route(query)
      decision = try evaluator.decide(query)
    } catch {
      // With several owners, a set includes each of them.
      switch error {
      case .ambiguousAddress: break
      case .unknownHostAddress(let family):
        #expect(parts?.allSatisfy { $0.packets.families != [family] } != false, "\(query): \(error)")
      case .notAttached(let index):
        // It has the published port of this family; another family can have one that forwards.
        let location = RoutedPacket.Location.endpoint(index)
        #expect(
          parts?.allSatisfy { $0.sender != location && $0.receiver != location } != false,
          "\(query): \(error)")
      case .noEndpoint(let address):
        // Packets of the other family can get to an end by name.
        #expect(parts?.allSatisfy { $0.packets.families != [address.family] } != false, "\(query): \(error)")
      default: #expect(parts == nil, "\(query): \(error)")
      }
      return nil
    }
    let family = route.sent.local.family
    // For a host without a given address, sets have IPv4 only.
    if query.to == .host, family == .ipv6, evaluator.topology.addresses.isEmpty { return route }
    let found = (parts ?? []).filter { $0.packets.families == [family] }
    let rule = decision.rule.map { evaluator.names[$0] }
    try #require(found.count == 1, "\(query): \(found.count) parts")
    #expect(found[0].sender == route.sender && found[0].balancer == route.service?.balancer, "\(query)")
    #expect(route.service != nil || found[0].receiver == route.receiver, "\(query)")
    #expect(found[0].published == route.published, "\(query)")
    #expect(found[0].isLoopback == route.isLoopback, "\(query)")
    #expect(found[0].verdict == decision.verdict && found[0].rule == rule, "\(query): \(found[0]), \(route)")
    // By name an end has a single address; a set of addresses includes all of them.
    guard case .address(let from) = query.from, case .address(let to) = query.to, let everything else {
      return route
    }
    let sent = Packet(
      direction: .in, protocol: query.protocol, local: to, remote: from, localPort: query.port,
      remotePort: query.sourcePort)
    let among = everything.filter {
      $0.sender == route.sender && (route.service != nil || $0.receiver == route.receiver)
        && $0.published == route.published && $0.packets.contains(sent)
    }
    try #require(among.count == 1, "\(query): in \(among.count) parts of all packets")
    #expect(among[0].verdict == decision.verdict && among[0].rule == rule, "\(query)")
    return route
  }
}
