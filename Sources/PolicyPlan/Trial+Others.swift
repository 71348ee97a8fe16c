import FilterEngine
package import HNSEmulator
package import PacketSpace
import PolicyCompiler

/// What the ACLs of other owners on the profile's endpoints do.
extension Trial {
  /// The same trial on the host without the ACLs of other owners on the profile's endpoints; nil if there are
  /// none.
  ///
  /// - Throws: The error of a host that does not let them go.
  package func alone() throws(HCNError) -> Trial? {
    let shared = sharedEndpoints.filter { !$0.ownership.otherPolicies.isEmpty }
    guard !shared.isEmpty else { return nil }
    var host = start
    for endpoint in shared {
      try host.modifyPolicies(
        ofEndpoint: endpoint.record.id, .remove, endpoint.ownership.otherPolicies)
    }
    return Trial.run(desired, on: host, ledger: startLedger, file: file).0
  }

  /// What those ACLs open and close: from the host that has only the profile's to the one after the calls;
  /// nil if there are none.
  ///
  /// - Parameter budget: The work limit.
  package func effectOfOthers(within budget: Budget = Budget()) -> VerdictDiff? {
    var after = HostWithRuleNames(host.filters, ledger: ledger).evaluator
    return effectOfOthers(&after, within: budget)
  }

  func effectOfOthers(_ after: inout PacketEvaluator, within budget: Budget) -> VerdictDiff? {
    guard let alone = try? alone() else { return nil }
    var before = HostWithRuleNames(alone.host.filters, ledger: alone.ledger).evaluator
    return VerdictDiff(
      from: &before, to: &after, scope: VerdictDiff.Scope(owner: desired.owner, includesOthers: true),
      within: budget)
  }
}
