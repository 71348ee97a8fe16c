import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// Rules that can never match and redundant rules, against an oracle that checks every packet.
@Suite struct CoverPropertyTests {
  @Test(arguments: ReducedPolicy.Semantics.allCases)
  func coversAreCompleteAndMinimal(semantics: ReducedPolicy.Semantics) throws {
    var unions = 0
    for index in 0..<10_000 {
      let seed = PolicyPropertyTests.seed(index, 3)
      var random = SeededGenerator(seed: seed)
      let space = PolicyPropertyTests.space(index)
      let made = ReducedPolicy.random(space, semantics, &random, count: ReducedPolicy.ruleCount(index))
      let representation: Representation = index % 8 == 0 ? .diagrams : .automatic
      let found = try made.policy.unreachableRules(using: representation)
      let decided = made.decided
      let expected = made.rules.indices.filter { decided[$0].isEmpty }
      if Set(found.map { $0.identity / 10 }) != Set(expected) {
        Issue.record("seed \(seed): \(found) instead of \(expected)")
      }
      let order = made.order
      for rule in found {
        let position = rule.identity / 10
        let cover = rule.cover.map { $0 / 10 }
        let rank = try #require(order.firstIndex(of: position))
        let isEarlier = cover.allSatisfy { order[..<rank].contains($0) }
        let isComplete = made.rest(of: position, without: cover).isEmpty
        let isMinimal = cover.allSatisfy { left in
          !made.rest(of: position, without: cover.filter { $0 != left }).isEmpty
        }
        if !isEarlier || !isComplete || !isMinimal { Issue.record("seed \(seed): \(rule)") }
        if cover.count > 1 { unions += 1 }
      }
    }
    #expect(unions > 20)
  }

  @Test(arguments: ReducedPolicy.Semantics.allCases)
  func redundantRulesChangeNoVerdict(semantics: ReducedPolicy.Semantics) throws {
    var count = 0
    for index in 0..<10_000 {
      let seed = PolicyPropertyTests.seed(index, 4)
      var random = SeededGenerator(seed: seed)
      let space = PolicyPropertyTests.space(index)
      let made = ReducedPolicy.random(space, semantics, &random, count: ReducedPolicy.ruleCount(index))
      let representation: Representation = index % 8 == 0 ? .diagrams : .automatic
      let allowed = made.allowed
      let expected = made.rules.indices.filter { made.without([$0]).allowed == allowed }
      let found = try made.policy.redundantRules(using: representation).map { $0 / 10 }
      if Set(found) != Set(expected) || found.count != expected.count {
        Issue.record("seed \(seed): \(found) instead of \(expected)")
      }
      count += expected.count
      guard index % 4 == 0 else { continue }
      let removable = try made.policy.removableRules(using: representation).map { $0 / 10 }
      let rest = made.without(Set(removable))
      if rest.allowed != allowed { Issue.record("seed \(seed): \(removable) change a verdict") }
      if rest.rules.indices.contains(where: { rest.without([$0]).allowed == allowed }) {
        Issue.record("seed \(seed): more than \(removable) can be removed")
      }
    }
    #expect(count > 1_000)
  }
}

extension ReducedPolicy {
  /// The indices of the rules in the order of evaluation.
  var order: [Int] {
    switch semantics {
    case .firstMatch: Array(rules.indices)
    case .blockBeatsAllow:
      rules.indices.filter { rules[$0].action == .block }
        + rules.indices.filter { rules[$0].action == .allow }
    }
  }

  /// The packets of a rule that some others do not match.
  func rest(of position: Int, without others: [Int]) -> PacketBits {
    others.reduce(rules[position].bits) { $0.subtracting(rules[$1].bits) }
  }

  /// The policy without some of its rules.
  func without(_ positions: Set<Int>) -> ReducedPolicy {
    let left = rules.indices.filter { !positions.contains($0) }.map { rules[$0] }
    return ReducedPolicy(space, semantics, left, unmatched: unmatched)
  }
}
