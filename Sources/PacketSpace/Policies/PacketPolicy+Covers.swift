import HostModel
import NetworkTypes

extension PacketPolicy {
  /// A rule that decides no packet, because earlier rules match all of its packets.
  package struct UnreachableRule: Hashable, Sendable {
    /// The rule.
    package let identity: Int
    /// A minimal set of earlier rules, in order, that together match every packet of the rule; empty for a
    /// rule that matches no packet at all.
    package let cover: [Int]

    /// Creates a value from a rule and its cover.
    ///
    /// - Parameters:
    ///   - identity: The rule.
    ///   - cover: The rules that cover it, in order.
    package init(identity: Int, cover: [Int]) {
      self.identity = identity
      self.cover = cover
    }
  }

  /// The rules that decide no packet, in order, each with the rules that cover it.
  ///
  /// - Parameters:
  ///   - representation: The engine. Which of several minimal covers is found may depend on it.
  ///   - budget: The work limit.
  package func unreachableRules(
    using representation: Representation = .automatic, within budget: Budget = Budget()
  ) throws(Undecided) -> [UnreachableRule] {
    var covers = PolicyCovers(self, representation, budget)
    var unreachable: [UnreachableRule] = []
    for place in rules.indices {
      guard let cover = try covers.cover(of: place) else { continue }
      unreachable.append(
        UnreachableRule(identity: rules[place].identity, cover: cover.map { rules[$0].identity }))
    }
    return unreachable
  }

  /// The rules, in order, each of which can be removed by itself without changing any verdict.
  ///
  /// This includes rules that can never match.
  ///
  /// - Parameters:
  ///   - representation: The engine; the answer does not depend on it.
  ///   - budget: The work limit.
  package func redundantRules(
    using representation: Representation = .automatic, within budget: Budget = Budget()
  ) throws(Undecided) -> [Int] {
    let redundancy = PolicyRedundancy(self, representation, budget)
    var redundant: [Int] = []
    for place in rules.indices where try redundancy.isRedundant(place, without: []) {
      redundant.append(rules[place].identity)
    }
    return redundant
  }

  /// A maximal set of rules, in order, that can be removed together without changing any verdict; given a
  /// choice, later rules are removed.
  ///
  /// - Parameters:
  ///   - candidates: The identities of the rules that may be removed; nil for all.
  ///   - representation: The engine; the answer does not depend on it.
  ///   - budget: The work limit.
  package func removableRules(
    among candidates: Set<Int>? = nil, using representation: Representation = .automatic,
    within budget: Budget = Budget()
  ) throws(Undecided) -> [Int] {
    let redundancy = PolicyRedundancy(self, representation, budget)
    var removed: Set<Int> = []
    for place in rules.indices.reversed() where candidates?.contains(rules[place].identity) ?? true {
      if try redundancy.isRedundant(place, without: removed) { removed.insert(place) }
    }
    return removed.sorted().map { rules[$0].identity }
  }
}

/// Finds the rules of a policy that are covered by earlier ones.
private struct PolicyCovers {
  /// The rules that apply to one family; an entry's name is the index of its rule.
  private let flats: [(flat: FlatPolicies, search: FlatSearch)]
  private var isUnreachable: [Bool]

  init(_ policy: PacketPolicy, _ representation: Representation, _ budget: Budget) {
    let deciders = DeciderTable([PacketPath(policy)])
    flats = policy.families.map { family in
      let flat = FlatPolicies(family, deciders)
      return (flat, FlatSearch(table: flat.table, representation: representation, budget: budget))
    }
    isUnreachable = Array(repeating: false, count: policy.rules.count)
  }

  /// The indices of a minimal cover of a rule; nil if the rule decides some packet.
  mutating func cover(of place: Int) throws(Undecided) -> [Int]? {
    var used: Set<Int32> = []
    for (flat, search) in flats {
      let product = flat.products[0][place]
      guard product >= 0 else { continue }
      guard let cover = try cover(of: product, place, flat, search) else { return nil }
      used.formUnion(cover)
    }
    isUnreachable[place] = true
    guard used.count > 1 else { return used.map { Int($0) - 1 } }
    return try minimal(used, place)
  }

  /// The names of some rules that cover a product, not yet minimal.
  private func cover(
    of product: Int32, _ place: Int, _ flat: FlatPolicies, _ search: FlatSearch
  ) throws(Undecided) -> Set<Int32>? {
    let policy = flat.policies[0]
    let table = flat.table
    let box = table.hulls[Int(product)]
    var candidates: [FlatDivision.Entry] = []
    var whole: Int32?
    policy.forEachRule(overlapping: box, before: flat.ranks[0][place]) { index in
      let entry = policy.entries[index]
      if isUnreachable[Int(entry.name) - 1] { return true }
      switch table.relation(entry.product, box) {
      case .apart: return true
      case .partial: candidates.append(entry)
      case .holding: whole = entry.name
      }
      return whole == nil
    }
    if let whole { return [whole] }
    return candidates.isEmpty ? nil : try search.cover(of: product, by: candidates)
  }

  /// Removes rules from a cover, small ones first, as far as possible.
  private func minimal(_ used: Set<Int32>, _ place: Int) throws(Undecided) -> [Int] {
    var kept = used.sorted()
    let volumes = kept.map { name in
      (name, flats.reduce(0.0) { $0 + $1.flat.volume(of: Int(name) - 1) })
    }
    for (name, _) in volumes.sorted(by: { ($0.1, $1.0) < ($1.1, $0.0) }) {
      let others = kept.filter { $0 != name }
      var isKept = false
      for (flat, search) in flats where !isKept {
        isKept = try isNeeded(name, besides: others, place, flat, search)
      }
      if !isKept { kept = others }
    }
    return kept.map { Int($0) - 1 }
  }

  /// Whether a rule of a cover contains a packet of the covered rule that the others do not.
  private func isNeeded(
    _ name: Int32, besides others: [Int32], _ place: Int, _ flat: FlatPolicies, _ search: FlatSearch
  ) throws(Undecided) -> Bool {
    let product = flat.products[0][place]
    let candidate = flat.products[0][Int(name) - 1]
    guard product >= 0, candidate >= 0 else { return false }
    let table = flat.table
    let (whole, own) = (table.hulls[Int(product)], table.hulls[Int(candidate)])
    guard whole.overlaps(own) else { return false }
    // Outside of the rule nothing needs to be covered.
    var list = others.compactMap { other -> FlatDivision.Entry? in
      let product = flat.products[0][Int(other) - 1]
      return product < 0 ? nil : .init(product: product, name: other, answer: false)
    }
    list.append(.init(product: table.everything, name: -1, answer: true))
    return try search.isAnyYes(in: whole.clipped(to: own), of: product, list)
  }
}

/// Finds the rules of a policy that can be removed without changing any verdict.
private struct PolicyRedundancy {
  private let policy: PacketPolicy
  private let flats: [(flat: FlatPolicies, search: FlatSearch)]

  init(_ policy: PacketPolicy, _ representation: Representation, _ budget: Budget) {
    self.policy = policy
    let deciders = DeciderTable([PacketPath(policy)])
    flats = policy.families.map { family in
      let flat = FlatPolicies(family, deciders)
      return (flat, FlatSearch(table: flat.table, representation: representation, budget: budget))
    }
  }

  /// Whether a rule can be removed.
  ///
  /// - Parameters:
  ///   - place: The index of the rule.
  ///   - removed: The indices of rules that are already removed.
  func isRedundant(_ place: Int, without removed: Set<Int>) throws(Undecided) -> Bool {
    for (flat, search) in flats {
      let product = flat.products[0][place]
      guard product >= 0 else { continue }
      let list = self.list(place, product, removed, flat)
      guard list.contains(where: \.answer) else { continue }
      if try search.isAnyYes(in: flat.table.hulls[Int(product)], of: product, list) { return false }
    }
    return true
  }

  /// The other rules that overlap a rule; the answer is yes for later ones with a different action.
  private func list(
    _ place: Int, _ product: Int32, _ removed: Set<Int>, _ flat: FlatPolicies
  ) -> [FlatDivision.Entry] {
    let entries = flat.policies[0].entries
    let table = flat.table
    let box = table.hulls[Int(product)]
    let isAllowed = policy.rules[place].action == .allow
    var list: [FlatDivision.Entry] = []
    var isHeld = false
    flat.policies[0].forEachRule(overlapping: box) { index in
      var entry = entries[index]
      let other = Int(entry.name) - 1
      if other == place || removed.contains(other) { return true }
      let relation = table.relation(entry.product, box)
      if relation == .apart { return true }
      entry.answer = other > place && entry.answer != isAllowed
      list.append(entry)
      isHeld = relation == .holding
      return !isHeld
    }
    if !isHeld {
      var last = entries[entries.count - 1]
      last.answer = last.answer != isAllowed
      list.append(last)
    }
    return list
  }
}

extension FlatPolicies {
  /// The volume of the rule at an index.
  fileprivate func volume(of place: Int) -> Double {
    let product = products[0][place]
    return product < 0 ? 0 : table.hulls[Int(product)].volume
  }
}
