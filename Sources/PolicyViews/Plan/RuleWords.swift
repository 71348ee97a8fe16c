import JSONText
import NetworkTypes

/// The cells of a rule in a table.
enum RuleWords {
  /// Priority, direction, action, protocols, local side, remote side and name.
  static func cells(_ rule: JSON) -> [String] {
    var cells: [String] = []
    if let priority = rule["priority"]?.integer { cells.append("\(priority)") }
    cells.append(rule["direction"]?.string ?? "")
    cells.append(rule["action"]?.string ?? "")
    cells.append(protocols(rule["protocols"]?.array ?? []))
    let local = side(rule["localAddresses"], rule["localPorts"])
    let remote = side(rule["remoteAddresses"], rule["remotePorts"])
    cells.append(local.isEmpty ? "any local" : "local \(local)")
    cells.append(remote.isEmpty ? "any remote" : "remote \(remote)")
    cells.append(printable(rule["name"]?.string ?? ""))
    return cells
  }

  private static func protocols(_ numbers: [JSON]) -> String {
    guard !numbers.isEmpty else { return "any" }
    let set = ProtocolSet(
      numbers.compactMap { $0.integer }.compactMap { UInt8(exactly: $0) }.map { IPProtocol($0) })
    guard set.protocols.count > 8 else {
      return set.protocols.map(\.description).joined(separator: ",")
    }
    let rest = ProtocolSet.allProtocols.subtracting(set).protocols
    if rest.count <= 8 { return "not " + rest.map(\.description).joined(separator: ",") }
    return set.intervals.map { $0.lower == $0.upper ? "\($0.lower)" : "\($0.lower)-\($0.upper)" }
      .joined(separator: ",")
  }

  /// Prefixes as the fewest ranges; a whole address family by its name.
  private static func compact(_ entries: [String]) -> [String] {
    let prefixes = entries.compactMap { entry in
      IPPrefix(entry) ?? IPAddress(entry).map { IPPrefix(containing: $0, length: $0.family.bitWidth) }
    }
    guard prefixes.count == entries.count else { return entries }
    return AddressSet(prefixes.map(\.range)).ranges.map { range in
      switch range {
      case .all(.ipv4): "any IPv4"
      case .all(.ipv6): "any IPv6"
      default: range.description
      }
    }
  }

  private static func side(_ addresses: JSON?, _ ports: JSON?) -> String {
    func list(_ value: JSON?) -> String {
      let entries = compact((value?.array ?? []).compactMap(\.string))
      guard entries.count > 4 else { return entries.joined(separator: ",") }
      return entries.prefix(3).joined(separator: ",") + ",… (\(entries.count))"
    }
    let parts = [list(addresses), list(ports).isEmpty ? "" : "port \(list(ports))"].filter { !$0.isEmpty }
    return printable(parts.joined(separator: " "))
  }
}
