import FilterEngine
import HostModel
import JSONText
import NetworkTypes

extension TraceView {
  // MARK: Text

  /// How many backends with equal paths are listed by name.
  private static let nameLimit = 4

  /// The path to each backend of a service; backends whose paths differ only in their address are shown once.
  func backends(_ backends: [BackendTrace]) -> [String] {
    var groups: [(path: BackendPath, backends: [BackendTrace])] = []
    var positions: [BackendPath: Int] = [:]
    for backend in backends {
      let path = BackendPath(backend, rule: rule)
      if let position = positions[path] {
        groups[position].backends.append(backend)
      } else {
        positions[path] = groups.count
        groups.append((path, [backend]))
      }
    }
    var lines: [String] = []
    for (number, group) in groups.enumerated() {
      if number > 0 { lines.append("") }
      lines += heading(group.backends)
      lines += steps(group.backends[0].steps, of: group.backends[0].route)
    }
    return lines
  }

  /// The backends of a group with their common verdict.
  private func heading(_ backends: [BackendTrace]) -> [String] {
    let first = backends[0]
    let names = backends.map {
      "\(name($0.endpoint)) (\(Self.text($0.address, $0.port, of: .endpoint($0.endpoint))))"
    }
    let verdict = style(Self.color(first.verdict), Self.text(first.verdict))
    let rule = first.rule.map { " by \(printable($0))" } ?? ""
    guard backends.count > 1 else {
      let reason = first.rule == nil ? first.reason.map { "; \(printable($0.description))" } ?? "" : ""
      return ["Backend \(names[0]): \(verdict)\(rule)\(reason)"]
    }
    let rest = Listing.rest(of: names.count, limit: Self.nameLimit).map { ["  \($0)"] } ?? []
    return ["\(backends.count) backends: \(verdict)\(rule); the first one is shown"]
      + names.prefix(Self.nameLimit).map { "  \($0)" } + rest
  }

  // MARK: JSON

  func document(_ backend: BackendTrace) -> JSON {
    var object = JSONObject(
      backend: topology.endpoints[backend.endpoint].name, backend.address, port: backend.port,
      backend.verdict,
      backend.reason, rule: backend.rule)
    object.append("steps", .array(backend.steps.map { document($0, of: backend.route) }))
    object.append(notes: backend.notes)
    return .object(object)
  }

  func document(_ step: RewriteStep, of route: RoutedPacket) -> JSON {
    let owners = owners(step, route)
    var object = JSONObject()
    object.append("kind", "rewrite")
    object.append(
      "endpoint", .string(step.endpoint.map { topology.endpoints[$0].name } ?? PeerDirectory.host))
    object.append("mechanism", .string(step.mechanism.rawValue))
    object.append(group: step.rule?.group)
    object.append("rule", step.rule.map { .string($0.name) })
    object.append("field", .string(step.field.rawValue))
    object.append("from", .string(word(step.from.address, step.from.port, of: owners.from)))
    object.append("to", .string(word(step.to.address, step.to.port, of: owners.to)))
    object.append("reached", .bool(step.isReached))
    return .object(object)
  }

  func document(_ step: EncapsulationStep) -> JSON {
    var object = JSONObject()
    object.append("kind", "encapsulate")
    switch step.port {
    case .endpoint(let index): object.append("endpoint", .string(topology.endpoints[index].name))
    case .host: object.append("endpoint", .string(PeerDirectory.host))
    // The port of the distributed router belongs to the host.
    case .router:
      object.append("endpoint", .string(PeerDirectory.host))
      object.append("port", "router")
    }
    object.append(group: step.group)
    object.append("rule", step.rule.map { .string($0) })
    object.append("policy", .string(step.policy.rawValue))
    object.append("destination", .string("\(step.destination)"))
    object.append("providerAddress", .string("\(step.provider)"))
    object.append("reached", .bool(step.isReached))
    return .object(object)
  }
}

extension RewriteStep.Mechanism {
  /// The name in text.
  var title: String {
    switch self {
    case .loadBalancer: "load balancer"
    case .outboundNAT: "outbound NAT"
    case .publishedPort: "published port"
    }
  }
}

extension PacketTrace {
  /// Whether the packet goes to a service, be it without backends.
  fileprivate var goesToEmptyService: Bool {
    notes.contains { note in if case .noBackends = note { true } else { false } }
  }

  /// Whether a load balancer maps the packet's destination.
  var isToService: Bool { !backends.isEmpty || goesToEmptyService }
}

extension JSONObject {
  /// What every document says of a backend: where it is, and what happens to its packets and why.
  init(
    backend name: String, _ address: IPAddress, port: UInt16, _ verdict: Verdict, _ reason: UnknownReason?,
    rule: String?
  ) {
    self.init([
      .init("endpoint", .string(name)), .init("address", .string("\(address)")), .init("port", .number(port)),
      .init("verdict", .string(verdict.rawValue)),
    ])
    append(reason: reason)
    append("rule", rule.map { .string($0) } ?? .null)
  }

  /// Adds why a verdict is unknown, if it is.
  mutating func append(reason: UnknownReason?) {
    append("reason", reason.map { .string($0.description) })
  }

  /// Adds a group of VFP with its layer, if there is one.
  mutating func append(group: VFPGroup?) {
    append("layer", group.map { .string($0.layer.rawValue) })
    append("group", group.map { .string($0.name) })
  }

  /// Adds notes as text, and their codes in the same order.
  mutating func append(notes: [RouteNote]) {
    append("notes", .strings(notes.map(\.description)))
    append("noteCodes", .strings(notes.map(\.code)))
  }
}

/// The path to a backend without what differs between equal backends: its name and its address.
private struct BackendPath: Hashable {
  private enum End: Hashable {
    case backend, host
    case other(Int)
  }

  private enum Step: Hashable {
    case filter(End, EnforcementPoint, VFPGroup?, rule: String, id: String, Verdict, isReached: Bool)
    case rewrite(End, RewriteStep.Mechanism, VFPRuleName?, RewriteStep.Field, isReached: Bool)
    case encapsulate(EncapsulationStep.Port, VFPGroup?, rule: String?, PolicyType, isReached: Bool)
  }

  private let verdict: Verdict
  private let rule: String?
  private let steps: [Step]
  private let noteCodes: [String]

  init(_ backend: BackendTrace, rule: (FilterStep) -> String) {
    func end(_ endpoint: Int?) -> End {
      endpoint.map { $0 == backend.endpoint ? .backend : .other($0) } ?? .host
    }
    verdict = backend.verdict
    self.rule = backend.rule
    steps = backend.steps.map { step in
      switch step {
      case .filter(let filter):
        .filter(
          end(filter.endpoint), filter.enforcement, filter.group, rule: rule(filter), id: filter.answer.id,
          filter.answer.verdict, isReached: filter.isReached)
      case .rewrite(let rewrite):
        .rewrite(
          end(rewrite.endpoint), rewrite.mechanism, rewrite.rule, rewrite.field,
          isReached: rewrite.isReached)
      case .encapsulate(let step):
        .encapsulate(step.port, step.group, rule: step.rule, step.policy, isReached: step.isReached)
      }
    }
    noteCodes = backend.notes.map(\.code)
  }
}
