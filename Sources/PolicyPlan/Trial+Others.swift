import Diagnostics
import FilterEngine
import HNSEmulator
package import PacketSpace
import PolicyCompiler

/// What the ACLs of other owners on a profile's endpoints open and close.
package struct EffectOfOthers: Sendable, Hashable {
  /// The packets with another verdict: from the host that has only the profile's ACLs to the one after the calls.
  package var changes: [VerdictChange] = []
  /// Why there may be more, in words; empty if all are known.
  package var unknownBecause: [String] = []

  /// Nothing, because no other owner has ACLs on the profile's endpoints.
  package init() {}

  init(_ diff: VerdictDiff) {
    changes = diff.changes
    for packets in diff.undecided where !unknownBecause.contains(packets.reason) {
      unknownBecause.append(packets.reason)
    }
  }
}

/// Why a host without the ACLs of other owners cannot be computed.
package struct TrialFailure: Error, Hashable, Sendable {
  /// What refuses, and why.
  package let reason: String
}

extension Trial {
  /// The same trial on the host without the ACLs of other owners on the profile's endpoints; nil if there are
  /// none.
  ///
  /// - Throws: What refuses to let them go, or to plan without them.
  package func alone() throws(TrialFailure) -> Trial? {
    let shared = sharedEndpoints.filter { !$0.ownership.otherPolicies.isEmpty }
    guard !shared.isEmpty else { return nil }
    var host = start
    for endpoint in shared {
      do {
        try host.modifyPolicies(
          ofEndpoint: endpoint.record.id, .remove, endpoint.ownership.otherPolicies)
      } catch {
        throw TrialFailure(
          reason: "'\(endpoint.record.name)' without the ACLs of other owners: \(error.summary)")
      }
    }
    let (trial, diagnostics) = Trial.run(desired, on: host, ledger: startLedger, file: file)
    guard let trial else {
      let errors = diagnostics.filter { $0.severity == .error }.map(\.message)
      throw TrialFailure(
        reason: "the host without the ACLs of other owners: \(errors.joined(separator: "; "))")
    }
    return trial
  }

  /// What those ACLs open and close; the containers of both hosts are assumed to run.
  ///
  /// - Parameter budget: The work limit.
  package func effectOfOthers(within budget: Budget = Budget()) -> EffectOfOthers {
    var after = HostWithRuleNames(host.startedFilters, ledger: ledger).evaluator
    return effectOfOthers(&after, within: budget)
  }

  func effectOfOthers(_ after: inout PacketEvaluator, within budget: Budget) -> EffectOfOthers {
    do {
      guard let alone = try alone() else { return EffectOfOthers() }
      var before = HostWithRuleNames(alone.host.startedFilters, ledger: alone.ledger).evaluator
      return EffectOfOthers(
        VerdictDiff(
          from: &before, to: &after, scope: VerdictDiff.Scope(owner: desired.owner, includesOthers: true),
          within: budget))
    } catch {
      var effect = EffectOfOthers()
      effect.unknownBecause = [error.reason]
      return effect
    }
  }
}
