import Diagnostics
import HostModel
import NetworkProfile
import PacketSpace

extension Linter {
  /// Finds the rules of the profile without which every packet would fare the same.
  ///
  /// Rules that can never match are told as such and are taken to be gone. A rule of an ACL set is only
  /// told when no endpoint that uses the set needs it.
  mutating func findRedundantRules() {
    var known: [Int: Result<Set<Int>, Undecided>] = [:]
    var users: [Place: [String]] = [:]
    var idle: [Place: [String]] = [:]
    var order: [(place: Place, rule: ACLDeclaration, fallback: RuleAction)] = []
    for rules in profileRules {
      for rule in rules.rules { users[rule.acl.name.place, default: []].append(rules.endpoint) }
      asking(.redundantRule, at: rules.endpoint) { linter throws(Undecided) in
        let key = rules.kind
        if known[key] == nil {
          known[key] = Result { () throws(Undecided) in try linter.redundant(rules) }
        }
        guard let found = try known[key]?.get() else { return }
        for (identity, rule) in rules.rules.enumerated() where found.contains(identity) {
          let place = rule.acl.name.place
          if idle[place] == nil { order.append((place, rule.acl, rules.policy.unmatched)) }
          idle[place, default: []].append(rules.endpoint)
        }
      }
    }
    for (place, rule, fallback) in order {
      guard let endpoints = idle[place], endpoints.count == users[place]?.count else { continue }
      let name = rule.name.value
      let reason =
        rule.action == fallback
        ? "what it \(rule.action == .allow ? "allows" : "blocks") would be all the same without it"
        : "other rules decide its packets alike"
      for endpoint in endpoints {
        report(
          PendingFinding(
            .redundantRule, at: endpoint, place: place, rule: name,
            remedy: "remove it, or keep it with a comment that says what it is there for",
            isAboutEndpoint: false
          ) { "'\(name)' changes no verdict at \($0): \(reason)" })
      }
    }
  }

  /// The rules that can match, and can be removed: each alone, and as many together as can be, whether
  /// rules that can never match are there or not.
  private mutating func redundant(_ rules: ProfileRules) throws(Undecided) -> Set<Int> {
    let policy = rules.policy
    let unreachable = Set(try unreachable(rules).map(\.identity))
    let alone = Set(try policy.redundantRules(within: budget)).subtracting(unreachable)
    guard !alone.isEmpty else { return [] }
    let reduced = PacketPolicy(
      firstMatchOf: policy.rules.filter { !unreachable.contains($0.identity) }, unmatched: policy.unmatched,
      families: policy.families)
    return Set(try reduced.removableRules(among: alone, within: budget))
  }
}
