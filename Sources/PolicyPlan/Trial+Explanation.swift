package import Diagnostics
import FilterEngine
package import HNSEmulator
import HostModel
import NetworkTypes
package import PacketSpace
import PolicyCompiler

extension Trial {
  /// Determines what the calls change, their impact, and whether the host then behaves as the profile says.
  ///
  /// The changes are those made by the trial, so a plan never promises anything that an apply would not do.
  ///
  /// - Parameters:
  ///   - base: The digest of the state the host was read from; nil for an empty host.
  ///   - budget: The work limit for all proofs and comparisons.
  /// - Returns: The plan, or nil if the host would not behave as the profile says; and diagnostics.
  package func explain(base: String?, within budget: Budget = Budget()) -> (Plan?, [Diagnostic]) {
    let (before, after): (HostDocuments, HostDocuments)
    do { (before, after) = try documents() } catch {
      return (nil, [Plan.refusal("reading the host after the plan", error, file: file)])
    }
    let (named, namedAfter) = (
      HostWithRuleNames(start.filters, ledger: startLedger), HostWithRuleNames(host.filters, ledger: ledger)
    )
    let (contents, contentsAfter) = (
      HostInventory(before, filters: named), HostInventory(after, filters: namedAfter)
    )
    let changes = changes(from: contents, to: contentsAfter)
    // The contents are large, and nothing else of them is needed.
    let (defaultActions, defaultActionsAfter) = (contents.defaultActions, contentsAfter.defaultActions)
    var first = HostWithRuleNames(start.startedFilters, ledger: startLedger).evaluator
    var second = HostWithRuleNames(host.startedFilters, ledger: ledger).evaluator
    let proofs = desired.proofs(on: &second, within: budget)
    let defects = proofs.compactMap { defect($0) } + movedAddresses(after) + takenAddresses(after)
    guard defects.isEmpty else { return (nil, defects) }
    let effect = Self.verdictChanges(
      from: &first, to: &second, of: desired.owner, among: Set(changes.groups.map(\.target)),
      within: budget)
    let impact = PlanImpact(
      of: desired.owner, before: (before, defaultActions, first),
      after: (after, defaultActionsAfter, second),
      changes: changes,
      undecided: effect?.undecided ?? [], within: budget)
    var plan = Plan(
      profile: desired.profile, for: start.configuration, base: base, operations: operations, ledger: ledger)
    plan.changes = changes
    plan.effects = impact.effects
    plan.proofs = proofs
    plan.verdictChanges = effect?.changes ?? []
    if !plan.verdictChanges.isEmpty {
      plan.notStarted = [first, second].flatMap { $0.topology.endpoints.filter(\.isStartAssumed).map(\.name) }
        .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
    plan.defaultActions = impact.defaultActions
    plan.unmanaged = HostInventory.items(in: after, notOf: desired, second.build, second.assumptions)
    plan.unmanagedEffect = effectOfOthers(&second, within: budget)
    let dependency = AssumptionDependency(after, &second, within: budget)
    plan.dependsOn = dependency.keys
    plan.mayDependOn = dependency.undecided
    return (plan, [])
  }

  /// What the calls change, without their impact.
  ///
  /// - Throws: The error of the host if it cannot be read.
  package func changes() throws(HCNError) -> ChangeList {
    let (before, after) = try documents()
    return changes(
      from: HostInventory(before, filters: HostWithRuleNames(start.filters, ledger: startLedger)),
      to: HostInventory(after, filters: HostWithRuleNames(host.filters, ledger: ledger)))
  }

  /// The documents of the host before and after the plan.
  private func documents() throws(HCNError) -> (before: HostDocuments, after: HostDocuments) {
    let after = try HostDocuments(host, ledger: ledger)
    return (before.recognizing(sourceVIPsOf: after), after.recognizing(sourceVIPsOf: before))
  }

  private func changes(from before: HostInventory, to after: HostInventory) -> ChangeList {
    let changes = ChangeList.between(before, after) { replacements.reason(for: $0, of: desired.owner) }
    return changes.replacing(replacements.loadBalancers, from: before, to: after)
  }

  /// The endpoints that are deleted and created under the same name, with the reasons; by name.
  package var replacedEndpoints: [(name: String, reason: ReplacementReason)] {
    replacements.endpoints.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
  }

  /// The packets of the profile's endpoints whose verdict changes; created and removed endpoints are
  /// described elsewhere, and unchanged ones are omitted.
  private static func verdictChanges(
    from before: inout PacketEvaluator, to after: inout PacketEvaluator, of owner: String,
    among changed: Set<String>, within budget: Budget
  ) -> VerdictDiff? {
    func names(_ evaluator: PacketEvaluator) -> Set<String> {
      Set(evaluator.topology.endpoints.filter { $0.owner == owner && $0.isAttached }.map(\.name))
    }
    // A load balancer concerns every endpoint that dials it.
    let all = names(before).intersection(names(after))
    let hasSameServices = VerdictDiff.haveSameServices(before.topology, after.topology)
    let kept = hasSameServices ? all.intersection(changed) : all
    let hasServices = !before.topology.loadBalancers.isEmpty || !after.topology.loadBalancers.isEmpty
    guard !kept.isEmpty || hasServices else { return nil }
    return VerdictDiff(
      from: &before, to: &after,
      scope: VerdictDiff.Scope(endpoints: kept, owner: owner, includesOthers: true), within: budget)
  }

  /// The diagnostics for endpoints with other addresses than those that ACLs contain in their place.
  private func movedAddresses(_ after: HostDocuments) -> [Diagnostic] {
    guard !desired.assignedAddresses.isEmpty else { return [] }
    let actual = after.addresses(of: desired.owner)
    return desired.assignedAddresses.filter { actual[$0.key] != $0.value }.keys.sorted().map { name in
      Diagnostic(
        .compileDefect, "HNS would assign '\(name)' another address than its name stands for in ACLs",
        file: file, at: desired.endpoints.first { $0.name == name }?.location,
        help: "nothing was changed; this is a defect of hnsctl, please report it with the profile")
    }
  }

  /// The diagnostics for services whose address an endpoint of this host has, of any owner: HNS may have
  /// assigned it.
  private func takenAddresses(_ after: HostDocuments) -> [Diagnostic] {
    guard !desired.loadBalancers.isEmpty else { return [] }
    var holders: [IPAddress: EndpointRecord] = [:]
    // An endpoint in no namespace stands for the source VIP, whoever made it.
    for record in after.endpoints where !record.endpoint.isRemote && !after.isSourceVIP(record) {
      for address in record.addresses { holders[address.address] = record }
    }
    return desired.loadBalancers.compactMap { balancer in
      let addresses = balancer.wanted.frontendVIPs + [balancer.wanted.sourceVIP].compactMap(\.self)
      for address in addresses {
        guard let holder = holders[address] else { continue }
        let isOwn = holder.owner == desired.owner
        return Diagnostic(
          .vipInUse,
          "\(address) of the service '\(balancer.service)' is the address "
            + (isOwn
              ? "that HNS assigns to '\(holder.name)'"
              : "of '\(holder.name)' of \(Planner.title(ofOwner: holder.owner))"),
          file: file,
          at: (balancer.wanted.frontendVIPs.contains(address)
            ? balancer.addressLocation : balancer.sourceLocation) ?? balancer.location,
          help: isOwn
            ? "use an address outside the subnets of the networks, or specify one for '\(holder.name)'"
            : "use another address, or remove that endpoint first")
      }
      return nil
    }
  }

  /// The diagnostic for an endpoint that would not behave as the profile says.
  private func defect(_ proof: EndpointProof) -> Diagnostic? {
    guard case .different(let found) = proof.outcome else { return nil }
    return Diagnostic(
      .compileDefect,
      "the rules for '\(proof.endpoint)' would not match the profile: \(found.witness.text(at: proof.endpoint)) "
        + "would be \(found.passes ? "allowed" : "blocked") by \(found.found), contrary to \(found.stated)",
      file: file, at: desired.endpoints.first { $0.name == proof.endpoint }?.location,
      help: "nothing was changed; this is a defect of hnsctl, please report it with the profile")
  }
}
