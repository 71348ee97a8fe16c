package import HostModel
package import NetworkTypes

/// A function from packets of one direction to verdicts: rules of which the first match decides, and
/// what happens to a packet that none matches.
package struct PacketPolicy: Sendable {
  /// A rule with the number by which its owner knows it.
  package struct Rule: Hashable, Sendable {
    /// The number by which the owner knows the rule; results speak of it.
    package var identity: Int
    /// What happens to a packet that matches.
    package var action: RuleAction
    /// What the rule matches.
    package var match: RuleMatch

    /// Makes a rule.
    ///
    /// - Parameters:
    ///   - identity: The number by which the owner knows the rule.
    ///   - action: What happens to a packet that matches.
    ///   - match: What the rule matches.
    package init(identity: Int, action: RuleAction, match: RuleMatch) {
      self.identity = identity
      self.action = action
      self.match = match
    }
  }

  /// What decides about a packet.
  package enum Decider: Hashable, Sendable, Comparable {
    /// A rule, by its identity.
    case rule(Int)
    /// No rule; the default.
    case unmatched

    /// Rules by their identities, then the default.
    package static func < (left: Self, right: Self) -> Bool {
      switch (left, right) {
      case (.rule(let left), .rule(let right)): left < right
      case (.rule, .unmatched): true
      case (.unmatched, _): false
      }
    }
  }

  /// The rules in the order in which they are asked.
  package let rules: [Rule]
  /// What happens to a packet that no rule matches.
  package let unmatched: RuleAction
  /// The address families that matter, IPv4 first; packets of others are no packets of this policy.
  package let families: [AddressFamily]

  /// Makes a policy in which the first rule that matches decides.
  ///
  /// - Parameters:
  ///   - rules: The rules in the order in which they are asked.
  ///   - unmatched: What happens to a packet that no rule matches.
  ///   - families: The address families that matter.
  package init(
    firstMatchOf rules: [Rule], unmatched: RuleAction, families: [AddressFamily] = AddressFamily.allCases
  ) {
    self.rules = rules
    self.unmatched = unmatched
    self.families = families.sorted()
  }

  /// Makes a policy in which any block rule that matches decides before any allow rule.
  ///
  /// Of several rules of one action the first counts as the one that decides.
  ///
  /// - Parameters:
  ///   - rules: The rules in any order.
  ///   - unmatched: What happens to a packet that no rule matches.
  ///   - families: The address families that matter.
  package init(
    blockBeatsAllow rules: [Rule], unmatched: RuleAction, families: [AddressFamily] = AddressFamily.allCases
  ) {
    self.init(
      firstMatchOf: rules.filter { $0.action == .block } + rules.filter { $0.action == .allow },
      unmatched: unmatched, families: families)
  }

  /// What decides about a packet, and how.
  ///
  /// - Parameter packet: The packet; its direction is not looked at.
  package func decision(_ packet: Packet) -> (decider: Decider, action: RuleAction) {
    for rule in rules where rule.match.matches(packet) { return (.rule(rule.identity), rule.action) }
    return (.unmatched, unmatched)
  }
}
