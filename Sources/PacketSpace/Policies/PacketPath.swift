package import HostModel
package import NetworkTypes

/// Policies that a packet must pass one after the other.
///
/// The first policy that blocks decides. When all allow, one chosen policy speaks for them.
package struct PacketPath: Sendable {
  /// What decides about a packet on the path.
  package struct Decider: Hashable, Sendable, Comparable {
    /// The place of the policy on the path.
    package let policy: Int
    /// What decides in that policy.
    package let rule: PacketPolicy.Decider

    /// Names what decides.
    ///
    /// - Parameters:
    ///   - policy: The place of the policy on the path.
    ///   - rule: What decides in that policy.
    package init(policy: Int, rule: PacketPolicy.Decider) {
      self.policy = policy
      self.rule = rule
    }

    /// By policy, then by rule.
    package static func < (left: Self, right: Self) -> Bool {
      (left.policy, left.rule) < (right.policy, right.rule)
    }
  }

  /// The policies in the order in which a packet meets them; at least one.
  package let policies: [PacketPolicy]
  /// The place of the policy that decides about what all allow.
  package let speaker: Int

  /// Makes a path.
  ///
  /// - Parameters:
  ///   - policies: The policies, at least one, all of the same address families.
  ///   - speaker: The place of the policy that decides about what all allow.
  package init(_ policies: [PacketPolicy], speaker: Int = 0) {
    precondition(policies.indices.contains(speaker))
    precondition(policies.allSatisfy { $0.families == policies[0].families })
    self.policies = policies
    self.speaker = speaker
  }

  /// Makes the path of one policy.
  ///
  /// - Parameter policy: The policy.
  package init(_ policy: PacketPolicy) { self.init([policy]) }

  /// The address families that matter.
  package var families: [AddressFamily] { policies[0].families }

  /// Every packet of the families.
  package var universe: PacketBox { .universe(families) }

  /// What decides about a packet, and how.
  ///
  /// - Parameter packet: The packet; its direction is not looked at.
  package func decision(_ packet: Packet) -> (decider: Decider, action: RuleAction) {
    var answer: (decider: Decider, action: RuleAction)?
    for (place, policy) in policies.enumerated() {
      let (rule, action) = policy.decision(packet)
      let own = (Decider(policy: place, rule: rule), action)
      if action == .block { return own }
      if place == speaker { answer = own }
    }
    return answer ?? (Decider(policy: 0, rule: .unmatched), .allow)
  }
}
