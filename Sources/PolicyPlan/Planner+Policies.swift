import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyCompiler

/// The policies of endpoints that stay.
extension Planner {
  /// Whether a policy of an endpoint, other than an ACL, is the profile's to state and to take away.
  ///
  /// A profile can state every type there is. What the service adds of itself where nothing is stated is the
  /// profile's as far as it states one; a type this project does not know is left alone.
  private static func isOwned(_ type: PolicyType?, by endpoint: DesiredEndpoint) -> Bool {
    guard let type, type != .acl, let schema = PolicyTable.endpoint[type] else { return false }
    return !schema.addedByService.contains(endpoint.cell.driver)
      || endpoint.policies.contains { $0.type == type }
  }

  mutating func updatePolicies(_ kept: [(DesiredEndpoint, EndpointRecord)]) {
    var taken: Set<PortMapping.Key> = []
    for (endpoint, _) in kept { taken.formUnion(endpoint.policies.compactMap(Self.hostPort)) }
    for (endpoint, record) in kept { update(record, to: endpoint, portsTaken: taken) }
  }

  private mutating func update(
    _ record: EndpointRecord, to endpoint: DesiredEndpoint, portsTaken: Set<PortMapping.Key>
  ) {
    let acls = aclPolicies(of: record, wanted: endpoint)
    let current = record.policies
    let others = current.filter { $0.type != .acl }
    let unowned = others.filter { !Self.isOwned($0.type, by: endpoint) }
    let owned = others.filter { Self.isOwned($0.type, by: endpoint) }
    let ownedChanges = Self.multiset(owned) != Self.multiset(endpoint.policies)
    guard ownedChanges || acls != nil else { return }

    let keptACLs = acls ?? current.filter { $0.type == .acl }
    let after = unowned + (ownedChanges ? endpoint.policies : owned) + keptACLs
    let typesAfter = Set(after.map(\.type))
    let vanished = current.filter { !typesAfter.contains($0.type) }
    // A host port that another endpoint takes over must be free before that one asks for it.
    let moving = owned.filter { policy in
      guard typesAfter.contains(.portMapping), let port = Self.hostPort(policy) else { return false }
      return portsTaken.contains(port) && !endpoint.policies.contains { Self.hostPort($0) == port }
    }
    if !vanished.isEmpty || !moving.isEmpty {
      releases.append(
        policyRequest(record, .remove, vanished + moving, "remove policies of endpoint \(record.name)"))
    }
    let remaining = current.filter { typesAfter.contains($0.type) }
    if Self.multiset(remaining) != Self.multiset(after) {
      updates.append(policyRequest(record, .update, after, "update the policies of endpoint \(record.name)"))
    }
  }

  private func policyRequest(
    _ record: EndpointRecord, _ request: RequestType, _ policies: [HCNPolicy], _ summary: String
  ) -> Operation {
    Operation(
      call: .modifyPolicies(request, policies), kind: .endpoint, id: record.id, summary: summary)
  }

  /// The ACL policies the endpoint must carry, or nil when those it carries will do.
  ///
  /// Beside the ACLs of others no catch-all is written unless the profile states that default. Where
  /// VFP carries the policy, Windows Firewall is then left to the platform: a Host ACL without a
  /// catch-all would close the endpoint.
  private mutating func aclPolicies(of record: EndpointRecord, wanted endpoint: DesiredEndpoint)
    -> [HCNPolicy]?
  {
    var unmatched: [PortACL: Int] = [:]
    for entry in endpoint.policy.entries { unmatched[entry.acl.anonymous, default: 0] += 1 }
    // An ACL of the profile is one with its Id, or one that says the same without an Id.
    var own: [HostACL] = []
    var foreign: [HostACL] = []
    var drifted = 0
    for acl in record.acls {
      if acl.identity?.profile == desired.profile {
        own.append(acl)
        unmatched[acl.acl.anonymous, default: 1] -= 1
      } else if acl.acl.id == nil, unmatched[acl.acl, default: 0] > 0 {
        unmatched[acl.acl, default: 1] -= 1
        own.append(acl)
        drifted += 1
      } else {
        foreign.append(acl)
      }
    }
    let unread = record.policies.count { $0.type == .acl } - record.acls.count
    var entries = endpoint.policy.entries
    if !foreign.isEmpty || unread > 0 {
      let open = Set(Direction.allCases).subtracting(endpoint.policy.statedDefaults)
      entries.removeAll { $0.isCatchAll && open.contains($0.acl.direction) }
      if endpoint.cell.programmablePoints.contains(.vfp) {
        let closesBoth = assumptions.implicitDenyScope == .endpoint && !open.isEmpty
        entries.removeAll { $0.acl.ruleType == .host && (closesBoth || open.contains($0.acl.direction)) }
      }
    }
    let planned = entries.map(\.acl)
    defer { remember(planned, of: record.id) }
    if !foreign.isEmpty || unread > 0 {
      diagnostics.report(
        .foreignRulesKept,
        "endpoint '\(endpoint.name)' carries \(foreign.count + unread) ACLs of others; they stay"
          + (entries.count < endpoint.policy.entries.count
            ? ", no catch-all is written beside them, and what no rule matches is theirs to decide" : ""),
        at: endpoint.place)
    }
    if Self.counts(own.map(\.acl.anonymous)) == Self.counts(planned.map(\.anonymous)) {
      if drifted > 0, supportsRuleIds {
        diagnostics.report(
          .driftedIdentity,
          "\(drifted) ACLs of '\(endpoint.name)' lost their Id on the host; they are left as they are",
          at: endpoint.place)
      }
      return nil
    }
    let kept = record.policies.filter { policy in
      guard policy.type == .acl else { return false }
      return !own.contains { $0.policy == policy }
    }
    return kept + policies(planned)
  }

  /// ACLs as endpoint policies, without their Ids on hosts that take none.
  private func policies(_ acls: [PortACL]) -> [HCNPolicy] {
    ACLList(supportsRuleIds ? acls : acls.map(\.anonymous)).policies
  }

  /// The policies of the ACLs of a new endpoint; endpoints with the same compiled policy share one list.
  mutating func aclPolicies(of policy: CompiledPolicy) -> [HCNPolicy] {
    guard !policy.entries.isEmpty else { return [] }
    // What the profile wants outlives the planner, so that equal storage is an equal list.
    let storage = policy.entries.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    if let known = knownACLs[storage] { return known }
    let made = policies(policy.entries.map(\.acl))
    knownACLs[storage] = made
    return made
  }

  /// Notes whose ACLs these are, where the host cannot.
  mutating func remember(_ acls: [PortACL], of endpoint: GUID) {
    if !supportsRuleIds { ledger[endpoint] = acls }
  }

  private static func hostPort(_ policy: HCNPolicy) -> PortMapping.Key? {
    policy.mapping.flatMap { $0.externalPort == 0 ? nil : $0.key }
  }

  private static func counts<Value: Hashable>(_ values: [Value]) -> [Value: Int] {
    values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// Policies compared as a bag, members in any order.
  private static func multiset(_ policies: [HCNPolicy]) -> [JSON: Int] {
    counts(policies.map { canonical($0.document) })
  }

  /// Settings in one spelling: members sorted, and those that say nothing left out, because HNS drops
  /// them on its way (reference: hns, 0 rule 11).
  private static func canonical(_ value: JSON) -> JSON {
    switch value {
    case .object(let object):
      .object(
        JSONObject(
          object.members.filter { !isDefault($0.value) }.map { .init($0.key, canonical($0.value)) }
            .sorted { $0.key < $1.key }))
    case .array(let elements): .array(elements.map(canonical))
    default: value
    }
  }

  private static func isDefault(_ value: JSON) -> Bool {
    switch value {
    case .null, .bool(false), .integer(0), .string(""), .array([]): true
    default: false
    }
  }
}
