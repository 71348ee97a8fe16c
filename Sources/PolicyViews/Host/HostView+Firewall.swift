import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

/// The rules of Windows Firewall, as Get-NetFirewallRule shows them.
extension HostView {
  /// Each compartment's rules in the list format of Get-NetFirewallRule, including their filters.
  var firewallLines: [String] {
    var lines: [String] = []
    for instance in service.firewallCompartments.map(named.named) {
      if !lines.isEmpty { lines.append("") }
      let pending = isPending(instance.endpoints) ? " (\(Self.pendingText))" : ""
      lines.append(Self.title(instance, names: endpointNames(instance.endpoints)) + pending)
      for rule in firewallRules(instance) {
        let rules = rule.perProtocol
        // A Host ACL for all protocols but one is hundreds of rules that differ in nothing else.
        let shown = rules.count > Self.protocolLimit ? 1 : rules.count
        for rule in rules.prefix(shown) { lines += [""] + formatList(Self.fields(rule)) }
        if shown < rules.count {
          let rest = rules.dropFirst(shown).reduce(ProtocolSet()) { $0.union($1.match.protocols ?? $0) }
          lines += [
            "", "\(rules.count - shown) more rules are equal but for the protocol: \(Self.protocols(rest))",
          ]
        }
      }
      let filters = filters(instance)
      guard !filters.isEmpty else { continue }
      lines += ["", "Filters of Host ACLs, which are not rules (assumption hostAclRules):"]
      for filter in filters { lines += [""] + formatList(Self.fields(filter)) }
    }
    return lines
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

  private static func title(_ instance: FirewallInstance, names: [String]) -> String {
    var text = "Compartment \(instance.compartment)"
    if case .utilityVM(let owner) = instance.stack {
      text += " of the utility VM of namespace \(owner.uppercase)"
    }
    if !names.isEmpty { text += ", endpoint \(names.map(printable).joined(separator: ", "))" }
    return text + ": default action \(description(instance.unmatchedInbound)) inbound, "
      + "\(description(instance.unmatchedOutbound)) outbound"
  }

  private static func description(_ unmatched: UnmatchedTraffic) -> String {
    switch unmatched {
    case .allow: "allow"
    case .block: "block"
    case .unknown: "unknown (assumption implicitDeny)"
    }
  }

  private static func fields(_ rule: FirewallRule) -> [(String, String)] {
    let fields = [
      ("Name", rule.name), ("DisplayName", RuleStatement(rule).name), ("Enabled", "True"),
      ("Profile", "Any"),
      ("Direction", rule.direction == .in ? "Inbound" : "Outbound"), ("Action", rule.action.documentName),
      ("Protocol", rule.match.protocols.map { protocolNames($0) } ?? "Any"),
      ("LocalAddress", rule.interfaceAlias == nil ? list(rule.match.localAddresses?.ranges) : "Any"),
      ("RemoteAddress", list(rule.match.remoteAddresses?.ranges)),
      ("LocalPort", list(rule.match.localPorts?.ranges)),
      ("RemotePort", list(rule.match.remotePorts?.ranges)),
      ("PolicyStoreSourceType", rule.isPlatformDefault ? "Dynamic" : "Local"),
    ]
    return fields + (rule.interfaceAlias.map { [("InterfaceAlias", $0)] } ?? [])
  }

  /// A protocol as the Windows tools spell it, or several (reference: windows-firewall-and-vfp, 2.4).
  private static func protocolNames(_ set: ProtocolSet) -> String {
    guard let only = set.intervals.first, set.intervals.count == 1, only.lower == only.upper else {
      return protocols(set)
    }
    return switch IPProtocol(only.lower) {
    case .tcp: "TCP"
    case .udp: "UDP"
    case .icmp: "ICMPv4"
    case .icmpv6: "ICMPv6"
    default: "\(only.lower)"
    }
  }

  private static func list(_ ranges: [some CustomStringConvertible]?) -> String {
    ranges.map { "{\($0.map(\.description).joined(separator: ", "))}" } ?? "Any"
  }

  private func endpointNames(_ ids: [GUID]) -> [String] {
    ids.map { id in endpointName(id) ?? id.lowercase }
  }
}
