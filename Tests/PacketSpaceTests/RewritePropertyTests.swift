import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// The rewrite for Windows Firewall, against the ordered list for every packet.
@Suite struct RewritePropertyTests {
  @Test func unorderedRulesAreEquivalentToTheList() throws {
    for index in 0..<10_000 {
      let seed = PolicyPropertyTests.seed(index, 8)
      var random = SeededGenerator(seed: seed)
      let space = PolicyPropertyTests.space(index)
      let made = ReducedPolicy.random(
        space, .firstMatch, &random, count: index % 10 == 0 ? 3...7 : 0...3)
      var list = made.rules.enumerated().map {
        OrderedRule(name: "rule-\($0)", action: $1.action, match: $1.match)
      }
      list.append(OrderedRule(name: "default", action: made.unmatched, match: RuleMatch()))
      guard case .exact(let rules) = FirewallRewrite.rewrite(list, families: space.families) else {
        Issue.record("seed \(seed): too large")
        continue
      }
      var allowed = PacketBits(count: space.cells.count)
      var blocked = allowed
      for rule in rules {
        let bits = try #require(space.bits(PacketBox(rule.match, families: space.families)), "seed \(seed)")
        if rule.action == .block {
          blocked.formUnion(bits)
        } else {
          allowed.formUnion(bits)
          // An allow rule is never widened: it contains no packet that its rule in the list does not match.
          let origin = made.rules.indices.first { "rule-\($0)" == rule.origin }
          let whole = origin.map { made.rules[$0].bits } ?? space.all
          if !bits.subtracting(whole).isEmpty { Issue.record("seed \(seed): \(rule.origin) is widened") }
        }
      }
      if allowed.union(blocked) != space.all || allowed.subtracting(blocked) != made.allowed {
        Issue.record("seed \(seed): the rules are not equivalent")
      }
      // The algebra gives the same result for the rules as they are.
      guard index % 10 == 0 else { continue }
      let rewritten = PacketPolicy(
        blockBeatsAllow: rules.enumerated().map {
          .init(identity: $0, action: $1.action, match: $1.match)
        }, unmatched: made.unmatched == .allow ? .block : .allow, families: space.families)
      if try !PacketPath(made.policy).isEquivalent(to: PacketPath(rewritten)) {
        Issue.record("seed \(seed): the algebra finds a difference")
      }
    }
  }
}
