package import HostModel
package import NetworkTypes

/// The verdict on a packet.
package struct Decision: Hashable, Sendable {
  /// The verdict.
  package var verdict: Verdict
  /// The matched rule, by the index of its name in the evaluator: the first one that blocked, otherwise the
  /// one that allowed at the destination; nil if nothing filters.
  package var rule: Int?

  /// Creates a decision.
  ///
  /// - Parameters:
  ///   - verdict: The verdict.
  ///   - rule: The matched rule.
  package init(verdict: Verdict, rule: Int? = nil) {
    self.verdict = verdict
    self.rule = rule
  }

  /// The decision on a packet that goes to any one of several backends; nil for none.
  ///
  /// - Parameter decisions: The decision for each backend.
  /// - Returns: The united verdict, with the rule if it is the same for all.
  package static func united(_ decisions: [Decision]) -> Decision? {
    var union = DecisionUnion()
    for decision in decisions { union.add(decision) }
    return union.decision
  }
}

/// The decisions for the backends of a service, united one after the other.
struct DecisionUnion: Hashable {
  /// The decision for all so far; nil for none.
  private(set) var decision: Decision?
  private var hasUnknown = false
  private var known: Verdict?

  /// Whether no further decision can change it.
  var isFinal: Bool { known == .mixed && decision?.rule == nil }

  /// The union with the decision for the next backend.
  func adding(_ next: Decision) -> Self {
    var copy = self
    copy.add(next)
    return copy
  }

  /// Adds the decision for the next backend.
  mutating func add(_ next: Decision) {
    guard let all = decision else {
      decision = next
      hasUnknown = next.verdict == .unknown
      known = hasUnknown ? nil : next.verdict
      return
    }
    if next.verdict == .unknown {
      hasUnknown = true
    } else {
      known = known == nil || known == next.verdict ? next.verdict : .mixed
    }
    decision = Decision(
      verdict: known == .mixed || !hasUnknown ? known ?? .unknown : .unknown,
      rule: all.rule == next.rule ? all.rule : nil)
  }
}

/// Evaluates packets with the filters of a host.
///
/// There is no other evaluator: traces, tests and tables all use this one. Filters are compiled on first use,
/// and endpoints with equal rules share them.
package struct PacketEvaluator {
  /// The topology of the host.
  package let topology: HostTopology
  /// The assumptions of the host.
  package let assumptions: Assumptions
  /// The Windows build.
  package let build: WindowsBuild
  let legs: LegTable
  private let host: any FilteredHost
  private let ruleName: @Sendable (String) -> String
  private(set) var cache: FilterCache
  private let isFirewallOuter: Bool
  /// What the source of the host lacks.
  package let gaps: HostGaps
  /// Whether the host has the firewall of a real one.
  let hasCapturedFirewall: Bool

  /// Creates an evaluator.
  ///
  /// - Parameters:
  ///   - host: The host.
  ///   - ruleName: Maps the name of a rule in a filter to its name in output.
  package init(
    _ host: any FilteredHost, ruleName: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.init(host, LegTable(host.topology, assumptions: host.assumptions), host.gaps, ruleName)
  }

  private init(
    _ host: any FilteredHost, _ legs: LegTable, _ gaps: HostGaps,
    _ ruleName: @escaping @Sendable (String) -> String
  ) {
    self.host = host
    self.legs = legs
    self.ruleName = ruleName
    topology = legs.topology
    assumptions = host.assumptions
    build = host.build
    cache = FilterCache(host, topology, missing: gaps.missing, ruleName: ruleName)
    isFirewallOuter = assumptions.filterOrder == .firewallOuter
    self.gaps = gaps
    hasCapturedFirewall = !host.hostFirewall.profileReadings.isEmpty
  }

  /// The stack of the compartment at one end whose Windows Firewall filters packets; nil if there is none.
  func firewallStack(_ location: RoutedPacket.Location) -> Compartment.Stack? {
    switch location {
    case .outside: nil
    case .host: host.hostFirewall.stack
    case .endpoint(let index): host.firewall(of: topology.endpoints[index].id)?.stack
    }
  }

  /// An evaluator of the same host under other assumptions.
  ///
  /// - Parameter assumptions: The assumptions.
  package func under(_ assumptions: Assumptions) -> PacketEvaluator {
    PacketEvaluator(host.under(assumptions), legs.under(assumptions), gaps, ruleName)
  }

  /// An evaluator of the same host as if its missing objects did not exist.
  ///
  /// What it says of packets to and from their addresses is what the filters of the other end do.
  package var withoutMissingObjects: PacketEvaluator {
    guard !gaps.missing.isEmpty else { return self }
    var gaps = gaps
    gaps.missing = []
    return PacketEvaluator(host, legs, gaps, ruleName)
  }

  /// Whether the host's own firewall is that of the documented defaults: neither captured nor missing from a
  /// capture.
  var hasOnlyDocumentedDefaults: Bool {
    !hasCapturedFirewall && gaps.firewall(of: host.hostFirewall.stack, under: assumptions) == nil
  }

  /// Whether anything on this host can depend on an assumption.
  ///
  /// - Parameter key: The assumption.
  package func canDepend(on key: Assumption) -> Bool {
    switch key {
    case .hypervInboundBefore1709: build.deniesInboundByDefault
    case .natAclOnServer2025:
      build.release.build == 26100 && topology.networks.contains { $0.driver == .nat }
    case .natSource:
      topology.networks.contains { $0.driver == .nat }
        || topology.endpoints.contains { !$0.outboundNAT.isEmpty }
    case .hostAclScope: topology.namespaces.contains { !$0.isHost && $0.endpoints.count > 1 }
    case .hostProfileScope: hasCapturedFirewall
    case .serviceDestination: !legs.services.isEmpty
    case .publishedDestination: topology.endpoints.contains { !$0.mappings.isEmpty }
    case .hostAclRules: false
    case .firewall: gaps.firewall != nil || lacksProfiles
    default: true
    }
  }

  /// Whether the settings of a profile that can apply are not in the source.
  private var lacksProfiles: Bool {
    guard hasCapturedFirewall else { return false }
    var assumptions = assumptions
    assumptions.firewall = .captured
    return host.under(assumptions).hostFirewall.profileReadings.contains { !$0.isCaptured }
  }

  /// The names that decisions refer to; later packets may add to them.
  package var names: [String] { cache.names }

  /// The number of different filters compiled so far.
  package var filterCount: Int { cache.filters.count }

  /// A filter that was used.
  ///
  /// - Parameter point: The point.
  package func filter(_ point: FilterPoint) -> PacketFilter { cache.filters[point.filter] }

  /// The verdict on a packet and the matched rule.
  ///
  /// - Parameter query: The packet.
  /// - Returns: The decision.
  /// - Throws: ``PacketProblem`` for a packet that cannot exist or that no filter of the host sees.
  package mutating func decide(_ query: PacketQuery) throws(PacketProblem) -> Decision {
    switch try legs.way(query) {
    case .direct(let route): return decide(route)
    case .balanced(let packet): return decide(packet)
    }
  }

  private mutating func decide(_ route: RoutedPacket) -> Decision {
    var packet = DecidedPacket(route)
    walk(route.leg, from: route.original.local, &packet)
    return packet.outcome.decision
  }

  /// The decision for all backends, which have the sender's end in common.
  private mutating func decide(_ packet: BalancedPacket) -> Decision {
    let family = packet.source.family
    let first = legs.route(packet, to: packet.backends.first)
    var leaving = LeavingPacket(packet, first)
    let hasUnknownAddress =
      first.leg.hasUnknownAddress(from: packet.source)
      || packet.backends.contains { $0.address.isUnspecified }
    _ = pass(packet.sender, .out, family, hasUnknownAddress, &leaving)
    let isAtSender = legs.rewrites(packet.sender, packet.target)
    var union = DecisionUnion()
    for (backend, outcome) in zip(packet.backends, leaving.outcomes) where !union.isFinal {
      guard !backend.isRemote, !outcome.isBlocked else {
        union.add(outcome.decision)
        continue
      }
      let arrival = legs.arrival(
        from: packet.sender, through: packet.target, at: backend, destination: packet.dialed,
        isAtSender: isAtSender)
      let received = packet.received(at: backend, arrival)
      var arriving = ArrivingPacket(received, outcome)
      if arrival.isAttached {
        let hasUnknownAddress = received.local.isUnspecified || received.remote.isUnspecified
        _ = pass(.endpoint(backend.endpoint), .in, family, hasUnknownAddress, &arriving)
      } else {
        arriving.visitUnknownEnd()
      }
      union.add(arriving.outcome.decision)
    }
    return union.decision ?? Decision(verdict: .allow)
  }

  /// The route of a packet through the host; to the first backend of a service.
  ///
  /// - Parameter query: The packet.
  /// - Returns: The route.
  /// - Throws: ``PacketProblem`` for a packet that cannot exist or that no filter of the host sees.
  package func route(_ query: PacketQuery) throws(PacketProblem) -> RoutedPacket { try legs.route(query) }

  /// The points that filter a packet, in the order of evaluation.
  ///
  /// Outbound traffic leaves the compartment's stack before it reaches the switch port, and inbound traffic
  /// the other way round, unless `filterOrder` says otherwise; the order is not documented (reference:
  /// windows-firewall-and-vfp, 8).
  ///
  /// - Parameters:
  ///   - location: One end of the packet.
  ///   - family: The address family.
  ///   - direction: The direction at that end.
  package mutating func points(
    _ location: RoutedPacket.Location, _ family: AddressFamily, _ direction: Direction
  ) -> [FilterPoint] {
    guard location != .outside else { return [] }
    let endpoint = Self.endpoint(at: location)
    return (0...1).compactMap { stage in
      let enforcement = enforcement(stage, direction)
      return cache.filter(endpoint, enforcement, family, direction).map {
        FilterPoint(endpoint: endpoint, enforcement: enforcement, filter: $0)
      }
    }
  }

  /// The first or second component that evaluates packets of a direction.
  private func enforcement(_ stage: Int, _ direction: Direction) -> EnforcementPoint {
    let isFirewallFirst = (direction == .out) != isFirewallOuter
    return (stage == 0) == isFirewallFirst ? .windowsFirewall : .vfp
  }

  /// The endpoint of an end, by its index in the topology.
  static func endpoint(at location: RoutedPacket.Location) -> Int? {
    if case .endpoint(let index) = location { index } else { nil }
  }

  /// Walks along a leg, through all of its filters.
  ///
  /// - Parameters:
  ///   - leg: The leg.
  ///   - source: The source address as sent; one of them if there are many.
  ///   - visitor: The visitor of the filters.
  mutating func walk<Traveler: LegVisitor>(
    _ leg: PacketLeg, from source: IPAddress, _ visitor: inout Traveler
  ) throws(Traveler.Failure) {
    guard !leg.isLoopback else { return }
    let hasUnknownAddress = leg.hasUnknownAddress(from: source)
    guard try pass(leg.sender, .out, source.family, hasUnknownAddress, &visitor) else { return }
    guard leg.isReceiverAttached else { return try visitor.visitUnknownEnd() }
    _ = try pass(leg.receiver, .in, source.family, hasUnknownAddress, &visitor)
  }

  /// Walks through the filters at one end; returns whether to continue.
  private mutating func pass<Traveler: LegVisitor>(
    _ location: RoutedPacket.Location, _ direction: Direction, _ family: AddressFamily,
    _ hasUnknownAddress: Bool, _ visitor: inout Traveler
  ) throws(Traveler.Failure) -> Bool {
    guard location != .outside else { return true }
    try visitor.visitEnd(direction)
    let endpoint = Self.endpoint(at: location)
    for stage in 0...1 {
      let enforcement = enforcement(stage, direction)
      guard
        let filter = cache.filter(
          endpoint, enforcement, family, direction, hasUnknownAddress: hasUnknownAddress)
      else { continue }
      let point = FilterPoint(endpoint: endpoint, enforcement: enforcement, filter: filter)
      if Traveler.isSinglePacket { cache.countLookup(filter) }
      guard try visitor.visit(cache.filters[filter], at: point) else { return false }
    }
    return true
  }
}

/// A visitor of the filters of a leg: one packet, or a set of them.
protocol LegVisitor {
  associatedtype Failure: Error
  /// Whether each filter looks up one packet.
  static var isSinglePacket: Bool { get }

  /// Begins the sender's end, whose direction is out, or the receiver's.
  mutating func visitEnd(_ direction: Direction) throws(Failure)

  /// Ends at a receiver whose answers are not known.
  mutating func visitUnknownEnd() throws(Failure)

  /// Evaluates a filter; returns whether any packets are left.
  mutating func visit(_ filter: PacketFilter, at point: FilterPoint) throws(Failure) -> Bool
}

/// A packet that stops at the filter that blocks it; nothing is recorded.
struct DecidedPacket: LegVisitor {
  static var isSinglePacket: Bool { true }
  private(set) var outcome = PathOutcome()
  private let route: RoutedPacket
  private var isComing = false

  /// - Parameter route: The packet.
  init(_ route: RoutedPacket) { self.route = route }

  @inline(__always)
  mutating func visitEnd(_ direction: Direction) {
    isComing = direction == .in
    outcome.visitEnd()
  }

  mutating func visitUnknownEnd() { outcome.visitUnknownEnd() }

  @inline(__always)
  mutating func visit(_ filter: PacketFilter, at point: FilterPoint) -> Bool {
    let packet = route.seen(by: point.enforcement, isComing ? .in : .out)
    outcome.add(filter.effect(on: packet), at: point.enforcement)
    return !outcome.isBlocked
  }
}

/// The verdict on a whole leg from the answers along it.
struct PathOutcome: Hashable {
  private(set) var decision = Decision(verdict: .allow, rule: nil)
  private(set) var isBlocked = false
  /// Whether the allow rule at the current end is one of VFP's own.
  private var isFromVFP = false

  /// Begins the next end; its allow rule replaces the previous end's.
  mutating func visitEnd() { isFromVFP = false }

  /// Ends at a receiver whose answers are not known; what blocks before is certain.
  mutating func visitUnknownEnd() {
    if !isBlocked, decision.verdict == .allow { decision = Decision(verdict: .unknown) }
  }

  /// Adds what the next filter answers.
  ///
  /// If both components allow, VFP's rule is reported, unless it is only the platform's, because then VFP
  /// carries the policy.
  mutating func add(_ effect: RuleEffect, at enforcement: EnforcementPoint) {
    guard !isBlocked else { return }
    switch effect.verdict {
    case .block:
      isBlocked = true
      decision = Decision(verdict: .block, rule: effect.name)
    case .unknown where decision.verdict == .allow:
      decision = Decision(verdict: .unknown, rule: effect.name)
    case .unknown, .mixed: break
    case .allow:
      guard decision.verdict == .allow, !isFromVFP else { return }
      guard enforcement == .windowsFirewall || !effect.isPlatform || decision.rule == nil else { return }
      decision.rule = effect.name
      isFromVFP = enforcement == .vfp && !effect.isPlatform
    }
  }
}
