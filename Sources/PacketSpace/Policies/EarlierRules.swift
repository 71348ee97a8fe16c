import HostModel
import NetworkTypes

/// Finds the earlier rules of a list that overlap a later one.
struct EarlierRules {
  /// The part of the list that applies to each family; an entry's name is the index of its rule plus 1.
  private let rankedFamilies: [RankPolicies]

  /// Prepares the search.
  ///
  /// - Parameters:
  ///   - list: The rules, each of which matches some packet of the families.
  ///   - families: The families.
  init(_ list: [OrderedRule], families: [AddressFamily]) {
    let policy = PacketPolicy(
      firstMatchOf: list.enumerated().map {
        PacketPolicy.Rule(identity: $0, action: $1.action, match: $1.match)
      }, unmatched: .block, families: families)
    let matchedRules = TerminalTable([PacketPath(policy)])
    rankedFamilies = families.map { RankPolicies($0, matchedRules) }
  }

  /// The indices of earlier rules that overlap a rule, ascending.
  ///
  /// - Parameters:
  ///   - position: The position of the rule in the list.
  ///   - isWanted: Whether an earlier rule is considered.
  func of(_ position: Int, where isWanted: (Int) -> Bool) -> [Int] {
    var found: [Int] = []
    for rankedPolicies in rankedFamilies {
      let count = found.count
      forEach(position, rankedPolicies) { other in
        if isWanted(other) { found.append(other) }
        return true
      }
      guard count > 0, found.count > count else { continue }
      var seen = Set(found[..<count])
      found = (found[..<count] + found[count...].filter { seen.insert($0).inserted }).sorted()
    }
    return found
  }

  /// The first earlier rule that overlaps a rule; nil if there is none.
  ///
  /// - Parameters:
  ///   - position: The position of the rule in the list.
  ///   - isWanted: Whether an earlier rule is considered.
  func first(of position: Int, where isWanted: (Int) -> Bool) -> Int? {
    var first: Int?
    for rankedPolicies in rankedFamilies {
      forEach(position, rankedPolicies) { other in
        guard isWanted(other) else { return true }
        first = min(first ?? other, other)
        return false
      }
    }
    return first
  }

  /// A lower bound of the number of different boxes that a rule has in common with others, computed cheaply.
  ///
  /// - Parameters:
  ///   - position: The position of the rule in the list.
  ///   - others: The indices of the others.
  func leastCuts(of position: Int, by others: [Int]) -> Int {
    var least = 0
    for rankedPolicies in rankedFamilies {
      let product = rankedPolicies.products[0][position]
      guard product >= 0, rankedPolicies.table.rows[Int(product)] < 0 else { continue }
      let hull = rankedPolicies.table.hulls[Int(product)]
      var seen: Set<UInt64> = []
      for other in others {
        let product = rankedPolicies.products[0][other]
        guard product >= 0, rankedPolicies.table.rows[Int(product)] < 0 else { continue }
        var print = Fingerprint()
        print.add(rankedPolicies.table.hulls[Int(product)].clipped(to: hull))
        seen.insert(print.value)
      }
      least = max(least, seen.count)
    }
    return least
  }

  private func forEach(_ position: Int, _ rankedPolicies: RankPolicies, _ body: (Int) -> Bool) {
    let product = rankedPolicies.products[0][position]
    guard product >= 0 else { return }
    let table = rankedPolicies.table
    let policy = rankedPolicies.policies[0]
    policy.forEachRule(overlapping: table.hulls[Int(product)], before: rankedPolicies.ranks[0][position]) {
      index in
      let entry = policy.entries[index]
      return table.overlap(entry.product, product) ? body(Int(entry.name) - 1) : true
    }
  }
}
