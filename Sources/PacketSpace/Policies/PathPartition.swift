import NetworkTypes

/// A set of packets, divided by their deciders on a path.
struct PathPartition {
  private let path: PreparedPath
  private let query: PacketSet
  private let representation: Representation
  private let budget: Budget

  /// Prepares the division.
  ///
  /// - Parameters:
  ///   - path: The path.
  ///   - query: The set.
  ///   - representation: The engine.
  ///   - budget: The work limit.
  init(_ path: PreparedPath, of query: PacketSet, _ representation: Representation, _ budget: Budget) {
    self.path = path
    self.query = query
    self.representation = representation
    self.budget = budget
  }

  /// The packets of each decider, by its number.
  mutating func sets() throws(BudgetExceeded) -> [Int: PacketSet] {
    guard representation != .diagrams else { return try byDiagrams(query) }
    let boxes = try query.boxes(within: budget)
    var found: [Int32: [PacketBox]] = [:]
    var abandoned: [PacketBox] = []
    for family in path.path.families {
      guard try divide(family, boxes, &found) else {
        abandoned.append(.universe([family]))
        continue
      }
    }
    var sets: [Int: PacketSet] = [:]
    let isPlain = boxes.allSatisfy { $0.icmpTypes == .allICMPTypes }
    for (number, boxes) in found {
      var set = try PacketSet(boxes, within: budget)
      // No rule matches an ICMP type, so the division ignores them.
      if !isPlain { set = try set.intersection(query, within: budget) }
      if !set.isEmpty { sets[Int(number)] = set }
    }
    guard !abandoned.isEmpty else { return sets }
    let rest = try PacketSet(abandoned, within: budget).intersection(query, within: budget)
    for (number, set) in try byDiagrams(rest) {
      sets[number] = try sets[number]?.union(set, within: budget) ?? set
    }
    return sets
  }

  /// Divides the packets of one family; false if it needs too many pieces.
  private func divide(
    _ family: AddressFamily, _ boxes: [PacketBox], _ found: inout [Int32: [PacketBox]]
  ) throws(BudgetExceeded) -> Bool {
    let rankedPolicies = path.layout(family, distinguishing: boxes.flatMap { [$0.local, $0.remote] })
    let table = rankedPolicies.table
    var asked: [RankDivision.Entry] = []
    for box in boxes {
      if let product = table.append(box) { asked.append(.init(product: product, name: 0, answer: true)) }
    }
    guard let first = asked.first else { return true }
    let hull = asked.reduce(table.hulls[Int(first.product)]) { $0.hull(with: table.hulls[Int($1.product)]) }
    asked.append(.init(product: table.everything, name: 0, answer: false))
    let lists = rankedPolicies.policies.map { $0.entries(reaching: hull) } + [asked]
    let division = RankDivision(table, lists, pieceLimit: representation.pieceLimit, budget: budget)
    let whole = PathLists(
      lists: 0..<rankedPolicies.policies.count, reportingPolicy: path.path.reportingPolicy)
    let query = rankedPolicies.policies.count
    var pieces: [(Int32, RankBox)] = []
    let end = try division.divide(hull) { piece in
      guard let isAsked = division.status(query, at: piece).answer else { return .divide(by: query) }
      if !isAsked { return .leave }
      switch division.matchedRule(whole, at: piece) {
      case .open(let list): return .divide(by: list)
      case .found(let entry):
        pieces.append((division.entries[entry].name, piece.box))
        return .leave
      case .unnamed: preconditionFailure("the lists of a whole path name every decider")
      }
    }
    guard end != .abandoned else { return false }
    for (name, box) in pieces { found[name, default: []].append(table.packets(box)) }
    return true
  }

  private func byDiagrams(_ query: PacketSet) throws(BudgetExceeded) -> [Int: PacketSet] {
    var store = DecisionDiagram(budget: budget)
    let asked = try store.combine(
      try store.take(query), try store.node(path.path.universe), .restriction())
    let root = try store.decisions(of: 0, in: path.matchedRules, on: asked)
    var sets: [Int: PacketSet] = [:]
    for terminal in store.terminals(root) {
      let part = try store.set(root) { $0 == terminal }
      sets[DecisionDiagram.number(terminal)] = store.export(part)
    }
    return sets
  }
}
