public import NetworkTypes

/// The VFP port layers that this project programs (reference: windows-firewall-and-vfp, 3.5).
public enum VFPLayer: String, Sendable, Hashable, CaseIterable {
  /// Endpoint ACLs of type Switch.
  case endpointACL = "ACL_ENDPOINT_LAYER"
  /// Port mappings and outbound NAT.
  case slbNAT = "SLB_NAT_LAYER"
}

/// A group of a VFP layer: one direction and one address family.
public struct VFPGroup: Hashable, Sendable, Comparable {
  /// The layer.
  public var layer: VFPLayer
  /// The address family the group is for.
  public var family: AddressFamily
  /// The direction as the endpoint sees it.
  public var direction: Direction

  /// Makes a group.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - family: The address family.
  ///   - direction: The direction.
  public init(layer: VFPLayer = .endpointACL, family: AddressFamily, direction: Direction) {
    self.layer = layer
    self.family = family
    self.direction = direction
  }

  /// The name that VFP shows, such as `ACL_ENDPOINT_GROUP_IPV4_IN`.
  public var name: String {
    let suffix = direction == .in ? "IN" : "OUT"
    switch layer {
    case .endpointACL: return "ACL_ENDPOINT_GROUP_\(family == .ipv4 ? "IPV4" : "IPV6")_\(suffix)"
    case .slbNAT: return "SLB_GROUP_NAT_\(family == .ipv4 ? "IPv4" : "IPv6")_\(suffix)"
    }
  }

  /// By layer, family, direction.
  public static func < (left: Self, right: Self) -> Bool {
    left.sortKey < right.sortKey
  }

  /// The position of the group among those of a port.
  var sortKey: UInt64 {
    (layer == .endpointACL ? 0 : 4) + (family == .ipv4 ? 0 : 2) + (direction == .in ? 0 : 1)
  }
}

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
