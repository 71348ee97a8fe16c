package import FilterEngine
package import HostModel
package import JSONText
import NetworkTypes
import PacketSpace

/// The parts of a query about a set of packets, as text and JSON.
package struct QueryPartsView: Sendable {
  let style: Style
  let topology: HostTopology

  /// How many parts between two ends are printed as text.
  private static let listLimit = 40

  /// Prepares the view.
  ///
  /// - Parameters:
  ///   - style: How text is styled.
  ///   - topology: The topology of the host.
  package init(style: Style, topology: HostTopology) {
    self.style = style
    self.topology = topology
  }

  /// The parts as lines, by sender and receiver; the verdict on all parts is last.
  ///
  /// - Parameters:
  ///   - parts: The parts.
  ///   - assumptions: The assumptions that the verdicts depend on, as lines.
  package func lines(_ parts: [QueryPart], assumptions: [String] = []) -> [String] {
    var lines: [String] = []
    let source = commonSourcePorts(parts)
    if let source { lines.append("Source \(PacketFormatter.ports(source, "port ")) of TCP and UDP.") }
    for group in groups(parts) {
      if !lines.isEmpty { lines.append("") }
      lines.append("\(group.title):")
      let formatter = PacketFormatter(whole: group.parts.map(\.packets), namesSourcePorts: source == nil)
      let shown = source == nil ? group.parts : Self.joiningSourcePorts(group.parts)
      let rows = shown.prefix(Self.listLimit).map { part in
        [
          style(TraceView.color(part.verdict), part.verdict.rawValue), formatter.text(part.packets),
          part.rule.map { "by \(printable($0))" } ?? withoutRule(part),
        ]
      }
      for (row, part) in zip(TextTable(rows, indent: "  ", width: style.width).lines, shown) {
        lines += row + backends(part)
      }
      if let rest = Listing.rest(of: shown.count, limit: Self.listLimit, "part") {
        lines.append("  \(rest); --json lists all")
      }
    }
    let (start, notes) = (startNote(parts), notes(parts))
    if start != nil || !notes.isEmpty { lines.append("") }
    if let start { lines.append("Note: \(printable(start))") }
    lines += TraceView.lines(notes)
    if !assumptions.isEmpty { lines += [""] + assumptions }
    let verdict = parts.verdict
    return lines + ["", "Verdict: \(style(TraceView.color(verdict), verdict.rawValue))"]
  }

  /// What decides packets that no one rule decides.
  private func withoutRule(_ part: QueryPart) -> String {
    if part.verdict == .unknown, !part.backends.isEmpty { return "undecided at a backend" }
    return part.backends.allSatisfy { $0.rule == nil } ? "not filtered" : "by rules of several backends"
  }

  /// The parts without source ports, which are printed once; parts that become equal are joined.
  private static func joiningSourcePorts(_ parts: [QueryPart]) -> [QueryPart] {
    struct Answer: Hashable {
      var verdict: Verdict
      var rule: String?
      var backends: [BackendPart]
    }
    var order: [Answer] = []
    var found: [Answer: [QueryPart]] = [:]
    for part in parts {
      let answer = Answer(verdict: part.verdict, rule: part.rule, backends: part.backends)
      if found[answer] == nil { order.append(answer) }
      found[answer, default: []].append(part)
    }
    return order.flatMap { answer in
      let same = found[answer] ?? []
      let boxes = same.map { part in
        let box = part.packets
        return PacketBox(
          protocols: box.protocols, local: box.local, remote: box.remote, localPorts: box.localPorts)
      }
      return PacketRegion(boxes).boxes.compactMap { box in
        same.first.map { part in
          var joined = part
          joined.packets = box
          return joined
        }
      }
    }
  }

  /// The source ports of all packets with ports, if they are the same and not every port.
  private func commonSourcePorts(_ parts: [QueryPart]) -> PortSet? {
    let found = Set(
      parts.filter { $0.packets.protocols.intersects(.withPorts) }.map(\.packets.remotePorts))
    return found.count == 1 && found.first != .allPorts ? found.first : nil
  }

  /// Parts between the same ends.
  private struct Group {
    var title: String
    var parts: [QueryPart]
  }

  /// The parts by their ends, in order of first appearance.
  private func groups(_ parts: [QueryPart]) -> [Group] {
    var positions: [String: Int] = [:]
    var groups: [Group] = []
    for part in parts {
      let title = title(part)
      if let position = positions[title] {
        groups[position].parts.append(part)
      } else {
        positions[title] = groups.count
        groups.append(Group(title: title, parts: [part]))
      }
    }
    return groups
  }

  private func title(_ part: QueryPart) -> String {
    if let balancer = part.balancer {
      return "\(name(part.sender)) to \(title(ofBalancer: balancer, part))"
    }
    let receiver = name(part.receiver)
    guard let published = part.published else { return "\(name(part.sender)) to \(receiver)" }
    return "\(name(part.sender)) to published port \(published.externalPort), which maps to port "
      + "\(published.internalPort) of \(receiver)"
  }

  /// The service of a load balancer, or the address that it takes packets to.
  private func title(ofBalancer index: Int, _ part: QueryPart) -> String {
    let balancer = topology.loadBalancers[index]
    let backends = Listing.number(part.backends.count, "backend")
    let address = part.packets.local.ranges.first.map { range in
      range.upper == 0 ? " at \(IPAddress(range.family, 0).orHost)" : " at \(range)"
    }
    let name =
      balancer.name.isEmpty ? "a service" : printable(ServiceName.destination(balancer.name))
    return "\(name)\(address ?? "") with \(backends)"
  }

  private func name(_ location: RoutedPacket.Location) -> String {
    switch location {
    case .outside: "outside"
    case .host: PeerDirectory.host
    case .endpoint(let index): printable(topology.endpoints[index].name)
    }
  }

  // MARK: JSON

  /// The parts as JSON.
  ///
  /// - Parameter parts: The parts.
  package func document(_ parts: [QueryPart]) -> JSONObject {
    var object = JSONObject()
    object.append("formatVersion", 1)
    object.append("verdict", .string(parts.verdict.rawValue))
    object.append("parts", .array(parts.map(document)))
    let (start, notes) = (startNote(parts), notes(parts))
    if start != nil || !notes.isEmpty {
      let code = RouteNote.containerNotStarted(endpoint: "").code
      object.append("notes", .strings((start.map { [$0] } ?? []) + notes.map(\.description)))
      object.append("noteCodes", .strings((start == nil ? [] : [code]) + notes.map(\.code)))
    }
    return object
  }

  /// A note about the ends whose containers have not started; nil if there are none.
  private func startNote(_ parts: [QueryPart]) -> String? {
    let ends = Set(
      parts.flatMap { [$0.sender, $0.receiver] }.compactMap { location in
        if case .endpoint(let index) = location { index } else { nil }
      })
    return topology.startNote(ends)
  }

  /// What a load balancer takes packets to: the service that it carries the name of, or its address.
  private func destination(_ balancer: Int, _ part: QueryPart) -> String {
    let name = topology.loadBalancers[balancer].name
    let range = part.packets.local.ranges.first { $0.upper != 0 }
    let address = range.map { "\($0)" } ?? PeerDirectory.host
    return name.isEmpty ? address : ServiceName.destination(name)
  }

  private func document(_ part: QueryPart) -> JSON {
    var packets = JSONObject()
    packets.append("from", .strings(part.packets.remote.ranges.map(\.description)))
    packets.append(
      "to",
      .strings(part.packets.local.ranges.map { $0.upper == 0 ? PeerDirectory.host : $0.description }))
    if part.packets.protocols != .allProtocols {
      packets.append("protocols", .array(part.packets.protocols.protocols.map { .number($0.number) }))
    }
    if part.packets.localPorts != .allPorts {
      packets.append("ports", .strings(part.packets.localPorts.ranges.map(\.description)))
    }
    if part.packets.remotePorts != .allPorts {
      packets.append("sourcePorts", .strings(part.packets.remotePorts.ranges.map(\.description)))
    }
    var object = JSONObject()
    object.append("from", .string(name(part.sender)))
    object.append("to", .string(part.balancer.map { destination($0, part) } ?? name(part.receiver)))
    object.append("verdict", .string(part.verdict.rawValue))
    object.append("rule", part.rule.map { .string($0) } ?? .null)
    if part.balancer != nil {
      object.append("backends", .array(part.backends.map(document)))
      object.append(notes: part.notes)
    }
    object.append("published", part.published.map { .number($0.externalPort) })
    object.append("packets", .object(packets))
    return .object(object)
  }
}
