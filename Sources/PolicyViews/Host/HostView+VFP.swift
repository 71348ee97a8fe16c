import HNSEmulator
import HostExport
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
    return (VFPReplies.ports(ports) { networkName($0) } + ports.flatMap(lines)).map { $0 + "\r" }
  }

  private func lines(_ port: VFPPort) -> [String] {
    var lines = ["", "Policy for port : \(port.id.uppercase)"]
    if isPending(port.endpoint.map { [$0] } ?? []) { lines.append("Pending, because \(Self.pendingText)") }
    return lines + VFPReplies.rules(of: port)
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
