import HostModel
import NetworkTypes
import PacketSpace

/// A rule of a profile, joined from the ACLs that it was compiled to.
struct AdoptedRule: Equatable {
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

  /// One rule for each origin, with the packets of all its pieces and what its lists add to them.
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

  /// The rules, with as few members as possible in blocks that were cut into pieces: what the cuts took from them,
  /// earlier rules allow, so that a wider block means the same.
  ///
  /// This also gives ports back that no profile states: with port 0, which is in what is cut out of all ports only.
  ///
  /// - Parameters:
  ///   - rules: The rules in order, one for each origin.
  ///   - families: The address families that the rules apply to.
  static func widened(_ rules: [AdoptedRule], families: [AddressFamily]) -> [AdoptedRule] {
    let budget = Budget(nodes: 200_000)
    var result = rules
    for position in rules.indices where rules[position].action == .block {
      let earlier = rules[..<position].filter {
        $0.action == .allow && $0.direction == rules[position].direction
      }
      // Where this is too much work, the rule stays as it is.
      let match = try? rules[position].match.widened(
        by: earlier.map(\.match), families: families, within: budget)
      if let match { result[position].match = match }
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

  /// The match without members that only exclude packets of others.
  fileprivate func widened(
    by others: [RuleMatch], families: [AddressFamily], within budget: Budget
  ) throws(BudgetExceeded) -> RuleMatch {
    func packets(_ matches: [RuleMatch]) throws(BudgetExceeded) -> PacketSet {
      try PacketSet(matches.map { PacketBox($0, families: families) }, within: budget)
    }
    let allowed = try packets(others + [self])
    var result = self
    func widen(_ change: (inout RuleMatch) -> Void) throws(BudgetExceeded) {
      var wider = result
      change(&wider)
      guard wider != result, try packets([wider]).isSubset(of: allowed, within: budget) else { return }
      result = wider
    }
    try widen { $0.localPorts = nil }
    try widen { $0.remotePorts = nil }
    try widen { $0.localAddresses = nil }
    try widen { $0.remoteAddresses = nil }
    // A profile states ports of TCP and UDP only.
    if result.localPorts == nil && result.remotePorts == nil { try widen { $0.protocols = nil } }
    return result
  }
}
