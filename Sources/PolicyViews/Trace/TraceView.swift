package import FilterEngine
package import HostModel
package import JSONText
import NetworkTypes
import PolicyPlan

/// The trace of a packet, as text and JSON.
package struct TraceView: Sendable {
  let style: Style
  let topology: HostTopology
  private let origins: RuleOrigins

  /// Prepares the view.
  ///
  /// - Parameters:
  ///   - style: How text is styled.
  ///   - topology: The topology of the host.
  ///   - origins: Where rules are written.
  package init(style: Style, topology: HostTopology, origins: RuleOrigins) {
    self.style = style
    self.topology = topology
    self.origins = origins
  }

  // MARK: Several endpoints

  /// The traces of a packet between several endpoints as lines, one after the other; the verdict on all is
  /// last.
  ///
  /// - Parameters:
  ///   - traces: The traces; at least one.
  ///   - icmpType: The ICMP type, for a packet that has one.
  ///   - assumptions: The assumptions that the verdicts depend on, as lines.
  package func lines(_ traces: [PacketTrace], icmpType: UInt8? = nil, assumptions: [String] = []) -> [String]
  {
    if traces.count == 1 { return lines(traces[0], icmpType: icmpType, assumptions: assumptions) }
    var lines = traces.flatMap { self.lines($0, icmpType: icmpType) + [""] }
    if !assumptions.isEmpty { lines += assumptions + [""] }
    let verdict = traces.verdict
    return lines + ["Verdict of all \(traces.count): \(style(Self.color(verdict), verdict.rawValue))"]
  }

  /// The traces of a packet between several endpoints as JSON: what is true of all, and each under `traces`.
  ///
  /// - Parameters:
  ///   - traces: The traces; at least one.
  ///   - icmpType: The ICMP type, for a packet that has one.
  package func document(_ traces: [PacketTrace], icmpType: UInt8? = nil) -> JSONObject {
    if traces.count == 1 { return document(traces[0], icmpType: icmpType) }
    var notes: [RouteNote] = []
    for note in traces.flatMap(\.notes) where !notes.contains(note) { notes.append(note) }
    var object = JSONObject()
    object.append("formatVersion", 1)
    object.append("verdict", .string(traces.verdict.rawValue))
    if traces.verdict == .unknown { object.append(reason: traces.lazy.compactMap(\.reason).first) }
    object.append("rule", traces.rule.map { .string($0) } ?? .null)
    object.append("steps", .array(traces.flatMap(steps)))
    object.append(notes: notes)
    object.append(
      "traces",
      .array(
        traces.map { trace in
          var part = document(trace, icmpType: icmpType)
          part["formatVersion"] = nil
          return .object(part)
        }))
    return object
  }

  // MARK: Text

  /// The trace as lines: the packet, its steps, the notes; the verdict is last.
  ///
  /// - Parameters:
  ///   - trace: The trace.
  ///   - icmpType: The ICMP type, for a packet that has one.
  ///   - assumptions: The assumptions that the verdict depends on, as lines.
  package func lines(_ trace: PacketTrace, icmpType: UInt8? = nil, assumptions: [String] = []) -> [String] {
    var lines = ["Packet: \(packet(trace.route, icmpType: icmpType))", ""]
    lines += trace.backends.isEmpty ? steps(trace.steps, of: trace.route) : backends(trace.backends)
    if !trace.notes.isEmpty { lines += [""] + Self.lines(trace.notes) }
    if !assumptions.isEmpty { lines += [""] + assumptions }
    return lines + ["", verdict(trace)]
  }

  /// How many notes of one kind are printed as text.
  private static let noteLimit = 4

  /// The notes as lines; of many of one kind, as those about the backends of a service, only the first ones.
  static func lines(_ notes: [RouteNote]) -> [String] {
    var counts: [String: Int] = [:]
    for note in notes { counts[note.code, default: 0] += 1 }
    var shown: [String: Int] = [:]
    return notes.flatMap { note -> [String] in
      let number = shown[note.code, default: 0] + 1
      shown[note.code] = number
      guard number <= noteLimit else { return [] }
      let rest = (counts[note.code] ?? 0) - noteLimit
      let line = "Note: \(note)"
      guard number == noteLimit, rest > 0 else { return [line] }
      return [line, "Note: \(rest) more of this kind (\(note.code)); --json lists all"]
    }
  }

  /// The packet in one line, from its source to its destination.
  func packet(_ route: RoutedPacket, icmpType: UInt8?) -> String {
    let sent = route.original
    let ports = sent.protocol.hasPorts
    let from = end(route.sender, sent.local, ports ? sent.localPort : nil)
    let to = end(receiver(route), route.destination, ports ? sent.remotePort : nil)
    let type = icmpType.map { " type \($0)" } ?? ""
    return "\(sent.protocol)\(type) from \(from) to \(to)"
  }

  private func end(_ location: RoutedPacket.Location, _ address: IPAddress, _ port: UInt16?) -> String {
    let text = Self.text(address, port, of: location)
    switch location {
    case .outside: return text
    case .host where address.isUnspecified: return "host" + (port.map { " (port \($0))" } ?? "")
    case .host: return "host (\(text))"
    case .endpoint(let index): return "\(name(index)) (\(text))"
    }
  }

  func name(_ endpoint: Int?) -> String {
    endpoint.map { printable(topology.endpoints[$0].name) } ?? PeerDirectory.host
  }

  /// The filters along one path and what changes the packet, numbered.
  func steps(_ steps: [TraceStep], of route: RoutedPacket) -> [String] {
    guard !steps.isEmpty else { return ["  No enforcement point is on the path."] }
    var lines: [String] = []
    var seen: Packet?
    for (index, step) in steps.enumerated() {
      switch step {
      case .filter(let filter):
        let direction = filter.packet.direction.rawValue
        var title = "\(name(filter.endpoint)), \(filter.enforcement.title), \(direction)"
        if let group = filter.group { title += ", \(group.layer.rawValue), \(group.name)" }
        lines.append("  \(index + 1). \(title)")
        // Both components at one end see the same packet.
        if seen != filter.packet { lines.append("     sees \(self.seen(filter.packet, of: route))") }
        seen = filter.packet
        lines.append("     \(stepDescription(filter))\(Self.suffix(isReached: filter.isReached))")
      case .rewrite(let rewrite):
        let place = Self.place(name(rewrite.endpoint), rewrite.mechanism.title, rewrite.rule?.group)
        let owners = owners(rewrite, route)
        let from = Self.text(rewrite.from.address, rewrite.from.port, of: owners.from)
        let to = Self.text(rewrite.to.address, rewrite.to.port, of: owners.to)
        let change = "\(rewrite.field.rawValue) \(from) becomes \(to)"
        lines.append("  \(index + 1). \(place)")
        lines.append("     \(change)\(Self.suffix(isReached: rewrite.isReached))")
        if let rule = rewrite.rule { lines.append("     by \(printable(rule.name))") }
      case .encapsulate(let step):
        lines.append("  \(index + 1). \(Self.place(name(step.port), "encapsulation", step.group))")
        let change = "destination \(step.destination) is encapsulated for \(step.provider)"
        lines.append("     \(change)\(Self.suffix(isReached: step.isReached))")
        let rule = step.rule.map { printable($0) } ?? "a policy of type \(step.policy.rawValue)"
        lines.append("     by \(rule)")
      }
    }
    return lines
  }

  /// Where the packet changes, and in which group of VFP.
  private static func place(_ owner: String, _ title: String, _ group: VFPGroup?) -> String {
    ([owner, title] + (group.map { [$0.layer.rawValue, $0.name] } ?? [])).joined(separator: ", ")
  }

  /// The name of the owner of a port that encapsulates.
  func name(_ port: EncapsulationStep.Port) -> String {
    switch port {
    case .endpoint(let index): name(index)
    case .host: name(nil)
    case .router: "distributed router"
    }
  }

  /// What follows a step that a packet does not come to.
  private static func suffix(isReached: Bool) -> String {
    isReached ? "" : "; not reached (the packet is blocked earlier)"
  }

  /// An address and its port, if there is one; the unspecified address stands for one of its owner that is not known.
  static func text(_ address: IPAddress, _ port: UInt16? = nil, of owner: RoutedPacket.Location) -> String {
    guard address.isUnspecified else {
      guard let port else { return "\(address)" }
      return address.family == .ipv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
    let name = if case .endpoint = owner { "an unknown address" } else { address.orHost }
    return name + (port.map { ", port \($0)" } ?? "")
  }

  /// An address and its port in JSON: the owner of an address that is not known, as in arguments.
  func word(_ address: IPAddress, _ port: UInt16? = nil, of owner: RoutedPacket.Location) -> String {
    guard address.isUnspecified else { return Self.text(address, port, of: owner) }
    let name =
      if case .endpoint(let index) = owner { topology.endpoints[index].name } else { PeerDirectory.host }
    return name + (port.map { ":\($0)" } ?? "")
  }

  /// Who has the address that the packet is sent to.
  private func receiver(_ route: RoutedPacket) -> RoutedPacket.Location {
    route.service != nil ? .outside : route.published == nil ? route.receiver : .host
  }

  /// Who has the address before and after a rewrite.
  func owners(
    _ step: RewriteStep, _ route: RoutedPacket
  ) -> (from: RoutedPacket.Location, to: RoutedPacket.Location) {
    step.field == .source ? (route.sender, .host) : (receiver(route), route.receiver)
  }

  /// The packet as the filters of one end see it.
  private func seen(_ packet: Packet, of route: RoutedPacket) -> String {
    let isOut = packet.direction == .out
    let isTranslated = route.leg.receiverTranslation.source != nil
    let local = Self.text(packet.local, of: isOut ? route.sender : route.receiver)
    let remote = Self.text(packet.remote, of: isOut ? receiver(route) : isTranslated ? .host : route.sender)
    guard packet.protocol.hasPorts else { return "\(packet.protocol), local \(local), remote \(remote)" }
    return "\(packet.protocol), local \(local) port \(packet.localPort), "
      + "remote \(remote) port \(packet.remotePort)"
  }

  /// The verdict of a step, and where the rule comes from.
  private func stepDescription(_ step: FilterStep) -> String {
    let answer = step.answer
    let rule = rule(step)
    let verdict = style(Self.color(answer.verdict), Self.text(answer.verdict))
    var details: [String] = []
    switch answer.source {
    case .acl:
      if let priority = answer.priority { details.append("priority \(priority)") }
      if answer.id != rule, !answer.id.isEmpty { details.append(printable(answer.id)) }
    case .published, .service, .platform: details.append("platform rule")
    case .tierACL, .networkACL:
      if rule != answer.source.policyType { details.append(answer.source.policyType) }
    case .gap: details.append("not in the source")
    case .host:
      details.append(answer.id == rule ? "rule of the host" : "rule of the host, \(printable(answer.id))")
    case .unmatched: details.append("no rule matches")
    }
    if answer.source == .acl || answer.source == .published,
      let location = origins.text(of: rule, at: step.endpoint)
    {
      details.append(location)
    }
    let explained = details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"
    return "\(verdict) by \(printable(rule))\(explained)"
  }

  /// The last line: the verdict, the rule, and what the sender notices.
  private func verdict(_ trace: PacketTrace) -> String {
    let word = style(Self.color(trace.verdict), trace.verdict.rawValue)
    var text = "Verdict: \(word)"
    if let rule = trace.rule { text += " by \(printable(rule))" }
    switch (trace.verdict, trace.senderFailure) {
    case (.block, .refused?): text += "; the sender gets an error immediately (WSAEACCES)"
    case (.block, _): text += "; the sender times out"
    case (.mixed, _): text += "; it depends on the backend"
    case (.unknown, _): text += trace.reason.map { "; \(printable($0.description))" } ?? ""
    case (.allow, _): if !trace.filters.isEmpty { text += "; return traffic is allowed (stateful)" }
    }
    return text
  }

  static func color(_ verdict: Verdict) -> Style.Attribute {
    switch verdict {
    case .allow: .green
    case .block: .red
    case .unknown, .mixed: .yellow
    }
  }

  static func text(_ verdict: Verdict) -> String {
    switch verdict {
    case .allow: "allowed"
    case .block: "blocked"
    case .unknown: "undecided"
    case .mixed: "mixed"
    }
  }

  func rule(_ step: FilterStep) -> String {
    switch step.answer.source {
    case .acl: HostWithRuleNames.origin(of: step.answer.id)
    case .published: ReservedRuleName.published.rawValue
    case .service: step.answer.id
    case .host: step.answer.title ?? step.answer.id
    case .tierACL, .networkACL: step.answer.id.isEmpty ? step.answer.source.policyType : step.answer.id
    case .gap: ReservedRuleName.notCaptured.rawValue
    case .platform, .unmatched: ReservedRuleName.default(step.packet.direction).rawValue
    }
  }

  // MARK: JSON

  /// The trace as JSON.
  ///
  /// - Parameters:
  ///   - trace: The trace.
  ///   - icmpType: The ICMP type, for a packet that has one.
  package func document(_ trace: PacketTrace, icmpType: UInt8? = nil) -> JSONObject {
    var object = JSONObject()
    object.append("formatVersion", 1)
    object.append("packet", packetDocument(trace.route, icmpType: icmpType))
    object.append("verdict", .string(trace.verdict.rawValue))
    object.append(reason: trace.reason)
    object.append("rule", trace.rule.map { .string($0) } ?? .null)
    object.append("sender", trace.senderFailure.map { .string($0.rawValue) } ?? .null)
    if trace.isToService { object.append("backends", .array(trace.backends.map(document))) }
    object.append("steps", .array(steps(trace)))
    object.append(notes: trace.notes)
    return object
  }

  /// The steps on the way to every backend: with several, those of the sender before the ways part.
  private func steps(_ trace: PacketTrace) -> [JSON] {
    guard trace.backends.count > 1 else { return trace.steps.map { document($0, of: trace.route) } }
    var common = trace.backends[0].steps.map { document($0, of: trace.backends[0].route) }
    for backend in trace.backends.dropFirst() where !common.isEmpty {
      let length = zip(common, backend.steps).prefix { $0 == document($1, of: backend.route) }.count
      common.removeSubrange(length...)
    }
    return common
  }

  private func packetDocument(_ route: RoutedPacket, icmpType: UInt8?) -> JSON {
    let sent = route.original
    var object = JSONObject()
    object.append("from", .string(word(sent.local, of: route.sender)))
    object.append("to", .string(word(route.destination, of: receiver(route))))
    object.append("protocol", .number(sent.protocol.number))
    if sent.protocol.hasPorts {
      object.append("port", .number(sent.remotePort))
      object.append("sourcePort", .number(sent.localPort))
    }
    object.append("icmpType", icmpType.map { .number($0) })
    return .object(object)
  }

  func document(_ step: TraceStep, of route: RoutedPacket) -> JSON {
    switch step {
    case .filter(let filter): document(filter)
    case .rewrite(let rewrite): document(rewrite, of: route)
    case .encapsulate(let step): document(step)
    }
  }

  private func document(_ step: FilterStep) -> JSON {
    let rule = rule(step)
    var object = JSONObject()
    object.append("kind", "filter")
    object.append(
      "endpoint", .string(step.endpoint.map { topology.endpoints[$0].name } ?? PeerDirectory.host))
    object.append("enforcement", .string(step.enforcement.rawValue))
    object.append("direction", .string(step.packet.direction.rawValue))
    object.append(group: step.group)
    object.append("rule", .string(rule))
    object.append("id", step.answer.id.isEmpty ? nil : .string(step.answer.id))
    object.append("priority", step.answer.priority.map { .number($0) })
    object.append("platform", .bool(step.answer.source == .platform || step.answer.source == .unmatched))
    if step.answer.source == .acl || step.answer.source == .published {
      object.append("origin", origins.document(of: rule, at: step.endpoint))
    }
    object.append("verdict", .string(step.answer.verdict.rawValue))
    object.append("reached", .bool(step.isReached))
    return .object(object)
  }
}
