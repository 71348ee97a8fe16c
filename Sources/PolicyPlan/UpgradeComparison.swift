import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// The packets with different verdicts on a host and on the same host on another build.
struct UpgradeComparison {
  private(set) var changes: [VerdictChange]
  private(set) var undecided: [UndecidedPackets]
  private var before: PacketEvaluator
  private var after: PacketEvaluator

  /// Compares them.
  ///
  /// - Parameters:
  ///   - before: Evaluates packets of the host.
  ///   - after: Evaluates packets of the host on the other build.
  ///   - names: The endpoints that both have.
  ///   - budget: The work limit.
  init(
    _ before: PacketEvaluator, _ after: PacketEvaluator, among names: Set<String>, within budget: Budget
  ) {
    (self.before, self.after) = (before, after)
    let diff = VerdictDiff(
      from: &self.before, to: &self.after,
      scope: VerdictDiff.Scope(endpoints: names, includesOthers: true), within: budget)
    changes = diff.changes
    undecided = diff.undecided
    changes += gatewayChanges()
  }

  // MARK: DNS at gateways

  /// The DNS queries of endpoints to the gateways of their nat networks, which the host's own firewall decides.
  private mutating func gatewayChanges() -> [VerdictChange] {
    guard has(.gatewayDNS, before) != has(.gatewayDNS, after) else { return [] }
    var changes: [VerdictChange] = []
    for (index, endpoint) in before.topology.endpoints.enumerated() where endpoint.isAttached {
      let network = before.topology.networks[endpoint.network]
      guard network.driver == .nat,
        let other = after.topology.endpoints.firstIndex(where: { $0.id == endpoint.id && $0.isAttached })
      else { continue }
      for gateway in network.subnets.compactMap(\.gateway) {
        for proto in [IPProtocol.udp, .tcp] {
          guard let local = endpoint.addresses.first(where: { $0.family == gateway.family }) else { continue }
          let witness = PacketWitness(
            packet: Packet(
              direction: .out, protocol: proto, local: local, remote: gateway, localPort: 49152,
              remotePort: 53),
            icmpType: nil)
          guard let old = try? before.decide(witness.query(at: index)),
            let new = try? after.decide(witness.query(at: other))
          else { continue }
          guard old.verdict != .unknown, new.verdict != .unknown else {
            let reason =
              old.verdict == .unknown
              ? try? before.trace(witness.query(at: index)).reason
              : try? after.trace(witness.query(at: other)).reason
            miss(endpoint.name, reason?.description)
            continue
          }
          guard old.verdict != new.verdict else { continue }
          var change = VerdictChange(
            endpoint: endpoint.name, direction: .out,
            change: new.verdict == .allow ? .newlyAllowed : .newlyBlocked,
            packets: [
              PacketBox(
                protocols: ProtocolSet([proto]), local: AddressSet([AddressRange(local)]),
                remote: AddressSet([AddressRange(gateway)]), remotePorts: PortSet([PortRange(53)]))
            ], witnesses: [witness], before: old.rule.map { before.names[$0] },
            after: new.rule.map { after.names[$0] })
          change.verdicts = VerdictChange.Verdicts(before: old.verdict, after: new.verdict)
          changes.append(change)
        }
      }
    }
    return changes
  }

  /// Notes that the verdicts on the queries of an endpoint are not known.
  private mutating func miss(_ name: String, _ reason: String?) {
    var packets = UndecidedPackets(
      endpoint: name, direction: .out, gap: before.missingPart(.host) ?? after.missingPart(.host),
      hosts: [.before, .after])
    packets.unknownBecause = reason
    if !undecided.contains(packets) { undecided.append(packets) }
  }

  private func has(_ behavior: BuildBehavior, _ evaluator: PacketEvaluator) -> Bool {
    behavior.holds(on: evaluator.build, evaluator.assumptions)
  }

  // MARK: Causes

  /// Why a verdict changes: the behaviors that differ between the builds and can decide about the example where
  /// it is filtered; if none does, what is refused.
  ///
  /// - Parameters:
  ///   - change: The change.
  ///   - refused: The names of refused objects.
  mutating func causes(of change: VerdictChange, refused: [String]) -> [Upgrade.Cause] {
    let differing = BuildBehavior.allCases.filter { has($0, before) != has($0, after) }
    let steps = Self.named(before.steps(of: change), before) + Self.named(after.steps(of: change), after)
    let deciding = steps.filter { $0.name == change.before || $0.name == change.after }
    func isDecided(by sources: [RuleAnswer.Source]) -> Bool {
      deciding.contains { sources.contains($0.step.answer.source) }
    }
    var found = differing.filter { behavior in
      steps.contains { step in
        step.cell.map {
          behavior.applies(to: $0, step.step.packet.direction, step.step.packet.local.family)
        } ?? (behavior == .gatewayDNS)
      }
    }
    if found.count > 1 {
      if !isDecided(by: [.published]) { found.removeAll { $0 == .publishedPortRules } }
      if found.contains(.natACLs) || !deciding.contains(where: { Self.isOfSwitchACLs($0.step) }) {
        found.removeAll { $0 == .natSwitchACLs }
      }
      if !isDecided(by: [.service]) { found.removeAll { $0 == .gatewayDNS } }
      if !isDecided(by: [.platform, .unmatched]) {
        found.removeAll { [.inboundBlock, .hypervInboundBlock, .implicitDeny].contains($0) }
      }
    }
    return found.isEmpty ? refused.map { .refused($0) } : found.map { .behavior($0) }
  }

  /// Whether an answer is that of Switch ACLs, or of their presence.
  private static func isOfSwitchACLs(_ step: FilterStep) -> Bool {
    step.enforcement == .vfp && (step.answer.source == .acl || step.answer.verdict != .allow)
  }

  /// Answers, each with its name and the cell of its endpoint.
  private static func named(
    _ steps: [FilterStep], _ evaluator: PacketEvaluator
  ) -> [(step: FilterStep, name: String, cell: PlatformCell?)] {
    steps.map { step in
      let endpoint = step.endpoint.map { evaluator.topology.endpoints[$0] }
      let cell = endpoint.map {
        PlatformCell(
          driver: evaluator.topology.networks[$0.network].driver, isolation: $0.isolation ?? .process)
      }
      return (step, evaluator.names[step.answer.name], cell)
    }
  }
}
