import HostModel
import NetworkTypes

/// A path prepared for many questions about it: its rules are laid out once.
package final class PreparedPath {
  /// The path.
  package let path: PacketPath
  let matchedRules: TerminalTable
  private var layouts: [AddressFamily: RankPolicies] = [:]
  private var description: [AddressFamily: [AddressSet]] = [:]

  /// The number of address sets after which those of earlier questions are dropped.
  private static let toldLimit = 64

  /// Prepares a path.
  ///
  /// - Parameter path: The path.
  package init(_ path: PacketPath) {
    self.path = path
    matchedRules = TerminalTable([path])
  }

  /// The policies of the path, as far as they apply to one family.
  ///
  /// - Parameters:
  ///   - family: The address family.
  ///   - sets: Address sets that must be distinguished.
  func layout(_ family: AddressFamily, distinguishing sets: [AddressSet]) -> RankPolicies {
    if let known = layouts[family], known.table.distinguishes(sets) { return known }
    let earlier = description[family] ?? []
    let sets = earlier.count < Self.toldLimit ? earlier + sets : sets
    description[family] = sets
    let layout = RankPolicies(family, matchedRules, distinguishing: sets)
    layouts[family] = layout
    return layout
  }

  /// Divides a set of packets by their deciders.
  ///
  /// - Parameters:
  ///   - query: The set; packets of other families are ignored.
  ///   - representation: The engine; the answer does not depend on it.
  ///   - budget: The work limit.
  /// - Returns: The parts, none of them empty, disjoint, in the order of the policies and their rules.
  package func partition(
    of query: PacketSet, using representation: Representation = .automatic,
    within budget: Budget = Budget()
  ) throws(BudgetExceeded) -> [PacketPath.Part] {
    var partition = PathPartition(self, of: query, representation, budget)
    let sets = try partition.sets()
    return sets.sorted { $0.key < $1.key }.map { number, set in
      PacketPath.Part(
        matchedRule: matchedRules.matchedRule(number), action: matchedRules.actions[number], set: set)
    }
  }

  /// Whether some packet of a box is blocked; packets of other families are ignored.
  ///
  /// - Parameters:
  ///   - box: The box; its ICMP types are ignored.
  ///   - representation: The engine; the answer does not depend on it.
  ///   - budget: The work limit.
  package func blocksAny(
    of box: PacketBox, using representation: Representation = .automatic, within budget: Budget = Budget()
  ) throws(BudgetExceeded) -> Bool {
    for family in path.families where try blocksAny(of: box, family, representation, budget) { return true }
    return false
  }

  private func blocksAny(
    of box: PacketBox, _ family: AddressFamily, _ representation: Representation, _ budget: Budget
  ) throws(BudgetExceeded) -> Bool {
    let rankedPolicies = layout(family, distinguishing: [box.local, box.remote])
    let table = rankedPolicies.table
    guard let product = table.append(box) else { return false }
    if representation != .diagrams {
      let hull = table.hulls[Int(product)]
      let asked: [RankDivision.Entry] = [
        .init(product: product, name: 0, answer: true),
        .init(product: table.everything, name: 0, answer: false),
      ]
      let lists = rankedPolicies.policies.map { $0.entries(reaching: hull) } + [asked]
      let division = RankDivision(table, lists, pieceLimit: representation.pieceLimit, budget: budget)
      let whole = PathLists(lists: 0..<rankedPolicies.policies.count, reportingPolicy: path.reportingPolicy)
      let end = try division.divide(hull) { piece in
        let verdict = division.verdict(whole, at: piece)
        if verdict.isAllowed == true { return .leave }
        guard let isAsked = division.status(whole.lists.upperBound, at: piece).answer else {
          return .divide(by: whole.lists.upperBound)
        }
        if !isAsked { return .leave }
        return verdict.isAllowed == false ? .stop : .divide(by: verdict.open)
      }
      if end != .abandoned { return end == .stopped }
    }
    let packets = table.packets(product)
    let query = try PacketSet(packets, within: budget)
    return try partition(of: query, using: .diagrams, within: budget).contains { $0.action == .block }
  }
}

extension RankTable {
  /// Whether the bounds of address sets are distinguished.
  func distinguishes(_ sets: [AddressSet]) -> Bool {
    guard family == .ipv6 else { return true }
    return sets.allSatisfy { set in
      set.ipv6.intervals.allSatisfy { interval in
        isStart(interval.lower) && (interval.upper == .max || isStart(interval.upper + 1))
      }
    }
  }
}
