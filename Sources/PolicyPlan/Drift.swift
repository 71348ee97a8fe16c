package import HNSEmulator
import HostModel
import NetworkTypes
package import PacketSpace
import PolicyCompiler

/// How a host differs from what a profile owns there, and what the rules of other owners do to it.
package struct Drift: Sendable {
  /// An ACL of another owner on an endpoint of the profile.
  package struct OtherRule: Sendable, Hashable {
    package var endpoint: String
    package var rule: RuleStatement
    /// Whether a packet has another verdict because of it.
    package var alters = false
  }

  /// The profile's name.
  package var profile: String
  /// The host.
  package var configuration: HostConfiguration
  /// What the profile owns and differs on the host, or is there in addition: before as in the profile, after as on
  /// the host.
  package var changed: [Change] = []
  /// What the profile has and the host lacks.
  package var missing: [Change] = []
  /// The packets of the profile's endpoints with another verdict: from the profile alone to the host.
  package var effect: [VerdictChange] = []
  /// Endpoints and directions for which nothing is known.
  package var undecided: [UndecidedPackets] = []
  /// The ACLs of other owners on the profile's endpoints.
  package var others: [OtherRule] = []
  /// The ACLs among them that this program cannot read.
  package var unreadOthers = 0
  /// The rules of Windows Firewall on the host that Windows itself is known to add, by name.
  package var hostRules: [String] = []

  /// Whether there is none.
  package var isNone: Bool { changed.isEmpty && missing.isEmpty && effect.isEmpty }

  /// The number of ACLs of other owners that change no verdict.
  package var harmless: Int { others.count { !$0.alters } }
}

extension Trial<HostNetworkingService> {
  /// Determines how the host differs from what the profile owns there.
  ///
  /// What is owned is compared with the host after the calls of the trial, so a drift of what is owned is what
  /// an apply repairs. Packets are compared with the host that has none of other owners' ACLs on the profile's
  /// endpoints. Containers of either host are assumed to run.
  ///
  /// - Parameter budget: The work limit.
  /// - Throws: What refuses to read the host, or to plan it without the ACLs of other owners.
  package func drift(within budget: Budget = Budget()) throws(TrialFailure) -> Drift {
    let undisturbed = try self.alone()
    let alone = undisturbed ?? self
    var drift = Drift(profile: desired.profile, configuration: start.configuration)
    do { try compareOwned(&drift, alone: undisturbed) } catch {
      throw TrialFailure(reason: "reading the host: \(error.summary)")
    }
    var before = HostWithRuleNames(alone.host.withContainersStarted(), ledger: alone.ledger).evaluator
    var after = HostWithRuleNames(start.withContainersStarted(), ledger: startLedger).evaluator
    let effect = VerdictDiff(
      from: &before, to: &after, scope: VerdictDiff.Scope(owner: desired.owner, includesOthers: true),
      within: budget)
    drift.effect = effect.changes
    drift.undecided = effect.undecided
    drift.others = otherRules(&drift.unreadOthers)
    AlteringRules(profile: desired.profile, after).mark(&drift)
    drift.hostRules = knownHostRules
    return drift
  }

  /// Compares what the profile owns.
  private func compareOwned(_ drift: inout Drift, alone: Trial?) throws(HCNError) {
    var (applied, actual) = (host, start)
    if start.configuration.build.hnsVersion.has(.aclRuleId) {
      for endpoint in sharedEndpoints where !endpoint.ownership.stripped.isEmpty {
        // Neither does an apply write them again.
        let restored = restoredIds(of: endpoint, &drift)
        try applied.replacePolicies(restored, ofEndpoint: endpoint.record.id)
        try actual.replacePolicies(restored, ofEndpoint: endpoint.record.id)
      }
    }
    // An endpoint is called the same on all of them, whichever has the load balancer that uses its address.
    let wanted = try HostDocuments(applied, ledger: ledger)
    let own = try HostDocuments(actual, ledger: startLedger)
    let found = HostInventory(
      own.recognizing(sourceVIPsOf: wanted), filters: HostWithRuleNames(actual, ledger: startLedger))
    // No other inventory is kept beside that of the host.
    func changes(_ documents: HostDocuments, _ host: HostNetworkingService, _ ledger: OwnershipLedger)
      -> [Change]
    {
      let inventory = HostInventory(
        documents.recognizing(sourceVIPsOf: own), filters: HostWithRuleNames(host, ledger: ledger))
      return Array(ChangeList.between(inventory, found))
    }
    var differences = changes(wanted, applied, ledger)
    if let alone {
      // Beside ACLs of other owners the profile has no catch-alls: those that are still there, or are not, are
      // not a drift. Neither is what belongs to other owners.
      let documents = try HostDocuments(alone.host, ledger: alone.ledger)
      let differing = Set(
        changes(documents.recognizing(sourceVIPsOf: wanted), alone.host, alone.ledger).map(Key.init))
      differences.removeAll { !differing.contains(Key($0)) }
    }
    for change in differences {
      if change.after == nil { drift.missing.append(change) } else { drift.changed.append(change) }
    }
    drift.missing.reverse()
  }

  /// What a change is about.
  private struct Key: Hashable {
    var target: String
    var kind: ChangeKind
    var name: String
    var enforcement: EnforcementPoint?
    var action: ChangeAction

    init(_ change: Change) {
      (target, kind, name) = (change.target, change.kind, change.name)
      (enforcement, action) = (change.enforcement, change.action)
    }
  }

  /// The ACLs of the profile that lost their Id, each with the same one that has it; notes that they lost it.
  private func restoredIds(of endpoint: SharedEndpoint, _ drift: inout Drift) -> [HCNPolicy: HCNPolicy] {
    let wanted = desired.endpoints.first { $0.name == endpoint.record.name }?.policy.entries ?? []
    var restored: [HCNPolicy: HCNPolicy] = [:]
    for acl in endpoint.ownership.stripped {
      guard let own = wanted.first(where: { $0.acl.withoutID == acl.acl })?.acl else { continue }
      restored[acl.policy] = ACLList([own]).policies.first
      drift.changed.append(
        Change(
          target: endpoint.record.name,
          item: ObjectChange(
            kind: .acl, name: RuleStatement.name(own.id), enforcement: nil,
            before: .rule(RuleStatement(own)), after: .rule(RuleStatement(acl.acl)))))
    }
    return restored
  }

  /// The ACLs of other owners on the profile's endpoints.
  private func otherRules(_ unread: inout Int) -> [Drift.OtherRule] {
    let wanted = Dictionary(desired.endpoints.map { ($0.name, $0) }) { first, _ in first }
    var rules: [Drift.OtherRule] = []
    for record in before.endpoints where record.owner == desired.owner && !record.endpoint.isRemote {
      let endpoint = wanted[record.name]
      let ownership = ACLOwnership(
        record, wanted: endpoint?.policy.entries ?? [], profile: desired.profile,
        isAdopted: endpoint?.isAdopted ?? false)
      rules += ownership.others.map {
        Drift.OtherRule(endpoint: record.name, rule: RuleStatement($0.acl))
      }
      unread += ownership.otherPolicies.count - ownership.others.count
    }
    return rules
  }

  /// The rules that Windows itself adds, on the host and in the compartments of the profile's endpoints.
  private var knownHostRules: [String] {
    let own = before.endpoints.filter { $0.owner == desired.owner }.compactMap { start.firewall(of: $0.id) }
    var seen: Set<String> = []
    return ([start.hostFirewall] + own).flatMap(\.rules).map(\.name)
      .filter { KnownHostRule(name: $0) != nil && seen.insert($0).inserted }
  }
}

extension HostNetworkingService {
  /// Replaces policies of an endpoint by others.
  fileprivate mutating func replacePolicies(
    _ others: [HCNPolicy: HCNPolicy], ofEndpoint id: GUID
  ) throws(HCNError) {
    let policies = try hostComputeEndpoint(id).policies
    try modifyPolicies(ofEndpoint: id, .update, policies.map { others[$0] ?? $0 })
  }
}
