import HostModel
import NetworkTypes

/// Two paths, compared where they can differ.
///
/// Both are reduced to normal form, and the rules of both are matched, so that only boxes remain in which the
/// verdicts can differ. These are divided until both verdicts are known. Where they differ, the complete
/// paths determine the matched rules.
struct PathComparison {
  /// The matched rules of a packet whose verdict changes.
  struct Key: Hashable {
    var before: Int32
    var after: Int32
  }

  private let before: PacketPath
  private let after: PacketPath
  private let matchedRules: TerminalTable
  private let change: PathDifference.Change?
  private let isFirstEnough: Bool
  private let query: PacketSet?
  private let queryBoxes: [PacketBox]
  private let representation: Representation
  private let budget: Budget
  private var found: [Key: [PacketBox]] = [:]
  private var abandoned: [PacketBox] = []

  /// Prepares the comparison.
  ///
  /// - Parameters:
  ///   - before: The path before.
  ///   - after: The path after.
  ///   - change: The change to look for; nil for both.
  ///   - isFirstEnough: Whether a part of one region is sufficient.
  ///   - query: The packets to compare; nil for all.
  ///   - representation: The engine.
  ///   - budget: The work limit.
  init(
    _ before: PacketPath, _ after: PacketPath, of change: PathDifference.Change?, isFirstEnough: Bool,
    on query: PacketSet?, _ representation: Representation, _ budget: Budget
  ) throws(BudgetExceeded) {
    self.before = before
    self.after = after
    matchedRules = TerminalTable([before, after])
    self.change = change
    self.isFirstEnough = isFirstEnough
    self.query = query
    queryBoxes = representation == .diagrams ? [] : try query?.boxes(within: budget) ?? []
    self.representation = representation
    self.budget = budget
  }

  /// The regions whose verdict changes, in order.
  mutating func regions() throws(BudgetExceeded) -> [PathDifference.Region] {
    if representation == .diagrams {
      abandoned = [before.universe]
    } else {
      for family in before.families where after.families.contains(family) {
        try compare(family)
        if isFirstEnough, !found.isEmpty { break }
      }
    }
    var sets: [Key: PacketSet] = [:]
    for (key, boxes) in found {
      var set = try PacketSet(boxes, within: budget)
      if let query { set = try set.intersection(query, within: budget) }
      if !set.isEmpty { sets[key] = set }
    }
    if !abandoned.isEmpty, !isFirstEnough || sets.isEmpty {
      var asked = try PacketSet(abandoned, within: budget)
      if let query { asked = try asked.intersection(query, within: budget) }
      var diagrams = try DiagramComparison(matchedRules, on: asked, budget)
      for (key, set) in try diagrams.regions(of: change, isFirstEnough: isFirstEnough) {
        sets[key] = try sets[key]?.union(set, within: budget) ?? set
      }
    }
    return sets.map { key, set in
      let isAllowed = matchedRules.actions[Int(key.after)] == .allow
      let change = isAllowed ? PathDifference.Change.newlyAllowed : .newlyBlocked
      return (key, change, set)
    }
    .sorted { ($0.1, $0.0.before, $0.0.after) < ($1.1, $1.0.before, $1.0.after) }
    .map { key, change, set in
      PathDifference.Region(
        change: change, before: matchedRules.matchedRule(Int(key.before)),
        after: matchedRules.matchedRule(Int(key.after)),
        set: set)
    }
  }

  /// The sides of the comparison in one family.
  private struct Sides {
    let rankedPolicies: RankPolicies
    let before: VerdictPath
    let after: VerdictPath
    /// The packets to compare; empty for all.
    var asked: [RankDivision.Entry] = []
  }

  private mutating func compare(_ family: AddressFamily) throws(BudgetExceeded) {
    let count = before.policies.count
    let rankedPolicies = RankPolicies(
      family, matchedRules, distinguishing: queryBoxes.flatMap { [$0.local, $0.remote] })
    let table = rankedPolicies.table
    var asked: [RankDivision.Entry] = []
    var hull = table.universe
    if query != nil {
      for box in queryBoxes {
        if let product = table.append(box) { asked.append(.init(product: product, name: 0, answer: true)) }
      }
      guard let first = asked.first else { return }
      hull = asked.reduce(table.hulls[Int(first.product)]) { $0.hull(with: table.hulls[Int($1.product)]) }
      asked.append(.init(product: table.everything, name: 0, answer: false))
    }
    try budget.spend(1 + matchedRules.actions.count / 64)
    let sides = Sides(
      rankedPolicies: rankedPolicies,
      before: VerdictPath(
        rankedPolicies.policies[..<count], reportingPolicy: before.reportingPolicy, in: hull),
      after: VerdictPath(rankedPolicies.policies[count...], reportingPolicy: after.reportingPolicy, in: hull),
      asked: asked)
    let differenceCandidates = DifferenceCandidates(table, in: hull, within: budget)
    for box in try differenceCandidates.boxes(sides.before.layers, sides.after.layers) {
      try compare(box, sides)
      if isFirstEnough, !found.isEmpty { return }
    }
  }

  private mutating func compare(_ box: RankBox, _ sides: Sides) throws(BudgetExceeded) {
    let layers = sides.before.layers + sides.after.layers
    let count = sides.before.layers.count
    var lists = layers.map { $0.entries(reaching: box) }
    try budget.spend()
    if layers.count == count * 2, (0..<count).allSatisfy({ Self.areAlike(lists[$0], lists[count + $0]) }) {
      return
    }
    if !sides.asked.isEmpty { lists.append(sides.asked) }
    let old = PathLists(lists: 0..<count, reportingPolicy: sides.before.reportingPolicy)
    let new = PathLists(
      lists: count..<layers.count, reportingPolicy: sides.after.reportingPolicy.map { $0 + count })
    let query = sides.asked.isEmpty ? nil : layers.count
    let division = RankDivision(
      sides.rankedPolicies.table, lists, pieceLimit: representation.pieceLimit, budget: budget)
    var pieces: [(Key, RankBox)] = []
    var unnamed: [RankBox] = []
    let (change, isFirstEnough) = (change, isFirstEnough)
    let end = try division.divide(box) { piece in
      let verdicts = (division.verdict(old, at: piece), division.verdict(new, at: piece))
      guard let wasAllowed = verdicts.0.isAllowed, let isAllowed = verdicts.1.isAllowed else {
        if division.areAlike(old, new, at: piece) { return .leave }
        return .divide(by: verdicts.0.isAllowed == nil ? verdicts.0.open : verdicts.1.open)
      }
      guard wasAllowed != isAllowed, change.map({ ($0 == .newlyAllowed) == isAllowed }) ?? true else {
        return .leave
      }
      if let query {
        guard let isAsked = division.status(query, at: piece).answer else { return .divide(by: query) }
        if !isAsked { return .leave }
      }
      switch (division.matchedRule(old, at: piece), division.matchedRule(new, at: piece)) {
      case (.unnamed, _), (_, .unnamed):
        unnamed.append(piece.box)
      case (.open(let list), _), (_, .open(let list)): return .divide(by: list)
      case (.found(let before), .found(let after)):
        let key = Key(before: division.entries[before].name, after: division.entries[after].name)
        pieces.append((key, piece.box))
      }
      return isFirstEnough ? .stop : .leave
    }
    for box in unnamed where end != .abandoned { pieces += try named(box, sides.rankedPolicies) }
    if end == .abandoned {
      abandoned.append(sides.rankedPolicies.table.packets(box))
    } else {
      for (key, box) in pieces { found[key, default: []].append(sides.rankedPolicies.table.packets(box)) }
    }
  }

  /// The matched rules in a box with known verdicts, from the complete policies.
  private func named(_ box: RankBox, _ rankedPolicies: RankPolicies) throws(BudgetExceeded) -> [(
    Key, RankBox
  )] {
    let count = before.policies.count
    let lists = rankedPolicies.policies.map { $0.entries(reaching: box) }
    let old = PathLists(lists: 0..<count, reportingPolicy: before.reportingPolicy)
    let new = PathLists(lists: count..<lists.count, reportingPolicy: count + after.reportingPolicy)
    let division = RankDivision(rankedPolicies.table, lists, pieceLimit: .max, budget: budget)
    var pieces: [(Key, RankBox)] = []
    let isFirstEnough = isFirstEnough
    _ = try division.divide(box) { piece in
      switch (division.matchedRule(old, at: piece), division.matchedRule(new, at: piece)) {
      case (.open(let list), _), (_, .open(let list)): return .divide(by: list)
      case (.found(let before), .found(let after)):
        let key = Key(before: division.entries[before].name, after: division.entries[after].name)
        pieces.append((key, piece.box))
      case (.unnamed, _), (_, .unnamed):
        preconditionFailure("the lists of a whole path name every decider")
      }
      return isFirstEnough ? .stop : .leave
    }
    return pieces
  }

  private static func areAlike(_ left: [RankDivision.Entry], _ right: [RankDivision.Entry]) -> Bool {
    left.count == right.count
      && zip(left, right).allSatisfy { $0.product == $1.product && $0.answer == $1.answer }
  }
}
