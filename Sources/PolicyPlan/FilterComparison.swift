import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// The comparison of the filters of one end on two hosts.
extension Comparison {
  /// The packets whose verdict changes.
  ///
  /// Where rules of a captured firewall may match, the verdict on some packets is unknown. If it is on both
  /// hosts, it may still be the same whatever is not known: then nothing changes.
  ///
  /// - Parameters:
  ///   - left: The filters before.
  ///   - right: The filters after.
  ///   - family: The address family.
  ///   - direction: The direction at that end.
  ///   - local: The addresses of that end.
  ///   - enforcement: The only component to consider; nil for all of them.
  mutating func compare(
    _ left: End, _ right: End, _ family: AddressFamily, _ direction: Direction, _ local: AddressSet,
    _ enforcement: EnforcementPoint?
  ) throws(BudgetExceeded) -> [Answer] {
    let query = try PacketSet(PacketBox(local: local, remote: .all(family)), within: budget)
    if left.path?.hasSeveralReadings ?? false || right.path?.hasSeveralReadings ?? false {
      let question = Undetermined(
        left: left, right: right, family: family, direction: direction, enforcement: enforcement)
      return try answers(question, on: query)
    }
    let difference = try Self.path(left.path?.path, left, family).difference(
      to: Self.path(right.path?.path, right, family), on: query, within: budget)
    return difference.regions.map { region in
      Answer(
        verdicts: region.change == .newlyAllowed ? [.block, .allow] : [.allow, .block],
        before: ruleName(region.before, left, before), after: ruleName(region.after, right, after),
        set: region.set)
    }
  }

  /// The path, or its equivalent if there is none: an endpoint without filters allows everything, and a
  /// missing endpoint nothing.
  private static func path(_ path: PacketPath?, _ end: End, _ family: AddressFamily) -> PacketPath {
    path ?? PacketPath(PacketPolicy(firstMatchOf: [], unmatched: end.unfiltered, families: [family]))
  }

  private func ruleName(_ matchedRule: PacketPath.MatchedRule, _ end: End, _ side: Side) -> String? {
    guard let path = end.path else { return end.unfilteredName }
    return side.evaluator.names[path.answer(matchedRule).name]
  }

  // MARK: Rules that may match

  /// Filters of which some rules only may match.
  private struct Undetermined {
    var left: End
    var right: End
    var family: AddressFamily
    var direction: Direction
    var enforcement: EnforcementPoint?
  }

  /// The packets whose verdict changes in some world, by the verdicts that are known of them.
  private mutating func answers(
    _ question: Undetermined, on query: PacketSet
  ) throws(BudgetExceeded) -> [Answer] {
    let differing = try differingPackets(question, on: query)
    guard !differing.isEmpty else { return [] }
    let old = try decisions(question.left, \.before, question, on: differing)
    let new = try decisions(question.right, \.after, question, on: differing)
    var answers: [Answer] = []
    for was in old {
      for becomes in new where was.verdict != becomes.verdict || was.verdict == .unknown {
        let both = try was.set.intersection(becomes.set, within: budget)
        guard !both.isEmpty else { continue }
        answers.append(
          Answer(
            verdicts: [was.verdict, becomes.verdict], before: was.rule, after: becomes.rule, set: both))
      }
    }
    return answers
  }

  /// The packets that have different verdicts on the hosts in some world.
  private mutating func differingPackets(
    _ question: Undetermined, on query: PacketSet
  ) throws(BudgetExceeded) -> PacketSet {
    let (family, direction, enforcement) = (question.family, question.direction, question.enforcement)
    func firewall(_ end: End, _ side: Side) -> UncertainFirewall? {
      guard enforcement != .vfp, end.path != nil else { return nil }
      return end.location.flatMap { side.evaluator.uncertainFirewall($0, family, direction) }
    }
    var differing = PacketSet()
    let firewalls = (firewall(question.left, before), firewall(question.right, after))
    // The same firewall lets the same packets through in every world, so only VFP can make a difference.
    let isSame = firewalls.0 == firewalls.1
    let pairs = isSame ? UncertainFirewall.pairs(nil, nil) : UncertainFirewall.pairs(firewalls.0, firewalls.1)
    var seen: Set<[[PacketPolicy]]> = []
    for pair in pairs {
      let left = question.left.location.flatMap {
        before.evaluator.path($0, family, direction, at: enforcement, in: pair.left)
      }
      let right = question.right.location.flatMap {
        after.evaluator.path($0, family, direction, at: enforcement, in: pair.right)
      }
      let paths = (Self.path(left, question.left, family), Self.path(right, question.right, family))
      guard paths.0.policies != paths.1.policies,
        seen.insert([paths.0.policies, paths.1.policies]).inserted
      else { continue }
      let difference = try paths.0.difference(to: paths.1, on: query, within: budget)
      for region in difference.regions { differing = try differing.union(region.set, within: budget) }
    }
    return differing
  }

  /// Packets by the verdict of the filters of one host, and the rule.
  private mutating func decisions(
    _ end: End, _ side: WritableKeyPath<Comparison, Side>, _ question: Undetermined, on set: PacketSet
  ) throws(BudgetExceeded) -> [(verdict: Verdict, rule: String?, set: PacketSet)] {
    guard let location = end.location, end.path != nil else {
      return [(Verdict(end.unfiltered), end.unfilteredName, set)]
    }
    return try self[keyPath: side].evaluator.decisions(
      on: set, at: location, question.family, question.direction, at: question.enforcement, within: budget
    ).map { found in
      (
        found.decision.verdict,
        found.decision.rule.map { self[keyPath: side].evaluator.names[$0] } ?? end.unfilteredName, found.set
      )
    }
  }
}
