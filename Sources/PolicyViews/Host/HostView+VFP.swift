import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

/// The ports of the virtual switches with their layers, groups and rules, as vfpctrl shows them
/// (reference: windows-firewall-and-vfp, 3.3 and 10.1).
extension HostView {
  /// The ports, of endpoints first, with the rules under the names of their owners.
  private var ports: [VFPPort] { service.vfpPorts.map(named.named) }

  /// The reply of `/list-vmswitch-port`, then that of `/list-rule` for each port under a line with its name.
  ///
  /// Microsoft's log collector writes them so. Lines end as those of vfpctrl do, with a carriage return
  /// (reference: windows-firewall-and-vfp, 3.3 and 10.1.1; captures, 1).
  var vfpLines: [String] {
    let ports = ports
    guard !ports.isEmpty else { return ["No endpoint is attached to a switch port."] }
    let listing = Self.reply("list-vmswitch-port", ports.flatMap { portLines($0) + [""] })
    return (listing + ports.flatMap(lines)).map { $0 + "\r" }
  }

  /// A reply in the frame of every list command.
  private static func reply(_ command: String, _ records: [String]) -> [String] {
    ["", " ITEM LIST", "===========", ""] + records + ["Command \(command) succeeded!"]
  }

  private func lines(_ port: VFPPort) -> [String] {
    var lines = ["", "Policy for port : \(port.id.uppercase)"]
    if isPending(port.endpoint.map { [$0] } ?? []) { lines.append("Pending, because \(Self.pendingText)") }
    var records: [String] = []
    for (index, layer) in port.layers.enumerated() {
      records += Self.lines(layer, isFirst: index == 0) + [""]
      for group in port.groups where group.layer == layer {
        records += Self.lines(group) + [""]
        for (rule, id) in zip(port.rules, port.ruleIDs) where rule.group == group {
          records += Self.lines(rule, id) + [""]
        }
      }
    }
    return lines + Self.reply("list-rule", records)
  }

  /// The record of a port; public readers index its lines, so that none may be missing
  /// (reference: windows-firewall-and-vfp, 3.3 and 10.3).
  ///
  /// Weights and usages are not emulated.
  private func portLines(_ port: VFPPort) -> [String] {
    func field(_ label: String, _ value: String) -> String {
      let line = label + String(repeating: " ", count: max(0, 22 - label.count)) + ": " + value
      return value.isEmpty ? String(line.dropLast()) : line
    }
    return [
      field("Port name", port.id.uppercase), field("Port Friendly name", port.name),
      field("Switch name", port.switchID.uppercase),
      field("Switch Friendly name", printable(networkName(port.network) ?? "")), field("PortId", "0"),
      field("VMQ Weight", "0"), field("VMQ Usage", "0"), field("SR-IOV Weight", "0"),
      field("SR-IOV Usage", "0"), field("Port type:", port.kind == .external ? "External" : "Synthetic"),
      "Port is Initialized.", "MAC Learning is Disabled.",
      field("NIC name", port.nicID.uppercase), field("NIC Friendly name", printable(port.nicName)),
      field("MTU", "1500"), field("MAC address", port.mac.map { "\($0)" } ?? ""),
    ]
  }

  /// The record of a layer, whose flags are printed in the captured form: a comma after the number except in the
  /// first record and in those of hairpin layers (reference: windows-firewall-and-vfp, 10.1.2).
  private static func lines(_ layer: VFPLayer, isFirst: Bool) -> [String] {
    var lines = ["LAYER : \(layer.rawValue)", "    Friendly name : \(layer.rawValue)"]
    if !layer.flags.isEmpty {
      let comma = isFirst || layer.flags.contains(.hairpin) ? "" : ","
      lines.append(
        "    Flags : 0x\(String(layer.flags.rawValue, radix: 16))\(comma) "
          + layer.flags.words.joined(separator: ", "))
    }
    return lines + ["    Priority : \(layer.priority)"]
  }

  private static func lines(_ group: VFPGroup) -> [String] {
    [
      "  GROUP : \(group.name)", "      Friendly name : \(group.name)", "      Priority : \(group.priority)",
      "      Direction : \(group.direction == .in ? "IN" : "OUT")",
      "      Type : \(group.family == .ipv4 ? "IPv4" : "IPv6")", "        Conditions:", "            <none>",
      "      Match type : \(group.matchType)",
    ]
  }

  private static func lines(_ rule: VFPRule, _ id: GUID?) -> [String] {
    let effect = rule.effect
    let words = effect.flags & 2 == 0 ? "terminating" : "terminating stateful"
    var lines = ["    RULE : \(id?.uppercase ?? "")"]
    if !rule.name.isEmpty || id != nil { lines.append("        Friendly name : \(printable(rule.name))") }
    lines += [
      "        Priority : \(rule.priority)", "        Flags : \(effect.flags) \(words) ",
      "        Type : \(effect.typeName)", "        Conditions:",
    ]
    lines += conditions(rule).map { "            \($0)" }
    lines.append("        Flow TTL: \(effect.flowTTL)")
    lines += data(effect)
    return lines + ["        FlagsEx : 0 "]
  }

  /// What else a rule prints, by its type (reference: windows-firewall-and-vfp, 3.3 and 10.1.4).
  ///
  /// The lines of targets and pools are this project's choice. The index of the interface that a route is bound to
  /// is left out, because interfaces have none here.
  private static func data(_ effect: VFPEffect) -> [String] {
    switch effect {
    case .allow, .block: []
    case .decapsulate: ["        Preserve MAC", "        Push TNI as VSID"]
    case .route:
      [
        "        Rule Data:", "            VLAN ID : 0", "            Using default compartment",
        "            Cache pruning threshold : 10", "            Cache pruning timeout : 30 seconds",
      ]
    case .encapsulate(let provider):
      ["        Encap Destination(s):", "            IP address : \(provider)"]
    case .translateSource(let pool): ["        Rule Data:", "            NAT pool : \(pool)"]
    case .translate(let target):
      ["        Rule Data:", "            DIP : \(target.address), port \(target.port)"]
    case .balance(let targets):
      ["        Rule Data:"] + targets.map { "            DIP : \($0.address), port \($0.port)" }
    }
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

  var vfpDocuments: [JSON] { ports.map(document) }

  private func document(_ port: VFPPort) -> JSON {
    var object = JSONObject()
    object.append("port", .string(port.id.uppercase))
    object.append("friendlyName", .string(port.name))
    object.append("kind", .string(port.kind.name))
    object.append("network", .string(networkName(port.network) ?? port.network.lowercase))
    if let endpoint = port.endpoint {
      object.append("endpoint", .string(endpointName(endpoint) ?? endpoint.lowercase))
    }
    object.append("mac", port.mac.map { .string("\($0)") })
    if isPending(port.endpoint.map { [$0] } ?? []) { object.append("pending", true) }
    if let filter = port.endpoint.flatMap({ service.switchPort(of: $0) }) {
      object.append("unmatchedInbound", .string(filter.unmatchedInbound.rawValue))
      object.append("unmatchedOutbound", .string(filter.unmatchedOutbound.rawValue))
    }
    object.append("layers", .array(port.layers.map { Self.document($0, in: port) }))
    object.append("rules", .array(zip(port.rules, port.ruleIDs).map(Self.document)))
    return .object(object)
  }

  private static func document(_ layer: VFPLayer, in port: VFPPort) -> JSON {
    [
      "name": .string(layer.rawValue), "friendlyName": .string(layer.rawValue),
      "flags": .number(layer.flags.rawValue),
      "flagNames": .strings(layer.flags.words.map { $0.last == " " ? String($0.dropLast()) : $0 }),
      "priority": .number(layer.priority),
      "groups": .array(
        port.groups.filter { $0.layer == layer }.map { group in
          [
            "name": .string(group.name), "friendlyName": .string(group.name),
            "priority": .number(group.priority), "direction": .string(group.direction == .in ? "IN" : "OUT"),
            "type": .string(group.family == .ipv4 ? "IPv4" : "IPv6"), "matchType": .string(group.matchType),
          ]
        }),
    ]
  }

  private static func document(_ rule: VFPRule, _ id: GUID?) -> JSON {
    var document = RuleStatement(rule).document.object ?? JSONObject()
    document.append("platform", .bool(rule.isPlatformDefault))
    document.append("id", id.map { .string($0.uppercase) })
    document.append("type", .string(rule.effect.typeName))
    document.append("flags", .number(rule.effect.flags))
    document.append("flowTTL", .number(rule.effect.flowTTL))
    let targets: [VFPEffect.Target]? =
      switch rule.effect {
      case .translate(let target): [target]
      case .balance(let targets): targets
      case .allow, .block, .route, .decapsulate, .encapsulate, .translateSource: nil
      }
    document.append(
      "targets",
      targets.map { list in
        .array(list.map { ["address": .string("\($0.address)"), "port": .number($0.port)] })
      })
    if case .translateSource(let pool) = rule.effect { document.append("natPool", .string(pool)) }
    if case .encapsulate(let provider) = rule.effect {
      document.append("providerAddress", .string("\(provider)"))
    }
    return .object(document)
  }
}

extension VFPPort.Kind {
  /// The name in JSON.
  fileprivate var name: String {
    switch self {
    case .pod: "pod"
    case .host: "host"
    case .router: "router"
    case .external: "external"
    }
  }
}

extension VFPGroup {
  /// The words of VFP for how a rule is found.
  fileprivate var matchType: String {
    matchesLongestPrefix ? "Longest prefix match on Destination IP" : "Priority-based match"
  }
}

extension VFPLayer.Flags {
  /// The words of VFP, each as captured: all but the first of hairpin layers end with a blank.
  fileprivate var words: [String] {
    let all: [(VFPLayer.Flags, String)] = [
      (.hairpin, "Hairpin Layer"), (.defaultAllow, "Default Allow "), (.clearTNI, "Clear TNI "),
      (.updatesFlows, "Update flows on address change "),
    ]
    return all.filter { contains($0.0) }.map(\.1)
  }
}
