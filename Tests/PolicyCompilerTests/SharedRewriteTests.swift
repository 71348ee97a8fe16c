import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// Results computed for many lists at once, and estimates, against the rewrite of the whole list.
@Suite struct SharedRewriteTests {
  @Test(arguments: RewriteExactnessTests.cells)
  func endIsRewrittenAsInTheWholeList(families: [AddressFamily]) {
    var shared = 0
    for index in 0..<300 {
      var (seed, source) = RewriteExactnessTests.source(index, families, real: index % 2 == 0)
      let end = source.list(count: index % 10 == 0 ? 6...12 : 1...4).map(\.ordered)
      guard let rewrite = SharedRewrite(end, families: families) else {
        Issue.record("seed \(seed), \(families): no rewrite")
        continue
      }
      #expect(.exact(rewrite.rules) == FirewallRewrite.rewrite(end, families: families), "seed \(seed)")
      for round in 0..<4 {
        let first = source.list(count: 0...3).filter { !$0.name.hasPrefix("default") }.map { rule in
          OrderedRule(name: "own-\(round)-\(rule.name)", action: rule.action, match: rule.match.match)
        }
        guard let parts = rewrite.rewrite(after: first) else { continue }
        shared += 1
        let rules = parts.flatMap { part in
          switch part {
          case .shared(let range): Array(rewrite.rules[range])
          case .new(let rule): [rule]
          }
        }
        #expect(
          .exact(rules) == FirewallRewrite.rewrite(first + end, families: families),
          "seed \(seed), \(families), round \(round)")
      }
    }
    #expect(shared > 400)
  }

  @Test func anOwnRuleLeavesMostOfTheEndShared() throws {
    let end = RewriteResultTests.scattered(40, byPort: true)
    let rewrite = try #require(SharedRewrite(end, families: [.ipv4]))
    let own = OrderedRule(
      name: "own", action: .allow, match: RuleMatch(protocols: ProtocolSet([.udp]), localPorts: PortSet(9, 9))
    )
    let parts = try #require(rewrite.rewrite(after: [own]))
    let kept = parts.reduce(0) { count, part in
      if case .shared(let range) = part { count + range.count } else { count }
    }
    #expect(kept == 40)
  }

  @Test(arguments: [0, 3, 20])
  func limitIsThatOfTheWholeList(limit: Int) {
    for index in 0..<200 {
      var (seed, source) = RewriteExactnessTests.source(index, [.ipv4], real: index % 2 == 0)
      let end = source.list(count: 1...5).map(\.ordered)
      let first = source.list(count: 1...2).filter { !$0.name.hasPrefix("default") }.map { rule in
        OrderedRule(name: "own-\(rule.name)", action: rule.action, match: rule.match.match)
      }
      let whole = FirewallRewrite.rewrite(first + end, families: [.ipv4], limit: limit)
      guard let rewrite = SharedRewrite(end, families: [.ipv4], limit: limit),
        let parts = rewrite.rewrite(after: first)
      else { continue }
      let rules = parts.flatMap { part in
        switch part {
        case .shared(let range): Array(rewrite.rules[range])
        case .new(let rule): [rule]
        }
      }
      #expect(.exact(rules) == whole, "seed \(seed)")
    }
  }

  @Test(arguments: RewriteExactnessTests.cells)
  func estimateNeverPromisesTooMuch(families: [AddressFamily]) {
    var sure = 0
    for index in 0..<1_000 {
      var (seed, source) = RewriteExactnessTests.source(index, families, real: index % 2 == 0)
      let list = source.list(count: 0...6).map(\.ordered)
      let limit = [0, 10, 50, 200, 1_000][index / 2 % 5]
      var estimate = RewriteEstimate(families: families, limit: limit)
      for rule in list { estimate.add(rule.action, rule.match) }
      guard estimate.isSurelyExact else { continue }
      sure += 1
      guard case .exact = FirewallRewrite.rewrite(list, families: families, limit: limit) else {
        Issue.record("seed \(seed), \(families), limit \(limit): the rewrite is larger")
        continue
      }
    }
    #expect(sure > 200)
  }
}
