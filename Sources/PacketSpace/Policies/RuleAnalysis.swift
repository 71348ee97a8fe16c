import HostModel
import NetworkTypes

/// Finds the rules of a policy that can never match, and those that can be removed without changing a
/// verdict.
///
/// Single packets are tried first: most rules decide one whose verdict is different without the rule. The
/// other rules are compared part by part with the rules that share packets with them.
package struct RuleAnalysis {
  /// What is known about a rule.
  private enum Use {
    case unknown
    /// It decides some packet.
    case reached
    /// Without it, some packet has a different verdict.
    case needed
    /// It decides no packet.
    case unreachable
  }

  private let policy: PacketPolicy
  private let families: [(parts: RuleParts, search: RankSearch)]
  private let budget: Budget
  private let isProbing: Bool
  private var uses: [Use]

  /// The number of packets tried anywhere in a rule.
  private static let tries = 6
  /// The number of later rules that a part of a rule is tried against.
  private static let opponents = 6
  /// The number of parts of a rule that are tried.
  private static let parts = 4

  /// Prepares the analysis.
  ///
  /// - Parameters:
  ///   - policy: The policy.
  ///   - representation: The engine. Which of several minimal covers is found may depend on it.
  ///   - budget: The work limit.
  package init(
    _ policy: PacketPolicy, using representation: Representation = .automatic, within budget: Budget
  ) {
    self.policy = policy
    self.budget = budget
    isProbing = representation == .automatic
    families = policy.families.map { family in
      let parts = RuleParts(policy, family)
      return (parts, RankSearch(table: parts.table, representation: representation, budget: budget))
    }
    uses = Array(repeating: .unknown, count: policy.rules.count)
  }

  /// The rules that decide no packet, in order, each with the rules that cover it.
  package mutating func unreachableRules() throws(BudgetExceeded) -> [PacketPolicy.UnreachableRule] {
    var unreachable: [PacketPolicy.UnreachableRule] = []
    for position in policy.rules.indices {
      try probe(position)
      if uses[position] == .reached || uses[position] == .needed { continue }
      guard let cover = try cover(of: position) else {
        uses[position] = .reached
        continue
      }
      uses[position] = .unreachable
      unreachable.append(
        .init(identity: policy.rules[position].identity, cover: cover.map { policy.rules[$0].identity }))
    }
    return unreachable
  }

  /// The rules, in order, each of which can be removed by itself without changing any verdict.
  ///
  /// This includes rules that can never match.
  package mutating func redundantRules() throws(BudgetExceeded) -> [Int] {
    var redundant: [Int] = []
    for position in policy.rules.indices {
      try probe(position)
      if uses[position] == .needed { continue }
      if uses[position] == .unreachable {
        redundant.append(policy.rules[position].identity)
      } else if try isRedundant(position, without: []) {
        redundant.append(policy.rules[position].identity)
      } else {
        uses[position] = .needed
      }
    }
    return redundant
  }

  /// A maximal set of rules, in order, that can be removed together without changing any verdict; given a
  /// choice, later rules are removed.
  ///
  /// - Parameters:
  ///   - candidates: The identities of the rules that may be removed; nil for all.
  ///   - gone: The identities of rules that are removed already, without changing any verdict.
  package func removableRules(
    among candidates: Set<Int>? = nil, without gone: Set<Int> = []
  ) throws(BudgetExceeded) -> [Int] {
    var removed = Set(policy.rules.indices.filter { gone.contains(policy.rules[$0].identity) })
    var found: [Int] = []
    for position in policy.rules.indices.reversed() where !removed.contains(position) {
      guard candidates?.contains(policy.rules[position].identity) ?? true else { continue }
      if try isRedundant(position, without: removed) {
        removed.insert(position)
        found.append(position)
      }
    }
    return found.reversed().map { policy.rules[$0].identity }
  }

  /// An earlier rule with the other action, and packets of a later rule that it decides.
  package struct Rival: Sendable {
    /// The earlier rule.
    package let identity: Int
    /// Some of the packets.
    package let packets: PacketBox
  }

  /// For each of some rules, the first earlier rules, in order, that have the other action and decide packets of it.
  ///
  /// Exceptions are left out: rules that match no other packets than the rule does.
  ///
  /// - Parameters:
  ///   - identities: The identities of the rules.
  ///   - possible: The packets that occur.
  ///   - limit: The maximum number for a rule.
  /// - Returns: The rivals of the rules that have any.
  package func rivals(
    of identities: Set<Int>, among possible: PacketBox, limit: Int
  ) throws(BudgetExceeded) -> [Int: [Rival]] {
    var rivals: [Int: [Rival]] = [:]
    for position in policy.rules.indices where identities.contains(policy.rules[position].identity) {
      let found = try self.rivals(of: position, among: possible, limit: limit)
      if !found.isEmpty { rivals[policy.rules[position].identity] = found }
    }
    return rivals
  }

  private func rivals(
    of position: Int, among possible: PacketBox, limit: Int
  ) throws(BudgetExceeded) -> [Rival] {
    var found: [Int: PacketBox] = [:]
    for (parts, search) in families {
      for part in parts.parts(of: position) {
        var count = 0
        for other in parts.rivals(of: part) where count < limit {
          let owner = Int(parts.policy.entries[other].name)
          let box = parts.hull(part).clipped(to: parts.hull(other))
          guard found[owner] == nil, let list = parts.decided(by: other, in: box) else { continue }
          try budget.spend(1 + list.count / 64)
          let packets = try search.packets(in: box, of: parts.policy.entries[part].product, list) {
            $0.intersects(possible)
          }
          guard let packets else { continue }
          found[owner] = packets.intersection(possible)
          count += 1
        }
      }
    }
    return found.sorted { $0.key < $1.key }.prefix(limit).map {
      Rival(identity: policy.rules[$0.key].identity, packets: $0.value)
    }
  }

  // MARK: Single packets

  /// Tries single packets of a rule, always the same ones.
  private mutating func probe(_ position: Int) throws(BudgetExceeded) {
    guard isProbing, uses[position] == .unknown else { return }
    for (parts, search) in families {
      let own = parts.parts(of: position)
      guard !own.isEmpty else { continue }
      let probe = RankProbe(table: parts.table, budget: budget)
      var random = RankProbe.Sequence()
      // If the default agrees with the rule, only packets of later rules can show that it is needed.
      let isOpposed = parts.policy.fallback.answer != parts.policy.entries[own.lowerBound].answer
      for attempt in 0..<(isOpposed ? Self.tries : 2) {
        let product = parts.policy.entries[own.lowerBound + attempt % own.count].product
        if try isNeeded(position, product, product, parts, probe, &random) { return }
      }
      for part in own.prefix(Self.parts) {
        try search.budget.spend()
        for other in parts.opponents(of: part, limit: Self.opponents) {
          if try isNeeded(position, parts.policy.entries[part].product, other, parts, probe, &random) {
            return
          }
        }
      }
    }
  }

  /// Whether a packet in two products proves that a rule is needed; records whether it is reached.
  private mutating func isNeeded(
    _ position: Int, _ product: Int32, _ other: Int32, _ parts: RuleParts, _ probe: RankProbe,
    _ random: inout RankProbe.Sequence
  ) throws(BudgetExceeded) -> Bool {
    try budget.spend()
    guard let packet = probe.point(in: product, and: other, &random) else { return false }
    let (isReached, isNeeded) = parts.decides(position, at: packet)
    if isReached { uses[position] = isNeeded ? .needed : .reached }
    return isNeeded
  }

  // MARK: Covers

  /// The indices of a minimal cover of a rule; nil if the rule decides some packet.
  private func cover(of position: Int) throws(BudgetExceeded) -> [Int]? {
    var used: Set<Int32> = []
    for (parts, search) in families where !parts.parts(of: position).isEmpty {
      if let holder = parts.holder(of: position, without: { uses[$0] == .unreachable }) {
        used.insert(Int32(holder))
        continue
      }
      for part in parts.parts(of: position) {
        guard let cover = try cover(ofPart: part, parts, search) else { return nil }
        used.formUnion(cover)
      }
    }
    guard used.count > 1 else { return used.map { Int($0) } }
    return try minimal(used, position)
  }

  /// The indices of some rules that cover a part, not yet minimal.
  private func cover(
    ofPart part: Int, _ parts: RuleParts, _ search: RankSearch
  ) throws(BudgetExceeded) -> Set<Int32>? {
    let (candidates, holder) = parts.earlier(than: part) { uses[$0] == .unreachable }
    try budget.spend(1 + candidates.count / 64)
    if let holder { return [Int32(holder)] }
    return candidates.isEmpty
      ? nil : try search.cover(of: parts.policy.entries[part].product, by: candidates)
  }

  /// Removes rules from a cover, small ones first, as far as possible.
  private func minimal(_ used: Set<Int32>, _ position: Int) throws(BudgetExceeded) -> [Int] {
    var kept = used.map { Int($0) }.sorted()
    let volumes = kept.map { other in (other, families.reduce(0.0) { $0 + $1.parts.volume(of: other) }) }
    for (other, _) in volumes.sorted(by: { ($0.1, $1.0) < ($1.1, $0.0) }) {
      let others = kept.filter { $0 != other }
      var isKept = false
      for (parts, search) in families where !isKept {
        isKept = try isNeeded(other, besides: others, position, parts, search)
      }
      if !isKept { kept = others }
    }
    return kept
  }

  /// Whether a rule of a cover contains a packet of the covered rule that the others do not.
  private func isNeeded(
    _ candidate: Int, besides others: [Int], _ position: Int, _ parts: RuleParts, _ search: RankSearch
  ) throws(BudgetExceeded) -> Bool {
    let table = parts.table
    for part in parts.parts(of: position) {
      let whole = parts.hull(part)
      for own in parts.parts(of: candidate) where parts.hull(own).overlaps(whole) {
        // Packets outside of the candidate are covered by the others.
        let box = whole.clipped(to: parts.hull(own))
        var list: [RankDivision.Entry] = []
        var isHeld = false
        for other in others where !isHeld {
          for index in parts.parts(of: other) where !isHeld {
            let product = parts.policy.entries[index].product
            let relation = table.relation(product, box)
            if relation != .apart { list.append(.init(product: product, name: 0, answer: false)) }
            isHeld = relation == .containing
          }
        }
        try budget.spend()
        if isHeld { continue }
        list.append(.init(product: table.everything, name: 0, answer: true))
        let product = parts.policy.entries[part].product
        if try search.isAnyYes(in: box, of: product, list) { return true }
      }
    }
    return false
  }

  // MARK: Redundancy

  /// Whether a rule can be removed.
  ///
  /// - Parameters:
  ///   - position: The position of the rule in the list.
  ///   - removed: The indices of rules that are already removed.
  private func isRedundant(_ position: Int, without removed: Set<Int>) throws(BudgetExceeded) -> Bool {
    for (parts, search) in families {
      for part in parts.parts(of: position) {
        let list = parts.others(around: part) { removed.contains($0) }
        try budget.spend(1 + list.count / 64)
        guard list.contains(where: \.answer) else { continue }
        if try search.isAnyYes(in: parts.hull(part), of: parts.policy.entries[part].product, list) {
          return false
        }
      }
    }
    return true
  }
}
