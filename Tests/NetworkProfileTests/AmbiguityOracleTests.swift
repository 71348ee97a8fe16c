import Diagnostics
import HostModel
import NetworkProfile
import NetworkTypes
import Testing

@Suite("Ambiguous priorities, compared over every packet of a small world")
struct AmbiguityOracleTests {
  /// Every packet with these protocols, addresses and ports.
  static let packets: [Packet] = {
    let families = [["10.0.0.1", "10.0.0.2", "10.0.0.3"], ["fd00::1", "fd00::2"]].map {
      $0.compactMap { IPAddress($0) }
    }
    var result: [Packet] = []
    for addresses in families {
      for local in addresses {
        for remote in addresses {
          for proto in [IPProtocol.tcp, .udp, .icmp] {
            for localPort in proto.hasPorts ? [UInt16(1), 2, 3] : [0] {
              for remotePort in proto.hasPorts ? [UInt16(1), 2, 3] : [0] {
                result.append(
                  Packet(
                    direction: .in, protocol: proto, local: local, remote: remote, localPort: localPort,
                    remotePort: remotePort))
              }
            }
          }
        }
      }
    }
    return result
  }()

  @Test("Two opposite ACLs of equal priority are refused exactly if some packet matches both")
  func pairs() throws {
    let seed: UInt64 = 4_711
    var generator = SeededGenerator(seed: seed)
    func some(_ values: [String]) -> String {
      let chosen = values.filter { _ in generator.next() % 3 == 0 }
      return (chosen.isEmpty ? [values[Int(generator.next() % UInt64(values.count))]] : chosen).joined(
        separator: ", ")
    }
    func acl(_ name: String, _ action: String, priority: String) -> String {
      var text = "{name: \(name), direction: in, action: \(action)\(priority)"
      let hasPorts = generator.next() % 2 == 0
      if hasPorts || generator.next() % 2 == 0 {
        text += ", protocols: [\(some(hasPorts ? ["tcp", "udp"] : ["tcp", "udp", "icmp"]))]"
      }
      if hasPorts {
        text += ", \(generator.next() % 2 == 0 ? "localPorts" : "remotePorts"): [\(some(["1", "2", "3"]))]"
      }
      let family =
        generator.next() % 4 == 0 ? ["'fd00::1'", "'fd00::2'"] : ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
      if generator.next() % 2 == 0 { text += ", localAddresses: [\(some(family))]" }
      if generator.next() % 2 == 0 { text += ", remoteAddresses: [\(some(family))]" }
      return text + "}"
    }
    var ambiguous = 0
    for round in 0..<600 {
      let first = acl("a", "allow", priority: "")
      let second = acl("b", "block", priority: "")
      func profile(_ priority: String) -> String {
        """
        networks: [{name: p, driver: l2bridge, adapter: A, subnets: [{prefix: 10.0.0.0/24}]}]
        containers:
          - name: c
            network: p
            acls:
              - \(first.replacing("allow", with: "allow\(priority)"))
              - \(second.replacing("block", with: "block\(priority)"))
        """
      }
      let matches = try #require(load(header + profile("")).0).endpoints[0].acls.map(\.match)
      let shared = Self.packets.contains { packet in matches.allSatisfy { $0.matches(packet) } }
      let found = problems(profile(", priority: 5"))
      #expect(
        found.contains { $0.contains("ambiguous-priority") } == shared,
        "seed \(seed), round \(round): \(first) \(second)")
      ambiguous += shared ? 1 : 0
    }
    #expect((100...500).contains(ambiguous))
  }
}
