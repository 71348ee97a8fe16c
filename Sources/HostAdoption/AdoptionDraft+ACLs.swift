import HNSEmulator
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
  mutating func readACLs(of endpoint: inout Endpoint) {
    guard let cell = documents.cell(of: endpoint.record) else { return }
    let point: RuleType = cell.programmablePoints.contains(.vfp) ? .switch : .host
    var rules: [AdoptedRule] = []
    for acl in endpoint.record.acls {
      // Those of other profiles are not listed.
      if let identity = acl.identity, identity.profile != name { continue }
      // On an endpoint of the profile itself, one with an Id of its own is another owner's, and a plan keeps it.
      if acl.identity == nil, !endpoint.isAdopted, let id = acl.acl.id {
        omit(.acls, endpoint.record.title, "ACL '\(id)' belongs to another owner")
        continue
      }
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
    // A default action that blocks has no ACL where rules allow all packets of the direction.
    for direction in Direction.allCases
    where endpoint.catchAlls[direction] == nil && !endpoint.record.acls.isEmpty {
      endpoint.catchAlls[direction] = .block
    }
    let whole = AdoptedRule.whole(rules)
    let widened = AdoptedRule.widened(whole, families: cell.filteredFamilies(service.configuration.build))
    let unordered = joined.filter { $0.action == .block } + joined.filter { $0.action == .allow }
    endpoint.aclChoices = (whole == widened ? [whole, unordered] : [whole, widened, unordered])
      .map { declarations($0, hasOrder: false) }
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
        name: Located(name), direction: rule.direction, action: rule.action,
        match: rule.match,
        priority: isNumbered ? nil : rule.priority)
    }
  }
}
