public import NetworkTypes

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
  public var effect: VFPEffect
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
  ///   - action: Whether a packet that matches passes.
  ///   - match: The conditions.
  ///   - origin: What the rule was created from; nil is the ACL whose Id is the name.
  public init(
    name: String, group: VFPGroup, priority: UInt16, action: RuleAction, match: RuleMatch,
    origin: RuleOrigin? = nil
  ) {
    self.init(
      name: name, group: group, priority: priority, effect: action == .allow ? .allow : .block, match: match,
      origin: origin ?? .acl(id: name))
  }

  /// Makes a rule of any type.
  ///
  /// - Parameters:
  ///   - name: The friendly name; empty if it has none.
  ///   - group: The group that contains the rule.
  ///   - priority: The priority, lower first.
  ///   - effect: What happens to a packet that matches.
  ///   - match: The conditions.
  ///   - origin: What the rule was created from.
  public init(
    name: String, group: VFPGroup, priority: UInt16, effect: VFPEffect, match: RuleMatch, origin: RuleOrigin
  ) {
    self.name = name
    self.origin = origin
    self.group = group
    self.priority = priority
    self.effect = effect
    self.match = match
  }

  /// Whether a packet that matches passes.
  public var action: RuleAction { effect == .block ? .block : .allow }

  /// Hashes only what tells most rules apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(group.sortKey)
    hasher.combine(priority)
    match.hashKeyFields(into: &hasher)
  }

  /// Whether the platform created the rule itself.
  public var isPlatformDefault: Bool { origin == .platform }
}

/// What a VFP rule does with a packet that matches; the type of the rule
/// (reference: windows-firewall-and-vfp, 3.2).
///
/// That rules which encapsulate are of type routeencap, and not
/// mapencap, is this project's choice.
public enum VFPEffect: Hashable, Sendable {
  /// An address and a port that a packet is sent to.
  public struct Target: Hashable, Sendable {
    /// The address.
    public var address: IPAddress
    /// The port.
    public var port: UInt16

    /// Makes a target.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - port: The port.
    public init(_ address: IPAddress, _ port: UInt16) {
      self.address = address
      self.port = port
    }
  }

  case allow
  case block
  /// The destination is replaced by one other.
  case translate(Target)
  /// The destination is replaced by one of several.
  case balance([Target])
  /// The source is replaced by an address and a port of a pool.
  case translateSource(pool: String)
  /// The packet is routed by the provider's addresses.
  case route
  /// The packet gets an outer header with the address of another host.
  case encapsulate(provider: IPAddress)
  /// The outer header is removed.
  case decapsulate

  /// The word that VFP prints.
  public var typeName: String {
    switch self {
    case .allow: "allow"
    case .block: "block"
    case .translate: "nat"
    case .balance: "lbnat"
    case .translateSource: "dynnat"
    case .route: "paroute"
    case .encapsulate: "routeencap"
    case .decapsulate: "decap"
    }
  }

  /// The flag word: terminating (1), stateful (2), for ACLs the bit 8192 of captured rules, for decapsulation
  /// preserving the MAC address (256) and pushing the VSID (512), for dynamic NAT translating the source (256).
  ///
  /// Allow and block rules have the same word. That of rules of type nat, dynnat and routeencap is this project's
  /// choice (reference: windows-firewall-and-vfp, 3.2, 3.5 and 10.1.4).
  public var flags: Int {
    switch self {
    case .allow, .block: 8195
    case .translate, .balance: 3
    case .translateSource: 259
    case .route, .encapsulate: 1
    case .decapsulate: 769
    }
  }

  /// The idle lifetime of a flow in seconds; 0 if the rule keeps none.
  public var flowTTL: Int {
    switch self {
    case .allow, .block, .translate, .balance, .translateSource: 240
    case .route, .encapsulate, .decapsulate: 0
    }
  }
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
