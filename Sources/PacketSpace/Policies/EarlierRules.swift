import HostModel
import NetworkTypes

/// Finds the rules of a list that share a packet with a later one.
struct EarlierRules {
  /// The list as far as it concerns one family; an entry's name is the place of its rule and 1.
  private let flats: [FlatPolicies]

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
    let deciders = DeciderTable([PacketPath(policy)])
    flats = families.map { FlatPolicies($0, deciders) }
  }

  /// The places of earlier rules that share a packet with a rule, ascending.
  ///
  /// - Parameters:
  ///   - place: The place of the rule.
  ///   - isWanted: Whether an earlier rule matters.
  func of(_ place: Int, where isWanted: (Int) -> Bool) -> [Int] {
    var found: [Int] = []
    for flat in flats {
      let count = found.count
      forEach(place, flat) { other in
        if isWanted(other) { found.append(other) }
        return true
      }
      guard count > 0, found.count > count else { continue }
      var seen = Set(found[..<count])
      found = (found[..<count] + found[count...].filter { seen.insert($0).inserted }).sorted()
    }
    return found
  }

  /// The first of the earlier rules that share a packet with a rule; nil when there is none.
  ///
  /// - Parameters:
  ///   - place: The place of the rule.
  ///   - isWanted: Whether an earlier rule matters.
  func first(of place: Int, where isWanted: (Int) -> Bool) -> Int? {
    var first: Int?
    for flat in flats {
      forEach(place, flat) { other in
        guard isWanted(other) else { return true }
        first = min(first ?? other, other)
        return false
      }
    }
    return first
  }

  /// At least how many different boxes a rule has in common with others, counted cheaply.
  ///
  /// - Parameters:
  ///   - place: The place of the rule.
  ///   - others: The places of the others.
  func leastCuts(of place: Int, by others: [Int]) -> Int {
    var least = 0
    for flat in flats {
      let product = flat.products[0][place]
      guard product >= 0, flat.table.rows[Int(product)] < 0 else { continue }
      let hull = flat.table.hulls[Int(product)]
      var seen: Set<UInt64> = []
      for other in others {
        let product = flat.products[0][other]
        guard product >= 0, flat.table.rows[Int(product)] < 0 else { continue }
        var print = Fingerprint()
        print.add(flat.table.hulls[Int(product)].clipped(to: hull))
        seen.insert(print.value)
      }
      least = max(least, seen.count)
    }
    return least
  }

  private func forEach(_ place: Int, _ flat: FlatPolicies, _ body: (Int) -> Bool) {
    let product = flat.products[0][place]
    guard product >= 0 else { return }
    let table = flat.table
    let policy = flat.policies[0]
    policy.forEachRule(overlapping: table.hulls[Int(product)], before: flat.ranks[0][place]) { index in
      let entry = policy.entries[index]
      return table.overlap(entry.product, product) ? body(Int(entry.name) - 1) : true
    }
  }
}
