package import HostModel
package import NetworkTypes

/// What one enforcement point said to a packet on its way.
package struct FilterStep: Hashable, Sendable {
  /// The endpoint, by its place in the topology; nil for the host itself.
  package var endpoint: Int?
  /// The component.
  package var enforcement: EnforcementPoint
  /// The packet as the filter saw it.
  package var packet: Packet
  /// The group that holds VFP's rules.
  package var group: VFPGroup?
  /// The rule that answered.
  package var answer: RuleAnswer
  /// Whether the packet came this far; a later point is asked all the same, to show what it holds.
  package var isReached: Bool
}

/// How a sender notices that a packet does not pass.
package enum SenderNotice: String, Hashable, Sendable {
  /// The connect or send call fails at once with WSAEACCES, because Windows Firewall refuses it in the
  /// sender's own stack (reference: windows-firewall-and-vfp, 9).
  case refused
  /// Nothing comes back: VFP drops, and Windows Firewall in stealth mode does not answer either
  /// (reference: windows-firewall-and-vfp, 2.1 and 9).
  case timeout
}

/// The way of a packet with everything that was said to it.
package struct PacketTrace: Sendable {
  /// The way.
  package var route: PacketRoute
  /// The verdict.
  package var verdict: Verdict
  /// The name of the rule that decided; nil where nothing filters.
  package var rule: String?
  /// The points in the order in which the packet meets them.
  package var steps: [FilterStep]
  /// What is not a filter and speaks against arrival, or has to be known to read the verdict.
  package var notes: [RouteNote]

  /// How the sender notices a packet that does not pass; nil for one that does.
  package var notice: SenderNotice? {
    guard verdict == .block, let step = steps.first(where: { $0.answer.verdict == .block }) else {
      return nil
    }
    return step.enforcement == .windowsFirewall && step.packet.direction == .out ? .refused : .timeout
  }
}

extension PacketEvaluator {
  /// Judges a packet and tells everything that was said on the way.
  ///
  /// - Parameter query: The packet.
  /// - Returns: The trace.
  /// - Throws: ``PacketProblem`` for a packet that cannot exist or that no filter of the host sees.
  package mutating func trace(_ query: PacketQuery) throws(PacketProblem) -> PacketTrace {
    let route = try legs.route(query)
    var packet = TracedPacket(route)
    walk(route.leg, route.sent.local.family, &packet)
    let decision = packet.outcome.decision
    return PacketTrace(
      route: route, verdict: decision.verdict, rule: decision.rule.map { names[$0] }, steps: packet.steps,
      notes: notes(query, route))
  }
}

/// A packet that is led past every filter and records what each one answers.
private struct TracedPacket: LegTraveller {
  private(set) var steps: [FilterStep] = []
  private(set) var outcome = PathOutcome()
  private let route: PacketRoute
  private var packet: Packet

  init(_ route: PacketRoute) {
    self.route = route
    packet = route.sent
  }

  mutating func beginEnd(_ direction: Direction) {
    packet = direction == .out ? route.sent : route.received
    outcome.beginEnd()
  }

  mutating func meet(_ filter: PacketFilter, at point: FilterPoint) -> Bool {
    let answer = filter.answers[filter.answer(to: packet)]
    steps.append(
      FilterStep(
        endpoint: point.endpoint, enforcement: point.enforcement, packet: packet,
        group: point.enforcement == .vfp
          ? VFPGroup(family: packet.local.family, direction: packet.direction) : nil,
        answer: answer, isReached: !outcome.isBlocked))
    outcome.add(answer, at: point.enforcement)
    return true
  }
}
