package import HostModel
package import NetworkTypes

/// The replies of vfpctrl about the ports of virtual switches (reference: windows-firewall-and-vfp, 3.3 and 10.1).
///
/// Lines have no ends; those of vfpctrl end with a carriage return and a line feed.
package enum VFPReplies {
  /// The reply of `/list-vmswitch-port`.
  ///
  /// - Parameters:
  ///   - ports: The ports.
  ///   - networkName: The name of a network.
  package static func ports(_ ports: [VFPPort], _ networkName: (GUID) -> String?) -> [String] {
    reply("list-vmswitch-port", ports.flatMap { lines($0, network: networkName($0.network) ?? "") + [""] })
  }

  /// The reply of `/list-rule` for a port, with its layers, groups and rules.
  ///
  /// - Parameter port: The port.
  package static func rules(of port: VFPPort) -> [String] {
    var records: [String] = []
    for (index, layer) in port.layers.enumerated() {
      records += lines(layer, isFirst: index == 0) + [""]
      for group in port.groups where group.layer == layer {
        records += lines(group) + [""]
        for (rule, id) in zip(port.rules, port.ruleIDs) where rule.group == group {
          records += lines(rule, id) + [""]
        }
      }
    }
    return reply("list-rule", records)
  }

  /// A reply in the frame of every list command.
  private static func reply(_ command: String, _ records: [String]) -> [String] {
    ["", " ITEM LIST", "===========", ""] + records + ["Command \(command) succeeded!"]
  }

  /// The record of a port; public readers index its lines, so that none may be missing
  /// (reference: windows-firewall-and-vfp, 3.3 and 10.3).
  ///
  /// Weights and usages are not emulated.
  private static func lines(_ port: VFPPort, network: String) -> [String] {
    func field(_ label: String, _ value: String) -> String {
      let line = label + String(repeating: " ", count: max(0, 22 - label.count)) + ": " + value
      return value.isEmpty ? String(line.dropLast()) : line
    }
    return [
      field("Port name", port.id.uppercase), field("Port Friendly name", port.name),
      field("Switch name", port.switchID.uppercase),
      field("Switch Friendly name", PrintableText.escaped(network)), field("PortId", "0"),
      field("VMQ Weight", "0"), field("VMQ Usage", "0"), field("SR-IOV Weight", "0"),
      field("SR-IOV Usage", "0"), field("Port type:", port.kind == .external ? "External" : "Synthetic"),
      "Port is Initialized.", "MAC Learning is Disabled.",
      field("NIC name", port.nicID.uppercase),
      field("NIC Friendly name", PrintableText.escaped(port.nicName)),
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
    if !rule.name.isEmpty || id != nil {
      lines.append("        Friendly name : \(PrintableText.escaped(rule.name))")
    }
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

  private static func protocols(_ set: ProtocolSet) -> String {
    set.intervals.map { $0.lower == $0.upper ? "\($0.lower)" : "\($0.lower)-\($0.upper)" }
      .joined(separator: ",")
  }
}

extension VFPGroup {
  /// The words of VFP for how a rule is found.
  package var matchType: String {
    matchesLongestPrefix ? "Longest prefix match on Destination IP" : "Priority-based match"
  }
}

extension VFPLayer.Flags {
  /// The words of VFP, each as captured: all but the first of hairpin layers end with a blank.
  package var words: [String] {
    let all: [(VFPLayer.Flags, String)] = [
      (.hairpin, "Hairpin Layer"), (.defaultAllow, "Default Allow "), (.clearTNI, "Clear TNI "),
      (.updatesFlows, "Update flows on address change "),
    ]
    return all.filter { contains($0.0) }.map(\.1)
  }
}
