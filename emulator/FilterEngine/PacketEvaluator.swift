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
  let legs: LegTable
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
    self.init(host, LegTable(host.topology, assumptions: host.assumptions), ruleName)
  }

  private init(
    _ host: any FilteredHost, _ legs: LegTable, _ ruleName: @escaping @Sendable (String) -> String
  ) {
    self.host = host
    self.legs = legs
    self.ruleName = ruleName
    topology = legs.topology
    assumptions = host.assumptions
    build = host.build
    cache = FilterCache(host, topology, ruleName: ruleName)
    firewallOutside = assumptions.filterOrder == .firewallOutside
  }

  /// An evaluator of the same host under other choices.
  ///
  /// - Parameter assumptions: The named choices.
  package func under(_ assumptions: Assumptions) -> PacketEvaluator {
    PacketEvaluator(host.under(assumptions), legs.under(assumptions), ruleName)
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
    let route = try legs.route(query)
    var packet = DecidedPacket(route)
    walk(route.leg, route.sent.local.family, &packet)
    return packet.outcome.decision
  }

  /// The way of a packet through the host.
  ///
  /// - Parameter query: The packet.
  /// - Returns: The way.
  /// - Throws: ``PacketProblem`` for a packet that cannot exist or that no filter of the host sees.
  package func route(_ query: PacketQuery) throws(PacketProblem) -> PacketRoute { try legs.route(query) }

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
    guard place != .outside else { return [] }
    let endpoint = Self.endpoint(at: place)
    return (0...1).compactMap { turn in
      let enforcement = enforcement(turn, direction)
      return cache.filter(endpoint, enforcement, family, direction).map {
        FilterPoint(endpoint: endpoint, enforcement: enforcement, filter: $0)
      }
    }
  }

  /// The component that packets of a direction meet first or second.
  private func enforcement(_ turn: Int, _ direction: Direction) -> EnforcementPoint {
    let isFirewallFirst = (direction == .out) != firewallOutside
    return (turn == 0) == isFirewallFirst ? .windowsFirewall : .vfp
  }

  private static func endpoint(at place: PacketRoute.Place) -> Int? {
    if case .endpoint(let index) = place { index } else { nil }
  }

  /// Leads something along a leg, past every filter there is on it.
  ///
  /// - Parameters:
  ///   - leg: The leg.
  ///   - family: The address family.
  ///   - traveller: What is led.
  mutating func walk<Traveller: LegTraveller>(
    _ leg: PacketLeg, _ family: AddressFamily, _ traveller: inout Traveller
  ) throws(Traveller.Failure) {
    guard !leg.isLoopback else { return }
    if try pass(leg.sender, .out, family, &traveller) { _ = try pass(leg.receiver, .in, family, &traveller) }
  }

  /// Leads something past the filters at one end, and says whether it goes on.
  private mutating func pass<Traveller: LegTraveller>(
    _ place: PacketRoute.Place, _ direction: Direction, _ family: AddressFamily,
    _ traveller: inout Traveller
  ) throws(Traveller.Failure) -> Bool {
    guard place != .outside else { return true }
    try traveller.beginEnd(direction)
    let endpoint = Self.endpoint(at: place)
    for turn in 0...1 {
      let enforcement = enforcement(turn, direction)
      guard let filter = cache.filter(endpoint, enforcement, family, direction) else { continue }
      let point = FilterPoint(endpoint: endpoint, enforcement: enforcement, filter: filter)
      guard try traveller.meet(cache.filters[filter], at: point) else { return false }
    }
    return true
  }
}

/// What is led along a leg: one packet, or a set of them.
protocol LegTraveller {
  associatedtype Failure: Error

  /// Comes to the sender, whose direction is out, or to the receiver.
  mutating func beginEnd(_ direction: Direction) throws(Failure)

  /// Asks a filter, and says whether anything goes on.
  mutating func meet(_ filter: PacketFilter, at point: FilterPoint) throws(Failure) -> Bool
}

/// A packet that is led as far as the filter that blocks it; nothing is recorded.
struct DecidedPacket: LegTraveller {
  private(set) var outcome = PathOutcome()
  private let route: PacketRoute
  private var isComing = false

  init(_ route: PacketRoute) { self.route = route }

  @inline(__always)
  mutating func beginEnd(_ direction: Direction) {
    isComing = direction == .in
    outcome.beginEnd()
  }

  @inline(__always)
  mutating func meet(_ filter: PacketFilter, at point: FilterPoint) -> Bool {
    let answer = filter.answer(to: isComing ? route.received : route.sent)
    outcome.add(filter.answers[answer], at: point.enforcement)
    return !outcome.isBlocked
  }
}

/// The verdict on a whole leg from the answers along it.
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
