package import HostModel
package import NetworkTypes

/// A rule of a first-match list.
package struct OrderedRule: Hashable, Sendable {
  /// The name, which need not be unique.
  package var name: String
  /// The action.
  package var action: RuleAction
  /// The match.
  package var match: RuleMatch

  /// Creates a rule.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - action: The action.
  ///   - match: The match.
  package init(name: String, action: RuleAction, match: RuleMatch) {
    self.name = name
    self.action = action
    self.match = match
  }
}

/// Rewrites an ordered list of rules as unordered rules in which block takes precedence over allow.
///
/// Windows Firewall has no rule order (reference: windows-firewall-and-vfp, 2.1). Allow rules can be kept
/// unchanged: what an earlier block rule takes from them it also takes without order. A block rule must keep
/// only the packets that no earlier allow rule matches, and is written as boxes of these. A packet that the
/// list allows thus matches no block rule and at least the allow rule that decides it, and a packet that the
/// list blocks matches at least a part of the block rule that decides it.
package enum FirewallRewrite {
  /// A rule of the result: one Host ACL.
  package struct Rule: Hashable, Sendable {
    /// The name of the rule of the list that it comes from.
    package var origin: String
    /// The action.
    package var action: RuleAction
    /// The match; with addresses, it is of one family.
    package var match: RuleMatch
    /// The names of later rules of the list that match packets of this one but have no rules of their own
    /// because they decide none.
    package var shadowed: [String]

    /// Creates a rule.
    ///
    /// - Parameters:
    ///   - origin: The name of the rule of the list that it comes from.
    ///   - action: The action.
    ///   - match: The match.
    ///   - shadowed: The names of later rules without rules of their own.
    package init(origin: String, action: RuleAction, match: RuleMatch, shadowed: [String] = []) {
      self.origin = origin
      self.action = action
      self.match = match
      self.shadowed = shadowed
    }
  }

  /// The result of a rewrite.
  package enum Outcome: Hashable, Sendable {
    /// The rules are equivalent to the list.
    case exact([Rule])
    /// There would be too many rules. The culprits are the block rules that did not fit; the superset blocks
    /// only what the list blocks, and its allow rules are those of the list.
    case tooLarge(culprits: [String], superset: [Rule])

    /// The rules, exact or not, in the order of the list.
    package var rules: [Rule] {
      switch self {
      case .exact(let rules), .tooLarge(_, superset: let rules): rules
      }
    }
  }

  /// Rewrites a list as unordered rules.
  ///
  /// Every rule that can match a packet of the families results in at least one rule, unless earlier allow
  /// rules match all of its packets; then it is listed in ``Rule/shadowed``.
  ///
  /// - Parameters:
  ///   - list: The rules of one direction; together they match every packet of the families.
  ///   - families: The address families considered; packets of other families are ignored.
  ///   - limit: The maximum number of rules added by the rewrite.
  package static func rewrite(
    _ list: [OrderedRule], families: [AddressFamily], limit: Int = 1_000
  ) -> Outcome {
    var table = SetTable()
    let space = BoxSpace(families, distinguishing: list.lazy.map(\.match), &table)
    var writing = Writing(list, in: space, room: max(0, limit), &table)
    return writing.outcome(&table)
  }
}
