public import NetworkTypes

/// The rules for an endpoint's ACLs at the two enforcement points.
public struct ProgrammedRules: Hashable, Sendable {
  /// The rules of Windows Firewall, in the order of the ACLs.
  public var firewall: [FirewallRule] = []
  /// The rules of VFP, by group and then by priority.
  public var vfp: [VFPRule] = []

  /// No rules.
  public init() {}
}

extension PortACL {
  /// The priority of an ACL without one: after every user rule and before the platform's own at 65500
  /// (this project's choice; reference: hns, 9).
  public static let omittedPriority: UInt16 = 65499

  /// The component the ACL is programmed into.
  ///
  /// - Parameters:
  ///   - driver: The driver of the endpoint's network.
  ///   - assumptions: The host's assumptions; `omittedRuleType` applies to an ACL without a rule type.
  public func effectiveRuleType(driver: NetworkDriver, assumptions: Assumptions) -> RuleType {
    if let ruleType { return ruleType }
    if assumptions.omittedRuleType == .switch { return .switch }
    return driver.filtersWithVFP ? .switch : .host
  }

  /// Translates HNS ACLs to the rules of both enforcement points.
  ///
  /// Priorities of Switch ACLs are copied, and ACLs of equal priority are ordered by `equalPriority`; an ACL
  /// is in the group of every family that it can match and the endpoint has; a Host ACL is one firewall rule
  /// with its protocol list
  /// (reference: windows-firewall-and-vfp, 3.5 and 4.2).
  ///
  /// - Parameters:
  ///   - acls: The endpoint's ACLs in the order of its document.
  ///   - driver: The driver of the endpoint's network.
  ///   - families: The address families the endpoint's switch port filters.
  ///   - assumptions: The host's assumptions.
  public static func program(
    _ acls: some Sequence<PortACL>, driver: NetworkDriver, families: [AddressFamily], assumptions: Assumptions
  ) -> ProgrammedRules {
    var rules = ProgrammedRules()
    for acl in acls {
      switch acl.effectiveRuleType(driver: driver, assumptions: assumptions) {
      case .host:
        rules.firewall.append(
          FirewallRule(name: acl.id ?? "", direction: acl.direction, action: acl.action, match: acl.match))
      case .switch:
        for family in acl.match.families where families.contains(family) {
          rules.vfp.append(
            VFPRule(
              name: acl.id ?? "", group: VFPGroup(family: family, direction: acl.direction),
              priority: acl.priority ?? omittedPriority, action: acl.action,
              match: acl.match.only(family)))
        }
      }
    }
    rules.vfp = rules.vfp.sortedByPriority(reversingTies: assumptions.equalPriority == .reversed)
    return rules
  }
}

extension RuleMatch {
  /// The part of the match for one address family.
  ///
  /// - Parameters:
  ///   - family: The family.
  ///   - keepingWholeFamily: Whether a set of the whole family stays one; otherwise it becomes "any",
  ///     which is equivalent for that family.
  public func only(_ family: AddressFamily, keepingWholeFamily: Bool = false) -> RuleMatch {
    var copy = self
    copy.localAddresses = localAddresses?.only(family)
    copy.remoteAddresses = remoteAddresses?.only(family)
    if keepingWholeFamily { return copy }
    let everything = AddressSet.all(family)
    if copy.localAddresses == everything { copy.localAddresses = nil }
    if copy.remoteAddresses == everything { copy.remoteAddresses = nil }
    return copy
  }
}
