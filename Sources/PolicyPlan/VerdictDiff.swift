package import FilterEngine
package import HostModel
package import NetworkTypes
package import PacketSpace

/// Packets of one endpoint and direction whose verdict changes, with the rules responsible.
package struct VerdictChange: Sendable, Hashable {
  /// The endpoint's name.
  package var endpoint: String
  /// The direction as the endpoint sees it.
  package var direction: Direction
  /// How the verdict changes.
  package var change: PathDifference.Change
  /// The packets, as a few disjoint boxes.
  package var packets: [PacketBox]
  /// Example packets, the simplest first; at least one.
  package var witnesses: [PacketWitness]
  /// The name of the rule that matched before; nil if the endpoint did not exist.
  package var before: String?
  /// The name of the rule that matches after; nil if the endpoint no longer exists.
  package var after: String?

  /// Creates a change; see the members.
  package init(
    endpoint: String, direction: Direction, change: PathDifference.Change, packets: [PacketBox],
    witnesses: [PacketWitness], before: String?, after: String?
  ) {
    self.endpoint = endpoint
    self.direction = direction
    self.change = change
    self.packets = packets
    self.witnesses = witnesses
    self.before = before
    self.after = after
  }
}

/// The effect on packets of changing one host to another.
///
/// Endpoints are compared by name, each direction separately: inbound packets are evaluated by the endpoint's
/// own filters, and those of a sender on the same host are covered by that sender's outbound comparison. If
/// an endpoint does not exist, nothing is allowed.
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

    /// Creates a scope.
    ///
    /// - Parameters:
    ///   - endpoints: The only endpoints; nil for all.
    ///   - owner: The owner of the endpoints; nil for all.
    ///   - enforcement: The only enforcement point; nil for all.
    ///   - witnesses: The number of witnesses for each change, at least 1.
    package init(
      endpoints: Set<String>? = nil, owner: String? = nil, enforcement: EnforcementPoint? = nil,
      witnesses: Int = 1
    ) {
      self.endpoints = endpoints
      self.owner = owner
      self.enforcement = enforcement
      self.witnesses = max(1, witnesses)
    }
  }

  /// The changes by endpoint and direction, newly allowed packets first.
  package private(set) var changes: [VerdictChange] = []
  /// Endpoints and directions for which the work limit was exceeded.
  package private(set) var undecided: [(endpoint: String, direction: Direction)] = []

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
      for direction in Direction.allCases {
        do {
          changes += try budget.share { () throws(BudgetExceeded) in
            try comparison.changes(of: key, direction)
          }
        } catch {
          undecided.append((key.name, direction))
        }
      }
    }
    before = comparison.before.evaluator
    after = comparison.after.evaluator
  }
}

/// The comparison of two hosts, endpoint by endpoint.
private struct Comparison {
  var before: Side
  var after: Side
  let scope: VerdictDiff.Scope
  private let budget: Budget
  /// The results so far; a failure if the work limit was exceeded.
  private var known: [Question: Result<[Answer], BudgetExceeded>] = [:]

  /// The identity of an endpoint on two hosts; endpoints of different owners can have the same name.
  struct Key: Hashable {
    var owner: String
    var name: String

    init(_ endpoint: HostTopology.Endpoint) {
      owner = endpoint.owner
      name = endpoint.name
    }
  }

  /// One of the two hosts.
  struct Side {
    var evaluator: PacketEvaluator
    let endpoints: [Key: Int]
    /// The addresses in use on the host.
    let onHostAddresses: AddressSet

    init(_ evaluator: PacketEvaluator) {
      self.evaluator = evaluator
      let topology = evaluator.topology
      var endpoints: [Key: Int] = [:]
      for (position, endpoint) in topology.endpoints.enumerated() where endpoint.isAttached {
        endpoints[Key(endpoint)] = endpoints[Key(endpoint)] ?? position
      }
      self.endpoints = endpoints
      onHostAddresses = AddressSet(
        (topology.endpoints.flatMap(\.addresses) + topology.addresses).map { AddressRange($0) })
    }

    mutating func path(
      _ index: Int?, _ family: AddressFamily, _ direction: Direction, _ enforcement: EnforcementPoint?
    ) -> FilterPath? {
      index.flatMap { evaluator.path(.endpoint($0), family, direction, at: enforcement) }
    }

    func addresses(_ index: Int?, _ family: AddressFamily) -> [IPAddress] {
      index.map { evaluator.topology.endpoints[$0].addresses.filter { $0.family == family } } ?? []
    }
  }

  /// Everything an answer depends on: endpoints with equal filters get equal answers.
  private struct Question: Hashable {
    var before: [Int]?
    var after: [Int]?
    var direction: Direction
    /// The endpoint's addresses, if any rules have addresses.
    var local: AddressSet?
  }

  private struct Answer {
    var change: PathDifference.Change
    var before: String?
    var after: String?
    var set: PacketSet
  }

  init(
    _ before: PacketEvaluator, _ after: PacketEvaluator, _ scope: VerdictDiff.Scope, _ budget: Budget
  ) {
    self.budget = budget
    self.before = Side(before)
    self.after = Side(after)
    self.scope = scope
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

  mutating func changes(of key: Key, _ direction: Direction) throws(BudgetExceeded) -> [VerdictChange] {
    var found: [Answer] = []
    for family in AddressFamily.allCases { found += try answers(key, family, direction) }
    // One rule can apply to both families.
    var merged: [Answer] = []
    for answer in found {
      if let position = merged.firstIndex(where: {
        $0.change == answer.change && $0.before == answer.before && $0.after == answer.after
      }) {
        merged[position].set = try merged[position].set.union(answer.set, within: budget)
      } else {
        merged.append(answer)
      }
    }
    let ordered = merged.enumerated().sorted {
      ($0.element.change, $0.offset) < ($1.element.change, $1.offset)
    }
    return try ordered.map { _, answer throws(BudgetExceeded) in
      VerdictChange(
        endpoint: key.name, direction: direction, change: answer.change,
        packets: try answer.set.boxes(within: budget),
        witnesses: try witnesses(of: answer.set, key, direction), before: answer.before,
        after: answer.after)
    }
  }

  private mutating func answers(
    _ key: Key, _ family: AddressFamily, _ direction: Direction
  ) throws(BudgetExceeded) -> [Answer] {
    let (old, new) = (before.endpoints[key], after.endpoints[key])
    let left = before.path(old, family, direction, scope.enforcement)
    let right = after.path(new, family, direction, scope.enforcement)
    guard left != nil || right != nil else { return [] }
    let addresses = Set(before.addresses(old, family) + after.addresses(new, family))
    // No packet of the endpoint has a family in which it has no address.
    let hasAddresses = hasAddresses(old, before) || hasAddresses(new, after)
    if hasAddresses, addresses.isEmpty { return [] }
    let namesLocal = (left?.namesLocalAddresses ?? false) || (right?.namesLocalAddresses ?? false)
    let local = namesLocal && !addresses.isEmpty ? AddressSet(addresses.map { AddressRange($0) }) : nil
    let question = Question(
      before: left?.filters, after: right?.filters, direction: direction,
      local: local ?? .all(family))
    if let known = known[question] { return try known.get() }
    do {
      let answers = try compare(
        (left, isThere: old != nil), (right, isThere: new != nil), family, local ?? .all(family))
      known[question] = .success(answers)
      return answers
    } catch {
      known[question] = .failure(error)
      throw error
    }
  }

  private func compare(
    _ left: (path: FilterPath?, isThere: Bool), _ right: (path: FilterPath?, isThere: Bool),
    _ family: AddressFamily, _ local: AddressSet
  ) throws(BudgetExceeded) -> [Answer] {
    let query = try PacketSet(
      PacketBox(local: local, remote: .all(family)), within: budget)
    let difference = try Self.path(left.path, isThere: left.isThere, family).difference(
      to: Self.path(right.path, isThere: right.isThere, family), on: query, within: budget)
    return difference.regions.map { region in
      Answer(
        change: region.change, before: ruleName(region.before, left.path, before, isThere: left.isThere),
        after: ruleName(region.after, right.path, after, isThere: right.isThere), set: region.set)
    }
  }

  private func hasAddresses(_ index: Int?, _ side: Side) -> Bool {
    index.map { !side.evaluator.topology.endpoints[$0].addresses.isEmpty } ?? false
  }

  /// The path, or its equivalent if there is none: an endpoint without filters allows everything, and a
  /// missing endpoint nothing.
  private static func path(_ path: FilterPath?, isThere: Bool, _ family: AddressFamily) -> PacketPath {
    path?.path
      ?? PacketPath(PacketPolicy(firstMatchOf: [], unmatched: isThere ? .allow : .block, families: [family]))
  }

  private func ruleName(
    _ matchedRule: PacketPath.MatchedRule, _ path: FilterPath?, _ side: Side, isThere: Bool
  ) -> String? {
    guard isThere else { return nil }
    return path.map { side.evaluator.names[$0.answer(matchedRule).name] } ?? "unfiltered"
  }

  // MARK: Witnesses

  /// Example packets of a set, between the endpoint and an address outside the host if possible.
  private func witnesses(
    of set: PacketSet, _ key: Key, _ direction: Direction
  ) throws(BudgetExceeded) -> [PacketWitness] {
    let own = Set(
      AddressFamily.allCases.flatMap {
        after.addresses(after.endpoints[key], $0) + before.addresses(before.endpoints[key], $0)
      })
    var rest = set
    if !own.isEmpty {
      let local = AddressSet(own.map { AddressRange($0) })
      rest = try rest.intersection(try PacketSet(PacketBox(local: local), within: budget), within: budget)
    }
    let onHost = try PacketSet(
      PacketBox(remote: before.onHostAddresses.union(after.onHostAddresses)), within: budget)
    let outside = try rest.subtracting(onHost, within: budget)
    if !outside.isEmpty { rest = outside }
    var witnesses: [PacketWitness] = []
    while witnesses.count < scope.witnesses, let witness = rest.witness(direction) {
      witnesses.append(witness)
      guard witnesses.count < scope.witnesses else { break }
      rest = try rest.subtracting(try Self.neighborhood(witness, budget), within: budget)
    }
    return witnesses
  }

  /// A packet that differs from a witness in one peer only is not another example.
  private static func neighborhood(_ witness: PacketWitness, _ budget: Budget) throws(BudgetExceeded)
    -> PacketSet
  {
    let packet = witness.packet
    let ports = packet.protocol.hasPorts
    return try PacketSet(
      PacketBox(
        protocols: ProtocolSet([packet.protocol]), local: .all(packet.local.family),
        remote: AddressSet([AddressRange(packet.remote)]),
        localPorts: ports && packet.direction == .in ? PortSet([PortRange(packet.localPort)]) : .allPorts,
        remotePorts: ports && packet.direction == .out ? PortSet([PortRange(packet.remotePort)]) : .allPorts),
      within: budget)
  }
}
