import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

/// The changes of one endpoint as lines: a header that names it, and a body that equal endpoints share.
struct EndpointSection {
  var name: String
  var header: String
  var body: [String]
  /// What sections must agree in to be shown as one: everything but the name and the address.
  var likeness: [String]

  static func sections(
    of changes: [Change], effects: [Plan.Effect], proofs: [EndpointProof], postures: [Plan.PostureChange],
    style: Style
  ) -> [EndpointSection] {
    var order: [String] = []
    var byTarget: [String: [Change]] = [:]
    for change in changes where change.kind != .network {
      if byTarget[change.target] == nil { order.append(change.target) }
      byTarget[change.target, default: []].append(change)
    }
    let effectLines = Dictionary(effects.map { ($0.endpoint, $0.lines) }) { first, _ in first }
    let proven = Dictionary(proofs.map { ($0.endpoint, $0.outcome) }) { first, _ in first }
    let postureChanges = Dictionary(grouping: postures, by: \.endpoint)
    return order.map { name in
      let (folded, isMadeAnew) = Replacement.folded(byTarget[name] ?? [])
      let builder = Builder(name: name, changes: folded, isMadeAnew: isMadeAnew, style: style)
      return builder.section(
        effects: effectLines[name] ?? [], proof: proven[name], postures: postureChanges[name] ?? [])
    }
  }

  private struct Builder {
    let name: String
    let changes: [Change]
    let isMadeAnew: Bool
    let style: Style

    func section(
      effects: [String], proof: EndpointProof.Outcome?, postures: [Plan.PostureChange]
    ) -> EndpointSection {
      var body: [String] = []
      body += members()
      body += ports()
      body += policies()
      for point in EnforcementPoint.allCases { body += rules(point) }
      for posture in postures {
        let side = posture.direction == .in ? "inbound" : "outbound"
        body.append(
          "      "
            + style(.yellow, "default \(side) changes: ") + "was \(posture.before); becomes \(posture.after)")
      }
      body += effects.map { "      effect: \(printable($0))" }
      if let proof { body.append("      proof: \(proof.sentence)") }
      return EndpointSection(name: name, header: header(), body: body, likeness: likeness() + body)
    }

    private func likeness() -> [String] {
      let own = changes.first { $0.kind == .endpoint }
      let value = own?.after ?? own?.before
      let subnets = (value?["addresses"]?.array ?? []).compactMap(\.string).map { text in
        let parts = text.split(separator: "/")
        guard parts.count == 2, let address = IPAddress(parts[0]), let length = Int(parts[1]) else {
          return text
        }
        return IPPrefix(containing: address, length: length).description
      }
      let containers = changes.filter { $0.kind == .container }.map { change in
        Mark(change.action).sign
          + (change.name.hasPrefix(name) ? String(change.name.dropFirst(name.count)) : change.name)
      }
      // An endpoint that stays and becomes another is like no other one.
      let isItself = isMadeAnew || own?.action == .update
      return [
        own?.action.rawValue ?? "", value?["network"]?.string ?? "", value?["driver"]?.string ?? "",
        value?["isolation"]?.string ?? "", isItself ? name : "",
      ] + subnets + containers
    }

    private func header() -> String {
      let own = changes.first { $0.kind == .endpoint }
      let namespace = changes.first { $0.kind == .namespace }
      var text = printable(name)
      var mark = Mark(own?.action ?? .update)
      if own == nil, let namespace, (namespace.after ?? namespace.before)?["type"]?.string == "HostDefault" {
        mark = Mark(namespace.action)
        text += " in the host's own compartment (host process, no endpoint, no ACLs)"
      }
      if let value = own?.after ?? own?.before {
        let addresses = (value["addresses"]?.array ?? []).compactMap(\.string)
        text += " on \(value["network"]?.string ?? "?"): "
        text += addresses.isEmpty ? "address by DHCP" : addresses.joined(separator: ", ")
        if let driver = value["driver"]?.string, let isolation = value["isolation"]?.string {
          text += " (\(driver), \(isolation) isolation)"
        }
      }
      let containers = changes.filter { $0.kind == .container }
      if !containers.isEmpty {
        text +=
          "; containers "
          + containers.map { Mark($0.action).sign + printable($0.name) }.joined(separator: " ")
      }
      guard isMadeAnew else { return mark.line(text, style) }
      return Mark.madeAnew.line(text + "; made anew: its containers restart and its flows end", style)
    }

    /// What becomes another in an endpoint that stays.
    private func members() -> [String] {
      guard let change = changes.first(where: { $0.kind == .endpoint }) else { return [] }
      return MemberChanges.lines(
        change.before, change.after,
        [
          ("network", "network"), ("isolation", "isolation"), ("addresses", "addresses"),
          ("mac", "MAC address"),
          ("gateways", "gateways"), ("owner", "owner"),
        ])
    }

    private func ports() -> [String] {
      changes.filter { $0.kind == .portMapping }.map { change in
        let value = change.after ?? change.before ?? .null
        return Mark(change.action).line(
          "publish \(value["external"]?.text() ?? "?") to \(value["internal"]?.text() ?? "?")/"
            + (value["protocol"]?.string ?? "?") + (value["family"]?.string == "ipv6" ? " over IPv6" : ""),
          style, indent: 6)
      }
    }

    /// The endpoint policies that are neither ACLs nor port mappings, where they change; the one HNS
    /// adds by itself says nothing to a reader.
    private func policies() -> [String] {
      guard let change = changes.first(where: { $0.kind == .endpoint }) else { return [] }
      func stated(_ value: JSON?) -> [JSON] {
        (value?["policies"]?.array ?? []).filter { $0["Type"]?.string != PolicyType.l2Driver.rawValue }
      }
      let before = stated(change.before)
      let after = stated(change.after)
      func line(_ action: ChangeAction, _ policy: JSON) -> String {
        let settings = policy["Settings"]?.text() ?? "{}"
        return Mark(action).line(
          printable("policy \(policy["Type"]?.string ?? "?") \(settings)"), style, indent: 6)
      }
      return before.filter { !after.contains($0) }.map { line(.delete, $0) }
        + after.filter { !before.contains($0) }.map { line(.create, $0) }
    }

    private func rules(_ point: EnforcementPoint) -> [String] {
      let rules = changes.filter { $0.enforcement == point }
      guard !rules.isEmpty else { return [] }
      // Rules that differ only in the family of their group are one line to a reader.
      var rows: [(cells: [String], families: [String], turn: (out: Int, priority: Int64))] = []
      var places: [[String]: Int] = [:]
      for change in rules {
        let values: [(ChangeAction, JSON?)] =
          change.action == .update
          ? [(.delete, change.before), (.create, change.after)]
          : [(change.action, change.after ?? change.before)]
        for (action, value) in values {
          guard let value else { continue }
          let cells = [Mark(action).sign] + RuleWords.cells(value)
          let family = value["group"]?.string.map { $0.contains("IPV6") ? "IPv6" : "IPv4" }
          if let place = places[cells] {
            rows[place].families += [family].compactMap { $0 }
          } else {
            places[cells] = rows.count
            let turn = (value["direction"] == "out" ? 1 : 0, value["priority"]?.integer ?? 0)
            rows.append((cells, [family].compactMap { $0 }, turn))
          }
        }
      }
      // Inbound first, and in the order in which they are tried.
      let tried = rows.enumerated().sorted {
        ($0.element.turn.out, $0.element.turn.priority, $0.offset)
          < ($1.element.turn.out, $1.element.turn.priority, $1.offset)
      }.map(\.element)
      let lines = columns(
        tried.map { row in
          row.cells + (row.families.isEmpty ? [] : ["[\(row.families.sorted().joined(separator: "+"))]"])
        }, indent: "        ")
      let title = point == .vfp ? "VFP, \(VFPLayer.endpointACL.rawValue)" : "Windows Firewall"
      return ["      \(title)"] + lines.map(colored)
    }

    private func colored(_ line: String) -> String {
      guard let sign = line.first(where: { $0 != " " }) else { return line }
      switch sign {
      case "+": return style(.green, line)
      case "-": return style(.red, line)
      default: return line
      }
    }
  }
}

/// The cells of a rule in a table.
enum RuleWords {
  /// Priority, direction, action, protocols, local side, remote side, name.
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

  /// Prefixes as the fewest ranges; a whole family by its name.
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
