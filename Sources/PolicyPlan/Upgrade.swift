import FilterEngine
package import HNSEmulator
package import HostModel
import NetworkTypes
package import PacketSpace

/// What changes for packets if a host's documents are on another build of Windows.
///
/// The documents are not translated: see ``HostNetworkingService/moved(to:)``. Where the sources disagree
/// about builds, on the implicit deny, both readings are compared.
package struct Upgrade: Sendable {
  /// A reading of what happens to packets that no ACL matches, on the two builds.
  package struct Reading: Sendable, Hashable {
    package var before: Assumptions.ImplicitDeny
    package var after: Assumptions.ImplicitDeny
  }

  /// Why a verdict changes.
  package enum Cause: Sendable, Hashable {
    /// The builds differ in a behavior.
    case behavior(BuildBehavior)
    /// A document is refused, by the name of its object.
    case refused(String)
  }

  /// Packets whose verdict changes, and why.
  package struct Effect: Sendable {
    package var change: VerdictChange
    package var causes: [Cause]
    /// The only reading under which they do; nil if they do under both.
    package var reading: Reading?
  }

  /// An assumption under whose other values other verdicts change.
  package struct Dependency: Sendable, Hashable {
    package var assumption: Assumption
    package var value: String
    /// The other values, with the number of changes under each.
    package var others: [OtherValue]
  }

  /// Another value of an assumption.
  package struct OtherValue: Sendable, Hashable {
    package var value: String
    /// The number of changes under it; at least so many if some are not known.
    package var changes: Int
    /// Why some changes are not known; nil if all are.
    package var unknownBecause: String?
  }

  /// The builds.
  package let from: WindowsBuild
  package let to: WindowsBuild
  /// The assumptions of the host.
  package let assumptions: Assumptions
  /// The documents that are refused there.
  package let refused: [RefusedDocument]
  /// The packets whose verdict changes, without those of endpoints that are refused.
  package private(set) var effects: [Effect] = []
  /// The assumptions that the effect depends on.
  package private(set) var dependencies: [Dependency] = []
  /// Endpoints and directions for which nothing is known.
  package private(set) var undecided: [UndecidedPackets] = []
  /// The readings; the first is the host's own.
  package let readings: [Reading]
  /// Whether ACLs on nat depend on a revision that is not known.
  package let needsRevision: Bool

  /// Whether nothing changes.
  package var isNone: Bool { effects.isEmpty && refused.isEmpty }

  /// Compares a host with itself on another build.
  ///
  /// - Parameters:
  ///   - host: The host; its containers are assumed to run.
  ///   - ledger: The owners of ACLs, for hosts that do not store Ids.
  ///   - build: The other build.
  ///   - budget: The work limit.
  package init(
    of host: HostNetworkingService, ledger: OwnershipLedger, to build: WindowsBuild,
    within budget: Budget = Budget()
  ) {
    (from, to, assumptions) = (host.build, build, host.assumptions)
    let moved: HostNetworkingService
    (moved, refused) = host.moved(to: build)
    let before = HostWithRuleNames(host.withContainersStarted(), ledger: ledger).evaluator
    let after = HostWithRuleNames(moved.withContainersStarted(), ledger: ledger).evaluator
    readings = Self.readings(from, to, assumptions.implicitDeny)
    let hasNAT = before.topology.networks.contains { $0.driver == .nat }
    needsRevision =
      hasNAT && assumptions.natAclOnServer2025 == .byRevision
      && [from, to].contains { $0.build == 26100 && $0.revision == nil }
    let accepted = Set(after.topology.endpoints.map(\.name))

    var comparisons: [UpgradeComparison] = []
    for reading in readings {
      var (assumedBefore, assumedAfter) = (assumptions, assumptions)
      assumedBefore.implicitDeny = reading.before
      assumedAfter.implicitDeny = reading.after
      comparisons.append(
        UpgradeComparison(
          before.under(assumedBefore), after.under(assumedAfter), among: accepted, within: budget))
    }
    let refusedNames = refused.map { $0.name.isEmpty ? $0.id.uppercase : $0.name }
    let keys = comparisons.map { Set($0.changes.map(\.withoutExamples)) }
    for position in comparisons.indices {
      undecided += comparisons[position].undecided.filter { !undecided.contains($0) }
      for change in comparisons[position].changes {
        let isShared = keys.allSatisfy { $0.contains(change.withoutExamples) }
        guard !isShared || position == 0 else { continue }
        effects.append(
          Effect(
            change: change, causes: comparisons[position].causes(of: change, refused: refusedNames),
            reading: isShared ? nil : readings[position]))
      }
    }
    dependencies = Self.dependencies(before, after, keys[0], among: accepted, within: budget)
  }

  /// The two readings: that of the assumption, and the other one.
  ///
  /// That ACLs block what none of them matches is documented for Windows Server 2025; a report says that it was
  /// not so on 2019 (reference: windows-firewall-and-vfp, 4.3). So between builds on both sides of it, the other
  /// reading is that only the later one does.
  private static func readings(
    _ from: WindowsBuild, _ to: WindowsBuild, _ assumed: Assumptions.ImplicitDeny
  ) -> [Reading] {
    let own = assumed == .unknown ? Assumptions.ImplicitDeny.anyAcl : assumed
    guard from.documentsImplicitDeny == to.documentsImplicitDeny else {
      func value(_ build: WindowsBuild) -> Assumptions.ImplicitDeny {
        build.documentsImplicitDeny ? .anyAcl : .never
      }
      return [Reading(before: own, after: own), Reading(before: value(from), after: value(to))]
    }
    let other = own == .anyAcl ? Assumptions.ImplicitDeny.never : .anyAcl
    return [Reading(before: own, after: own), Reading(before: other, after: other)]
  }

  /// The assumptions under whose other values other packets change their verdict.
  private static func dependencies(
    _ before: PacketEvaluator, _ after: PacketEvaluator, _ effect: Set<VerdictChange>,
    among names: Set<String>, within budget: Budget
  ) -> [Dependency] {
    SensitivityAnalysis<Bool>.relevant.compactMap { key in
      // Both values of the first are compared anyway; a packet passes all filters, in any order.
      guard ![.implicitDeny, .filterOrder].contains(key),
        before.canDepend(on: key) || after.canDepend(on: key)
      else { return nil }
      let others = SensitivityAnalysis<Bool>.otherValues(of: key, than: before.assumptions).compactMap {
        value -> OtherValue? in
        var assumptions = before.assumptions
        assumptions[key] = value
        let comparison = UpgradeComparison(
          before.under(assumptions), after.under(assumptions), among: names, within: budget)
        let changes = Set(comparison.changes.map(\.withoutExamples))
        let unknown = comparison.undecided.first?.reason
        guard changes != effect || unknown != nil else { return nil }
        return OtherValue(value: value, changes: changes.count, unknownBecause: unknown)
      }
      guard !others.isEmpty else { return nil }
      return Dependency(assumption: key, value: before.assumptions[key], others: others)
    }
  }
}

extension VerdictChange {
  /// The change without its examples, which are chosen among many.
  fileprivate var withoutExamples: VerdictChange {
    var copy = self
    copy.witnesses = []
    copy.verdicts = nil
    return copy
  }
}
