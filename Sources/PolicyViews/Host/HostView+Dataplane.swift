import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

/// The rules of the enforcement points, as Get-NetFirewallRule and vfpctrl show them.
extension HostView {
  // MARK: Windows Firewall

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

  // MARK: VFP

  /// Each port's layers, groups and rules in the layout of vfpctrl /list-rule
  /// (reference: windows-firewall-and-vfp, 3.3).
  var vfpLines: [String] {
    let ports = service.switchPorts.map(named.named)
    guard !ports.isEmpty else { return ["No endpoint is attached to a switch port."] }
    var lines: [String] = []
    for port in ports {
      if !lines.isEmpty { lines.append("") }
      lines += [
        "Port name             : \(port.id.uppercase)", "Port Friendly name    : \(port.name)",
        "Endpoint              : \(printable(endpointName(port.endpoint) ?? ""))",
        "MAC address           : \(port.mac)",
      ]
      if isPending([port.endpoint]) { lines.append("Pending               : \(Self.pendingText)") }
      let rules = port.rules
      for layer in VFPLayer.allCases {
        let groups = port.groups.filter { $0.layer == layer }
        guard !groups.isEmpty else { continue }
        lines += ["", " ITEM LIST", "===========", "", "LAYER : \(layer.rawValue)"]
        for group in groups { lines += Self.lines(group, rules.filter { $0.group == group }) }
      }
    }
    return lines
  }

  private static func lines(_ group: VFPGroup, _ rules: [VFPRule]) -> [String] {
    var lines = [
      "", "  GROUP : \(group.name)", "      Friendly name : \(group.name)", "      Priority : 1",
      "      Direction : \(group.direction == .in ? "IN" : "OUT")",
      "      Type : \(group.family == .ipv4 ? "IPv4" : "IPv6")", "        Conditions:", "            <none>",
      "      Match type : Priority-based match",
    ]
    for rule in rules {
      lines += [
        "", "    RULE : ", "        Friendly name : \(printable(rule.name))",
        "        Priority : \(rule.priority)",
        "        Flags : \(VFPRule.flags) terminating stateful ", "        Type : \(rule.action.rawValue)",
        "        Conditions:",
      ]
      lines += conditions(rule).map { "            \($0)" }
      lines += ["        Flow TTL: \(VFPRule.flowTTL)", "        FlagsEx : 0 "]
    }
    return lines
  }

  /// The conditions in VFP's terms: source and destination of the packet, not local and remote.
  private static func conditions(_ rule: VFPRule) -> [String] {
    let inbound = rule.group.direction == .in
    let match = rule.match
    func addresses(_ set: AddressSet?) -> String? {
      set.map { $0.prefixes.map(\.listed).joined(separator: ",") }
    }
    func ports(_ set: PortSet?) -> String? {
      set.map { $0.ranges.map { "\($0.lower)-\($0.upper)" }.joined(separator: ",") }
    }
    let conditions: [(String, String?)] = [
      ("Protocols", match.protocols.map { protocols($0) }),
      ("Source IP", addresses(inbound ? match.remoteAddresses : match.localAddresses)),
      ("Source ports", ports(inbound ? match.remotePorts : match.localPorts)),
      ("Destination IP", addresses(inbound ? match.localAddresses : match.remoteAddresses)),
      ("Destination ports", ports(inbound ? match.localPorts : match.remotePorts)),
    ]
    let stated = conditions.compactMap { label, value in value.map { "\(label) : \($0)" } }
    return stated.isEmpty ? ["<none>"] : stated
  }

  var vfpDocuments: [JSON] {
    service.switchPorts.map(named.named).map { port in
      var object = JSONObject()
      object.append("port", .string(port.id.uppercase))
      object.append("friendlyName", .string(port.name))
      object.append("endpoint", .string(endpointName(port.endpoint) ?? port.endpoint.lowercase))
      object.append("mac", .string("\(port.mac)"))
      if isPending([port.endpoint]) { object.append("pending", true) }
      object.append("unmatchedInbound", .string(port.unmatchedInbound.rawValue))
      object.append("unmatchedOutbound", .string(port.unmatchedOutbound.rawValue))
      object.append(
        "rules",
        .array(
          port.rules.map { rule in
            var document = RuleStatement(rule).document.object ?? JSONObject()
            document.append("platform", .bool(rule.isPlatformDefault))
            return .object(document)
          }))
      return .object(object)
    }
  }
}
