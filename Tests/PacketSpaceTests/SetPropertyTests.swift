import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// Sets of packets against sets of single packets, and the two representations against each other.
@Suite struct SetPropertyTests {
  private func set(
    _ space: ReducedSpace, _ random: inout SeededGenerator
  ) throws -> (set: PacketSet, bits: PacketBits) {
    var boxes: [PacketBox] = []
    var bits = PacketBits(count: space.cells.count)
    for _ in 0..<random.number(0...4) {
      let (box, own) = space.query(&random)
      boxes.append(box)
      bits.formUnion(own)
    }
    return (try PacketSet(boxes), bits)
  }

  @Test func setsObeyTheLawsOfSets() throws {
    for index in 0..<1_000 {
      let seed = PolicyPropertyTests.seed(index, 5)
      var random = SeededGenerator(seed: seed)
      let space = PolicyPropertyTests.space(index)
      let (left, right) = (try set(space, &random), try set(space, &random))
      let results: [(String, PacketSet, PacketBits)] = [
        ("union", try left.set.union(right.set), left.bits.union(right.bits)),
        ("intersection", try left.set.intersection(right.set), left.bits.intersection(right.bits)),
        ("difference", try left.set.subtracting(right.set), left.bits.subtracting(right.bits)),
        ("complement", try left.set.complement(in: space.families), space.all.subtracting(left.bits)),
      ]
      for (name, set, bits) in results {
        if try space.bits(set.boxes()) != bits || set.isEmpty != bits.isEmpty {
          Issue.record("seed \(seed): \(name)")
        }
        for direction in [Direction.in, .out] {
          guard let witness = set.witness(direction) else {
            if !bits.isEmpty { Issue.record("seed \(seed): no witness of \(name)") }
            continue
          }
          let cell = space.index(witness.packet, icmpType: witness.icmpType ?? 0)
          let isIn = set.contains(witness.packet, icmpType: witness.icmpType ?? 0)
          if cell.map({ bits.contains($0) }) != true || !isIn { Issue.record("seed \(seed): \(witness)") }
        }
        for _ in 0..<4 {
          let cell = random.number(0...space.cells.count - 1)
          for isLast in [false, true] {
            let (packet, type) = space.packet(cell, last: isLast)
            if set.contains(packet, icmpType: type) != bits.contains(cell) {
              Issue.record("seed \(seed): \(name) and \(packet)")
            }
          }
        }
      }
      if (left.set == right.set) != (left.bits == right.bits) { Issue.record("seed \(seed): equality") }
      let isSubset = left.bits.subtracting(right.bits).isEmpty
      if try left.set.isSubset(of: right.set) != isSubset { Issue.record("seed \(seed): inclusion") }
      // A set is the same value however it was computed.
      let back = try left.set.subtracting(right.set).union(left.set.intersection(right.set))
      if back != left.set { Issue.record("seed \(seed): parts are not the whole") }
      if try PacketSet(left.set.boxes()) != left.set { Issue.record("seed \(seed): boxes") }
    }
  }

  @Test(arguments: ReducedPolicy.Semantics.allCases)
  func representationsAgree(semantics: ReducedPolicy.Semantics) throws {
    for index in 0..<1_000 {
      let seed = PolicyPropertyTests.seed(index, 6)
      var random = SeededGenerator(seed: seed)
      let space = PolicyPropertyTests.space(index)
      let before = ReducedPolicy.random(
        space, semantics, &random, count: ReducedPolicy.ruleCount(index))
      let after =
        random.chance(70) ? before.edited(&random) : ReducedPolicy.random(space, semantics, &random)
      let paths = (PacketPath(before.policy), PacketPath(after.policy))
      let query = try PacketSet(space.query(&random).0)
      let differences = try Representation.allCases.map {
        try paths.0.difference(to: paths.1, on: index % 2 == 0 ? query : nil, using: $0).regions
      }
      if Set(differences).count != 1 { Issue.record("seed \(seed): differences \(differences)") }
      let parts = try Representation.allCases.map { try paths.0.partition(of: query, using: $0) }
      if Set(parts).count != 1 { Issue.record("seed \(seed): parts \(parts)") }
    }
  }

  @Test func pathsEvaluateEveryPolicyInOrder() throws {
    for index in 0..<600 {
      let seed = PolicyPropertyTests.seed(index, 7)
      var random = SeededGenerator(seed: seed)
      let space = PolicyPropertyTests.space(index)
      func path() -> (made: [ReducedPolicy], path: PacketPath) {
        let made = (0..<random.number(1...3)).map { _ in
          ReducedPolicy.random(
            space, random.chance(50) ? .firstMatch : .blockBeatsAllow, &random, count: 0...4)
        }
        return (made, PacketPath(made.map(\.policy), reportingPolicy: random.number(0...made.count - 1)))
      }
      func matchedRule(_ path: (made: [ReducedPolicy], path: PacketPath), _ cell: Int)
        -> PacketPath.MatchedRule
      {
        func own(_ position: Int) -> (PacketPath.MatchedRule, RuleAction) {
          let rule = path.made[position].matchedRule(cell)
          return (
            PacketPath.MatchedRule(policy: position, rule: rule.map { .rule($0 * 10) } ?? .unmatched),
            rule.map { path.made[position].rules[$0].action } ?? path.made[position].unmatched
          )
        }
        for position in path.made.indices where own(position).1 == .block { return own(position).0 }
        return own(path.path.reportingPolicy).0
      }
      func allowed(_ path: (made: [ReducedPolicy], path: PacketPath)) -> PacketBits {
        path.made.reduce(space.all) { $0.intersection($1.allowed) }
      }
      let (before, after) = (path(), path())
      let universe = try PacketSet(before.path.universe)
      let using: Representation = index % 5 == 0 ? .diagrams : .automatic
      let parts = try before.path.partition(of: universe, using: using)
      let difference = try before.path.difference(to: after.path, using: using)
      for _ in 0..<20 {
        let cell = random.number(0...space.cells.count - 1)
        let (packet, type) = space.packet(cell, last: random.chance(50))
        let holding = parts.filter { $0.set.contains(packet, icmpType: type) }
        if holding.map(\.matchedRule) != [matchedRule(before, cell)] {
          Issue.record("seed \(seed): \(packet)")
        }
        if before.path.decision(packet).matchedRule != matchedRule(before, cell) {
          Issue.record("seed \(seed): the decision on \(packet)")
        }
        let changed = difference.regions.filter { $0.set.contains(packet, icmpType: type) }
        let verdicts = (allowed(before).contains(cell), allowed(after).contains(cell))
        let isRight =
          verdicts.0 == verdicts.1
          ? changed.isEmpty
          : changed.map(\.before) == [matchedRule(before, cell)]
            && changed.map(\.after) == [matchedRule(after, cell)]
            && changed.map(\.change) == [verdicts.1 ? .newlyAllowed : .newlyBlocked]
        if !isRight { Issue.record("seed \(seed): \(packet) changes differently") }
      }
      let union = try PacketSet(before.path.allowed(using: using).boxes())
      if try space.bits(union.boxes()) != allowed(before) { Issue.record("seed \(seed): what is allowed") }
    }
  }
}

/// The reduced space itself.
@Suite struct ReducedSpaceTests {
  @Test func everyClassContainsItsPackets() {
    for space in PolicyPropertyTests.spaces {
      for cell in space.cells.indices {
        for isLast in [false, true] {
          let (packet, type) = space.packet(cell, last: isLast)
          if space.index(packet, icmpType: type) != cell { Issue.record("\(packet) is not of class \(cell)") }
        }
      }
    }
  }
}
