import HostModel
import NetworkProfile
import NetworkTypes
import PolicyCompiler
import PolicyPlan

extension AdoptionDraft {
  /// Reads the ACLs of a profile back from what they were compiled to.
  ///
  /// Where VFP filters, its ACLs are those of the profile in order, and the ones of Windows Firewall follow from
  /// them. Elsewhere those of Windows Firewall have no order, and what earlier rules allow was cut out of blocks:
  /// the rules as they were before come first, then the pieces, blocks before allows.
  func readACLs(of endpoint: inout Endpoint) {
    guard let cell = documents.cell(of: endpoint.record) else { return }
    let point: RuleType = cell.programmablePoints.contains(.vfp) ? .switch : .host
    var rules: [AdoptedRule] = []
    for acl in endpoint.record.acls {
      // Those of other profiles are not listed.
      if let identity = acl.identity, identity.profile != name { continue }
      let type = acl.acl.ruleType ?? point
      let isCatchAll = acl.identity.map { Self.isCatchAll($0) } ?? Self.isCatchAll(acl.acl, cell)
      if isCatchAll {
        // Of the pieces of a default, the one that allows everything or nothing is the default itself.
        let isWhole = acl.acl.match == RuleMatch()
        let known = endpoint.catchAlls[acl.acl.direction]
        endpoint.catchAlls[acl.acl.direction] = isWhole ? acl.acl.action : known ?? .block
        continue
      }
      guard type == point else { continue }
      rules.append(AdoptedRule(acl.acl, origin: acl.identity?.origins.first))
    }
    let joined = AdoptedRule.joined(rules)
    guard point == .host else {
      let ordered = joined.enumerated().sorted {
        ($0.element.priority ?? 0, $0.offset) < ($1.element.priority ?? 0, $1.offset)
      }
      endpoint.aclChoices = [declarations(ordered.map(\.element), hasOrder: true)]
      guard endpoint.isAdopted else { return }
      // What matters there is the meaning, so that the order can be stated in another way.
      endpoint.aclChoices.append(declarations(ordered.map(\.element), hasOrder: false))
      for direction in Direction.allCases where !rules.isEmpty && endpoint.catchAlls[direction] == nil {
        endpoint.catchAlls[direction] = .block
      }
      return
    }
    let unordered = joined.filter { $0.action == .block } + joined.filter { $0.action == .allow }
    endpoint.aclChoices = [AdoptedRule.whole(rules), unordered].map { declarations($0, hasOrder: false) }
  }

  private static func isCatchAll(_ identity: RuleIdentity) -> Bool {
    identity.isDefault || identity.origins.first == ReservedRuleName.published.rawValue
  }

  /// Whether an ACL of another owner decides what no other one matches.
  private static func isCatchAll(_ acl: PortACL, _ cell: PlatformCell) -> Bool {
    guard acl.match == RuleMatch() else { return false }
    return acl.ruleType == .host || acl.priority.map { $0 > Profile.priorities.upperBound } ?? false
  }

  private func declarations(_ rules: [AdoptedRule], hasOrder: Bool) -> [ACLDeclaration] {
    var names = AdoptedNames()
    let priorities = rules.map(\.priority)
    // What the profile's own numbering gives need not be stated.
    let isNumbered =
      !hasOrder || Profile.numbers(rules.count).map { $0.map(Optional.some) == priorities } ?? false
    return rules.map { rule in
      let name = names.unused(rule.origin ?? "", rule.description)
      return ACLDeclaration(
        name: Located(name, at: Self.nowhere), direction: rule.direction, action: rule.action,
        match: rule.match,
        priority: isNumbered ? nil : rule.priority)
    }
  }
}

/// A rule of a profile, joined from the ACLs that it was compiled to.
struct AdoptedRule {
  /// The rule of the profile, or the Id of another owner's ACL; nil without one.
  var origin: String?
  var direction: Direction
  var action: RuleAction
  var priority: UInt16?
  var match: RuleMatch

  init(_ acl: PortACL, origin: String?) {
    self.origin = origin ?? acl.id
    direction = acl.direction
    action = acl.action
    priority = acl.priority
    match = acl.match
  }

  /// A name for a rule without one: `allow-in-tcp-443`.
  var description: String {
    var words = [action.rawValue, direction.rawValue]
    words += match.protocols?.protocols.prefix(2).map(\.description) ?? []
    words +=
      (direction == .in ? match.localPorts : match.remotePorts)?.ranges.prefix(1).map(\.description) ?? []
    return words.joined(separator: "-")
  }

  /// One rule for each origin, with everything between its pieces: what was cut out of a block, earlier rules
  /// allow.
  static func whole(_ rules: [AdoptedRule]) -> [AdoptedRule] {
    var result: [AdoptedRule] = []
    for rule in rules {
      guard rule.origin != nil,
        let position = result.firstIndex(where: {
          $0.origin == rule.origin && $0.direction == rule.direction && $0.action == rule.action
        })
      else {
        result.append(rule)
        continue
      }
      result[position].match = result[position].match.hull(with: rule.match)
    }
    return result
  }

  /// Joins the pieces of one rule where one match can state them: those of both address families, and those of a
  /// list that was divided or expanded.
  static func joined(_ rules: [AdoptedRule]) -> [AdoptedRule] {
    var result: [AdoptedRule] = []
    for rule in rules {
      if let last = result.indices.last, let match = result[last].union(rule) {
        result[last].match = match
      } else {
        result.append(rule)
      }
    }
    return result.count == rules.count ? result : joined(result)
  }

  /// The match of both rules together; nil if no single one is, or if they are not pieces of one rule.
  private func union(_ other: AdoptedRule) -> RuleMatch? {
    guard let origin, origin == other.origin, direction == other.direction, action == other.action,
      priority == other.priority
    else { return nil }
    let (left, right) = (match, other.match)
    let joined = left.hull(with: right)
    let differing = [
      left.protocols != right.protocols, left.localPorts != right.localPorts,
      left.remotePorts != right.remotePorts, left.localAddresses != right.localAddresses,
      left.remoteAddresses != right.remoteAddresses,
    ]
    if differing.count(where: { $0 }) <= 1 { return joined }
    let isPortsEqual = !differing[0] && !differing[1] && !differing[2]
    return isPortsEqual && Set(left.families).isDisjoint(with: right.families) ? joined : nil
  }
}

extension RuleMatch {
  /// The smallest match with the packets of both.
  fileprivate func hull(with other: RuleMatch) -> RuleMatch {
    func addresses(_ one: AddressSet?, _ another: AddressSet?) -> AddressSet? {
      guard let one, let another else { return nil }
      let union = one.union(another)
      return union == .all ? nil : union
    }
    func ports(_ one: PortSet?, _ another: PortSet?) -> PortSet? {
      guard let one, let another else { return nil }
      let union = one.union(another)
      return union == .allPorts ? nil : union
    }
    var hull = RuleMatch()
    if let one = protocols, let another = other.protocols {
      let union = one.union(another)
      hull.protocols = union == .allProtocols ? nil : union
    }
    hull.localAddresses = addresses(localAddresses, other.localAddresses)
    hull.remoteAddresses = addresses(remoteAddresses, other.remoteAddresses)
    hull.localPorts = ports(localPorts, other.localPorts)
    hull.remotePorts = ports(remotePorts, other.remotePorts)
    return hull
  }
}
