package import NetworkTypes

/// One of what the host's own firewall can be in a compartment: the rules and defaults of one profile.
package struct FirewallReading: Hashable, Sendable {
  /// The profile.
  package var profile: FirewallProfile
  /// Whether the default actions are known.
  package var isCaptured = true
  /// The rules of all compartments.
  package var rules: FirewallRuleList
  /// The rules of this compartment only.
  package var own: [FirewallRule] = []
  /// What happens to packets that no rule matches.
  package var unmatched: [Direction: UnmatchedTraffic]
  /// Whether the firewall is off in this profile.
  package var isOff = false
  /// Whether inbound allow rules have no effect.
  package var ignoresInboundAllows = false
}

extension FirewallInstance {
  /// Whether ACLs determine the default action.
  package func closes(_ family: AddressFamily, _ direction: Direction) -> Bool {
    aclFamilies.contains(family) && closed[direction] != nil
  }

  /// The rules for one family and direction in one reading: those of ACLs, of the platform, and of the host.
  ///
  /// Whether Host ACLs are rules of Windows Firewall is an assumption (`hostAclRules`), so while it is off it is
  /// not known whether they block. Nor is it known whether a profile that ignores allow rules ignores those of
  /// HNS and of the platform.
  package func rules(
    _ family: AddressFamily, _ direction: Direction, in reading: FirewallReading
  ) -> [FirewallRule] {
    let rules = rules(family, direction)
    guard !reading.isOff else {
      return rules.filter { $0.action == .block }
        .map { $0.depending(on: "whether a Host ACL has an effect while the firewall is off") }
    }
    let host = (reading.rules.rules + reading.own).filter { $0.direction == direction }
    guard reading.ignoresInboundAllows, direction == .in else { return rules + host }
    let condition =
      "whether the profile \(reading.profile.rawValue), which ignores allow rules, applies to it"
    return rules.map { $0.action == .allow ? $0.depending(on: condition) : $0 }
      + host.compactMap { rule in
        if rule.action == .block { return rule }
        return rule.overridesBlocks ? rule.depending(on: condition) : nil
      }
  }

  /// What happens to traffic of a family and direction that no rule matches, in one reading.
  package func unmatched(
    _ family: AddressFamily, _ direction: Direction, in reading: FirewallReading
  ) -> UnmatchedTraffic {
    if closes(family, direction), let closing = closed[direction] {
      return reading.isOff && closing != .allow ? .unknown : closing
    }
    return reading.isOff ? .allow : reading.unmatched[direction] ?? .unknown
  }

  /// The default action of a direction that all readings have in common, for the families of the ACLs.
  func commonUnmatched(_ direction: Direction) -> UnmatchedTraffic? {
    guard let family = aclFamilies.first ?? AddressFamily.allCases.first else { return nil }
    let values = Set(profileReadings.map { unmatched(family, direction, in: $0) })
    return values.isEmpty ? nil : values.count == 1 ? values.first : .unknown
  }
}

extension FirewallRule {
  /// The same rule, which may match only.
  ///
  /// - Parameter condition: What it depends on, in words.
  package func depending(on condition: String) -> FirewallRule {
    var copy = self
    copy.doubt = doubt ?? FirewallRuleDoubt()
    copy.doubt?.conditions.append(condition)
    copy.doubt?.isConditional = true
    return copy
  }
}
