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
    var users: [SourceRange: [String]] = [:]
    var idle: [SourceRange: [String]] = [:]
    var order: [(location: SourceRange, rule: ACLDeclaration, fallback: RuleAction)] = []
    for rules in profileRules {
      for rule in rules.rules { users[rule.acl.name.location, default: []].append(rules.endpoint) }
      asking(.redundantRule, at: rules.endpoint) { linter throws(BudgetExceeded) in
        let found = try linter.useless(rules).redundant.get()
        for (identity, rule) in rules.rules.enumerated()
        where found.contains(identity) && !rules.isImpossible(identity) {
          let location = rule.acl.name.location
          if idle[location] == nil { order.append((location, rule.acl, rules.policy.unmatched)) }
          idle[location, default: []].append(rules.endpoint)
        }
      }
    }
    for (location, rule, fallback) in order {
      guard let endpoints = idle[location], endpoints.count == users[location]?.count else { continue }
      let name = rule.name.value
      let reason =
        rule.action == fallback
        ? "its packets are \(rule.action == .allow ? "allowed" : "blocked") without it too"
        : "other rules give its packets the same verdict"
      let remedy = removal(of: location, "remove it, or keep it with a comment that says what it is for")
      for endpoint in endpoints {
        report(
          PendingFinding(
            .redundantRule, at: endpoint, location: location, rule: name, notes: remedy.notes,
            help: remedy.help, edits: remedy.edits, isAboutEndpoint: false
          ) { "'\(name)' changes no verdict at \($0): \(reason)" })
      }
    }
  }
}
