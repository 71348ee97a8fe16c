import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler

extension Linter {
  /// Finds rules of a profile that let pass what another agent's block on the same endpoint would stop.
  ///
  /// What decides without the profile's rules is compared with what decides with them. Only VFP has an
  /// order in which an allow can come first: in Windows Firewall a block beats it.
  mutating func findOverriddenForeignBlocks() {
    for (index, endpoint) in attached {
      for direction in Direction.allCases {
        asking(.overridesForeignBlock, at: endpoint.name) { linter throws(Undecided) in
          for family in AddressFamily.allCases {
            guard let path = linter.questions.path(index, family, direction, at: .vfp) else { continue }
            try linter.findOverridden(path, endpoint.name, direction)
          }
        }
      }
    }
  }

  private mutating func findOverridden(
    _ path: FilterPath, _ endpoint: String, _ direction: Direction
  ) throws(Undecided) {
    let policy = path.path.policies[0]
    func answer(_ identity: Int) -> RuleAnswer {
      path.answer(PacketPath.Decider(policy: 0, rule: .rule(identity)))
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
        case .rule(let allow) = region.after.rule, answer(block).source == .acl, isOwn(allow)
      else { continue }
      let (name, other) = (questions.name(answer(allow)), questions.name(answer(block)))
      let example = PacketSentence.text(region.set, direction, endpoint: "the endpoint")
      let priorities = [answer(allow), answer(block)].map { $0.priority.map { "\($0)" } ?? "none" }
      report(
        PendingFinding(
          .overridesForeignBlock, at: endpoint, place: nil, rule: name, related: [other],
          remedy: "give the rule a priority behind \(priorities[1]), narrow it, or leave the endpoint to "
            + "the other agent", example: example
        ) {
          "'\(name)' (priority \(priorities[0])) lets pass at \($0) what '\(other)' of another agent "
            + "(priority \(priorities[1])) would block"
        })
    }
  }
}
