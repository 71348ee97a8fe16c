package import FilterEngine
package import HostModel
import NetworkTypes
package import PacketSpace

/// The effect on packets of changing one host to another.
///
/// Endpoints are compared by name, each direction separately, by the endpoint's own filters. Where the other
/// end is on the host too, its filters are known, and a change says whether they let it take effect: see
/// ``VerdictChange/isEndToEnd``. Packets that cannot occur are left out. If an endpoint does not exist,
/// nothing is allowed.
package struct VerdictDiff: Sendable {
  /// What is compared.
  package struct Scope: Sendable {
    /// Compares only these endpoints; nil for all.
    package var endpoints: Set<String>?
    /// Compares only endpoints of this owner; nil for all.
    package var owner: String?
    /// Compares only this enforcement point; nil for all.
    package var enforcement: EnforcementPoint?
    /// The number of witnesses for each change.
    package var witnesses: Int
    /// Whether packets to load balancers from the host and from outside are compared.
    package var includesOthers: Bool

    /// Creates a scope.
    ///
    /// - Parameters:
    ///   - endpoints: The only endpoints; nil for all.
    ///   - owner: The owner of the endpoints; nil for all.
    ///   - enforcement: The only enforcement point; nil for all.
    ///   - witnesses: The number of witnesses for each change, at least 1.
    ///   - includesOthers: Whether packets to load balancers from the host and from outside are compared; if
    ///     nil, they are unless only some endpoints are.
    package init(
      endpoints: Set<String>? = nil, owner: String? = nil, enforcement: EnforcementPoint? = nil,
      witnesses: Int = 1, includesOthers: Bool? = nil
    ) {
      self.endpoints = endpoints
      self.owner = owner
      self.enforcement = enforcement
      self.witnesses = max(1, witnesses)
      self.includesOthers = includesOthers ?? (endpoints == nil && owner == nil)
    }

    /// Whether a missing endpoint is compared; its owner is not known.
    fileprivate func concerns(_ object: MissingObject) -> Bool {
      endpoints?.contains(object.name) ?? (owner == nil)
    }
  }

  /// The changes by endpoint and direction, newly allowed packets first.
  package private(set) var changes: [VerdictChange] = []
  /// Endpoints, the host and senders outside, and directions, for which nothing is known, or for which it is not
  /// known whether the verdicts on some packets change.
  package private(set) var undecided: [UndecidedPackets] = []

  /// Compares two hosts.
  ///
  /// - Parameters:
  ///   - before: Evaluates packets of the host before.
  ///   - after: Evaluates packets of the host after.
  ///   - scope: What is compared.
  ///   - budget: The work limit for all of it.
  package init(
    from before: inout PacketEvaluator, to after: inout PacketEvaluator, scope: Scope = Scope(),
    within budget: Budget = Budget()
  ) {
    var comparison = Comparison(before, after, scope, budget)
    for key in comparison.endpoints {
      let gaps = comparison.gaps(key)
      guard gaps.isEmpty else {
        for direction in Direction.allCases { for gap in gaps { miss(key.name, direction, gap) } }
        continue
      }
      for direction in Direction.allCases {
        do {
          let found = try budget.share { () throws(BudgetExceeded) in
            try comparison.changes(of: key, direction)
          }
          changes += found.changes
          undecided += found.undecided
        } catch {
          miss(key.name, direction)
        }
      }
      do {
        let found = try budget.share { () throws(BudgetExceeded) in
          try comparison.serviceChanges(of: .endpoint(key))
        }
        for change in found.changes { add(change) }
        undecided += found.undecided
      } catch {
        miss(key.name, .out)
      }
    }
    for missing in comparison.missing.endpoints where scope.concerns(missing.object) {
      let object = missing.object
      let name = object.name.isEmpty ? object.id.lowercase : object.name
      for direction in Direction.allCases { miss(name, direction, (.missing(object), missing.hosts)) }
    }
    for client in scope.includesOthers ? [Comparison.Client.host, .outside] : [] {
      if case .host = client, let gaps = comparison.hostGaps() {
        for gap in gaps { miss(client.name, .out, gap) }
        continue
      }
      do {
        let found = try budget.share { () throws(BudgetExceeded) in
          try comparison.serviceChanges(of: client)
        }
        changes += found.changes
        undecided += found.undecided
      } catch {
        miss(client.name, .out)
      }
    }
    // What they have cached is of use again, unless it is of hosts without their missing objects.
    if before.gaps.missing.isEmpty { before = comparison.before.evaluator }
    if after.gaps.missing.isEmpty { after = comparison.after.evaluator }
  }

  /// Notes that nothing is known of a sender and direction, once; without a gap the work limit was exceeded.
  private mutating func miss(_ name: String, _ direction: Direction, _ gap: Comparison.Gap? = nil) {
    let packets = UndecidedPackets(
      endpoint: name, direction: direction, gap: gap?.part, hosts: gap?.hosts ?? [])
    if !undecided.contains(packets) { undecided.append(packets) }
  }

  /// Whether the load balancers of two hosts take the same packets and send them to the same backends.
  static func haveSameServices(_ before: HostTopology, _ after: HostTopology) -> Bool {
    Comparison.Side.frontends(before) == Comparison.Side.frontends(after)
  }

  /// Adds a change of packets to services, to that of other packets with the same rules if there is one.
  private mutating func add(_ change: VerdictChange) {
    let position = changes.firstIndex { other in
      other.endpoint == change.endpoint && other.balancing == change.balancing
        && other.direction == change.direction && other.change == change.change
        && other.before == change.before && other.after == change.after
        && other.verdicts == change.verdicts && other.isEndToEnd
    }
    guard let position else { return changes.append(change) }
    changes[position].packets += change.packets
  }
}

/// The comparison of two hosts, endpoint by endpoint.
struct Comparison {
  var before: Side
  var after: Side
  let scope: VerdictDiff.Scope
  let budget: Budget
  /// How many pairs of an endpoint and another end on the host may still be evaluated.
  var pairsLeft = 20_000
  /// The addresses in use on either host, and the packets to and from them once they are needed.
  let onHostAddresses: AddressSet
  private var onHostPackets: PacketSet?
  /// The frontends of load balancers on either host, in order.
  let frontends: [Frontend]
  /// The addresses that no client outside has: those on either host, those of load balancers, and special
  /// ones.
  let clientGaps: AddressSet
  /// Which addresses examples have.
  let exampleAddresses: ExampleAddresses
  /// The packets to frontends, and the frontends whose load balancer or backends differ, once they are needed.
  var servicePackets: PacketSet?
  var differingFrontends: [Frontend]?
  /// Whether the host itself differs, once it is needed.
  var isHostDifferent: Bool?
  /// Whether any endpoint differs in what it receives, once it is needed.
  var isAnyEndpointDifferent: Bool?
  /// What could not be taken over of either host; the sides are without it.
  let missing: MissingPackets
  /// The results so far; a failure if the work limit was exceeded.
  private var known: [Question: Result<[Answer], BudgetExceeded>] = [:]

  /// The identity of an endpoint on two hosts; endpoints of different owners can have the same name.
  struct Key: Hashable, Comparable {
    var owner: String
    var name: String

    static func < (left: Self, right: Self) -> Bool {
      (left.owner, left.name) < (right.owner, right.name)
    }

    init(_ endpoint: HostTopology.Endpoint) {
      owner = endpoint.owner
      name = endpoint.name
    }
  }

  /// One of the two hosts.
  struct Side {
    var evaluator: PacketEvaluator
    let endpoints: [Key: Int]
    /// The addresses in use on the host, and those on which ports are published.
    let onHostAddresses: AddressSet
    /// The addresses of the host and of its endpoints, without those of endpoints on other hosts.
    let ownAddresses: AddressSet
    /// The load balancers of the host by what they take.
    let frontends: [Frontend: FrontendState]
    /// The filters of endpoints, by what they have in common.
    private var paths: [PathKey: FilterPath] = [:]

    private struct PathKey: Hashable {
      var filters: [Int]
      var family: AddressFamily
    }

    init(_ evaluator: PacketEvaluator) {
      self.evaluator = evaluator
      let topology = evaluator.topology
      let published = topology.endpoints.flatMap(\.mappings).compactMap(\.vip)
      var endpoints: [Key: Int] = [:]
      for (position, endpoint) in topology.endpoints.enumerated() where endpoint.isAttached {
        endpoints[Key(endpoint)] = endpoints[Key(endpoint)] ?? position
      }
      self.endpoints = endpoints
      onHostAddresses = AddressSet(
        (topology.endpoints.flatMap(\.addresses) + topology.hostAddresses + published).map {
          AddressRange($0)
        })
      let own = topology.endpoints.filter { !$0.isRemote }.flatMap(\.addresses)
      ownAddresses = AddressSet((own + topology.hostAddresses).map { AddressRange($0) })
      frontends = Self.frontends(topology)
    }

    /// The filters of an endpoint or the host; those of nothing if it does not exist.
    mutating func end(
      _ location: RoutedPacket.Location?, _ family: AddressFamily, _ direction: Direction,
      _ enforcement: EnforcementPoint?
    ) -> End {
      End(location: location, path: location.flatMap { path($0, family, direction, enforcement) })
    }

    /// The filters of an endpoint or the host; those of the first endpoint for all with equal ones.
    private mutating func path(
      _ location: RoutedPacket.Location, _ family: AddressFamily, _ direction: Direction,
      _ enforcement: EnforcementPoint?
    ) -> FilterPath? {
      let points = evaluator.points(location, family, direction)
        .filter { enforcement == nil || $0.enforcement == enforcement }
      guard !points.isEmpty else { return nil }
      let key = PathKey(filters: points.map(\.filter), family: family)
      if let known = paths[key] { return known }
      let path = evaluator.path(location, family, direction, at: enforcement)
      paths[key] = path
      return path
    }

    func gap(_ key: Key, at enforcement: EnforcementPoint?) -> HostGap? {
      endpoints[key].flatMap { evaluator.missingPart(.endpoint($0), at: enforcement) }
    }

    /// The id of an endpoint; nil if the host does not have it.
    func id(_ key: Key) -> GUID? { endpoints[key].map { evaluator.topology.endpoints[$0].id } }

    func addresses(_ index: Int?, _ family: AddressFamily) -> [IPAddress] {
      index.map { evaluator.topology.endpoints[$0].addresses.filter { $0.family == family } } ?? []
    }
  }

  /// Everything an answer depends on: endpoints with equal filters get equal answers.
  private struct Question: Hashable {
    var before: [Int]?
    var after: [Int]?
    var direction: Direction
    /// The addresses that rules do not tell apart from the endpoint's.
    var local: AddressSet?
  }

  /// The filters of an endpoint or the host, as one of the hosts has them.
  struct End {
    /// The endpoint or host; nil if it does not exist.
    var location: RoutedPacket.Location?
    /// The filters; nil if there are none.
    var path: FilterPath?

    /// The verdict without filters: an endpoint that does not exist allows nothing.
    var unfiltered: RuleAction { location == nil ? .block : .allow }
    /// The rule in place of one without filters.
    var unfilteredName: String? { location == nil ? nil : "unfiltered" }
  }

  /// Packets whose verdict changes, or of which it is not known because it is unknown on both hosts.
  struct Answer {
    /// The verdicts of the endpoint's own filters.
    var verdicts: [Verdict]
    var before: String?
    var after: String?
    var set: PacketSet

    /// How the verdict changes.
    var change: PathDifference.Change { verdicts[1] == .allow ? .newlyAllowed : .newlyBlocked }
    /// Whether it is not known whether it does.
    var isUndecided: Bool { verdicts == [.unknown, .unknown] }
  }

  init(
    _ before: PacketEvaluator, _ after: PacketEvaluator, _ scope: VerdictDiff.Scope, _ budget: Budget
  ) {
    self.budget = budget
    missing = MissingPackets(before.gaps.missing, after.gaps.missing)
    self.before = Side(before.withoutMissingObjects)
    self.after = Side(after.withoutMissingObjects)
    self.scope = scope
    exampleAddresses = ExampleAddresses(of: [before.topology, after.topology])
    onHostAddresses = self.before.onHostAddresses.union(self.after.onHostAddresses)
    frontends = Set(self.before.frontends.keys).union(self.after.frontends.keys).sorted()
    let balanced = AddressSet(Set(frontends.map(\.address)).map { AddressRange($0) })
    clientGaps = self.before.ownAddresses.union(self.after.ownAddresses).union(balanced)
      .union(SpecialAddress.neverSources)
  }

  /// The packets between an endpoint and addresses in use on either host.
  mutating func packetsOnHost() throws(BudgetExceeded) -> PacketSet {
    if let onHostPackets { return onHostPackets }
    let packets = try PacketSet(PacketBox(remote: onHostAddresses), within: budget)
    onHostPackets = packets
    return packets
  }

  /// The endpoints of both sides in the order of the later host, then the deleted ones.
  var endpoints: [Key] {
    let new = after.evaluator.topology.endpoints.map { Key($0) }
    let old = before.evaluator.topology.endpoints.map { Key($0) }.filter { after.endpoints[$0] == nil }
    var seen: Set<Key> = []
    return (new + old).filter { key in
      (scope.endpoints?.contains(key.name) ?? true) && (scope.owner.map { $0 == key.owner } ?? true)
        && seen.insert(key).inserted && (before.endpoints[key] != nil || after.endpoints[key] != nil)
    }
  }

  /// Something that the sources of some hosts lack.
  typealias Gap = (part: HostGap, hosts: Set<ComparedHost>)

  /// What the sources of the hosts lack about the filters of an endpoint.
  func gaps(_ key: Key) -> [Gap] {
    let found = Self.gaps(before.gap(key, at: scope.enforcement), after.gap(key, at: scope.enforcement))
    guard found.isEmpty, let missing = missing.endpoint(named: key.name, (before.id(key), after.id(key)))
    else { return found }
    return [(.missing(missing.object), missing.hosts)]
  }

  /// What the sources of the hosts lack about the host's own filters; nil if nothing, or if no packets to services
  /// pass them.
  func hostGaps() -> [Gap]? {
    guard !frontends.isEmpty else { return nil }
    let found = Self.gaps(before.evaluator.missingPart(.host), after.evaluator.missingPart(.host))
    return found.isEmpty ? nil : found
  }

  private static func gaps(_ before: HostGap?, _ after: HostGap?) -> [Gap] {
    if let before, before == after { return [(before, [.before, .after])] }
    return [before.map { ($0, [.before]) }, after.map { ($0, [.after]) }].compactMap(\.self)
  }

  /// What is found about some packets.
  struct Findings {
    var changes: [VerdictChange] = []
    var undecided: [UndecidedPackets] = []
  }

  mutating func changes(of key: Key, _ direction: Direction) throws(BudgetExceeded) -> Findings {
    var found: [Answer] = []
    for family in AddressFamily.allCases { found += try answers(key, family, direction) }
    // One rule can apply to both families.
    var merged: [Answer] = []
    for answer in found {
      if let position = merged.firstIndex(where: {
        $0.verdicts == answer.verdicts && $0.before == answer.before && $0.after == answer.after
      }) {
        merged[position].set = try merged[position].set.union(answer.set, within: budget)
      } else {
        merged.append(answer)
      }
    }
    var findings = Findings()
    findings.undecided = try removeMissing(from: &merged, key, direction)
    let ordered = merged.enumerated().sorted {
      ($0.element.change, $0.offset) < ($1.element.change, $1.offset)
    }
    for (_, answer) in ordered {
      if answer.isUndecided {
        if let packets = try undecided(answer, key, direction) { findings.undecided.append(packets) }
      } else if let change = try self.change(answer, key, direction) {
        findings.changes.append(change)
      }
    }
    return findings
  }

  mutating func answers(
    _ key: Key, _ family: AddressFamily, _ direction: Direction
  ) throws(BudgetExceeded) -> [Answer] {
    let (old, new) = (before.endpoints[key], after.endpoints[key])
    let left = before.end(old.map { .endpoint($0) }, family, direction, scope.enforcement)
    let right = after.end(new.map { .endpoint($0) }, family, direction, scope.enforcement)
    guard left.path != nil || right.path != nil else { return [] }
    let addresses = Set(before.addresses(old, family) + after.addresses(new, family))
    // No packet of the endpoint has a family in which it has no address.
    let hasAddresses = hasAddresses(old, before) || hasAddresses(new, after)
    if hasAddresses, addresses.isEmpty { return [] }
    let named = [left.path?.localAddresses ?? [], right.path?.localAddresses ?? []]
    let own =
      named.allSatisfy(\.isEmpty) || addresses.isEmpty ? nil : AddressSet(addresses.map { AddressRange($0) })
    let local = own.map { EquivalentAddresses(named)?.addresses(like: addresses, family) ?? $0 }
    let question = Question(
      before: left.path?.filters, after: right.path?.filters, direction: direction,
      local: local ?? .all(family))
    let result: Result<[Answer], BudgetExceeded>
    if let known = known[question] {
      result = known
    } else {
      result = Result { () throws(BudgetExceeded) in
        try compare(left, right, family, direction, local ?? .all(family), scope.enforcement)
      }
      known[question] = result
    }
    let answers = try result.get()
    return own == local ? answers : try Self.answers(answers, at: own, within: budget)
  }

  /// The answers for packets with some local addresses.
  private static func answers(
    _ answers: [Answer], at local: AddressSet?, within budget: Budget
  ) throws(BudgetExceeded) -> [Answer] {
    guard let local, !answers.isEmpty else { return answers }
    let packets = try PacketSet(PacketBox(local: local), within: budget)
    var result: [Answer] = []
    for var answer in answers {
      answer.set = try answer.set.intersection(packets, within: budget)
      if !answer.set.isEmpty { result.append(answer) }
    }
    return result
  }

  /// Whether the filters of an endpoint differ for some packet.
  mutating func hasChanged(_ key: Key, _ direction: Direction) throws(BudgetExceeded) -> Bool {
    if (before.endpoints[key] == nil) != (after.endpoints[key] == nil) { return true }
    for family in AddressFamily.allCases where try !answers(key, family, direction).isEmpty { return true }
    return false
  }

  private func hasAddresses(_ index: Int?, _ side: Side) -> Bool {
    index.map { !side.evaluator.topology.endpoints[$0].addresses.isEmpty } ?? false
  }
}
