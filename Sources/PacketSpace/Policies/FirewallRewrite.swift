package import HostModel
package import NetworkTypes

/// A rule of a list in which the first match decides.
package struct OrderedRule: Hashable, Sendable {
  /// The name, which need not be unique.
  package var name: String
  /// What happens to a packet that matches.
  package var action: RuleAction
  /// What the rule matches.
  package var match: RuleMatch

  /// Makes a rule.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - action: What happens to a packet that matches.
  ///   - match: What the rule matches.
  package init(name: String, action: RuleAction, match: RuleMatch) {
    self.name = name
    self.action = action
    self.match = match
  }
}

/// Writes an ordered list of rules as rules without order, of which block beats allow.
///
/// Windows Firewall has no order (reference: windows-firewall-and-vfp, 2.1). Allow rules can stand as
/// they are: what an earlier block rule takes from them it also takes without order. A block rule may
/// only keep the packets that no earlier allow rule matches, and is written as boxes of them. So a
/// packet that the list allows meets no block rule and at least the allow rule that decides it, and a
/// packet that the list blocks meets at least a part of the block rule that decides it.
package enum FirewallRewrite {
  /// A rule of the result: one Host ACL.
  package struct Rule: Hashable, Sendable {
    /// The name of the rule of the list that it comes from.
    package var origin: String
    /// What happens to a packet that matches.
    package var action: RuleAction
    /// What the rule matches; one that names addresses is of one family.
    package var match: RuleMatch
    /// The names of later rules of the list that match packets of this one, and of which no rule is
    /// left because they decide none.
    package var shadowed: [String]

    /// Makes a rule.
    ///
    /// - Parameters:
    ///   - origin: The name of the rule of the list that it comes from.
    ///   - action: What happens to a packet that matches.
    ///   - match: What the rule matches.
    ///   - shadowed: The names of later rules that leave none.
    package init(origin: String, action: RuleAction, match: RuleMatch, shadowed: [String] = []) {
      self.origin = origin
      self.action = action
      self.match = match
      self.shadowed = shadowed
    }
  }

  /// The result of a rewrite.
  package enum Outcome: Hashable, Sendable {
    /// The rules mean exactly what the list means.
    case exact([Rule])
    /// They would be too many. The culprits are the block rules that did not fit; the superset blocks
    /// only what the list blocks, and its allow rules are those of the list.
    case tooLarge(culprits: [String], superset: [Rule])

    /// The rules, exact or not, in the order of the list.
    package var rules: [Rule] {
      switch self {
      case .exact(let rules), .tooLarge(_, superset: let rules): rules
      }
    }
  }

  /// Writes a list as rules without order.
  ///
  /// Every rule that can match a packet of the families leaves at least one rule, unless earlier
  /// allow rules match all of its packets; then it is named in ``Rule/shadowed``.
  ///
  /// - Parameters:
  ///   - list: The rules of one direction; together they match every packet of the families.
  ///   - families: The address families that matter; packets of others are not looked at.
  ///   - limit: How many rules the rewrite may add to those of the list.
  package static func rewrite(
    _ list: [OrderedRule], families: [AddressFamily], limit: Int = 1_000
  ) -> Outcome {
    var table = SetTable()
    let space = BoxSpace(families, telling: list.lazy.map(\.match), &table)
    var writing = Writing(list, in: space, room: max(0, limit), &table)
    return writing.outcome(&table)
  }
}
