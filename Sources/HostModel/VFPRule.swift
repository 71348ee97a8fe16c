/// A VFP rule: a group of a layer, a priority, conditions, an action.
///
/// Within a group the matching rule with the lowest priority number decides
/// (reference: windows-firewall-and-vfp, 3.6).
public struct VFPRule: Hashable, Sendable {
  /// The friendly name; for a rule created from an ACL its Id.
  public var name: String
  /// The group that contains the rule.
  public var group: VFPGroup
  /// The priority, lower first.
  public var priority: UInt16
  /// What happens to a packet that matches.
  public var action: RuleAction
  /// The conditions.
  public var match: RuleMatch
  /// What the rule was created from.
  public var origin: RuleOrigin

  /// Makes a rule.
  ///
  /// - Parameters:
  ///   - name: The friendly name.
  ///   - group: The group that contains the rule.
  ///   - priority: The priority, lower first.
  ///   - action: What happens to a packet that matches.
  ///   - match: The conditions.
  ///   - origin: What the rule was created from; nil is the ACL whose Id is the name.
  public init(
    name: String, group: VFPGroup, priority: UInt16, action: RuleAction, match: RuleMatch,
    origin: RuleOrigin? = nil
  ) {
    self.name = name
    self.origin = origin ?? .acl(id: name)
    self.group = group
    self.priority = priority
    self.action = action
    self.match = match
  }

  /// Hashes only what tells most rules apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(group.sortKey)
    hasher.combine(priority)
    match.hashKeyFields(into: &hasher)
  }

  /// Whether the platform created the rule itself.
  public var isPlatformDefault: Bool { origin == .platform }

  /// The flag word: terminating (1), stateful (2) and the bit 8192 that captured HNS rules have.
  ///
  /// Allow and block rules have the same word (reference: windows-firewall-and-vfp, 3.2 and 10.1.4).
  public static let flags = 8195

  /// The idle lifetime of a flow in seconds, as in captured rules.
  public static let flowTTL = 240
}

extension [VFPRule] {
  /// The rules by group and then by priority.
  ///
  /// - Parameter reversingTies: Whether those of equal priority change their order.
  package func sortedByPriority(reversingTies: Bool = false) -> [VFPRule] {
    // Rules are large and most lists are nearly in order, so compact sort keys are sorted instead.
    var keys = indices.map { index in
      self[index].group.sortKey << 56 | UInt64(self[index].priority) << 32
        | UInt64(reversingTies ? count - index : index)
    }
    guard zip(keys, keys.dropFirst()).contains(where: { $0 > $1 }) else { return self }
    keys.sort()
    return keys.map { key in
      let index = Int(key & 0xffff_ffff)
      return self[reversingTies ? count - index : index]
    }
  }
}
