import NetworkTypes
import PacketSpace
import PolicyPlan
import TestSupport
import Testing

/// Comparisons of endpoints that rules do not tell apart by their addresses share their answers.
@Suite struct EquivalentAddressesTests {
  private func host(_ action: String) throws -> ProfileHost {
    let containers = (10...15).map {
      "  - {name: c\($0), network: podnet, isolation: hyperv, addresses: [10.244.7.\($0)], aclSets: [all]}"
    }
    return try ProfileHost(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: node
      host: {addresses: [10.240.0.5], adapters: [Ethernet]}
      aclSets:
        all:
          - {name: pair, direction: in, action: \(action), protocols: [tcp], localAddresses: [10.244.7.12/31], localPorts: [80]}
          - {name: single, direction: in, action: \(action), protocols: [udp], localAddresses: [10.244.7.13], remotePorts: [53]}
          - {name: all, direction: in, action: \(action), protocols: [gre]}
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
      containers:
      \(containers.joined(separator: "\n"))
      """)
  }

  @Test("Each endpoint has the changes of its own addresses.")
  func ownAddresses() throws {
    var (before, after) = (try host("allow").evaluator, try host("block").evaluator)
    let all = VerdictDiff(from: &before, to: &after)
    #expect(all.undecided.isEmpty)
    func rules(_ name: String) -> [String] {
      all.changes.filter { $0.endpoint == name }.compactMap(\.after).sorted()
    }
    #expect(rules("c10") == ["all"] && rules("c15") == ["all"])
    #expect(rules("c12") == ["all", "pair"])
    #expect(rules("c13") == ["all", "pair", "single"])
    for change in all.changes {
      let own = try #require(IPAddress("10.244.7.\(change.endpoint.dropFirst())"))
      #expect(change.packets.allSatisfy { $0.local.contains(own) })
      // Compared alone, it has the same packets.
      let scope = VerdictDiff.Scope(endpoints: [change.endpoint])
      let alone = VerdictDiff(from: &before, to: &after, scope: scope)
      #expect(alone.changes.contains { $0.packets == change.packets && $0.after == change.after })
    }
  }
}
