import HostModel
package import JSONText
import NetworkTypes
import PacketSpace
package import PolicyPlan

/// What a change does to packets, for people and for programs.
package struct EffectView: Sendable {
  private let style: Style
  /// Where the rules of either side are written.
  private let origins: (before: RuleOrigins, after: RuleOrigins)?

  /// Prepares the view.
  ///
  /// - Parameters:
  ///   - style: How text is set.
  ///   - origins: Where the rules of either side are written; nil where that is not told.
  package init(style: Style, origins: (before: RuleOrigins, after: RuleOrigins)? = nil) {
    self.style = style
    self.origins = origins
  }

  // MARK: Text

  /// The changes as lines, by endpoint and direction.
  ///
  /// - Parameter changes: The changes.
  package func lines(_ changes: [VerdictChange]) -> [String] {
    guard !changes.isEmpty else { return ["No change in effect: every packet has the verdict it had."] }
    var lines: [String] = []
    var title = ""
    for change in changes {
      let own = "\(printable(change.endpoint)), \(change.direction == .in ? "inbound" : "outbound")"
      if own != title {
        if !lines.isEmpty { lines.append("") }
        lines.append(own)
        title = own
      }
      lines += self.lines(change)
    }
    let allowed = changes.count(where: { $0.change == .newlyAllowed })
    return lines + ["", "Effect: \(allowed) newly allowed, \(changes.count - allowed) newly blocked."]
  }

  /// One change: the packets, the two rules, and packets that stand for them.
  func lines(_ change: VerdictChange) -> [String] {
    let isAllowed = change.change == .newlyAllowed
    let word = style(isAllowed ? .green : .red, isAllowed ? "newly allowed" : "newly blocked")
    let words = PartWords(direction: change.direction)
    let shown = change.packets.prefix(Self.listLimit).map { words.text($0) }
    var lines = shown.map { "  \(word)  \($0)" }
    if change.packets.count > Self.listLimit {
      lines.append("  \(word)  and \(change.packets.count - Self.listLimit) more; --json lists all")
    }
    lines.append(
      "    was \(rule(change.before, of: \.before, change)), becomes \(rule(change.after, of: \.after, change))"
    )
    lines += change.witnesses.map { "    for example \(sentence($0, change))" }
    return lines
  }

  /// How many boxes of one change are written out.
  private static let listLimit = 12

  private func rule(
    _ name: String?, of side: KeyPath<(before: RuleOrigins, after: RuleOrigins), RuleOrigins>,
    _ change: VerdictChange
  ) -> String {
    guard let name else { return "absent" }
    let place = origins.flatMap { $0[keyPath: side].text(of: name, atEndpointNamed: change.endpoint) }
    return printable(name) + (place.map { " (\($0))" } ?? "")
  }

  private func sentence(_ witness: PacketWitness, _ change: VerdictChange) -> String {
    let packet = witness.packet
    let isInbound = change.direction == .in
    let from = isInbound ? "\(packet.remote)" : printable(change.endpoint)
    let to = isInbound ? printable(change.endpoint) : "\(packet.remote)"
    guard packet.protocol.hasPorts else {
      return "\(packet.protocol)\(witness.icmpType.map { " type \($0)" } ?? "") from \(from) to \(to)"
    }
    let (source, destination) =
      isInbound ? (packet.remotePort, packet.localPort) : (packet.localPort, packet.remotePort)
    return "\(packet.protocol) from \(from) port \(source) to \(to) port \(destination)"
  }

  // MARK: JSON

  /// The changes for programs.
  ///
  /// - Parameter changes: The changes.
  package static func document(_ changes: [VerdictChange]) -> JSON { .array(changes.map(document)) }

  private static func document(_ change: VerdictChange) -> JSON {
    var object = JSONObject()
    object.append("endpoint", .string(change.endpoint))
    object.append("direction", .string(change.direction.rawValue))
    object.append("change", .string(change.change.rawValue))
    object.append("packets", .array(change.packets.map(document)))
    let witnesses = change.witnesses.map { line($0, change) }
    object.append("witness", witnesses.first ?? .null)
    if witnesses.count > 1 { object.append("witnesses", .array(witnesses)) }
    object.append("before", change.before.map { .string($0) } ?? .null)
    object.append("after", change.after.map { .string($0) } ?? .null)
    return .object(object)
  }

  /// A box in the shape of a rule: an absent list is any.
  private static func document(_ box: PacketBox) -> JSON {
    var object = JSONObject()
    let families = box.families
    let all = families.reduce(AddressSet()) { $0.union(.all($1)) }
    if families.count == 1 { object.append("family", .string(families[0] == .ipv4 ? "IPv4" : "IPv6")) }
    if box.protocols != .allProtocols {
      object.append("protocols", .array(box.protocols.protocols.map { .whole($0.number) }))
    }
    if box.local != all { object.append("localAddresses", .strings(box.local.listedPrefixes)) }
    if box.remote != all { object.append("remoteAddresses", .strings(box.remote.listedPrefixes)) }
    if box.localPorts != .allPorts {
      object.append("localPorts", .strings(box.localPorts.ranges.map(\.description)))
    }
    if box.remotePorts != .allPorts {
      object.append("remotePorts", .strings(box.remotePorts.ranges.map(\.description)))
    }
    return .object(object)
  }

  /// A witness as a line for `trace --packets`.
  private static func line(_ witness: PacketWitness, _ change: VerdictChange) -> JSON {
    let packet = witness.packet
    let isInbound = change.direction == .in
    var object = JSONObject()
    object.append("from", .string(isInbound ? "\(packet.remote)" : change.endpoint))
    object.append("to", .string(isInbound ? change.endpoint : "\(packet.remote)"))
    object.append("protocol", .string("\(packet.protocol)"))
    if packet.protocol.hasPorts {
      object.append("port", .whole(isInbound ? packet.localPort : packet.remotePort))
      object.append("sourcePort", .whole(isInbound ? packet.remotePort : packet.localPort))
    }
    object.append("icmpType", witness.icmpType.map { .whole($0) })
    return .object(object)
  }
}
