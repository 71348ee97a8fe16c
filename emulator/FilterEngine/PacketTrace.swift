import HostModel
package import NetworkTypes

/// How the sender notices that a packet is blocked.
package enum SenderFailure: String, Hashable, Sendable {
  /// The connect or send call fails at once with WSAEACCES, because Windows Firewall refuses it in the
  /// sender's own stack (reference: windows-firewall-and-vfp, 9).
  case refused
  /// There is no response: VFP drops silently, and so does Windows Firewall in stealth mode (reference:
  /// windows-firewall-and-vfp, 2.1 and 9).
  case timeout
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
  /// The filters, and what changes the packet, in their order.
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
  /// The filters, and what changes the packet, in their order; of the backends of a service one after the other, with what
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
    var packet = TracedPacket(route, changes(route))
    walk(route.leg, from: route.original.local, &packet)
    packet.arrive()
    return (packet.outcome.decision, packet.steps)
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
