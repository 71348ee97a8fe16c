package import HostModel
import NetworkTypes

/// What the sources of one host say about its Windows Firewall, before rules and their filters are joined.
package struct FirewallParts: Sendable {
  /// The filters of a rule that Get-NetFirewall*Filter print, each as its own object.
  enum FilterKind: Int, CaseIterable {
    case port, address, application, service, security, interface, interfaceType

    /// What the rule depends on if its source has no such filter.
    var missing: String? {
      switch self {
      case .port, .address: nil
      case .application: "its program, because the source holds no application filter of it"
      case .service: "its service, because the source holds no service filter of it"
      case .security: "authentication, because the source holds no security filter of it"
      case .interface: "its interface, because the source holds no interface filter of it"
      case .interfaceType: "the type of its interface, because the source holds no such filter of it"
      }
    }
  }

  /// A rule of Get-NetFirewallRule with its instance, by which filters are joined to it.
  struct CIMRule: Sendable {
    var rule: CapturedFirewallRule
    var instance: String
    var filters: Set<FilterKind> = []
  }

  /// Rules that are complete as they are.
  package private(set) var rules: [CapturedFirewallRule] = []
  /// The settings of profiles.
  package var profiles: [FirewallProfile: FirewallProfileSettings] = [:]
  /// The profiles of the host's connections; nil if no source says.
  package var activeProfiles: Set<FirewallProfile>?
  var cimRules: [CIMRule] = []
  var filters: [String: [FirewallFilter]] = [:]
  /// Whether any source is about rules: a source without rules says that there are none.
  package private(set) var holdsRules = false

  /// Nothing.
  package init() {}

  /// Adds a complete rule.
  ///
  /// - Parameter rule: The rule.
  package mutating func add(_ rule: CapturedFirewallRule) {
    rules.append(rule)
    holdsRules = true
  }

  /// Says that a source lists rules, even if it has none.
  package mutating func noteRules() { holdsRules = true }

  /// The firewall; nil if no source is about rules.
  ///
  /// A rule that appears in several sources, as one with a compartment does that Get-NetFirewallRule cannot show,
  /// is taken from the one that states its compartment.
  package var firewall: CapturedFirewall? {
    guard holdsRules || !cimRules.isEmpty else { return nil }
    let names = Set(rules.map(\.name))
    let complete = cimRules.filter { !names.contains($0.rule.name) }.map { joined($0) }
    return CapturedFirewall(rules: complete + rules, profiles: profiles, activeProfiles: activeProfiles)
  }

  /// A rule with the filters of its instance.
  private func joined(_ entry: CIMRule) -> CapturedFirewallRule {
    var rule = entry.rule
    var kinds = entry.filters
    for filter in filters[entry.instance] ?? [] {
      filter.apply(to: &rule)
      kinds.insert(filter.kind)
    }
    for kind in FilterKind.allCases where !kinds.contains(kind) {
      switch kind {
      case .port:
        rule.protocolText = nil
        rule.localPorts = nil
        rule.remotePorts = nil
        rule.icmpTypes = nil
      case .address:
        rule.localAddresses = nil
        rule.remoteAddresses = nil
      default: if let missing = kind.missing { rule.missing.append(missing) }
      }
    }
    return rule
  }
}
