package import HostModel
package import NetworkTypes
package import PacketSpace

/// Packets of a query between two ends that all get the same verdict from the same rule.
package struct QueryPart: Sendable {
  /// The sender.
  package var sender: RoutedPacket.Location
  /// The receiver; of packets to a load balancer, who has the address.
  package var receiver: RoutedPacket.Location
  /// The load balancer that takes the packets, by its index in the topology.
  package var balancer: Int?
  /// The published port that forwards to the receiver.
  package var published: PortMapping?
  /// The packets as sent: local is the original destination, remote the sender.
  package var packets: PacketBox
  /// The verdict; of all backends of a load balancer.
  package var verdict: Verdict
  /// The name of the matched rule; nil if nothing filters, or if the backends differ.
  package var rule: String?
  /// Whether both ends are in one compartment, where nothing is filtered.
  package var isLoopback: Bool
  /// The answer for each backend of the load balancer, in its order, if the query asks for them.
  package var backends: [BackendPart] = []
  /// The notes on the packets to a load balancer, if the query asks for its backends.
  package var notes: [RouteNote] = []

  /// Whether two answers to one query give every packet the same verdict, from whatever rules.
  ///
  /// - Parameters:
  ///   - left: The parts of one answer.
  ///   - right: The parts of the other.
  package static func haveEqualVerdicts(_ left: [QueryPart], _ right: [QueryPart]) -> Bool {
    struct Hop: Hashable {
      var sender: RoutedPacket.Location
      var receiver: RoutedPacket.Location
      var balancer: Int?
      var published: PortMapping?
      var verdict: Verdict
    }
    func regions(_ parts: [QueryPart]) -> [Hop: PacketRegion] {
      var boxes: [Hop: [PacketBox]] = [:]
      for part in parts {
        let way = Hop(
          sender: part.sender, receiver: part.receiver, balancer: part.balancer, published: part.published,
          verdict: part.verdict)
        boxes[way, default: []].append(part.packets)
      }
      return boxes.mapValues { PacketRegion($0) }
    }
    func isCovered(_ some: [Hop: PacketRegion], by others: [Hop: PacketRegion]) -> Bool {
      some.allSatisfy { way, region in
        others[way].flatMap { region.subtracting($0, limit: .max)?.isEmpty } ?? region.isEmpty
      }
    }
    let (first, second) = (regions(left), regions(right))
    return isCovered(first, by: second) && isCovered(second, by: first)
  }
}

extension [QueryPart] {
  /// The verdict on all packets of a query: mixed if some are allowed and others blocked.
  package var verdict: Verdict { Verdict.united(lazy.map(\.verdict)) ?? .allow }
}

extension PacketEvaluator {
  /// Evaluates every packet of a query exactly.
  ///
  /// The parts are disjoint and cover every packet of the query that some filter of the host sees. Addresses
  /// stand for their owners: an endpoint's addresses are sent from and received by that endpoint, and
  /// addresses without an owner are outside. Packets that cannot occur are left out: see ``SpecialAddress``.
  ///
  /// - Parameters:
  ///   - set: The query.
  ///   - separatesBackends: Whether the packets of a part also have the same verdict and rule for each backend
  ///     of a load balancer, and the parts say which.
  ///   - budget: The work limit, shared with other questions.
  /// - Returns: The parts by sender and receiver.
  /// - Throws: ``PacketProblem`` if no packet of the query can be evaluated, or a given end cannot, or the
  ///   answer exceeds the work limit.
  package mutating func parts(
    _ set: PacketQuerySet, separatesBackends: Bool = false, within budget: Budget = Budget()
  ) throws(PacketProblem) -> [QueryPart] {
    let senders = try legs.senders(set.from)
    let receivers = try legs.receivers(set.to)
    var parts: [QueryPart] = []
    func add(_ packets: LegPackets) throws(PacketProblem) {
      do throws(BudgetExceeded) {
        parts += try budget.share { () throws(BudgetExceeded) in
          try self.parts(of: packets, separatesBackends, within: budget)
        }
      } catch {
        throw .tooScattered
      }
    }
    for sender in senders {
      for receiver in receivers {
        for packets in try legs.legs(from: sender, to: receiver, set) { try add(packets) }
      }
    }
    for packets in legs.loopbackLegs(from: senders, set) { try add(packets) }
    guard !parts.isEmpty else { throw legs.problem(ofEmpty: set) }
    if separatesBackends { for index in parts.indices { explain(&parts[index]) } }
    return parts
  }

  /// Evaluates the packets of one leg, or of the legs to the backends of a load balancer.
  private mutating func parts(
    of packets: LegPackets, _ separatesBackends: Bool, within budget: Budget
  ) throws(BudgetExceeded) -> [QueryPart] {
    let leg = packets.leg
    let asked = packets.packets
    var packets = packets
    packets.packets = asked.withoutNarrowGaps
    let isWhole = packets.packets == asked
    var sets: [UnitedAnswer: PacketSet] = [:]
    for (decision, set) in try decisions(on: leg, packets, within: budget) {
      sets[UnitedAnswer(separatesBackends).adding(decision)] = set
    }
    for other in packets.others {
      sets = try unite(sets, decisions(on: other, packets, within: budget), within: budget)
    }
    var answers: [PartAnswer: PacketSet] = [:]
    for (united, set) in sets {
      guard let answer = united.answer else { continue }
      answers[answer] = try answers[answer]?.union(set, within: budget) ?? set
    }
    let backends = ([leg] + packets.others).compactMap { BackendPart($0) }
    var parts: [QueryPart] = []
    for (answer, set) in answers.sorted(by: { $0.key < $1.key }) {
      for box in try set.boxes(within: budget).map({ isWhole ? $0 : $0.intersection(asked) })
      where !box.isEmpty {
        var part = QueryPart(
          sender: leg.sender, receiver: packets.receiver, balancer: leg.service?.balancer,
          published: leg.published, packets: box, verdict: answer.all.verdict,
          rule: answer.all.rule.map { names[$0] }, isLoopback: leg.isLoopback)
        part.backends = zip(backends, answer.backends).map { backend, decision in
          backend.with(decision.verdict, rule: decision.rule.map { names[$0] })
        }
        parts.append(part)
      }
    }
    return parts
  }

  /// The packets by the decision on one leg.
  private mutating func decisions(
    on leg: PacketLeg, _ packets: LegPackets, within budget: Budget
  ) throws(BudgetExceeded) -> [Decision: PacketSet] {
    let all = try PacketSet(packets.packets, within: budget)
    var divided = DividedPackets(all, leg, packets.family, within: budget)
    let source = LegTable.first(packets.packets.remote) ?? IPAddress(packets.family, 0)
    try walk(leg, from: source, &divided)
    var sets: [Decision: PacketSet] = [:]
    for (outcome, set) in divided.pieces {
      sets[outcome.decision] = try sets[outcome.decision]?.union(set, within: budget) ?? set
    }
    return sets
  }

  /// Adds the decisions for the next backend to those for the ones before.
  private func unite(
    _ sets: [UnitedAnswer: PacketSet], _ next: [Decision: PacketSet], within budget: Budget
  ) throws(BudgetExceeded) -> [UnitedAnswer: PacketSet] {
    var united: [UnitedAnswer: PacketSet] = [:]
    for (answer, all) in sets {
      for (decision, own) in next {
        let both = next.count == 1 ? all : try all.intersection(own, within: budget)
        guard !both.isEmpty else { continue }
        let key = answer.adding(decision)
        united[key] = try united[key]?.union(both, within: budget) ?? both
      }
    }
    return united
  }
}

extension PacketEvaluator {
  /// Divides packets by the verdict of the filters at one end, and the rule, as single packets are decided.
  ///
  /// - Parameters:
  ///   - packets: The packets as that end sees them.
  ///   - location: The end.
  ///   - family: The address family.
  ///   - direction: The direction at that end.
  ///   - enforcement: The only component to consider; nil for all of them.
  ///   - budget: The work limit.
  package mutating func decisions(
    on packets: PacketSet, at location: RoutedPacket.Location, _ family: AddressFamily,
    _ direction: Direction, at enforcement: EnforcementPoint? = nil, within budget: Budget
  ) throws(BudgetExceeded) -> [(decision: Decision, set: PacketSet)] {
    // Inbound packets of a leg are divided as the receiver sees them.
    let leg = PacketLeg(sender: .outside, receiver: location, destination: IPAddress(family, 0))
    var divided = DividedPackets(packets, leg, family, within: budget)
    try divided.visitEnd(.in)
    for point in points(location, family, direction)
    where enforcement == nil || point.enforcement == enforcement {
      _ = try divided.visit(filter(point), at: point)
    }
    var sets: [Decision: PacketSet] = [:]
    for (outcome, set) in divided.pieces {
      sets[outcome.decision] = try sets[outcome.decision]?.union(set, within: budget) ?? set
    }
    func order(_ decision: Decision) -> (String, Int) { (decision.verdict.rawValue, decision.rule ?? -1) }
    return sets.sorted { order($0.key) < order($1.key) }.map { ($0.key, $0.value) }
  }
}

/// A set of packets that is divided by the rules of every filter on a leg.
private struct DividedPackets: LegVisitor {
  static var isSinglePacket: Bool { false }

  /// The packets by the answers so far.
  private(set) var pieces: [PathOutcome: PacketSet]
  private let leg: PacketLeg
  private let family: AddressFamily
  private let budget: Budget
  private var direction = Direction.out

  init(_ packets: PacketSet, _ leg: PacketLeg, _ family: AddressFamily, within budget: Budget) {
    pieces = [PathOutcome(): packets]
    self.leg = leg
    self.family = family
    self.budget = budget
  }

  mutating func visitEnd(_ direction: Direction) throws(BudgetExceeded) {
    self.direction = direction
    try change { $0.visitEnd() }
  }

  mutating func visitUnknownEnd() throws(BudgetExceeded) { try change { $0.visitUnknownEnd() } }

  private mutating func change(_ body: (inout PathOutcome) -> Void) throws(BudgetExceeded) {
    var next: [PathOutcome: PacketSet] = [:]
    for (outcome, set) in pieces {
      var changed = outcome
      body(&changed)
      next[changed] = try next[changed]?.union(set, within: budget) ?? set
    }
    pieces = next
  }

  mutating func visit(_ filter: PacketFilter, at point: FilterPoint) throws(BudgetExceeded) -> Bool {
    let policies = filter.readings.map { PacketPath(policy($0.matches, point.enforcement)) }
    var next: [PathOutcome: PacketSet] = [:]
    for (outcome, set) in pieces {
      guard !outcome.isBlocked else {
        next[outcome] = try next[outcome]?.union(set, within: budget) ?? set
        continue
      }
      var answers: [Int: PacketSet] = [:]
      try divide(set, policies[...], [], filter, &answers)
      for (answer, part) in answers {
        var changed = outcome
        changed.add(filter.answers[answer].effect, at: point.enforcement)
        next[changed] = try next[changed]?.union(part, within: budget) ?? part
      }
    }
    pieces = next
    return true
  }

  /// Divides packets by the answers of some readings of a filter, given those of the readings before.
  private func divide(
    _ set: PacketSet, _ readings: ArraySlice<PacketPath>, _ answers: [Int], _ filter: PacketFilter,
    _ result: inout [Int: PacketSet]
  ) throws(BudgetExceeded) {
    guard let path = readings.first else {
      let answer = filter.common(answers)
      result[answer] = try result[answer]?.union(set, within: budget) ?? set
      return
    }
    let reading = filter.readings[answers.count]
    for part in try path.partition(of: set, within: budget) {
      try divide(
        part.set, readings.dropFirst(), answers + [reading.answer(of: part.matchedRule.rule)], filter, &result
      )
    }
  }

  /// A list of rules as a function from packets as sent; the rules are rewritten for what their end sees instead.
  ///
  /// Actions have no meaning here: what matters is which rule matches.
  private func policy(_ matches: [RuleMatch], _ enforcement: EnforcementPoint) -> PacketPolicy {
    let translation = direction == .out ? leg.senderTranslation[enforcement] : leg.receiverTranslation
    return PacketPolicy(
      firstMatchOf: matches.enumerated().compactMap { position, match in
        translation.match(match, direction).map {
          PacketPolicy.Rule(identity: position, action: .allow, match: $0)
        }
      }, unmatched: .allow, families: [family])
  }
}

extension PacketFilter.Reading {
  /// The index of the answer of a decider.
  fileprivate func answer(of matchedRule: PacketPolicy.MatchedRule) -> Int {
    if case .rule(let position) = matchedRule { first + position } else { first + matches.count }
  }
}
