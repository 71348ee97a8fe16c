import HostModel
import NetworkTypes
import PacketSpace
import Testing

@Suite struct RewriteExactnessTests {
  /// The families a cell can have.
  static let cells: [[AddressFamily]] = [[.ipv4], [.ipv6], [.ipv4, .ipv6]]

  @Test(arguments: cells, [false, true])
  func ruleListsWithoutOrderMeanWhatTheOrderedListMeans(families: [AddressFamily], real: Bool) throws {
    for index in 0..<1_700 {
      let seed = UInt64(index) &* 6_364_136_223_846_793_005 &+ (real ? 1 : 0)
      var source =
        real ? RuleSource.real(seed: seed, families: families) : .small(seed: seed, families: families)
      let list = source.list(count: 0...6)
      guard case .exact(let rules) = FirewallRewrite.rewrite(list.map(\.ordered), families: families) else {
        Issue.record("seed \(seed), \(families), real \(real): too large")
        continue
      }
      let plain = rules.map { PlainRule($0) }
      var packets = list.flatMap { source.boundaryPackets($0.match) }
      for _ in 0..<20 { packets.append(source.packet()) }
      for packet in packets {
        let decider = try #require(firstMatch(list, packet))
        guard blockBeatsAllow(plain, packet) == list[decider].action,
          plain.contains(where: { $0.name == list[decider].name && $0.match.matches(packet) })
        else {
          Issue.record("seed \(seed), \(families), real \(real): \(packet) is for \(list[decider].name)")
          return
        }
      }
    }
  }
}
