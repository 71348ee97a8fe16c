import HostModel
import NetworkTypes

/// The rules of Windows Firewall in the order of their precedence: bypasses, blocks, allows (reference:
/// windows-firewall-and-vfp, 2.1).
struct PrecedenceList: Equatable {
  /// A rule with what it certainly matches and what it can match.
  struct Entry: Hashable {
    /// The packets that it matches for certain; nil for none.
    var least: RuleMatch?
    /// The packets that it can match.
    var most: RuleMatch
    /// The rule, with the packets that it can match.
    var rule: FilterContents.Rule

    /// Whether it overrides blocks.
    var isBypass = false

    /// Whether packets are allowed by it.
    var allows: Bool { rule.verdict == .allow }
  }

  private let entries: [Entry]
  /// The rules that may match.
  let uncertain: [Entry]

  init(_ rules: [FirewallRule], _ family: AddressFamily, _ keywords: (AddressKeyword) -> AddressSet?) {
    var (bypasses, blocks, allows): ([Entry], [Entry], [Entry]) = ([], [], [])
    for rule in rules {
      var (least, most) = rule.bounds(keywords)
      if rule.origin == .host {
        // What a rule says about the other family has no effect, and must not tell readings apart.
        guard most.families.contains(family) else { continue }
        most.keep(family)
        least?.keep(family)
        if least?.families.contains(family) == false { least = nil }
      }
      var entry = Entry(
        least: least, most: most,
        rule: FilterContents.Rule(
          match: most, verdict: Verdict(rule.action), source: RuleAnswer.Source(rule.origin), id: rule.name,
          title: rule.displayName))
      if least != most {
        entry.rule.reason = .hostRule(
          rule: rule.displayName ?? rule.name, doubt: rule.doubt.map(\.description) ?? "its addresses")
      }
      if rule.action == .block {
        blocks.append(entry)
      } else if rule.overridesBlocks {
        entry.isBypass = true
        bypasses.append(entry)
      } else {
        allows.append(entry)
      }
    }
    entries = bypasses + blocks + allows
    uncertain = entries.filter { $0.least != $0.most }
  }

  /// The lists that stand for all combinations of rules that match and do not: the one that allows least, and
  /// the one that allows most.
  func readings(_ unmatched: Verdict, _ reason: UnknownReason? = nil) -> [FilterContents.Reading] {
    let least = reading(unmatched, reason) { !$0.allows }
    return uncertain.isEmpty ? [least] : [least, reading(unmatched, reason) { $0.allows }]
  }

  /// The list in which some of the rules that may match do.
  ///
  /// - Parameters:
  ///   - unmatched: The default action.
  ///   - reason: Why the default action is not known.
  ///   - matches: Whether a rule that may match does.
  func reading(
    _ unmatched: Verdict, _ reason: UnknownReason? = nil, where matches: (Entry) -> Bool
  ) -> FilterContents.Reading {
    let rules = entries.compactMap { entry -> FilterContents.Rule? in
      guard let match = matches(entry) ? entry.most : entry.least else { return nil }
      var rule = entry.rule
      rule.match = match
      return rule
    }
    return FilterContents.Reading(rules: rules, unmatched: unmatched, reason: reason)
  }
}

extension RuleMatch {
  /// Leaves out the addresses of the other family.
  fileprivate mutating func keep(_ family: AddressFamily) {
    localAddresses = localAddresses?.only(family)
    remoteAddresses = remoteAddresses?.only(family)
  }
}
