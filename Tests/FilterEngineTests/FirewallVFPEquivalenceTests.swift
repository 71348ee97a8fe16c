import FilterEngine
import HostModel
import NetworkTypes
import Testing

/// The same ACLs in a cell of Windows Firewall alone and in one of VFP alone: two components with very
/// different rule semantics must give the same verdicts, through plan, apply and evaluation.
@Suite struct FirewallVFPEquivalenceTests {
  static let addresses = [
    "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3", "203.0.113.0/24", "198.51.100.9",
  ]
  static let ports = ["80", "443", "80-443", "1000-2000", "53", "65535"]
  static let protocols = ["tcp", "udp", "icmp", "igmp", "gre"]

  /// Random ACLs with distinct priorities, so that their order is defined.
  static func acls(_ random: inout SeededGenerator) -> String {
    (0..<Int.random(in: 1...6, using: &random)).map { index in
      func list(_ values: [String]) -> String {
        values.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random)).joined(separator: ", ")
      }
      var acl = "{name: rule\(index), direction: \(Bool.random(using: &random) ? "in" : "out")"
      acl += ", action: \(Bool.random(using: &random) ? "allow" : "block")"
      let withPorts = Bool.random(using: &random)
      if withPorts || Bool.random(using: &random) {
        acl += ", protocols: [\(withPorts ? "tcp" : list(protocols))]"
      }
      if withPorts { acl += ", localPorts: [\(list(ports))]" }
      if withPorts, Bool.random(using: &random) { acl += ", remotePorts: [\(list(ports))]" }
      if Bool.random(using: &random) { acl += ", remoteAddresses: [\(list(addresses))]" }
      return "        - \(acl)}"
    }.joined(separator: "\n")
  }

  static func host(_ driver: NetworkDriver, _ isolation: Isolation, _ defaults: String, _ acls: String)
    -> String
  {
    profileText(
      driver: driver,
      """
      containers:
        - name: web
          network: net
          isolation: \(isolation.rawValue)
          addresses: [10.244.7.10]
          defaults: \(defaults)
          acls:
      \(acls)
      """)
  }

  @Test func windowsFirewallAndVFPAgreeOnEveryPacket() throws {
    var random = SeededGenerator(for: "two engines")
    var packets = 0
    var blocked = 0
    var hosts = 0
    while packets < 100_000 {
      let acls = Self.acls(&random)
      let defaults =
        "{in: \(Bool.random(using: &random) ? "allow" : "block"), out: \(Bool.random(using: &random) ? "allow" : "block")}"
      var firewall = try AppliedProfile(Self.host(.transparent, .process, defaults, acls))
      var vfp = try AppliedProfile(Self.host(.l2bridge, .hyperv, defaults, acls))
      hosts += 1
      for _ in 0..<1_000 {
        let proto = IPProtocol([6, 6, 6, 17, 17, 1, 2, 47, 50].randomElement(using: &random) ?? 6)
        let peer = Peer.address(Self.peer(&random))
        let isInbound = Bool.random(using: &random)
        let query = PacketQuery(
          from: isInbound ? peer : .endpoint(0), to: isInbound ? .endpoint(0) : peer, protocol: proto,
          port: Self.port(&random), sourcePort: Self.port(&random))
        let left = try firewall.evaluator.decide(query).verdict
        let right = try vfp.evaluator.decide(query).verdict
        packets += 1
        if left == .block { blocked += 1 }
        try #require(left == right, "\(query)\n\(defaults)\n\(acls)")
      }
    }
    // Both verdicts occur, so that agreement is meaningful.
    #expect(blocked > packets / 10 && blocked < packets * 9 / 10, "\(blocked) of \(packets)")
    #expect(hosts >= 100)
  }

  /// An address at or next to a bound of those in ACLs.
  static func peer(_ random: inout SeededGenerator) -> IPAddress {
    let text = addresses.randomElement(using: &random) ?? "10.1.2.3"
    let range = IPPrefix(text)?.range ?? IPAddress(text).map { AddressRange($0) }
    guard let range else { return IPAddress(.ipv4, 0) }
    let edge = Bool.random(using: &random) ? range.lower : range.upper
    let offset = UInt128(Int.random(in: 0...2, using: &random))
    return IPAddress(.ipv4, edge &+ offset &- 1)
  }

  static func port(_ random: inout SeededGenerator) -> UInt16 {
    [0, 52, 53, 54, 79, 80, 81, 442, 443, 444, 999, 1000, 2000, 2001, 65535].randomElement(using: &random)
      ?? 80
  }
}
