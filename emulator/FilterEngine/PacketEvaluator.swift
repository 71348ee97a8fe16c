package import HostModel
package import NetworkTypes

/// What becomes of a packet.
package struct Decision: Hashable, Sendable {
  /// Whether it passes.
  package var verdict: Verdict
  /// The rule that decided, by the place of its name among the evaluator's: the one that blocked first,
  /// else the one that allowed at the destination; nil where nothing filters.
  package var rule: Int?
}

/// Judges packets by what the dataplane of a host holds.
///
/// There is no other evaluator: traces, tests and tables all ask this one. Filters are compiled when a
/// packet first meets them, and endpoints with equal rules share them.
package struct PacketEvaluator {
  /// What is where on the host.
  package let topology: HostTopology
  /// The named choices of the host.
  package let assumptions: Assumptions
  /// The Windows build.
  package let build: WindowsBuild
  let router: PacketRouter
  private let host: any FilteredHost
  private let ruleName: @Sendable (String) -> String
  private var cache: FilterCache
  private let firewallOutside: Bool

  /// Makes an evaluator.
  ///
  /// - Parameters:
  ///   - host: The host.
  ///   - ruleName: The name that readers know a rule by, from the one a filter holds.
  package init(
    _ host: any FilteredHost, ruleName: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.init(host, PacketRouter(host.topology, assumptions: host.assumptions), ruleName)
  }

  private init(
    _ host: any FilteredHost, _ router: PacketRouter, _ ruleName: @escaping @Sendable (String) -> String
  ) {
    self.host = host
    self.router = router
    self.ruleName = ruleName
    topology = router.topology
    assumptions = host.assumptions
    build = host.build
    cache = FilterCache(host, topology, ruleName: ruleName)
    firewallOutside = assumptions.filterOrder == .firewallOutside
  }

  /// An evaluator of the same host under other choices.
  ///
  /// - Parameter assumptions: The named choices.
  package func under(_ assumptions: Assumptions) -> PacketEvaluator {
    PacketEvaluator(host.under(assumptions), router.under(assumptions), ruleName)
  }

  /// Whether anything on this host can depend on a switch.
  ///
  /// - Parameter key: The switch.
  package func canDepend(on key: Assumption) -> Bool {
    switch key {
    case .hypervInboundBefore1709: build.deniesInboundByDefault
    case .natAclOnServer2025:
      build.release.build == 26100 && topology.networks.contains { $0.driver == .nat }
    case .natSource:
      topology.networks.contains { $0.driver == .nat }
        || topology.endpoints.contains { !$0.outboundNAT.isEmpty }
    case .publishedDestination: topology.endpoints.contains { !$0.mappings.isEmpty }
    default: true
    }
  }

  /// The names that decisions refer to; later packets may add to them.
  package var names: [String] { cache.names }

  /// How many different filters were compiled so far.
  package var filterCount: Int { cache.filters.count }

  /// A filter that was asked.
  ///
  /// - Parameter point: Where it is asked.
  package func filter(_ point: FilterPoint) -> PacketFilter { cache.filters[point.filter] }

  /// The verdict on a packet and the rule that decided.
  ///
  /// - Parameter query: The packet.
  /// - Returns: The decision.
  /// - Throws: ``PacketProblem`` for a packet that cannot exist or that no filter of the host sees.
  package mutating func decide(_ query: PacketQuery) throws(PacketProblem) -> Decision {
    var recorder = NoRecord()
    return walk(try router.route(query), &recorder)
  }

  /// The way of a packet through the host.
  ///
  /// - Parameter query: The packet.
  /// - Returns: The way.
  /// - Throws: ``PacketProblem`` for a packet that cannot exist or that no filter of the host sees.
  package func route(_ query: PacketQuery) throws(PacketProblem) -> PacketRoute { try router.route(query) }

  /// The points that filter a packet, in the order in which it meets them.
  ///
  /// Outbound traffic leaves the compartment's stack before it meets the switch port, and inbound traffic
  /// the other way round, unless `filterOrder` says otherwise; no source states the order
  /// (reference: windows-firewall-and-vfp, 8).
  ///
  /// - Parameters:
  ///   - place: One end of the packet.
  ///   - family: The address family.
  ///   - direction: The direction at that end.
  package mutating func points(
    _ place: PacketRoute.Place, _ family: AddressFamily, _ direction: Direction
  ) -> [FilterPoint] {
    let endpoint = endpoint(at: place)
    return order(direction).compactMap { enforcement in
      guard place != .outside, let filter = cache.filter(endpoint, enforcement, family, direction) else {
        return nil
      }
      return FilterPoint(endpoint: endpoint, enforcement: enforcement, filter: filter)
    }
  }

  private func order(_ direction: Direction) -> [EnforcementPoint] {
    isFirewallFirst(direction) ? [.windowsFirewall, .vfp] : [.vfp, .windowsFirewall]
  }

  private func isFirewallFirst(_ direction: Direction) -> Bool { (direction == .out) != firewallOutside }

  private func endpoint(at place: PacketRoute.Place) -> Int? {
    if case .endpoint(let index) = place { index } else { nil }
  }

  /// Asks every filter on a way.
  mutating func walk(_ route: PacketRoute, _ recorder: inout some FilterRecorder) -> Decision {
    var outcome = PathOutcome()
    guard !route.isLoopback else { return outcome.decision }
    ask(route.sender, route.sent, &outcome, &recorder)
    if !outcome.isBlocked || recorder.isRecording { ask(route.receiver, route.received, &outcome, &recorder) }
    return outcome.decision
  }

  /// Asks the filters at one end.
  private mutating func ask(
    _ place: PacketRoute.Place, _ packet: Packet, _ outcome: inout PathOutcome,
    _ recorder: inout some FilterRecorder
  ) {
    guard place != .outside else { return }
    outcome.beginEnd()
    let endpoint = endpoint(at: place)
    let isFirewallFirst = isFirewallFirst(packet.direction)
    for turn in 0...1 {
      let enforcement: EnforcementPoint = (turn == 0) == isFirewallFirst ? .windowsFirewall : .vfp
      guard let place = cache.filter(endpoint, enforcement, packet.local.family, packet.direction) else {
        continue
      }
      let answer = cache.filters[place].answer(to: packet)
      if recorder.isRecording {
        recorder.record(
          FilterPoint(endpoint: endpoint, enforcement: enforcement, filter: place), packet,
          cache.filters[place], answer, isReached: !outcome.isBlocked)
      }
      outcome.add(cache.filters[place].answers[answer], at: enforcement)
      if outcome.isBlocked, !recorder.isRecording { return }
    }
  }
}

/// Takes down what the filters on a way answered.
protocol FilterRecorder {
  /// Whether anything is taken down, so that every filter has to be asked.
  var isRecording: Bool { get }

  mutating func record(
    _ point: FilterPoint, _ packet: Packet, _ filter: PacketFilter, _ answer: Int, isReached: Bool)
}

/// Takes nothing down.
struct NoRecord: FilterRecorder {
  var isRecording: Bool { false }

  @inline(__always)
  mutating func record(
    _ point: FilterPoint, _ packet: Packet, _ filter: PacketFilter, _ answer: Int, isReached: Bool
  ) {}
}

/// The verdict of a whole way from the answers along it.
struct PathOutcome: Hashable {
  private(set) var decision = Decision(verdict: .allow, rule: nil)
  private(set) var isBlocked = false
  /// The rule that allowed at the end that was last begun, and whether it is one of VFP's own.
  private var isFromVFP = false

  /// Goes on to the next end; the rule that allows there takes the place of the former one's.
  mutating func beginEnd() { isFromVFP = false }

  /// Adds the answer of the next filter.
  ///
  /// Where both components allow, VFP's rule is named if it is more than the platform's, because there
  /// it carries the policy.
  mutating func add(_ answer: RuleAnswer, at enforcement: EnforcementPoint) {
    guard !isBlocked else { return }
    switch answer.verdict {
    case .block:
      isBlocked = true
      decision = Decision(verdict: .block, rule: answer.name)
    case .unknown where decision.verdict == .allow:
      decision = Decision(verdict: .unknown, rule: answer.name)
    case .unknown: break
    case .allow:
      guard decision.verdict == .allow, !isFromVFP else { return }
      let isPlatform = answer.source == .platform || answer.source == .unmatched
      guard enforcement == .windowsFirewall || !isPlatform || decision.rule == nil else { return }
      decision.rule = answer.name
      isFromVFP = enforcement == .vfp && !isPlatform
    }
  }
}
