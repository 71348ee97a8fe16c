public import NetworkTypes

/// A Windows Firewall rule of one compartment.
///
/// Windows Firewall has no rule order: block overrides allow, and the default action applies to unmatched
/// packets (reference: windows-firewall-and-vfp, 2.1).
public struct FirewallRule: Hashable, Sendable {
  /// The name; for a rule created from an ACL its Id.
  public var name: String
  /// The direction as the endpoint sees it.
  public var direction: Direction
  /// What happens to a packet that matches.
  public var action: RuleAction
  /// What the rule matches; at most, if ``doubt`` says that it may match only.
  public var match: RuleMatch
  /// Keywords for remote addresses, in addition to those of the match.
  public var remoteKeywords: [AddressKeyword] = []
  /// The alias of the interface that the rule is bound to; nil for any.
  ///
  /// It is not evaluated: the match has the addresses of the interface.
  public var interfaceAlias: String?
  /// The display name, if it is not the name.
  public var displayName: String?
  /// What a packet does not show, and the rule depends on; nil if it certainly matches what it can.
  public var doubt: FirewallRuleDoubt?
  /// Whether an allow rule also overrides blocks (`AllowBypass`).
  public var overridesBlocks = false
  /// What the rule was created from.
  public var origin: RuleOrigin

  /// Makes a rule.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - direction: The direction as the endpoint sees it.
  ///   - action: What happens to a packet that matches.
  ///   - match: What the rule matches.
  ///   - origin: What the rule was created from; nil is the ACL whose Id is the name.
  public init(
    name: String, direction: Direction, action: RuleAction, match: RuleMatch, origin: RuleOrigin? = nil
  ) {
    self.name = name
    self.origin = origin ?? .acl(id: name)
    self.direction = direction
    self.action = action
    self.match = match
  }

  /// Hashes only what tells most rules apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(direction)
    match.hashKeyFields(into: &hasher)
  }

  /// Whether the platform created the rule itself.
  public var isPlatformDefault: Bool { origin == .platform }

  /// Whether the rule was created for a published port.
  package var isPublishedPort: Bool { if case .published = origin { true } else { false } }

  /// The rules that Windows Firewall has for this one: each has one protocol or any, so a list of protocols
  /// becomes a rule for each, whose name ends in the protocol (reference: windows-firewall-and-vfp, 10.4).
  package var perProtocol: [FirewallRule] {
    guard let protocols = match.protocols else { return [self] }
    var copy = self
    guard protocols != .allProtocols else {
      copy.match.protocols = nil
      return [copy]
    }
    let numbers = protocols.intervals.flatMap { $0.lower...$0.upper }
    guard numbers.count > 1 else { return [self] }
    return numbers.map { number in
      copy.name = "\(name) - \(IPProtocol(number))"
      copy.match.protocols = ProtocolSet([IPProtocol(number)])
      return copy
    }
  }
}

/// A keyword that Windows Firewall uses in place of addresses
/// (reference: windows-firewall-and-vfp, 2.2 and 2.5).
public enum AddressKeyword: String, Sendable, Hashable, CaseIterable {
  case localSubnet = "LocalSubnet"
  case defaultGateway = "DefaultGateway"
  case dns = "DNS"
}
