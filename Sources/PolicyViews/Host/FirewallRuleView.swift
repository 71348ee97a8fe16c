import HostModel
import NetworkTypes

/// A rule of Windows Firewall in the list views of PowerShell: Get-NetFirewallRule, then the cmdlets of its filters
/// (reference: windows-firewall-and-vfp, 2.4 and 2.5).
///
/// Get-NetFirewallRule prints no protocol, ports or addresses, so the lists of Get-NetFirewallPortFilter and
/// Get-NetFirewallAddressFilter follow, as `Get-NetFirewallRule | ForEach-Object { $_; $_ | Get-NetFirewallPortFilter;
/// ... }` prints them. The members of the five other filters that decide about packets are one more list, as
/// Select-Object makes it, with the name of the rule, by which a reader knows which rule the lists are of. Lists of values are not cut after four, as if `$FormatEnumerationLimit` were -1. A filter
/// that the source lacks is left out, and what is unknown of the rule is named below.
struct FirewallRuleView {
  private let rule: CapturedFirewallRule
  private let build: WindowsBuild
  private let origin: String?

  /// Prepares a rule.
  ///
  /// - Parameters:
  ///   - rule: The rule.
  ///   - build: The build of Windows, on which the members of the list depend.
  ///   - origin: Who made the rule, if it is not one of the host's own.
  init(_ rule: CapturedFirewallRule, on build: WindowsBuild, origin: String? = nil) {
    self.rule = rule
    self.build = build
    self.origin = origin
  }

  /// The lists, each after an empty line, and what is unknown.
  var lines: [String] {
    var lines = [""] + formatList(members)
    for filter in [ports, addresses, others] where !filter.isEmpty { lines += [""] + formatList(filter) }
    let sentences =
      rule.conditions.filter { $0.kind == .other }.map { "Depends on: \($0.value)" }
      + rule.unknowns.map { "Unknown: \($0)" }
    return sentences.isEmpty ? lines : lines + [""] + sentences.map { printable($0) }
  }

  // MARK: Get-NetFirewallRule

  /// The members of the default list view.
  ///
  /// Which builds have the last three is inferred from published lists of
  /// Windows Server 2022 and of Windows 11 of the same code as 23H2 and as Windows Server 2025.
  private var members: [(String, String)] {
    let group = rule.group ?? ""
    var members = [
      ("Name", rule.name), ("DisplayName", rule.displayName ?? ""), ("Description", ""),
      ("DisplayGroup", group), ("Group", group), ("Enabled", rule.isEnabled.map(Self.word) ?? ""),
      ("Profile", profiles), ("Platform", "{\(value(.platform) ?? "")}"),
      ("Direction", rule.direction.map { $0 == .in ? "Inbound" : "Outbound" } ?? ""),
      ("Action", rule.action?.rawValue ?? ""), ("EdgeTraversalPolicy", rule.edgeTraversal ?? "Block"),
      ("LooseSourceMapping", Self.word(rule.hasLooseSourceMapping)),
      ("LocalOnlyMapping", Self.word(value(.localOnlyMapping) != nil)), ("Owner", ""),
      ("PrimaryStatus", rule.primaryStatus),
      ("Status", "The rule was parsed successfully from the store. (65536)"),
      ("EnforcementStatus", "NotApplicable"),
      ("PolicyStoreSource", rule.store == .local ? "PersistentStore" : ""),
      ("PolicyStoreSourceType", rule.store?.rawValue ?? ""),
    ]
    if build.build >= 20348 {
      members.append(("RemoteDynamicKeywordAddresses", "{\(value(.dynamicKeyword) ?? "")}"))
    }
    if build.build >= 22621 { members.append(("PolicyAppId", value(.policyApp) ?? "")) }
    if build.build >= 26100 { members.append(("PackageFamilyName", "")) }
    return members
  }

  private var profiles: String {
    let named = FirewallProfile.allCases.filter(rule.profiles.contains)
    return named.isEmpty ? "Any" : named.map(\.rawValue).joined(separator: ", ")
  }

  private static func word(_ flag: Bool) -> String { flag ? "True" : "False" }

  // MARK: Filters

  private var ports: [(String, String)] {
    guard let text = rule.protocolText else { return [] }
    return [("Protocol", text)] + Self.member("LocalPort", rule.localPorts)
      + Self.member("RemotePort", rule.remotePorts) + Self.member("IcmpType", rule.icmpTypes)
      + [("DynamicTarget", value(.dynamicTarget) ?? "Any")]
  }

  private var addresses: [(String, String)] {
    Self.member("LocalAddress", rule.localAddresses) + Self.member("RemoteAddress", rule.remoteAddresses)
      + (value(.dynamicKeyword).map { [("RemoteDynamicKeywordAddresses", $0)] } ?? [])
  }

  /// The filters of programs, services, interfaces and security, without those that the source lacks, and the
  /// compartment and the origin, which no cmdlet prints.
  private var others: [(String, String)] {
    var members = [("InstanceID", rule.name)]
    for (name, kind, any, filter) in Self.otherMembers {
      if let value = value(kind) {
        members.append((name, value))
      } else if let any, rule.has(filter) {
        members.append((name, any))
      }
    }
    return members + (rule.compartment.map { [("CompartmentId", "\($0)")] } ?? [])
      + (origin.map { [("Origin", $0)] } ?? [])
  }

  private static let otherMembers:
    [(String, CapturedFirewallRule.Condition.Kind, any: String?, FirewallFilterKind)] = [
      ("Program", .program, "Any", .application), ("Package", .package, nil, .application),
      ("Service", .service, "Any", .service), ("InterfaceAlias", .interface, "Any", .interface),
      ("InterfaceType", .interfaceType, "Any", .interfaceType),
      ("Authentication", .authentication, "NotRequired", .security),
      ("Encryption", .encryption, nil, .security),
      ("LocalUser", .localUser, nil, .security), ("RemoteUser", .remoteUser, nil, .security),
      ("RemoteMachine", .remoteMachine, nil, .security),
    ]

  /// A list of values as Format-List prints it; nothing if it is not in the source.
  private static func member(_ name: String, _ values: [String]?) -> [(String, String)] {
    guard let values else { return [] }
    switch values.count {
    case 0: return [(name, "Any")]
    case 1: return [(name, values[0])]
    default: return [(name, "{\(values.joined(separator: ", "))}")]
    }
  }

  private func value(_ kind: CapturedFirewallRule.Condition.Kind) -> String? { rule.value(of: kind) }
}
