import HostModel
import NetworkTypes

/// The rules of a policy that can match packets of one address family, as products of a table.
final class RankPolicy {
  let table: RankTable
  /// The rules and, at the end, the default, which contains everything.
  private(set) var entries: [RankDivision.Entry] = []
  private var index: RankIndex?
  private var lookups = 0

  /// The number of lookups after which an index pays off.
  private static let lookupLimit = 24

  /// Creates the list.
  ///
  /// - Parameters:
  ///   - table: The table of the products.
  ///   - entries: The rules in order and, at the end, the default.
  init(_ table: RankTable, _ entries: [RankDivision.Entry]) {
    self.table = table
    self.entries = entries
  }

  /// The number of rules, without the default.
  var ruleCount: Int { entries.count - 1 }

  /// The default.
  var fallback: RankDivision.Entry { entries[entries.count - 1] }

  /// Calls a closure with the index of every rule whose hull overlaps a box, in order, until it returns
  /// false.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - start: The index of the first rule to examine.
  ///   - end: The index behind the last rule to examine; nil for all.
  ///   - body: The closure.
  func forEachRule(
    overlapping box: RankBox, from start: Int = 0, before end: Int? = nil, _ body: (Int) -> Bool
  ) {
    let end = end ?? ruleCount
    guard start < end else { return }
    lookups += 1
    if index == nil, lookups > Self.lookupLimit {
      index = RankIndex(entries.dropLast().map { table.hulls[Int($0.product)] })
    }
    if let index { return index.forEach(overlapping: box, in: start..<end, body) }
    for position in start..<end where table.hulls[Int(entries[position].product)].overlaps(box) {
      if !body(position) { return }
    }
  }

  /// The entries that overlap a box, up to the first that contains it.
  func entries(reaching box: RankBox) -> [RankDivision.Entry] {
    var result: [RankDivision.Entry] = []
    var isHeld = false
    forEachRule(overlapping: box) { position in
      let entry = entries[position]
      let relation = table.relation(entry.product, box)
      if relation != .apart { result.append(entry) }
      isHeld = relation == .containing
      return !isHeld
    }
    if !isHeld { result.append(entries[entries.count - 1]) }
    return result
  }
}

/// The policies of some paths, restricted to one address family.
struct RankPolicies {
  let table: RankTable
  /// One for each part of a ``TerminalTable``, in its order.
  private(set) var policies: [RankPolicy] = []
  /// For each part and rule, the product; -1 if no packet of the family matches.
  private(set) var products: [[Int32]] = []
  /// For each part and rule, the number of earlier rules that match packets of the family.
  private(set) var ranks: [[Int]] = []

  /// Creates the products of the policies.
  ///
  /// - Parameters:
  ///   - family: The address family.
  ///   - matchedRules: The policies; an entry's name is the number of its decider.
  ///   - query: Further address sets that must be distinguished.
  init(_ family: AddressFamily, _ matchedRules: TerminalTable, distinguishing query: [AddressSet] = []) {
    var sets = query
    if family == .ipv6 {
      for part in matchedRules.parts {
        for rule in part.policy.rules {
          if let set = rule.match.localAddresses { sets.append(set) }
          if let set = rule.match.remoteAddresses { sets.append(set) }
        }
      }
    }
    table = RankTable(family, distinguishing: sets)
    for part in matchedRules.parts {
      let rules = part.policy.rules
      var products = Array(repeating: Int32(-1), count: rules.count)
      var ranks: [Int] = []
      ranks.reserveCapacity(rules.count)
      var entries: [RankDivision.Entry] = []
      entries.reserveCapacity(rules.count + 1)
      for position in rules.indices {
        ranks.append(entries.count)
        guard let product = table.append(rules, position) else { continue }
        products[position] = product
        entries.append(
          .init(
            product: product, name: Int32(part.first + position),
            answer: matchedRules.actions[part.first + position] == .allow))
      }
      entries.append(
        .init(
          product: table.everything, name: Int32(part.first + rules.count),
          answer: part.policy.unmatched == .allow))
      self.products.append(products)
      self.ranks.append(ranks)
      policies.append(RankPolicy(table, entries))
    }
  }
}
