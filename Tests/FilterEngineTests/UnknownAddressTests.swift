import FilterEngine
import HNSEmulator
import HostModel
import NetworkTypes
import PacketSpace
import PolicyPlan
import Testing

/// Verdicts on packets with an address that is not known, against the same host with each address that it could be.
@Suite struct UnknownAddressTests {
  /// Addresses in and beside every prefix of the rules.
  private static let addresses = (1...4).map { "10.\($0).0.5" }

  private static func acls(_ random: inout SeededGenerator) -> String {
    let drawn = (0..<random.below(4)).map { index in
      var acl = "{name: acl\(index), direction: \(random.one(of: ["in", "out"])), action: "
      acl += random.one(of: ["allow", "block"])
      if random.once(in: 2) { acl += ", localPorts: [80]" }
      if random.once(in: 2) {
        let prefixes = (1...4).filter { _ in random.once(in: 3) }.map { "10.\($0).0.0/16" }
        if !prefixes.isEmpty {
          acl += ", \(random.one(of: ["remote", "local"]))Addresses: [\(prefixes.joined(separator: ", "))]"
        }
      }
      return acl + ", protocols: [tcp]}"
    }
    return "[\(drawn.joined(separator: ", "))]"
  }

  /// What is decided is so for every address that is possible, and what differs is not decided.
  private static func check(_ found: Verdict, _ possible: [Verdict], _ profile: String) {
    let differ = Set(possible).count > 1
    #expect(found == .unknown || !differ && found == possible[0], "\(possible)\n\(profile)")
  }

  /// The verdict on a packet.
  private static func verdict(_ profile: String, _ from: String, _ to: String, port: UInt16) throws -> Verdict
  {
    var applied = try AppliedProfile(profile)
    return try applied.verdict(from, to, .tcp, port)
  }

  /// The verdict on a packet with an address that is not known, which a set of packets and a trace have too.
  private static func unknownVerdict(
    _ profile: String, _ from: String, _ to: String, port: UInt16
  ) throws -> Verdict {
    var applied = try AppliedProfile(profile)
    let query = try applied.query(from, to, .tcp, port)
    var set = PacketQuerySet(from: PeerSelection(), to: PeerSelection(), protocols: ProtocolSet([.tcp]))
    set.from.insert(query.from)
    set.to.insert(query.to)
    set.ports = PortSet([PortRange(port)])
    set.sourcePorts = PortSet([PortRange(query.sourcePort)])
    let verdict = try applied.evaluator.decide(query).verdict
    #expect(try applied.evaluator.trace(query).verdict == verdict)
    // An endpoint without addresses can use IPv6 too.
    let parts = try applied.evaluator.parts(set).filter { $0.packets.families == [.ipv4] }
    #expect(parts.verdict == verdict, "\(profile)")
    return verdict
  }

  @Test(arguments: 0..<25) func endpointsOfADHCPServer(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (first, second) = (Self.acls(&random), Self.acls(&random))
    func profile(_ network: String, _ a: String, _ b: String) -> String {
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: node
      host: {windows: ltsc2022, addresses: [192.0.2.1], adapters: [Ethernet]}
      networks:
        - {name: lan, driver: transparent, adapter: Ethernet, \(network)}
      containers:
        - {name: a, network: lan\(a), acls: \(first)}
        - {name: b, network: lan\(b), acls: \(second)}
      """
    }
    let unknown = profile("ipam: dhcp", "", "")
    let subnet = "subnets: [{prefix: 10.0.0.0/8, gateway: 10.0.0.1}]"
    for port: UInt16 in [80, 443] {
      let found = try Self.unknownVerdict(unknown, "a", "b", port: port)
      var possible: [Verdict] = []
      for a in Self.addresses {
        for b in Self.addresses where a != b {
          let known = profile(subnet, ", addresses: [\(a)]", ", addresses: [\(b)]")
          possible.append(try Self.verdict(known, "a", "b", port: port))
        }
      }
      Self.check(found, possible, unknown)
      // From outside only the address of the receiver is not known.
      let outside = try Self.unknownVerdict(unknown, "10.3.0.9", "b", port: port)
      let known = try Self.addresses.map {
        try Self.verdict(profile(subnet, "", ", addresses: [\($0)]"), "10.3.0.9", "b", port: port)
      }
      Self.check(outside, known, unknown)
    }
  }

  @Test(arguments: 0..<25) func theHostBehindPublishedPortsAndNAT(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let (first, second) = (Self.acls(&random), Self.acls(&random))
    func profile(_ host: String) -> String {
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: node
      host: {windows: ltsc2022, \(host)adapters: [Ethernet]}
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
        - {name: natnet, driver: nat, subnets: [{prefix: 172.30.0.0/24, gateway: 172.30.0.1}]}
      containers:
        - {name: pod, network: podnet, addresses: [10.244.7.10], acls: \(first)}
        - {name: shop, network: natnet, addresses: [172.30.0.10], publish: ["8080:80/tcp"], acls: \(second)}
      """
    }
    for (from, to, port) in [("pod", "host", 8080), ("shop", "pod", 80), ("pod", "host", 443)] {
      let found = try Self.unknownVerdict(profile(""), from, to, port: UInt16(port))
      let possible = try Self.addresses.map {
        try Self.verdict(profile("addresses: [\($0)], "), from, to, port: UInt16(port))
      }
      Self.check(found, possible, profile(""))
    }
  }

  /// Rules without addresses, and with all or none of the addresses that are possible, decide.
  @Test(arguments: [
    ("{name: r, direction: in, action: block, protocols: [tcp]}", Verdict.block),
    ("{name: r, direction: in, action: block, remoteAddresses: [0.0.0.0/0]}", .block),
    ("{name: r, direction: in, action: block, remoteAddresses: [192.0.2.1]}", .allow),
    ("{name: r, direction: in, action: block, remoteAddresses: [198.51.100.0/24]}", .unknown),
    ("{name: r, direction: in, action: allow, remoteAddresses: [198.51.100.0/24]}", .allow),
    ("{name: r, direction: in, action: block, localAddresses: [198.51.100.0/24]}", .unknown),
    ("{name: r, direction: in, action: block, remoteAddresses: [198.51.100.0/24], protocols: [udp]}", .allow),
  ]) func aRule(rule: String, verdict: Verdict) throws {
    let found = try Self.unknownVerdict(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: node
      host: {windows: ltsc2022, addresses: [192.0.2.1], adapters: [Ethernet]}
      networks: [{name: lan, driver: transparent, adapter: Ethernet, ipam: dhcp}]
      containers: [{name: a, network: lan}, {name: b, network: lan, acls: [\(rule)]}]
      """, "a", "b", port: 80)
    #expect(found == verdict)
  }
}
