import Glibc
import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// Questions about random policies, answered by the product and by an oracle that checks every packet.
@Suite struct PolicyPropertyTests {
  static let spaces = [ReducedSpace([.ipv4]), ReducedSpace([.ipv6]), ReducedSpace([.ipv4, .ipv6])]

  static func space(_ index: Int) -> ReducedSpace { spaces[index % 10 < 7 ? 0 : index % 10 < 9 ? 1 : 2] }

  /// The base of all random seeds: `HNSCTL_TEST_SEED`, or a fixed default; it is printed.
  static let base: UInt64 = {
    let base = getenv("HNSCTL_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? 0
    print("random policies: HNSCTL_TEST_SEED=\(base)")
    return base
  }()

  static func seed(_ index: Int, _ salt: UInt64) -> UInt64 {
    base &+ UInt64(index) &* 6_364_136_223_846_793_005 &+ salt
  }

  @Test(arguments: ReducedPolicy.Semantics.allCases)
  func partitionIsThatOfEveryPacket(semantics: ReducedPolicy.Semantics) throws {
    for index in 0..<10_000 {
      let seed = Self.seed(index, 1)
      var random = SeededGenerator(seed: seed)
      let space = Self.space(index)
      let made = ReducedPolicy.random(space, semantics, &random, count: ReducedPolicy.ruleCount(index))
      let (box, asked) = random.chance(25) ? (.universe(space.families), space.all) : space.query(&random)
      let parts = try PacketPath(made.policy).partition(of: PacketSet(box))
      let decided = made.decided
      var seen = PacketBits(count: space.cells.count)
      for part in parts {
        let position: Int
        switch part.matchedRule.rule {
        case .rule(let identity): position = identity / 10
        case .unmatched: position = made.rules.count
        }
        let action = position < made.rules.count ? made.rules[position].action : made.unmatched
        let bits = try space.bits(part.set.boxes())
        let isRight =
          bits == decided[position].intersection(asked) && bits?.isEmpty == false && part.action == action
        if !isRight { Issue.record("seed \(seed): \(part.matchedRule) decides about other packets") }
        seen.formUnion(bits ?? seen)
      }
      if seen != asked { Issue.record("seed \(seed): the parts are not the whole") }
    }
  }

  @Test(arguments: ReducedPolicy.Semantics.allCases)
  func differenceIsThatOfEveryPacket(semantics: ReducedPolicy.Semantics) throws {
    var equal = 0
    for index in 0..<10_000 {
      let seed = Self.seed(index, 2)
      var random = SeededGenerator(seed: seed)
      let space = Self.space(index)
      let before = ReducedPolicy.random(space, semantics, &random, count: ReducedPolicy.ruleCount(index))
      let after =
        random.chance(80)
        ? before.edited(&random)
        : ReducedPolicy.random(space, semantics, &random, count: ReducedPolicy.ruleCount(index))
      let difference = try PacketPath(before.policy).difference(to: PacketPath(after.policy))
      let allowed = (before: before.allowed, after: after.allowed)
      let decided = (before: before.decided, after: after.decided)
      var changed = PacketBits(count: space.cells.count)
      for region in difference.regions {
        var expected = decided.before[before.position(region.before.rule)]
        expected.formIntersection(decided.after[after.position(region.after.rule)])
        let isAllowed = region.change == .newlyAllowed
        expected.subtract(isAllowed ? allowed.before : allowed.after)
        expected.formIntersection(isAllowed ? allowed.after : allowed.before)
        let bits = try space.bits(region.set.boxes())
        if bits != expected || expected.isEmpty { Issue.record("seed \(seed): \(region)") }
        changed.formUnion(expected)
        let witness = try #require(region.set.witness(.in))
        let cell = space.index(witness.packet, icmpType: witness.icmpType ?? 0)
        if cell.map({ expected.contains($0) }) != true { Issue.record("seed \(seed): \(witness)") }
      }
      let expected = allowed.before.subtracting(allowed.after)
        .union(allowed.after.subtracting(allowed.before))
      if changed != expected { Issue.record("seed \(seed): not every change was found") }
      if expected.isEmpty { equal += 1 }
      guard index % 4 == 0 else { continue }
      let paths = (before: PacketPath(before.policy), after: PacketPath(after.policy))
      if try paths.before.isEquivalent(to: paths.after) != expected.isEmpty {
        Issue.record("seed \(seed): equality")
      }
      let isIncluded = allowed.before.subtracting(allowed.after).isEmpty
      if try paths.before.isIncluded(in: paths.after) != isIncluded {
        Issue.record("seed \(seed): inclusion")
      }
    }
    #expect(equal > 500 && equal < 9_500)
  }
}

extension ReducedPolicy {
  /// The index of a decider; the default follows the rules.
  func position(_ matchedRule: PacketPolicy.MatchedRule) -> Int {
    switch matchedRule {
    case .rule(let identity): identity / 10
    case .unmatched: rules.count
    }
  }
}
