import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyCompiler

/// The policies of endpoints that are kept.
extension Planner {
  /// Whether the profile owns a type of endpoint policy other than ACLs, and may remove it.
  ///
  /// A profile can specify every known type. Types that the service adds by itself belong to the profile only
  /// if it specifies one; unknown types are not changed.
  private static func isOwned(_ type: PolicyType?, by endpoint: DesiredEndpoint) -> Bool {
    guard let type, type != .acl, let schema = PolicyTable.endpoint[type] else { return false }
    let isStated = endpoint.policies.contains { $0.type == type }
    if endpoint.isAdopted { return isStated }
    return !schema.addedByService.contains(endpoint.cell.driver)
      || isStated
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
    // A host port that moves to another endpoint must be released first.
    let moving = owned.filter { policy in
      guard typesAfter.contains(.portMapping), let port = Self.hostPort(policy) else { return false }
      return portsTaken.contains(port) && !endpoint.policies.contains { Self.hostPort($0) == port }
    }
    if !vanished.isEmpty || !moving.isEmpty {
      releases.append(
        policyRequest(record, .remove, vanished + moving))
    }
    let remaining = current.filter { typesAfter.contains($0.type) }
    if Self.multiset(remaining) != Self.multiset(after) {
      updates.append(policyRequest(record, .update, after))
    }
  }

  /// Takes the profile's ACLs from an endpoint of another owner that it no longer adopts.
  mutating func removeACLs(of record: EndpointRecord) {
    let ownership = ACLOwnership(record, wanted: [], profile: desired.profile)
    let own = Set(ownership.own.map(\.policy))
    let after = record.policies.filter { !own.contains($0) }
    remember([], of: record.id)
    if after.contains(where: { $0.type == .acl }) {
      updates.append(policyRequest(record, .update, after))
    } else {
      releases.append(policyRequest(record, .remove, record.policies.filter { own.contains($0) }))
    }
  }

  private func policyRequest(
    _ record: EndpointRecord, _ request: RequestType, _ policies: [HCNPolicy]
  ) -> Operation {
    Operation(.modifyPolicies(request, policies), .endpoint, record.id, of: record.name)
  }

  /// The ACL policies that the endpoint must have, or nil if the present ones are sufficient.
  ///
  /// If the endpoint has another owner's ACLs, no catch-all is added unless the profile specifies that
  /// default action. If VFP carries the policy, Windows Firewall is then left to the platform: a Host ACL
  /// without a catch-all would block everything else. The ACLs of an adopted endpoint are sufficient if they mean
  /// the same to every packet.
  private mutating func aclPolicies(of record: EndpointRecord, wanted endpoint: DesiredEndpoint)
    -> [HCNPolicy]?
  {
    let ownership = ACLOwnership(
      record, wanted: endpoint.policy.entries, profile: desired.profile, isAdopted: endpoint.isAdopted)
    let (own, others) = (ownership.own, ownership.otherPolicies)
    if !others.isEmpty || !ownership.stripped.isEmpty {
      sharedEndpoints.append(SharedEndpoint(record: record, ownership: ownership))
    }
    var entries = endpoint.policy.entries
    if !others.isEmpty {
      let open = Set(Direction.allCases).subtracting(endpoint.policy.statedDefaults)
      entries.removeAll { $0.isCatchAll && open.contains($0.acl.direction) }
      if endpoint.cell.programmablePoints.contains(.vfp) {
        let blocksBoth = assumptions.implicitDenyScope == .endpoint && !open.isEmpty
        entries.removeAll { $0.acl.ruleType == .host && (blocksBoth || open.contains($0.acl.direction)) }
      }
    }
    let planned = entries.map(\.acl)
    defer { remember(planned, of: record.id) }
    if !others.isEmpty {
      let count = others.count
      diagnostics.report(
        .foreignRulesKept,
        "endpoint '\(endpoint.name)' has \(count == 1 ? "1 ACL" : "\(count) ACLs") from another owner; "
          + (count == 1 ? "it is kept" : "they are kept")
          + (entries.count < endpoint.policy.entries.count
            ? ", and no catch-all is added, so the other owner decides unmatched traffic" : ""),
        at: endpoint.location)
    }
    if endpoint.isAdopted, adoptedAsStated.contains(endpoint.name) { return nil }
    if Self.counts(own.map(\.acl.withoutID)) == Self.counts(planned.map(\.withoutID)) {
      let drifted = ownership.stripped.count
      if drifted > 0, supportsRuleIds {
        diagnostics.report(
          .driftedIdentity,
          "\(drifted == 1 ? "1 ACL" : "\(drifted) ACLs") of '\(endpoint.name)' lost the Id on the host; "
            + (drifted == 1 ? "it is not changed" : "they are not changed"),
          at: endpoint.location)
      }
      return nil
    }
    return others + policies(planned)
  }

  /// ACLs as endpoint policies, without Ids on hosts that do not support them.
  private func policies(_ acls: [PortACL]) -> [HCNPolicy] {
    ACLList(supportsRuleIds ? acls : acls.map(\.withoutID)).policies
  }

  /// The policies for the ACLs of a new endpoint; endpoints with the same compiled policy share one list.
  mutating func aclPolicies(of policy: CompiledPolicy) -> [HCNPolicy] {
    guard !policy.entries.isEmpty else { return [] }
    // The desired host outlives the planner, so equal storage means an equal list.
    let storage = policy.entries.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    if let known = knownACLs[storage] { return known }
    let made = policies(policy.entries.map(\.acl))
    knownACLs[storage] = made
    return made
  }

  /// Records the owner of these ACLs if the host cannot store it.
  mutating func remember(_ acls: [PortACL], of endpoint: GUID) {
    if !supportsRuleIds { ledger[endpoint] = acls }
  }

  private static func hostPort(_ policy: HCNPolicy) -> PortMapping.Key? {
    policy.mapping.flatMap { $0.externalPort == 0 ? nil : $0.key }
  }

  private static func counts<Value: Hashable>(_ values: [Value]) -> [Value: Int] {
    values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// Policies compared as a multiset, with members in any order.
  private static func multiset(_ policies: [HCNPolicy]) -> [JSON: Int] {
    counts(policies.map { canonical($0.document) })
  }

  /// Settings in normal form: members sorted, and without members that have no effect, because HNS drops them
  /// (reference: hns, 0 rule 11).
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
