package import FilterEngine
package import HostModel
package import NetworkTypes
import PolicyCompiler

/// A host whose rules have the names that their owners gave them.
///
/// Hosts before HNS 7.2 do not store Ids; for these the names come from the ledger, which is empty for others.
package struct HostWithRuleNames: FilteredHost {
  private let service: any FilteredHost
  private let ledger: OwnershipLedger

  /// Names the rules of a host.
  ///
  /// - Parameters:
  ///   - service: The host.
  ///   - ledger: The owners of ACLs, for hosts that do not store Ids.
  package init(_ service: any FilteredHost, ledger: OwnershipLedger) {
    self.service = service
    self.ledger = ledger
  }

  package var build: WindowsBuild { service.build }
  package var assumptions: Assumptions { service.assumptions }
  package var gaps: HostGaps { service.gaps }
  package var topology: HostTopology { service.topology }
  package var hostFirewall: FirewallInstance { named(service.hostFirewall) }

  package func switchPort(of endpoint: GUID) -> SwitchPort? { service.switchPort(of: endpoint).map(named) }

  package func firewall(of endpoint: GUID) -> FirewallInstance? { service.firewall(of: endpoint).map(named) }

  package func filterKey(of endpoint: GUID) -> FilterKey? {
    hasNames ? service.filterKey(of: endpoint) : nil
  }

  package func under(_ assumptions: Assumptions) -> any FilteredHost {
    HostWithRuleNames(service.under(assumptions), ledger: ledger)
  }

  /// Evaluates packets of the host, and reports its rules by their names in output.
  package var evaluator: PacketEvaluator { PacketEvaluator(self) { Self.origin(of: $0) } }

  /// The name of a rule in output: that of the profile's ACL, or the Id of another agent's.
  ///
  /// - Parameter id: The rule's name in a filter.
  package static func origin(of id: String) -> String {
    RuleIdentity(id: id)?.origins[0] ?? (id.isEmpty ? "(unnamed)" : RuleIdentity.shown(foreign: id))
  }

  // MARK: Names

  private var hasNames: Bool { ledger.isEmpty }

  /// A port with its rules named.
  package func named(_ port: SwitchPort) -> SwitchPort {
    guard !hasNames else { return port }
    let known = names(of: [port.endpoint], \.vfp)
    return port.mappingRules { known[$0] ?? $0 }
  }

  /// A port of the switch with the rules of its ACLs named.
  package func named(_ port: VFPPort) -> VFPPort {
    guard !hasNames, let endpoint = port.endpoint else { return port }
    let known = names(of: [endpoint], \.vfp)
    var result = port
    result.rules = port.rules.map { known[$0] ?? $0 }
    return result
  }

  /// A compartment's firewall with its rules named.
  package func named(_ instance: FirewallInstance) -> FirewallInstance {
    guard !hasNames else { return instance }
    let known = names(of: instance.endpoints, \.firewall)
    return instance.mappingRules { known[$0] ?? $0 }
  }

  /// The named rules of endpoints, computed in the same way as on a host that does not store Ids.
  private func names<Rule: Hashable>(
    of endpoints: [GUID], _ rules: KeyPath<ProgrammedRules, [Rule]>
  ) -> [Rule: Rule] {
    var known: [Rule: Rule] = [:]
    for id in endpoints {
      guard let port = service.switchPort(of: id) else { continue }
      let cell = PlatformCell(driver: port.driver, isolation: port.isolation)
      func programmed(_ acls: [PortACL]) -> [Rule] {
        PortACL.program(
          acls, driver: port.driver, families: cell.filteredFamilies(build), assumptions: assumptions
        )[keyPath: rules]
      }
      let acls = ledger[id]
      for (rule, nameless) in zip(programmed(acls), programmed(acls.map(\.withoutID)))
      where known[nameless] == nil {
        known[nameless] = rule
      }
    }
    return known
  }
}
