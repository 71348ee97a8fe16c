import HostModel
import NetworkTypes
import PolicyPlan

/// The cells of a rule in a table.
enum RuleFormatter {
  /// Priority, direction, action, protocols, local side, remote side and name.
  static func cells(_ rule: RuleStatement) -> [String] {
    var cells: [String] = []
    if let priority = rule.priority { cells.append("\(priority)") }
    cells.append(rule.direction.rawValue)
    cells.append(rule.action.rawValue)
    cells.append(protocols(rule.match.protocols))
    let local = side(rule.match.localAddresses, rule.match.localPorts)
    let remote = side(rule.match.remoteAddresses, rule.match.remotePorts)
    cells.append(local.isEmpty ? "any local" : "local \(local)")
    cells.append(remote.isEmpty ? "any remote" : "remote \(remote)")
    cells.append(printable(rule.name))
    return cells
  }

  private static func protocols(_ set: ProtocolSet?) -> String {
    guard let set, !set.isEmpty else { return "any" }
    guard set.protocols.count > 8 else {
      return set.protocols.map(\.description).joined(separator: ",")
    }
    let rest = ProtocolSet.allProtocols.subtracting(set).protocols
    if rest.count <= 8 { return "not " + rest.map(\.description).joined(separator: ",") }
    return set.intervals.map { $0.lower == $0.upper ? "\($0.lower)" : "\($0.lower)-\($0.upper)" }
      .joined(separator: ",")
  }

  private static func side(_ addresses: AddressSet?, _ ports: PortSet?) -> String {
    func list(_ entries: [String]) -> String {
      guard entries.count > 4 else { return entries.joined(separator: ",") }
      return entries.prefix(3).joined(separator: ",") + ",… (\(entries.count))"
    }
    let ports = list((ports?.ranges ?? []).map(\.description))
    let parts = [
      list((addresses?.ranges ?? []).map(text)), ports.isEmpty ? "" : "port \(ports)",
    ]
    return printable(parts.filter { !$0.isEmpty }.joined(separator: " "))
  }

  /// A range of addresses; a whole address family by its name.
  private static func text(_ range: AddressRange) -> String {
    switch range {
    case .all(.ipv4): "any IPv4"
    case .all(.ipv6): "any IPv6"
    default: range.description
    }
  }
}
