import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// Rules of realistic lists that can never match or can be removed, against set algebra over whole lists.
@Suite struct RuleAnalysisShapeTests {
  /// The packets that each rule decides and the packets that the list allows, rule by rule.
  private static func oracle(_ policy: PacketPolicy) throws -> (decided: [PacketSet], allowed: PacketSet) {
    var left = try PacketSet(.universe(policy.families))
    var allowed = PacketSet()
    var decided: [PacketSet] = []
    for rule in policy.rules {
      let set = try PacketSet(PacketBox(rule.match, families: policy.families)).intersection(left)
      decided.append(set)
      left = try left.subtracting(set)
      if rule.action == .allow { allowed = try allowed.union(set) }
    }
    if policy.unmatched == .allow { allowed = try allowed.union(left) }
    return (decided, allowed)
  }

  private static func without(_ positions: Set<Int>, _ policy: PacketPolicy) -> PacketPolicy {
    PacketPolicy(
      firstMatchOf: policy.rules.enumerated().filter { !positions.contains($0.offset) }.map(\.element),
      unmatched: policy.unmatched, families: policy.families)
  }

  @Test(arguments: ListShape.allCases)
  func rulesWithoutEffectAreThoseOfSetAlgebra(shape: ListShape) throws {
    var counts = (unreachable: 0, redundant: 0)
    for index in 0..<10 {
      let seed = PolicyPropertyTests.seed(index, 11)
      var random = SeededGenerator(seed: seed)
      // Diagrams of many boxes are large.
      var rules = shape.rules(shape == .boxes ? 10 : index % 4 == 0 ? 40 : 20, &random)
      if index % 3 == 1 { rules = rules.halvedAndRearranged(&random) }
      // Some rules again, so that every shape has rules that can never match.
      for position in stride(from: 3, to: rules.count, by: 9) { rules.append(rules[position]) }
      rules = rules.enumerated().map {
        PacketPolicy.Rule(identity: $0, action: $1.action, match: $1.match)
      }
      let policy = PacketPolicy(
        firstMatchOf: rules, unmatched: index % 2 == 0 ? .block : .allow,
        families: index % 5 == 0 ? AddressFamily.allCases : [.ipv4])
      let (decided, allowed) = try Self.oracle(policy)
      let unreachable = try policy.unreachableRules()
      let expected = decided.indices.filter { decided[$0].isEmpty }
      #expect(unreachable.map(\.identity) == expected, "seed \(seed)")
      for rule in unreachable {
        let sets = try rule.cover.map {
          try PacketSet(PacketBox(rules[$0].match, families: policy.families))
        }
        let own = try PacketSet(PacketBox(rules[rule.identity].match, families: policy.families))
        func isCovered(without left: Int?) throws -> Bool {
          try sets.enumerated().filter { $0.offset != left }
            .reduce(own) { try $0.subtracting($1.element) }.isEmpty
        }
        let isMinimal = try !sets.indices.contains { try isCovered(without: $0) }
        if rule.cover.contains(where: { $0 >= rule.identity }) { Issue.record("seed \(seed): \(rule)") }
        if try !isCovered(without: nil) || !isMinimal { Issue.record("seed \(seed): \(rule)") }
      }
      let redundant = try policy.redundantRules()
      let removable = try rules.indices.filter { position in
        try Self.oracle(Self.without([position], policy)).allowed == allowed
      }
      #expect(redundant == removable, "seed \(seed)")
      // With rules removed already, as lint asks.
      var analysis = RuleAnalysis(policy, within: Budget())
      let gone = Set(try analysis.unreachableRules().map(\.identity))
      #expect(try analysis.redundantRules() == removable, "seed \(seed)")
      let alone = Set(removable).subtracting(gone)
      let removed = Set(try analysis.removableRules(among: alone, without: gone))
      #expect(removed.isSubset(of: alone))
      #expect(try Self.oracle(Self.without(removed.union(gone), policy)).allowed == allowed, "seed \(seed)")
      for position in alone.subtracting(removed) {
        let more = removed.union(gone).union([position])
        #expect(
          try Self.oracle(Self.without(more, policy)).allowed != allowed, "seed \(seed), rule \(position)")
      }
      counts.unreachable += expected.count
      counts.redundant += alone.count
    }
    #expect(counts.unreachable > 10)
    #expect(counts.redundant > 0)
  }

  @Test(arguments: ListShape.allCases)
  func aPreparedPathAnswersLikeAFreshOne(shape: ListShape) throws {
    for index in 0..<12 {
      let seed = PolicyPropertyTests.seed(index, 12)
      var random = SeededGenerator(seed: seed)
      let families = index % 3 == 0 ? AddressFamily.allCases : [.ipv4]
      let policies = (0..<(1 + index % 2)).map { _ in
        PacketPolicy(
          firstMatchOf: shape.rules(30, &random), unmatched: index % 2 == 0 ? .block : .allow,
          families: families)
      }
      let prepared = PreparedPath(PacketPath(policies))
      for rule in shape.rules(12, &random) {
        let box = PacketBox(rule.match, families: families)
        let query = try PacketSet(box)
        let parts = try PacketPath(policies).partition(of: query, using: .diagrams)
        #expect(try prepared.partition(of: query) == parts, "seed \(seed)")
        let isBlocked = parts.contains { $0.action == .block }
        #expect(try prepared.blocksAny(of: box) == isBlocked, "seed \(seed)")
        #expect(try prepared.blocksAny(of: box, using: .diagrams) == isBlocked, "seed \(seed)")
      }
    }
  }
}
