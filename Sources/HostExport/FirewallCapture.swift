import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

/// The firewall of a host as Get-NetFirewallProfile, Get-NetFirewallRule and the cmdlets of their filters write it
/// with ConvertTo-Json (reference: windows-firewall-and-vfp, 2.3, 2.4 and 2.6).
struct FirewallCapture {
  private let captured: CapturedFirewall

  /// Prepares to write a firewall.
  init(_ captured: CapturedFirewall) { self.captured = captured }

  var document: JSON {
    var object = JSONObject()
    object.append("profiles", .array(FirewallProfile.allCases.compactMap(profile)))
    object.append("rules", .array(captured.rules.map(rule)))
    var filters = JSONObject()
    for (name, kind, make) in Self.filters {
      filters.append(name, .array(captured.rules.filter { $0.has(kind) }.map { .object(make($0)) }))
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
    object.append("EdgeTraversalPolicy", .string(rule.edgeTraversal ?? "Block"))
    object.append("LooseSourceMapping", .bool(rule.hasLooseSourceMapping))
    object.append("LocalOnlyMapping", .bool(rule.value(of: .localOnlyMapping) != nil))
    object.append("Platforms", .strings(rule.value(of: .platform).map { [$0] } ?? []))
    object.append("PolicyAppId", rule.value(of: .policyApp).map { .string($0) })
    object.append("PrimaryStatus", .number(["OK": 1, "Degraded": 2, "Error": 3][rule.primaryStatus] ?? 0))
    object.append("PolicyStoreSourceType", rule.store.flatMap { stores[$0] }.map { .number($0) })
    // What the cmdlets do not print.
    object.append("CompartmentId", rule.compartment.map { .number(Int($0)) })
    let others = rule.conditions.filter { $0.kind == .other }.map(\.value)
    if !others.isEmpty { object.append("OtherConditions", .strings(others)) }
    if !rule.unknownParts.isEmpty { object.append("Unknown", .strings(rule.unknownParts)) }
    return .object(object)
  }

  // MARK: Filters

  private static let filters: [(String, FirewallFilterKind, @Sendable (CapturedFirewallRule) -> JSONObject)] =
    [
      (
        "port", .port,
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
        "address", .address,
        { rule in
          filter(
            rule,
            [
              ("LocalAddress", list(rule.localAddresses)), ("RemoteAddress", list(rule.remoteAddresses)),
              (
                "RemoteDynamicKeywordAddresses",
                .strings(rule.value(of: .dynamicKeyword).map { [$0] } ?? [])
              ),
            ])
        }
      ),
      (
        "application", .application,
        { rule in
          filter(rule, [("Program", condition(.program, rule)), ("Package", condition(.package, rule))])
        }
      ),
      ("service", .service, { rule in filter(rule, [("Service", condition(.service, rule))]) }),
      ("interface", .interface, { rule in filter(rule, [("InterfaceAlias", condition(.interface, rule))]) }),
      (
        "interfaceType", .interfaceType,
        { rule in filter(rule, [("InterfaceType", condition(.interfaceType, rule))]) }
      ),
      (
        "security", .security,
        { rule in
          filter(
            rule,
            [
              ("Authentication", condition(.authentication, rule, "NotRequired")),
              ("Encryption", condition(.encryption, rule, "NotRequired")),
              ("OverrideBlockRules", .bool(rule.action == .bypass)),
              ("LocalUser", condition(.localUser, rule)),
              ("RemoteUser", condition(.remoteUser, rule)),
              ("RemoteMachine", condition(.remoteMachine, rule)),
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
    .string(rule.value(of: kind) ?? other)
  }
}
