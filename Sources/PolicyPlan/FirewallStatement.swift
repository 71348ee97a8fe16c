import FilterEngine
package import HNSEmulator
package import HostModel
import NetworkTypes

/// A captured rule, or a captured profile, of Windows Firewall on a host: what its source says, by name.
package struct FirewallStatement: Sendable, Hashable {
  /// One thing that the source says.
  package struct Member: Sendable, Hashable {
    package let name: String
    package let values: [String]
  }

  /// What the source says, in order.
  package let members: [Member]

  private init(_ members: KeyValuePairs<String, [String]?>) {
    self.members = members.compactMap { name, values in values.map { Member(name: name, values: $0) } }
      .filter { !$0.values.isEmpty }
  }

  /// A rule.
  package init(_ rule: CapturedFirewallRule) {
    func text(_ value: String?) -> [String]? { value.map { [$0] } }
    self.init([
      "displayName": text(rule.displayName), "group": text(rule.group),
      "enabled": rule.isEnabled.map { ["\($0)"] }, "direction": text(rule.direction?.rawValue),
      "action": text(rule.action?.rawValue),
      "profiles": FirewallProfile.allCases.filter(rule.profiles.contains).map(\.rawValue),
      "store": text(rule.store?.rawValue), "protocol": text(rule.protocolText),
      "localAddresses": rule.localAddresses, "remoteAddresses": rule.remoteAddresses,
      "localPorts": rule.localPorts, "remotePorts": rule.remotePorts, "icmpTypes": rule.icmpTypes,
      "conditions": rule.conditions.map { "\($0.kind.rawValue)=\($0.value)" }, "missing": rule.missing,
      "edgeTraversal": text(rule.edgeTraversal),
      "looseSourceMapping": rule.hasLooseSourceMapping ? ["true"] : [],
      "compartment": rule.compartment.map { ["\($0)"] },
    ])
  }

  /// The settings of a profile.
  package init(_ settings: FirewallProfileSettings, isActive: Bool?) {
    self.init([
      "enabled": ["\(settings.isEnabled)"], "inbound": [settings.inbound.rawValue],
      "outbound": [settings.outbound.rawValue], "allowInboundRules": ["\(settings.allowsInboundRules)"],
      "allowLocalRules": ["\(settings.allowsLocalRules)"], "active": isActive.map { ["\($0)"] },
    ])
  }

  /// What a source without the firewall says.
  static let unknown = FirewallStatement(["rules": ["not in the source"]])
}

extension HostInventory {
  /// Adds the Windows Firewall of a real host: its captured rules and profiles, or that its source has none.
  ///
  /// An emulated host has the documented defaults, which are not listed.
  package mutating func addFirewall(of configuration: HostConfiguration) {
    var items: [HostObject] = []
    func list(_ kind: ChangeKind, _ name: String, _ statement: FirewallStatement) {
      items.append(HostObject(kind: kind, target: "host", name: name, value: .firewall(statement)))
    }
    if configuration.gaps.firewall != nil { list(.hostFirewall, "Windows Firewall", .unknown) }
    if let firewall = configuration.firewall {
      for profile in FirewallProfile.allCases {
        guard let settings = firewall.profiles[profile] else { continue }
        let isActive = firewall.activeProfiles.map { $0.contains(profile) }
        list(.hostFirewall, profile.rawValue, FirewallStatement(settings, isActive: isActive))
      }
      for rule in firewall.rules { list(.hostFirewallRule, rule.name, FirewallStatement(rule)) }
    }
    guard !items.isEmpty else { return }
    add(Section(position: 0, key: .init(subject: .host, owner: "", target: "host"), head: items))
  }
}
