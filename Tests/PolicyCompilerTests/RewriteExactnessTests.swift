import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// The rewrite against the ordered list, with an independent evaluator.
@Suite struct RewriteExactnessTests {
  /// The families a cell can have.
  static let cells: [[AddressFamily]] = [[.ipv4], [.ipv6], [.ipv4, .ipv6]]

  static func source(_ index: Int, _ families: [AddressFamily], real: Bool) -> (UInt64, RuleSource) {
    let seed = UInt64(index) &* 6_364_136_223_846_793_005 &+ (real ? 1 : 0)
    return (seed, real ? .real(seed: seed, families: families) : .small(seed: seed, families: families))
  }

  @Test(arguments: cells, [false, true])
  func rulesWithoutOrderMeanWhatTheOrderedListMeans(families: [AddressFamily], real: Bool) throws {
    // 10,200 lists in all: most are short, because short lists already contain every kind of overlap.
    for index in 0..<1_700 {
      var (seed, source) = Self.source(index, families, real: real)
      let list = source.list(count: index % 20 == 0 ? 4...8 : 0...3)
      guard case .exact(let rules) = FirewallRewrite.rewrite(list.map(\.ordered), families: families) else {
        Issue.record("seed \(seed), \(families), real \(real): too large")
        continue
      }
      let plain = rules.map { PlainRule($0) }
      var packets = list.flatMap { source.boundaryPackets($0.match) }
      for _ in 0..<20 { packets.append(source.packet()) }
      for packet in packets {
        let matchedRule = try #require(firstMatch(list, packet))
        guard blockBeatsAllow(plain, packet) == list[matchedRule].action,
          plain.contains(where: { $0.name == list[matchedRule].name && $0.match.matches(packet) })
        else {
          Issue.record("seed \(seed), \(families), real \(real): \(packet) is for \(list[matchedRule].name)")
          return
        }
      }
    }
  }

  @Test(arguments: cells)
  func everyBlockPieceIsNeeded(families: [AddressFamily]) {
    // A piece may repeat what an earlier block rule does, so only lists of allow rules with a final block are
    // checked: there, no piece is redundant.
    for index in 0..<150 {
      var (seed, source) = Self.source(index, families, real: true)
      let list =
        source.list(count: 1...4).filter { $0.action == .allow && !$0.name.hasPrefix("default") }
        + [PlainRule("default", .block, PlainMatch())]
      let rules = FirewallRewrite.rewrite(list.map(\.ordered), families: families).rules.map { PlainRule($0) }
      for (offset, rule) in rules.enumerated() where rule.action == .block {
        var fewer = rules
        fewer.remove(at: offset)
        let missed = corners(rule.match, families).first { packet in
          firstMatch(list, packet).map { list[$0].action } != blockBeatsAllow(fewer, packet)
        }
        if missed == nil { Issue.record("seed \(seed), \(families): nothing needs \(rule)") }
      }
    }
  }

  @Test(arguments: cells)
  func supersetBlocksOnlyWhatTheListBlocks(families: [AddressFamily]) {
    var tooLarge = 0
    for index in 0..<300 {
      var (seed, source) = Self.source(index, families, real: index % 2 == 0)
      let list = source.list(count: 3...6)
      let limit = Int.random(in: 0...2, using: &source.generator)
      let outcome = FirewallRewrite.rewrite(list.map(\.ordered), families: families, limit: limit)
      guard case .tooLarge(let culprits, let superset) = outcome else { continue }
      tooLarge += 1
      let blocks = Set(list.filter { $0.action == .block }.map(\.name))
      #expect(!culprits.isEmpty && blocks.isSuperset(of: culprits), "seed \(seed), \(families)")
      let exact = FirewallRewrite.rewrite(list.map(\.ordered), families: families, limit: 10_000).rules
      #expect(superset.filter { $0.action == .allow } == exact.filter { $0.action == .allow })
      let plain = superset.map { PlainRule($0) }
      var packets = list.flatMap { source.boundaryPackets($0.match) }
      packets += plain.flatMap { source.boundaryPackets($0.match) }
      for packet in packets {
        let wanted = firstMatch(list, packet).map { list[$0].action }
        let given = blockBeatsAllow(plain, packet)
        let isRight = wanted == .allow ? given == .allow : true
        if !isRight { Issue.record("seed \(seed), \(families): \(packet) is \(String(describing: given))") }
      }
    }
    #expect(tooLarge > 20)
  }

  @Test func sameListGivesTheSameRules() {
    for index in 0..<100 {
      var (_, source) = Self.source(index, [.ipv4, .ipv6], real: true)
      let list = source.list(count: 2...8).map(\.ordered)
      let first = FirewallRewrite.rewrite(list, families: [.ipv4, .ipv6])
      #expect(first == FirewallRewrite.rewrite(list, families: [.ipv6, .ipv4]))
    }
  }

  @Test func everyRuleThatCanMatchIsListedOnce() {
    for index in 0..<300 {
      var (seed, source) = Self.source(index, [.ipv4], real: index % 2 == 0)
      let list = source.list(count: 1...6)
      let rules = FirewallRewrite.rewrite(list.map(\.ordered), families: [.ipv4]).rules
      let origins = Set(rules.map(\.origin))
      let shadowed = rules.flatMap(\.shadowed)
      for rule in list where !PacketBox(rule.match.match, families: [.ipv4]).isEmpty {
        let isNamed = origins.contains(rule.name) || shadowed.contains(rule.name)
        #expect(isNamed, "seed \(seed): \(rule.name)")
      }
    }
  }

  /// One packet at every corner of a match.
  private func corners(_ match: PlainMatch, _ families: [AddressFamily]) -> [PlainPacket] {
    var packets: [PlainPacket] = []
    let numbers = (match.protocols ?? [6...6]).flatMap { [$0.lowerBound, $0.upperBound] }
    func ends(_ ranges: [PlainMatch.Addresses]?, _ family: AddressFamily) -> [UInt128] {
      guard let ranges else { return [0, family.highest] }
      return ranges.filter { $0.family == family }.flatMap { [$0.lower, $0.upper] }
    }
    func ends(_ ranges: [ClosedRange<UInt16>]?) -> [UInt16] {
      (ranges ?? [0...65535]).flatMap { [$0.lowerBound, $0.upperBound] }
    }
    for family in families {
      for number in Set(numbers) {
        for local in ends(match.local, family).prefix(2) {
          for remote in ends(match.remote, family).prefix(2) {
            for localPort in ends(match.localPorts).prefix(2) {
              for remotePort in ends(match.remotePorts).prefix(2) {
                packets.append(
                  PlainPacket(
                    number: number, family: family, local: local, remote: remote, localPort: localPort,
                    remotePort: remotePort))
              }
            }
          }
        }
      }
    }
    return packets
  }
}
