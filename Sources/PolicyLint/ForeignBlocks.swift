import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler

extension Linter {
  /// Finds rules of a profile that allow what another agent's rule on the same endpoint would block.
  ///
  /// The verdicts without the profile's rules are compared with the verdicts with them. Only VFP has an
  /// order in which an allow can come first; in Windows Firewall a block overrides it.
  mutating func findOverriddenForeignBlocks() {
    for (index, endpoint) in attached {
      for direction in Direction.allCases {
        asking(.overridesForeignBlock, at: endpoint.name) { linter throws(BudgetExceeded) in
          for family in AddressFamily.allCases {
            guard let path = linter.analysis.path(index, family, direction, at: .vfp) else { continue }
            try linter.findOverridden(path, index, endpoint.name, direction)
          }
        }
      }
    }
  }

  private mutating func findOverridden(
    _ path: FilterPath, _ index: Int, _ endpoint: String, _ direction: Direction
  ) throws(BudgetExceeded) {
    let policy = path.path.policies[0]
    func answer(_ identity: Int) -> RuleAnswer {
      path.answer(PacketPath.MatchedRule(policy: 0, rule: .rule(identity)))
    }
    func isOwn(_ identity: Int) -> Bool { RuleIdentity(id: answer(identity).id) != nil }
    let others = policy.rules.filter { !isOwn($0.identity) }
    guard others.count < policy.rules.count,
      others.contains(where: { $0.action == .block && answer($0.identity).source == .acl })
    else { return }
    let without = PacketPath(
      PacketPolicy(firstMatchOf: others, unmatched: policy.unmatched, families: policy.families))
    for region in try without.difference(to: path.path, within: budget).regions {
      guard region.change == .newlyAllowed, case .rule(let block) = region.before.rule,
        case .rule(let allow) = region.after.rule, answer(block).source == .acl, isOwn(allow),
        let example = try example(of: region.set, at: index, direction)
      else { continue }
      let (name, other) = (analysis.name(answer(allow)), analysis.name(answer(block)))
      let priorities = [answer(allow), answer(block)].map { $0.priority.map { "\($0)" } ?? "none" }
      report(
        PendingFinding(
          .overridesForeignBlock, at: endpoint, location: nil, rule: name, related: [other],
          help: "give the rule a priority number above \(priorities[1]), narrow it, or leave the endpoint "
            + "to the other agent", example: example
        ) {
          "'\(name)' (priority \(priorities[0])) allows at \($0) what another agent's '\(other)' "
            + "(priority \(priorities[1])) would block"
        })
    }
  }
}
