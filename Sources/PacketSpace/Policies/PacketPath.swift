package import HostModel
package import NetworkTypes

/// Policies that a packet must pass in order.
///
/// The first policy that blocks decides. If all allow, one chosen policy is reported.
package struct PacketPath: Sendable {
  /// The decider of a packet on the path.
  package struct MatchedRule: Hashable, Sendable, Comparable {
    /// The index of the policy on the path.
    package let policy: Int
    /// The decider in that policy.
    package let rule: PacketPolicy.MatchedRule

    /// Creates a decider.
    ///
    /// - Parameters:
    ///   - policy: The index of the policy on the path.
    ///   - rule: The decider in that policy.
    package init(policy: Int, rule: PacketPolicy.MatchedRule) {
      self.policy = policy
      self.rule = rule
    }

    /// By policy, then by rule.
    package static func < (left: Self, right: Self) -> Bool {
      (left.policy, left.rule) < (right.policy, right.rule)
    }
  }

  /// The policies in the order of evaluation; at least one.
  package let policies: [PacketPolicy]
  /// The index of the policy that is reported for packets that all allow.
  package let reportingPolicy: Int

  /// Creates a path.
  ///
  /// - Parameters:
  ///   - policies: The policies, at least one, all of the same address families.
  ///   - reportingPolicy: The index of the policy that is reported for packets that all allow.
  package init(_ policies: [PacketPolicy], reportingPolicy: Int = 0) {
    precondition(policies.indices.contains(reportingPolicy))
    precondition(policies.allSatisfy { $0.families == policies[0].families })
    self.policies = policies
    self.reportingPolicy = reportingPolicy
  }

  /// Creates the path of one policy.
  ///
  /// - Parameter policy: The policy.
  package init(_ policy: PacketPolicy) { self.init([policy]) }

  /// The address families considered.
  package var families: [AddressFamily] { policies[0].families }

  /// Every packet of the families.
  package var universe: PacketBox { .universe(families) }

  /// The decider of a packet, and its action.
  ///
  /// - Parameter packet: The packet; its direction is ignored.
  package func decision(_ packet: Packet) -> (matchedRule: MatchedRule, action: RuleAction) {
    var answer: (matchedRule: MatchedRule, action: RuleAction)?
    for (position, policy) in policies.enumerated() {
      let (rule, action) = policy.decision(packet)
      let own = (MatchedRule(policy: position, rule: rule), action)
      if action == .block { return own }
      if position == reportingPolicy { answer = own }
    }
    return answer ?? (MatchedRule(policy: 0, rule: .unmatched), .allow)
  }
}
