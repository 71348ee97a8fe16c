import HostModel
import NetworkTypes
import PacketSpace

/// A policy for the product, and the same policy for an oracle: a verdict for every packet.
struct ReducedPolicy {
  enum Semantics: CaseIterable {
    case firstMatch
    case blockBeatsAllow
  }

  let space: ReducedSpace
  let semantics: Semantics
  let rules: [ReducedSpace.MadeRule]
  let unmatched: RuleAction

  init(
    _ space: ReducedSpace, _ semantics: Semantics, _ rules: [ReducedSpace.MadeRule], unmatched: RuleAction
  ) {
    self.space = space
    self.semantics = semantics
    self.rules = rules
    self.unmatched = unmatched
  }

  /// The number of rules of a policy: most have few, because a few already overlap in every way.
  static func ruleCount(_ index: Int) -> ClosedRange<Int> { index % 10 == 0 ? 4...8 : 0...3 }

  static func random(
    _ space: ReducedSpace, _ semantics: Semantics, _ random: inout SeededGenerator,
    count: ClosedRange<Int> = 0...8
  ) -> ReducedPolicy {
    let rules = (0..<random.number(count)).map { _ in space.rule(&random) }
    return ReducedPolicy(space, semantics, rules, unmatched: random.chance(50) ? .allow : .block)
  }

  /// The policy with some rules dropped, duplicated, moved or changed.
  func edited(_ random: inout SeededGenerator) -> ReducedPolicy {
    var rules = rules
    for _ in 0..<random.number(0...3) {
      switch random.number(0...4) {
      case 0 where !rules.isEmpty: rules.remove(at: random.number(0...rules.count - 1))
      case 1: rules.insert(space.rule(&random), at: random.number(0...rules.count))
      case 2 where rules.count > 1:
        let position = random.number(0...rules.count - 2)
        rules.swapAt(position, position + 1)
      case 3 where !rules.isEmpty:
        let position = random.number(0...rules.count - 1)
        rules.insert(rules[position], at: random.number(0...rules.count))
      case 4 where !rules.isEmpty:
        let position = random.number(0...rules.count - 1)
        rules[position].action = rules[position].action == .allow ? .block : .allow
      default: continue
      }
    }
    let unmatched = random.chance(90) ? unmatched : unmatched == .allow ? .block : .allow
    return ReducedPolicy(space, semantics, rules, unmatched: unmatched)
  }

  /// The policy for the product; a rule's identity is its index times ten.
  var policy: PacketPolicy {
    let rules = rules.enumerated().map {
      PacketPolicy.Rule(identity: $0 * 10, action: $1.action, match: $1.match)
    }
    switch semantics {
    case .firstMatch:
      return PacketPolicy(firstMatchOf: rules, unmatched: unmatched, families: space.families)
    case .blockBeatsAllow:
      return PacketPolicy(blockBeatsAllow: rules, unmatched: unmatched, families: space.families)
    }
  }

  /// The index of the rule that decides a packet; nil if none matches.
  func matchedRule(_ index: Int) -> Int? {
    switch semantics {
    case .firstMatch: return rules.firstIndex { $0.bits.contains(index) }
    case .blockBeatsAllow:
      let matching = rules.indices.filter { rules[$0].bits.contains(index) }
      return matching.first { rules[$0].action == .block } ?? matching.first
    }
  }

  /// For each rule, and at the end for the default, the packets that it decides.
  var decided: [PacketBits] {
    var rest = space.all
    var decided = Array(repeating: PacketBits(count: space.cells.count), count: rules.count + 1)
    let order: [Int]
    switch semantics {
    case .firstMatch: order = Array(rules.indices)
    case .blockBeatsAllow:
      order =
        rules.indices.filter { rules[$0].action == .block }
        + rules.indices.filter { rules[$0].action == .allow }
    }
    for position in order {
      decided[position] = rules[position].bits.intersection(rest)
      rest.subtract(rules[position].bits)
    }
    decided[rules.count] = rest
    return decided
  }

  /// The packets that are allowed.
  var allowed: PacketBits {
    var allowed = PacketBits(count: space.cells.count)
    for (position, bits) in decided.enumerated()
    where (position < rules.count ? rules[position].action : unmatched) == .allow { allowed.formUnion(bits) }
    return allowed
  }
}
