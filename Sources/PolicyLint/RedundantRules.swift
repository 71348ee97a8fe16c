import Diagnostics
import HostModel
import NetworkProfile
import PacketSpace

extension Linter {
  /// Finds the rules of the profile that can be removed without changing any verdict.
  ///
  /// Rules that can never match are reported as such and assumed to be removed. A rule of an ACL set is
  /// only reported if no endpoint that uses the set needs it.
  mutating func findRedundantRules() {
    var users: [SourceRange: Int] = [:]
    var idle: [SourceRange: [(rules: ProfileRules, identity: Int)]] = [:]
    var order: [SourceRange] = []
    for rules in profileRules {
      for rule in rules.rules { users[rule.acl.name.location, default: 0] += 1 }
      asking(.redundantRule, at: rules.endpoint) { linter throws(BudgetExceeded) in
        let found = try linter.useless(rules).redundant.get()
        for identity in rules.rules.indices where found.contains(identity) && !rules.isImpossible(identity) {
          let location = rules.location(identity)
          if idle[location] == nil { order.append(location) }
          idle[location, default: []].append((rules, identity))
        }
      }
    }
    for location in order {
      guard let idle = idle[location], idle.count == users[location], let first = idle.first else { continue }
      var contradicted: [PendingFinding] = []
      for (rules, identity) in idle {
        asking(.contradictedRule, at: rules.endpoint) { linter throws(BudgetExceeded) in
          if let finding = try linter.contradiction(identity, rules) { contradicted.append(finding) }
        }
      }
      guard contradicted.isEmpty else {
        for finding in contradicted { report(finding) }
        continue
      }
      let rule = first.rules.rules[first.identity].acl
      let name = rule.name.value
      let reason =
        rule.action == first.rules.policy.unmatched
        ? "its packets are \(rule.action == .allow ? "allowed" : "blocked") without it too"
        : "other rules give its packets the same verdict"
      let remedy = removal(of: location, "remove it, or keep it with a comment that says what it is for")
      for (rules, _) in idle {
        report(
          PendingFinding(
            .redundantRule, at: rules.endpoint, location: location, rule: name, notes: remedy.notes,
            help: remedy.help, edits: remedy.edits, isAboutEndpoint: false
          ) { "'\(name)' changes no verdict at \($0): \(reason)" })
      }
    }
  }
}
