package import FilterEngine
package import HostModel
package import NetworkTypes
import PolicyCompiler

/// A host whose rules carry the names their owners know them by.
///
/// Hosts before HNS 7.2 keep no Ids; there the names come from what is known beside the host. Everywhere
/// else the host is as it is.
package struct NamedHost: FilteredHost {
  private let service: any FilteredHost
  private let ledger: OwnershipLedger

  /// Puts names to the rules of a host.
  ///
  /// - Parameters:
  ///   - service: The host.
  ///   - ledger: Whose ACLs are whose, where the host keeps no Ids.
  package init(_ service: any FilteredHost, ledger: OwnershipLedger) {
    self.service = service
    self.ledger = ledger
  }

  package var build: WindowsBuild { service.build }
  package var assumptions: Assumptions { service.assumptions }
  package var topology: HostTopology { service.topology }
  package var hostFirewall: FirewallInstance { named(service.hostFirewall) }

  package func switchPort(of endpoint: GUID) -> SwitchPort? { service.switchPort(of: endpoint).map(named) }

  package func firewall(of endpoint: GUID) -> FirewallInstance? { service.firewall(of: endpoint).map(named) }

  package func under(_ assumptions: Assumptions) -> any FilteredHost {
    NamedHost(service.under(assumptions), ledger: ledger)
  }

  /// Judges packets of the host, and speaks of its rules as readers know them.
  package var evaluator: PacketEvaluator { PacketEvaluator(self) { Self.origin(of: $0) } }

  /// The name by which a reader knows a rule: that of the ACL of the profile, or the Id of another agent.
  ///
  /// - Parameter id: The rule's name as a filter holds it.
  package static func origin(of id: String) -> String {
    RuleIdentity(id: id)?.origins[0] ?? (id.isEmpty ? "(unnamed)" : RuleIdentity.shown(foreign: id))
  }

  // MARK: Names

  private var hasNames: Bool { service.build.hnsVersion.has(.aclRuleId) }

  /// A port with its rules named.
  package func named(_ port: SwitchPort) -> SwitchPort {
    guard !hasNames else { return port }
    let known = names(of: [port.endpoint], \.vfp)
    return port.mappingRules { known[$0] ?? $0 }
  }

  /// A compartment's firewall with its rules named.
  package func named(_ instance: FirewallInstance) -> FirewallInstance {
    guard !hasNames else { return instance }
    let known = names(of: instance.endpoints, \.firewall)
    return instance.mappingRules { known[$0] ?? $0 }
  }

  /// The rules of endpoints with their names, by the same rules as a host has them that keeps no Ids.
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
      for (rule, nameless) in zip(programmed(acls), programmed(acls.map(\.anonymous)))
      where known[nameless] == nil {
        known[nameless] = rule
      }
    }
    return known
  }
}
