import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

/// Windows Firewall of a host, as Get-NetFirewallProfile and Get-NetFirewallRule show it.
extension HostView {
  /// The profiles and rules that the host's own tools list, then those that HNS made in each compartment.
  var firewallLines: [String] {
    let firewall = service.listedFirewall(bindsInterfaces: true)
    var lines = hostLines(firewall)
    let ofCompartments = Dictionary(
      grouping: (firewall?.rules ?? []).filter { $0.compartment != nil }, by: { $0.compartment ?? 0 })
    for instance in service.firewallCompartments.map(named.named) {
      if !lines.isEmpty { lines.append("") }
      let pending = isPending(instance.endpoints) ? " (\(Self.pendingText))" : ""
      lines.append(title(instance, names: endpointNames(instance.endpoints)) + pending)
      for rule in firewallRules(instance) where rule.origin != .service {
        lines += ruleLines(rule, in: instance)
      }
      if instance.stack == .host {
        for rule in ofCompartments[instance.compartment] ?? [] { lines += ruleLines(rule) }
      }
      let filters = filters(instance)
      guard !filters.isEmpty else { continue }
      lines += ["", "Filters of Host ACLs, which are not rules (assumption hostAclRules):"]
      for filter in filters { lines += [""] + formatList(Self.fields(filter)) }
    }
    let known = Set(service.firewallCompartments.filter { $0.stack == .host }.map(\.compartment))
    for (compartment, rules) in ofCompartments.sorted(by: { $0.key < $1.key })
    where !known.contains(compartment) {
      lines += ["", "Compartment \(compartment), which is not on the host"]
      for rule in rules { lines += ruleLines(rule) }
    }
    return lines
  }

  /// What the host's own tools list for every compartment.
  private func hostLines(_ firewall: CapturedFirewall?) -> [String] {
    guard let firewall else {
      return ["\(FirewallListing.title): \(FirewallGap.rules.description)"]
    }
    var lines = [FirewallListing.title]
    for profile in FirewallProfile.allCases {
      lines +=
        firewall.profiles[profile].map { [""] + formatList(Self.fields(profile, $0)) } ?? [
          "", "Unknown: the source has no settings of profile \(profile.rawValue)",
        ]
    }
    if let active = firewall.activeProfiles {
      let names = FirewallProfile.allCases.filter(active.contains).map(\.rawValue)
      lines += ["", FirewallListing.connections + names.joined(separator: ", ")]
    }
    if service.gaps.firewall == .unreadRules {
      lines += ["", FirewallListing.unreadRules]
    }
    for rule in firewall.rules where rule.compartment == nil { lines += ruleLines(rule) }
    return lines
  }

  private func ruleLines(_ rule: CapturedFirewallRule) -> [String] {
    FirewallRuleView(rule, on: service.configuration.build).lines
  }

  /// A rule that HNS made in a compartment, which is of one protocol or any.
  private func ruleLines(_ rule: FirewallRule, in instance: FirewallInstance) -> [String] {
    let rules = rule.perProtocol
    // A Host ACL for all protocols but one is hundreds of rules that differ in nothing else.
    let shown = rules.count > Self.protocolLimit ? 1 : rules.count
    var lines: [String] = []
    for rule in rules.prefix(shown) {
      var listed = CapturedFirewallRule(rule, bindsInterfaces: true)
      listed.displayName = RuleStatement(rule).name
      listed.compartment = instance.compartment
      lines += FirewallRuleView(listed, on: service.configuration.build, origin: "HNS").lines
    }
    guard shown < rules.count else { return lines }
    let rest = rules.dropFirst(shown).reduce(ProtocolSet()) { $0.union($1.match.protocols ?? $0) }
    return lines + [
      "", "\(rules.count - shown) more rules differ only in protocol: \(Self.protocols(rest))",
    ]
  }

  /// The settings that decide about packets, as Get-NetFirewallProfile and Select-Object list them.
  private static func fields(
    _ profile: FirewallProfile, _ settings: FirewallProfileSettings
  ) -> [(String, String)] {
    func word(_ flag: Bool) -> String { flag ? "True" : "False" }
    return [
      ("Name", profile.rawValue), ("Enabled", word(settings.isEnabled)),
      ("DefaultInboundAction", settings.inbound == .allow ? "Allow" : "Block"),
      ("DefaultOutboundAction", settings.outbound == .allow ? "Allow" : "Block"),
      ("AllowInboundRules", word(settings.allowsInboundRules)),
      ("AllowLocalFirewallRules", word(settings.allowsLocalRules)),
    ]
  }

  /// How many rules that differ only in the protocol are all printed.
  private static let protocolLimit = 8

  /// The rules of a compartment that tools for Windows Firewall list.
  private func firewallRules(_ instance: FirewallInstance) -> [FirewallRule] {
    service.assumptions.hostAclRules == .firewallRules
      ? instance.rules : Array(instance.rules.dropFirst(instance.aclRules.count))
  }

  /// The Host ACLs of a compartment that are bare filters.
  private func filters(_ instance: FirewallInstance) -> [FirewallRule] {
    service.assumptions.hostAclRules == .filters ? instance.aclRules : []
  }

  private static func statement(_ rule: FirewallRule) -> JSON {
    var document = RuleStatement(rule).document.object ?? JSONObject()
    document.append("platform", .bool(rule.isPlatformDefault || rule.origin == .service))
    return .object(document)
  }

  var firewallDocuments: [JSON] {
    service.firewallCompartments.map(named.named).map { instance in
      var object = JSONObject()
      object.append("compartmentId", .number(instance.compartment))
      if case .utilityVM(let owner) = instance.stack { object.append("utilityVM", .string(owner.uppercase)) }
      object.append("namespace", instance.namespace.map { .string($0.uppercase) } ?? .null)
      object.append("endpoints", .strings(endpointNames(instance.endpoints)))
      if isPending(instance.endpoints) { object.append("pending", true) }
      object.append("unmatchedInbound", .string(instance.unmatchedInbound.rawValue))
      object.append("unmatchedOutbound", .string(instance.unmatchedOutbound.rawValue))
      object.append(
        "rules", .array(firewallRules(instance).flatMap(\.perProtocol).map(Self.statement)))
      let filters = filters(instance)
      if !filters.isEmpty { object.append("filters", .array(filters.map(Self.statement))) }
      return .object(object)
    }
  }

  /// The firewall of a real host as its source states it; nil for an emulated one.
  var capturedFirewallDocument: JSON? {
    guard let firewall = service.configuration.firewall else { return nil }
    func entries(_ entries: [(name: String, statement: FirewallStatement)]) -> JSON {
      .array(
        entries.map { name, statement in
          var object = JSONObject([.init("name", .string(name))])
          object.members += HostStatement.firewall(statement).document.object?.members ?? []
          return .object(object)
        })
    }
    return [
      "profiles": entries(
        FirewallProfile.allCases.compactMap { profile in
          firewall.profiles[profile].map { settings in
            let isActive = firewall.activeProfiles.map { $0.contains(profile) }
            return (profile.rawValue, FirewallStatement(settings, isActive: isActive))
          }
        }), "rules": entries(firewall.rules.map { ($0.name, FirewallStatement($0)) }),
    ]
  }

  private func title(_ instance: FirewallInstance, names: [String]) -> String {
    var text = "Compartment \(instance.compartment)"
    if case .utilityVM(let owner) = instance.stack {
      text += " of the utility VM of namespace \(owner.uppercase)"
    }
    if !names.isEmpty { text += ", endpoint \(names.map(printable).joined(separator: ", "))" }
    return text + ": default action \(defaultAction(instance, .in)) inbound, "
      + "\(defaultAction(instance, .out)) outbound"
  }

  /// The default action of a compartment, which for that of a captured host depends on the profile.
  private func defaultAction(_ instance: FirewallInstance, _ direction: Direction) -> String {
    if let gap = service.gaps.firewall(of: instance.stack, under: service.assumptions), gap == .rules {
      return "unknown"
    }
    let readings = instance.profileReadings
    let families = instance.aclFamilies.isEmpty ? AddressFamily.allCases : instance.aclFamilies
    let actions: Set<UnmatchedTraffic> = Set(
      families.flatMap { family in
        readings.isEmpty
          ? [direction == .in ? instance.unmatchedInbound : instance.unmatchedOutbound]
          : readings.map { instance.unmatched(family, direction, in: $0) }
      })
    guard actions.count == 1, let action = actions.first else { return "depending on the profile" }
    guard action == .unknown else { return action.rawValue }
    return instance.closed[direction] == nil ? "unknown" : "unknown (assumption implicitDeny)"
  }

  /// A filter of a Host ACL, which has no members that only rules have.
  private static func fields(_ rule: FirewallRule) -> [(String, String)] {
    [
      ("Name", rule.name), ("DisplayName", RuleStatement(rule).name),
      ("Direction", rule.direction == .in ? "Inbound" : "Outbound"), ("Action", rule.action.documentName),
      ("Protocol", rule.match.protocols.map { protocolNames($0) } ?? "Any"),
      ("LocalAddress", list(rule.match.localAddresses?.ranges)),
      ("RemoteAddress", list(rule.match.remoteAddresses?.ranges)),
      ("LocalPort", list(rule.match.localPorts?.ranges)),
      ("RemotePort", list(rule.match.remotePorts?.ranges)),
    ]
  }

  /// A protocol as the Windows tools spell it, or the numbers of several (reference: windows-firewall-and-vfp, 2.4).
  private static func protocolNames(_ set: ProtocolSet) -> String {
    set.protocols.count == 1 ? CapturedFirewallRule.word(set.protocols[0]) : protocols(set)
  }

  private static func list(_ ranges: [some CustomStringConvertible]?) -> String {
    ranges.map { "{\($0.map(\.description).joined(separator: ", "))}" } ?? "Any"
  }

  private func endpointNames(_ ids: [GUID]) -> [String] {
    ids.map { id in endpointName(id) ?? id.lowercase }
  }
}
