import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

extension Linter {
  /// Finds allow and block rules with equal priority that match the same packet, where it reaches them.
  ///
  /// Their order is not specified (reference: windows-firewall-and-vfp, 3.6; hns, 6.8), so the verdict is
  /// evaluated with all allows first and with all blocks first; where the two differ, the order matters.
  mutating func findEqualPriorityOverlaps() {
    for (index, endpoint) in attached {
      for direction in Direction.allCases {
        asking(.equalPriorityOverlap, at: endpoint.name) { linter throws(BudgetExceeded) in
          for family in AddressFamily.allCases {
            guard let path = linter.analysis.path(index, family, direction, at: .vfp) else { continue }
            try linter.findOverlaps(path, index, endpoint.name, family, direction)
          }
        }
      }
    }
  }

  private mutating func findOverlaps(
    _ path: FilterPath, _ index: Int, _ endpoint: String, _ family: AddressFamily, _ direction: Direction
  ) throws(BudgetExceeded) {
    let policy = path.path.policies[0]
    func answer(_ identity: Int) -> RuleAnswer {
      path.answer(PacketPath.MatchedRule(policy: 0, rule: .rule(identity)))
    }
    func ordered(first: RuleAction) -> PacketPath {
      let rules = policy.rules.enumerated().sorted { left, right in
        func sortKey(_ rule: (offset: Int, element: PacketPolicy.Rule)) -> (Int, Int, Int) {
          (
            answer(rule.element.identity).priority.map { Int($0) } ?? .max,
            rule.element.action == first ? 0 : 1, rule.offset
          )
        }
        return sortKey(left) < sortKey(right)
      }
      return PacketPath(
        PacketPolicy(
          firstMatchOf: rules.map(\.element), unmatched: policy.unmatched, families: policy.families))
    }
    let priorities = policy.rules.compactMap { answer($0.identity).priority }
    guard Set(priorities).count < priorities.count else { return }
    let difference = try ordered(first: .allow).difference(to: ordered(first: .block), within: budget)
    for region in difference.regions {
      guard case .rule(let allow) = region.before.rule, case .rule(let block) = region.after.rule,
        answer(allow).source == .acl, answer(block).source == .acl,
        let example = try example(of: region.set, at: index, direction)
      else { continue }
      let (name, other) = (analysis.name(answer(allow)), analysis.name(answer(block)))
      let priority = answer(allow).priority ?? 0
      report(
        PendingFinding(
          .equalPriorityOverlap, at: endpoint, location: nil, rule: name, related: [other],
          help: "give one of them a different priority", example: example
        ) {
          "'\(name)' allows and '\(other)' blocks with equal priority \(priority) at \($0); their order is "
            + "not specified"
        })
    }
  }
}
