import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

/// The firewall of a host as Get-NetFirewallProfile, Get-NetFirewallRule and the cmdlets of their filters write it
/// with ConvertTo-Json (reference: windows-firewall-and-vfp, 2.3, 2.4 and 2.6).
struct FirewallCapture {
  private let captured: CapturedFirewall

  /// The captured firewall of a host; the rules of an emulated host's own compartment without one.
  init(_ service: HostNetworkingService) {
    captured =
      service.configuration.firewall
      ?? CapturedFirewall(
        rules: service.hostFirewall.platformRules.flatMap(\.perProtocol).map { CapturedFirewallRule($0) },
        profiles: Dictionary(
          uniqueKeysWithValues: FirewallProfile.allCases.map { ($0, FirewallProfileSettings()) }))
  }

  var document: JSON {
    var object = JSONObject()
    object.append("profiles", .array(FirewallProfile.allCases.compactMap(profile)))
    object.append("rules", .array(captured.rules.map(rule)))
    var filters = JSONObject()
    for (name, make) in Self.filters {
      filters.append(name, .array(captured.rules.map { .object(make($0)) }))
    }
    object.append("filters", .object(filters))
    object.append("ruleStrings", [:])
    return .object(object)
  }

  private func profile(_ profile: FirewallProfile) -> JSON? {
    guard let settings = captured.profiles[profile] else { return nil }
    func truth(_ value: Bool) -> JSON { value ? 1 : 0 }
    func action(_ unmatched: UnmatchedTraffic) -> JSON { unmatched == .allow ? 2 : 4 }
    return [
      "Name": .string(profile.rawValue), "InstanceID": .string("MSFT|FW|FirewallProfile|\(profile.rawValue)"),
      "Enabled": truth(settings.isEnabled), "DefaultInboundAction": action(settings.inbound),
      "DefaultOutboundAction": action(settings.outbound),
      "AllowInboundRules": truth(settings.allowsInboundRules),
      "AllowLocalFirewallRules": truth(settings.allowsLocalRules),
    ]
  }

  private func rule(_ rule: CapturedFirewallRule) -> JSON {
    let masks: [FirewallProfile: Int] = [.domain: 1, .private: 2, .public: 4]
    let actions: [CapturedFirewallRule.Action: Int] = [.notConfigured: 0, .allow: 2, .bypass: 3, .block: 4]
    let stores: [FirewallStore: Int] = [
      .local: 1, .groupPolicy: 2, .dynamic: 3, .hardcoded: 4, .generated: 5, .mdm: 6,
    ]
    var object = JSONObject([.init("Name", .string(rule.name)), .init("InstanceID", .string(rule.name))])
    object.append("DisplayName", rule.displayName.map { .string($0) })
    object.append("Group", rule.group.map { .string($0) })
    object.append("Enabled", rule.isEnabled.map { $0 ? 1 : 2 })
    object.append("Profile", .number(rule.profiles.reduce(0) { $0 + (masks[$1] ?? 0) }))
    object.append("Direction", rule.direction.map { $0 == .in ? 1 : 2 })
    object.append("Action", rule.action.flatMap { actions[$0] }.map { .number($0) })
    object.append("LooseSourceMapping", .bool(rule.hasLooseSourceMapping))
    object.append("PrimaryStatus", 1)
    object.append("PolicyStoreSourceType", rule.store.flatMap { stores[$0] }.map { .number($0) })
    return .object(object)
  }

  // MARK: Filters

  private static let filters: [(String, @Sendable (CapturedFirewallRule) -> JSONObject)] = [
    (
      "port",
      { rule in
        filter(
          rule,
          [
            ("Protocol", rule.protocolText.map { .string($0) }), ("LocalPort", list(rule.localPorts)),
            ("RemotePort", list(rule.remotePorts)), ("IcmpType", list(rule.icmpTypes)),
            ("DynamicTarget", condition(.dynamicTarget, rule)),
          ])
      }
    ),
    (
      "address",
      { rule in
        filter(
          rule, [("LocalAddress", list(rule.localAddresses)), ("RemoteAddress", list(rule.remoteAddresses))])
      }
    ),
    (
      "application",
      { rule in
        filter(rule, [("Program", condition(.program, rule)), ("Package", condition(.package, rule))])
      }
    ),
    ("service", { rule in filter(rule, [("Service", condition(.service, rule))]) }),
    ("interface", { rule in filter(rule, [("InterfaceAlias", condition(.interface, rule))]) }),
    ("interfaceType", { rule in filter(rule, [("InterfaceType", condition(.interfaceType, rule))]) }),
    (
      "security",
      { rule in
        filter(
          rule,
          [
            ("Authentication", condition(.authentication, rule, "NotRequired")),
            ("Encryption", condition(.encryption, rule, "NotRequired")),
            ("OverrideBlockRules", .bool(rule.action == .bypass)), ("LocalUser", condition(.localUser, rule)),
            ("RemoteUser", condition(.remoteUser, rule)), ("RemoteMachine", condition(.remoteMachine, rule)),
          ])
      }
    ),
  ]

  private static func filter(_ rule: CapturedFirewallRule, _ members: [(String, JSON?)]) -> JSONObject {
    var object = JSONObject([.init("InstanceID", .string(rule.name))])
    for (name, value) in members { object.append(name, value) }
    return object
  }

  /// A list as PowerShell writes it: one value alone, none as `Any`; nil is not in the source.
  private static func list(_ values: [String]?) -> JSON? {
    guard let values else { return nil }
    return values.isEmpty ? "Any" : values.count == 1 ? .string(values[0]) : .strings(values)
  }

  private static func condition(
    _ kind: CapturedFirewallRule.Condition.Kind, _ rule: CapturedFirewallRule, _ other: String = "Any"
  ) -> JSON {
    .string(rule.conditions.first { $0.kind == kind }?.value ?? other)
  }
}
