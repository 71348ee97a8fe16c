import Diagnostics
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

extension Linter {
  /// Finds the rules of the profile that match no packet, with all rules that cover them.
  mutating func findUnreachableRules() {
    for rules in profileRules {
      for identity in rules.rules.indices where rules.isImpossible(identity) {
        report(impossible(identity, rules))
      }
      let useless = useless(rules)
      asking(.unreachableRule, at: rules.endpoint) { linter throws(BudgetExceeded) in
        for rule in try useless.unreachable.get()
        where rules.rules.indices.contains(rule.identity) && !rules.isImpossible(rule.identity) {
          linter.report(linter.finding(rule, rules))
        }
      }
    }
  }

  /// The finding about a rule whose packets do not occur, whatever the other rules are.
  private mutating func impossible(_ identity: Int, _ rules: ProfileRules) -> PendingFinding {
    let acl = rules.rules[identity].acl
    let remedy = removal(of: acl.name.location, "remove it, or correct its addresses")
    let peers = PacketFormatter.addresses(rules.remoteAddresses(identity))
    let verb = acl.direction == .in ? "comes from" : "goes to"
    let name = acl.name.value
    return PendingFinding(
      .unreachableRule, at: rules.endpoint, location: acl.name.location, rule: name, notes: remedy.notes,
      help: remedy.help, edits: remedy.edits, isAboutEndpoint: false
    ) { "'\(name)' can never match at \($0): no packet \(verb) \(peers)" }
  }

  private mutating func finding(_ rule: PacketPolicy.UnreachableRule, _ rules: ProfileRules) -> PendingFinding
  {
    let own = rules.rules[rule.identity].acl
    let cover = rule.cover.map { rules.name($0) }
    var notes = rule.cover.map { identity in
      let other = rules.rules[identity].acl
      return Diagnostic.Note(
        "'\(other.name.value)' is evaluated before it and \(other.action == .allow ? "allows" : "blocks") "
          + (cover.count == 1 ? "all of its packets" : "some of its packets"), other.name.location)
    }
    let name = own.name.value
    let reason: String
    let remedy: RuleRemedy
    if cover.isEmpty {
      let family = rules.families == [.ipv4] ? "IPv4" : "IPv6"
      reason =
        rules.families.count == 1
        ? "the ACLs there filter only \(family), and it matches no \(family) packet"
        : "it matches no packets"
      let other = "use addresses of \(rules.families.count == 1 ? family : "one family")"
      remedy = removal(of: own.name.location, "remove the rule, or \(other)")
    } else {
      let contradicting = contradicting(rule, rules)
      let verb = Self.verb(contradicting.count < cover.count ? nil : own.action, count: cover.count)
      reason = "\(PendingFinding.names(cover)) \(verb) all of its packets first"
      let before = rule.cover + ((try? rivals(of: rule.identity, rules)) ?? []).map(\.identity)
      let first = before.map { rules.rules[$0].priority }.min() ?? 1
      remedy =
        contradicting.isEmpty
        ? removal(of: own.name.location, "remove it: the rules before it do the same")
        : precedence(of: own.name.location, own.action, over: cover, before: first)
    }
    notes += remedy.notes
    return PendingFinding(
      .unreachableRule, at: rules.endpoint, location: own.name.location, rule: name, related: cover,
      notes: notes, help: remedy.help, edits: remedy.edits, isAboutEndpoint: false,
      isContradicted: remedy.isContradicted
    ) { "'\(name)' can never match at \($0): \(reason)" }
  }

  /// What some rules that match all packets of another do to these.
  ///
  /// - Parameters:
  ///   - action: The action of the other rule, if they all have the opposite one.
  ///   - count: How many rules they are.
  static func verb(_ action: RuleAction?, count: Int) -> String {
    switch action {
    case nil: count == 1 ? "matches" : "together match"
    case .allow: count == 1 ? "blocks" : "together block"
    case .block: count == 1 ? "allows" : "together allow"
    }
  }

  /// The rules of a cover that give packets of the covered rule the opposite verdict, apart from its exceptions.
  private func contradicting(_ rule: PacketPolicy.UnreachableRule, _ rules: ProfileRules) -> [Int] {
    let action = rules.rules[rule.identity].action
    let opposed = rule.cover.filter { rules.rules[$0].action != action }
    // If other rules give the rest the same verdict, those that match nothing else are exceptions.
    return opposed.count == rule.cover.count ? opposed : opposed.filter { !rules.isWithin($0, rule.identity) }
  }
}
