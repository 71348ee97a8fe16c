package import HostModel
package import NetworkTypes

/// The answer of one enforcement point to a packet.
package struct FilterStep: Hashable, Sendable {
  /// The endpoint, by its index in the topology; nil for the host itself.
  package var endpoint: Int?
  /// The component.
  package var enforcement: EnforcementPoint
  /// The packet as the filter saw it.
  package var packet: Packet
  /// The group of the VFP rules.
  package var group: VFPGroup?
  /// The matched rule.
  package var answer: RuleAnswer
  /// Whether the packet came this far; later points are evaluated all the same, to show their answers.
  package var isReached: Bool
}

/// How the sender notices that a packet is blocked.
package enum SenderFailure: String, Hashable, Sendable {
  /// The connect or send call fails at once with WSAEACCES, because Windows Firewall refuses it in the
  /// sender's own stack (reference: windows-firewall-and-vfp, 9).
  case refused
  /// There is no response: VFP drops silently, and so does Windows Firewall in stealth mode (reference:
  /// windows-firewall-and-vfp, 2.1 and 9).
  case timeout
}

/// A change of an address and port of a packet by a load balancer.
package struct RewriteStep: Hashable, Sendable {
  /// What is rewritten.
  package enum Field: String, Hashable, Sendable {
    case source
    case destination
  }

  /// An address and port.
  package struct Socket: Hashable, Sendable {
    /// The address.
    package var address: IPAddress
    /// The port.
    package var port: UInt16
  }

  /// The owner of the switch port, by its index in the topology; nil for the host's port.
  package var endpoint: Int?
  /// The VFP layer.
  package var layer: String
  /// The VFP group.
  package var group: String
  /// The VFP rule.
  package var rule: String
  /// What is rewritten.
  package var field: Field
  /// The address and port before.
  package var from: Socket
  /// The address and port afterwards.
  package var to: Socket
  /// Whether the packet came this far.
  package var isReached: Bool
}

/// What happens to a packet at one place of its route.
package enum TraceStep: Hashable, Sendable {
  /// A filter answers.
  case filter(FilterStep)
  /// A load balancer rewrites.
  case rewrite(RewriteStep)

  /// The answer of a filter; nil for a rewrite.
  package var filter: FilterStep? { if case .filter(let step) = self { step } else { nil } }
}

/// The way of a packet to one backend of a service.
package struct BackendTrace: Sendable {
  /// The backend, by its index in the topology.
  package var endpoint: Int
  /// Its address.
  package var address: IPAddress
  /// Its port.
  package var port: UInt16
  /// The route to it.
  package var route: RoutedPacket
  /// The verdict.
  package var verdict: Verdict
  /// The name of the matched rule; nil if nothing filters.
  package var rule: String?
  /// Why the verdict is unknown; nil if it is not.
  package var reason: UnknownReason?
  /// The filters and rewrites in their order.
  package var steps: [TraceStep]
  /// What could stop the packet besides filters, or is needed to interpret the verdict.
  package var notes: [RouteNote]
}

/// The route of a packet with every answer along it.
package struct PacketTrace: Sendable {
  /// The route; to the first backend of a service.
  package var route: RoutedPacket
  /// The verdict; of all backends of a service.
  package var verdict: Verdict
  /// The name of the matched rule; nil if nothing filters, or if the backends of a service differ.
  package var rule: String?
  /// Why the verdict is unknown; nil if it is not.
  package var reason: UnknownReason?
  /// The filters and rewrites in their order; of the backends of a service one after the other, with what
  /// they share only once.
  package var steps: [TraceStep]
  /// What could stop the packet besides filters, or is needed to interpret the verdict.
  package var notes: [RouteNote]
  /// The way to each backend of the service; empty if no load balancer takes the packet, or has no backends.
  package var backends: [BackendTrace]

  /// The filters in the order of evaluation.
  package var filters: [FilterStep] { steps.compactMap(\.filter) }

  /// How the sender notices that the packet is blocked; nil if it is not always blocked.
  package var senderFailure: SenderFailure? {
    guard verdict == .block else { return nil }
    let ways = backends.isEmpty ? [steps] : backends.map(\.steps)
    let failures = ways.compactMap { SenderFailure($0) }
    return failures.allSatisfy { $0 == .refused } ? failures.first : .timeout
  }
}

extension SenderFailure {
  /// How the sender notices the first block among some steps; nil if there is none.
  fileprivate init?(_ steps: [TraceStep]) {
    guard let step = steps.lazy.compactMap(\.filter).first(where: { $0.answer.verdict == .block }) else {
      return nil
    }
    self = step.enforcement == .windowsFirewall && step.packet.direction == .out ? .refused : .timeout
  }
}

extension [PacketTrace] {
  /// The verdict on a packet that can take each of these paths; without paths nothing filters it.
  package var verdict: Verdict { Verdict.united(lazy.map(\.verdict)) ?? .allow }

  /// The rule that decides all paths alike; nil if they differ.
  package var rule: String? {
    guard let first, allSatisfy({ $0.verdict == first.verdict && $0.rule == first.rule }) else { return nil }
    return first.rule
  }
}

extension PacketEvaluator {
  /// Evaluates a packet and records every answer along its route.
  ///
  /// - Parameter query: The packet.
  /// - Returns: The trace.
  /// - Throws: ``PacketProblem`` for a packet that cannot exist or that no filter of the host sees.
  package mutating func trace(_ query: PacketQuery) throws(PacketProblem) -> PacketTrace {
    switch try legs.way(query) {
    case .direct(let route):
      let (decision, steps) = trace(route)
      return PacketTrace(
        route: route, verdict: decision.verdict, rule: decision.rule.map { names[$0] },
        reason: reason(decision, steps, route), steps: steps, notes: notes(query, route), backends: [])
    case .balanced(let packet): return trace(packet)
    }
  }

  /// Traces a packet to each of its backends.
  private mutating func trace(_ packet: BalancedPacket) -> PacketTrace {
    var union = DecisionUnion()
    var backends: [BackendTrace] = []
    var steps: [TraceStep] = []
    var all = notes(on: packet)
    for backend in packet.backends {
      let route = legs.route(packet, to: backend)
      let (decision, own) = trace(route)
      let notes = notes(packet.query, route)
      union.add(decision)
      backends.append(
        BackendTrace(
          endpoint: backend.endpoint, address: route.received.local, port: route.received.localPort,
          route: route, verdict: decision.verdict, rule: decision.rule.map { names[$0] },
          reason: reason(decision, own, route),
          steps: own, notes: notes))
      for step in own where !steps.contains(step) { steps.append(step) }
      for note in notes where !all.contains(note) { all.append(note) }
    }
    let decision = union.decision ?? Decision(verdict: .allow)
    return PacketTrace(
      route: backends[0].route, verdict: decision.verdict, rule: decision.rule.map { names[$0] },
      reason: decision.verdict == .unknown ? backends.lazy.compactMap(\.reason).first : nil, steps: steps,
      notes: all, backends: backends)
  }

  private func reason(
    _ decision: Decision, _ steps: [TraceStep], _ route: RoutedPacket
  ) -> UnknownReason? {
    decision.verdict == .unknown ? UnknownReason(steps, route, topology) : nil
  }

  private mutating func trace(_ route: RoutedPacket) -> (Decision, [TraceStep]) {
    var packet = TracedPacket(route, rewrites(route))
    walk(route.leg, route.original.local.family, &packet)
    packet.arrive()
    return (packet.outcome.decision, packet.steps)
  }

  /// What the load balancer of a route rewrites, in order.
  private func rewrites(_ route: RoutedPacket) -> [RewriteStep] {
    guard let hop = route.service, hop.backend != nil else { return [] }
    let balancer = topology.loadBalancers[hop.balancer]
    let rules = topology.rules(
      of: balancer, balancer.ports[hop.port], at: hop.address ?? route.original.remote)
    func step(
      _ role: LoadBalancerRule.Role, _ endpoint: Int?, _ field: RewriteStep.Field,
      from: (IPAddress, UInt16), to: (IPAddress, UInt16)
    ) -> RewriteStep {
      let rule = rules.rule(role)
      return RewriteStep(
        endpoint: endpoint, layer: rule?.group.layer.rawValue ?? "", group: rule?.group.name ?? "",
        rule: rule?.name ?? "", field: field, from: RewriteStep.Socket(address: from.0, port: from.1),
        to: RewriteStep.Socket(address: to.0, port: to.1), isReached: true)
    }
    let (original, received) = (route.original, route.received)
    var client: Int?
    if hop.isAtSender, case .endpoint(let index) = route.sender { client = index }
    var steps = [
      step(
        client == nil ? .host : .client, client, .destination, from: (original.remote, original.remotePort),
        to: (received.local, received.localPort))
    ]
    if let source = hop.source, source != original.local {
      steps.append(
        step(
          hop.isHairpin ? .hairpin : .host, nil, .source, from: (original.local, original.localPort),
          to: (source, original.localPort)))
    }
    return steps
  }
}

extension PacketEvaluator {
  /// Evaluates packets between several ends, as those of a container or pod with several endpoints.
  ///
  /// - Parameter queries: The packets.
  /// - Returns: The traces; without packets between ends that have no address family in common, unless there
  ///   are no others.
  /// - Throws: ``PacketProblem`` for a packet that cannot exist or that no filter of the host sees.
  package mutating func traces(_ queries: [PacketQuery]) throws(PacketProblem) -> [PacketTrace] {
    try each(queries) { (evaluator, query) throws(PacketProblem) in try evaluator.trace(query) }
  }

  /// The verdict on packets between several ends; see ``traces(_:)``.
  package mutating func decide(_ queries: [PacketQuery]) throws(PacketProblem) -> Decision {
    let decisions = try each(queries) { (evaluator, query) throws(PacketProblem) in
      try evaluator.decide(query)
    }
    return Decision.united(decisions) ?? Decision(verdict: .allow, rule: nil)
  }

  private mutating func each<Answer>(
    _ queries: [PacketQuery], _ evaluate: (inout PacketEvaluator, PacketQuery) throws(PacketProblem) -> Answer
  ) throws(PacketProblem) -> [Answer] {
    var answers: [Answer] = []
    var mixed: PacketProblem?
    for query in queries {
      do { answers.append(try evaluate(&self, query)) } catch {
        guard case .mixedFamilies = error else { throw error }
        mixed = mixed ?? error
      }
    }
    if answers.isEmpty, let mixed { throw mixed }
    return answers
  }
}

/// A packet that passes through every filter and records each answer.
private struct TracedPacket: LegVisitor {
  static var isSinglePacket: Bool { true }

  private(set) var steps: [TraceStep] = []
  private(set) var outcome = PathOutcome()
  private let route: RoutedPacket
  private var rewrites: ArraySlice<RewriteStep>
  private var direction = Direction.out

  init(_ route: RoutedPacket, _ rewrites: [RewriteStep]) {
    self.route = route
    self.rewrites = rewrites[...]
  }

  mutating func visitEnd(_ direction: Direction) {
    self.direction = direction
    if direction == .in { arrive() }
    outcome.visitEnd()
  }

  mutating func visitUnknownEnd() {
    arrive()
    outcome.visitUnknownEnd()
  }

  /// Everything is rewritten before the packet gets to the receiver.
  mutating func arrive() {
    while !rewrites.isEmpty { rewrite() }
  }

  private mutating func rewrite() {
    var step = rewrites.removeFirst()
    step.isReached = !outcome.isBlocked
    steps.append(.rewrite(step))
  }

  mutating func visit(_ filter: PacketFilter, at point: FilterPoint) -> Bool {
    let packet = route.seen(by: point.enforcement, direction)
    // The destination is rewritten before the first filter that sees the new one.
    if let next = rewrites.first, next.field == .destination, packet.remote == next.to.address,
      packet.remotePort == next.to.port
    {
      rewrite()
    }
    let answer = filter.answers[filter.answer(to: packet)]
    steps.append(
      .filter(
        FilterStep(
          endpoint: point.endpoint, enforcement: point.enforcement, packet: packet,
          group: point.enforcement == .vfp
            ? VFPGroup(family: packet.local.family, direction: packet.direction) : nil,
          answer: answer, isReached: !outcome.isBlocked)))
    outcome.add(answer, at: point.enforcement)
    return true
  }
}
