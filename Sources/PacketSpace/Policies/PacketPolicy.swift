package import HostModel
package import NetworkTypes

/// A function from packets of one direction to verdicts: first-match rules and a default action.
package struct PacketPolicy: Hashable, Sendable {
  /// A rule with its owner's number.
  package struct Rule: Hashable, Sendable {
    /// The owner's number of the rule, used in results.
    package var identity: Int
    /// The action.
    package var action: RuleAction
    /// The match.
    package var match: RuleMatch

    /// Creates a rule.
    ///
    /// - Parameters:
    ///   - identity: The owner's number of the rule.
    ///   - action: The action.
    ///   - match: The match.
    package init(identity: Int, action: RuleAction, match: RuleMatch) {
      self.identity = identity
      self.action = action
      self.match = match
    }
  }

  /// The decider of a packet.
  package enum MatchedRule: Hashable, Sendable, Comparable {
    /// A rule, by its identity.
    case rule(Int)
    /// The default action.
    case unmatched

    /// Rules by identity, then the default.
    package static func < (left: Self, right: Self) -> Bool {
      switch (left, right) {
      case (.rule(let left), .rule(let right)): left < right
      case (.rule, .unmatched): true
      case (.unmatched, _): false
      }
    }
  }

  /// The rules in the order of evaluation.
  package let rules: [Rule]
  /// The default action.
  package let unmatched: RuleAction
  /// The address families considered, IPv4 first; packets of other families are outside of this policy.
  package let families: [AddressFamily]

  /// Creates a first-match policy.
  ///
  /// - Parameters:
  ///   - rules: The rules in the order of evaluation.
  ///   - unmatched: The default action.
  ///   - families: The address families considered.
  package init(
    firstMatchOf rules: [Rule], unmatched: RuleAction, families: [AddressFamily] = AddressFamily.allCases
  ) {
    self.rules = rules
    self.unmatched = unmatched
    self.families = families.sorted()
  }

  /// Creates a policy in which any matching block rule takes precedence over any allow rule.
  ///
  /// Of several matching rules with the same action, the first one is reported.
  ///
  /// - Parameters:
  ///   - rules: The rules in any order.
  ///   - unmatched: The default action.
  ///   - families: The address families considered.
  package init(
    blockBeatsAllow rules: [Rule], unmatched: RuleAction, families: [AddressFamily] = AddressFamily.allCases
  ) {
    self.init(
      firstMatchOf: rules.filter { $0.action == .block } + rules.filter { $0.action == .allow },
      unmatched: unmatched, families: families)
  }

  /// The decider of a packet, and its action.
  ///
  /// - Parameter packet: The packet; its direction is ignored.
  package func decision(_ packet: Packet) -> (matchedRule: MatchedRule, action: RuleAction) {
    for rule in rules where rule.match.matches(packet) { return (.rule(rule.identity), rule.action) }
    return (.unmatched, unmatched)
  }
}
