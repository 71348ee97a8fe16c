import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler

extension Linter {
  /// Finds the rules generated from ACLs that match no packet at their enforcement point.
  ///
  /// The pieces of a rule and its copies for the address families count as one rule, reported if none of
  /// them can match.
  mutating func findUnreachableHostRules() {
    for (index, endpoint) in attached {
      // Where both points have ACLs, VFP enforces the policy, and the firewall rules are derived to agree.
      let hasSwitchACLs = AddressFamily.allCases.contains { family in
        Direction.allCases.contains { direction in
          analysis.path(index, family, direction, at: .vfp)?.ruleIDs.isEmpty == false
        }
      }
      for point in EnforcementPoint.allCases where point == .vfp || !hasSwitchACLs {
        for direction in Direction.allCases {
          asking(.unreachableRule, at: endpoint.name) { linter throws(BudgetExceeded) in
            try linter.findUnreachable(index, endpoint.name, point, direction)
          }
        }
      }
    }
  }

  private mutating func findUnreachable(
    _ index: Int, _ endpoint: String, _ point: EnforcementPoint, _ direction: Direction
  ) throws(BudgetExceeded) {
    var covers: [String: [String]] = [:]
    // The rules all of whose covering rules have the opposite action.
    var opposed: [String: RuleAction] = [:]
    var living: Set<String> = []
    var order: [String] = []
    for family in AddressFamily.allCases {
      guard let path = analysis.path(index, family, direction, at: point) else { continue }
      let policy = path.path.policies[0]
      func answer(_ identity: Int) -> RuleAnswer {
        path.answer(PacketPath.MatchedRule(policy: 0, rule: .rule(identity)))
      }
      let actions = Dictionary(policy.rules.map { ($0.identity, $0.action) }) { first, _ in first }
      let unreachable = try analysis.unreachable(path, within: budget).filter { rule in
        // The order of an allow and a block with equal priority is not specified.
        let own = answer(rule.identity)
        return !rule.cover.contains {
          answer($0).priority == own.priority && own.priority != nil && answer($0).verdict != own.verdict
        }
      }
      let unreachableIdentities = Set(unreachable.map(\.identity))
      for rule in policy.rules where !unreachableIdentities.contains(rule.identity) {
        // A rule for the other family only does not apply here.
        guard !PacketBox(rule.match, families: [family]).isEmpty else { continue }
        living.insert(analysis.name(answer(rule.identity)))
      }
      for rule in unreachable where answer(rule.identity).source == .acl && !rule.cover.isEmpty {
        let name = analysis.name(answer(rule.identity))
        let action = actions[rule.identity]
        let isOpposed = !rule.cover.contains { actions[$0] == action }
        if covers[name] == nil {
          order.append(name)
          if isOpposed { opposed[name] = action }
        } else if !isOpposed {
          opposed[name] = nil
        }
        for other in rule.cover.map({ analysis.name(answer($0)) })
        where !covers[name, default: []].contains(other) {
          covers[name, default: []].append(other)
        }
      }
    }
    for name in order where !living.contains(name) {
      let cover = (covers[name] ?? []).filter { $0 != name }
      guard !cover.isEmpty else { continue }
      let title = point.title
      let action = opposed[name]
      let verb = Self.verb(action, count: cover.count)
      // In Windows Firewall a block overrides an allow wherever it is.
      let first = point == .windowsFirewall && action == .allow ? "" : " first"
      report(
        PendingFinding(
          .unreachableRule, at: endpoint, location: nil, rule: name, related: cover,
          help: Self.remedy(action, at: point), isContradicted: action != nil
        ) {
          "'\(name)' can never match in \(title) at \($0): \(PendingFinding.names(cover)) "
            + "\(verb) all of its packets\(first)"
        })
    }
  }

  /// What to do about a rule that can never match.
  ///
  /// - Parameters:
  ///   - action: Its action, if the rules that match its packets have the opposite one.
  ///   - point: Where it is.
  private static func remedy(_ action: RuleAction?, at point: EnforcementPoint) -> String {
    guard let action else { return "remove it, or order it before the rules that match its packets" }
    let (verb, verdict) = action == .allow ? ("allows", "blocked") : ("blocks", "allowed")
    let effect =
      point == .windowsFirewall
      ? "change the rules that match its packets so that they leave these out"
      : "order it before the rules that match its packets, so that it \(verb) them"
    return "\(effect); or, if they should be \(verdict), remove it"
  }
}
