import NetworkTypes

/// Checks whether a list of rules gives one answer anywhere in a box.
struct RankSearch {
  let table: RankTable
  let representation: Representation
  let budget: Budget

  /// Whether any packet in a box and a product has a first matching entry with the answer yes.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - product: The product.
  ///   - entries: The list; its last entry contains everything.
  func isAnyYes(in box: RankBox, of product: Int32, _ entries: [RankDivision.Entry]) throws(BudgetExceeded)
    -> Bool
  {
    guard representation != .diagrams else { return try isAnyYesByDiagrams(box, product, entries) }
    if box.contains(table.hulls[Int(product)]), try isProbed(product, entries) { return true }
    if let answer = try isAnyYes(in: box, of: product, entries, pieceLimit: representation.pieceLimit) {
      return answer
    }
    return try isAnyYesByDiagrams(box, product, entries)
  }

  /// The same; nil if it needs more pieces than allowed.
  func isAnyYes(
    in box: RankBox, of product: Int32, _ entries: [RankDivision.Entry], pieceLimit: Int
  ) throws(BudgetExceeded) -> Bool? {
    let end = try divide(box, product, entries, pieceLimit) { _ in true }
    return end == .abandoned ? nil : end == .stopped
  }

  /// The first packets in a box and a product that are found to have a first matching entry with the answer yes.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - product: The product.
  ///   - entries: The list; its last entry contains everything.
  ///   - isWanted: Whether to end the search with such packets.
  func packets(
    in box: RankBox, of product: Int32, _ entries: [RankDivision.Entry], where isWanted: (PacketBox) -> Bool
  ) throws(BudgetExceeded) -> PacketBox? {
    var found: PacketBox?
    let end = try divide(box, product, entries, representation.pieceLimit) { piece in
      let packets = table.packets(piece.box)
      guard isWanted(packets) else { return false }
      found = packets
      return true
    }
    guard end != .abandoned else { throw BudgetExceeded(.nodes) }
    return found
  }

  /// Divides the packets in a box and a product up to a piece with the answer yes that is wanted.
  private func divide(
    _ box: RankBox, _ product: Int32, _ entries: [RankDivision.Entry], _ pieceLimit: Int,
    until isWanted: (RankPiece) -> Bool
  ) throws(BudgetExceeded) -> RankDivision.End {
    let isPlain = table.rows[Int(product)] < 0
    let lists = isPlain ? [entries] : [entries, inside(product)]
    let division = RankDivision(table, lists, pieceLimit: pieceLimit, budget: budget)
    return try division.divide(box) { piece in
      let answer = division.status(0, at: piece).answer
      if answer == false { return .leave }
      if !isPlain {
        guard let isInside = division.status(1, at: piece).answer else { return .divide(by: 1) }
        if !isInside { return .leave }
      }
      guard answer == true else { return .divide(by: 0) }
      return isWanted(piece) ? .stop : .leave
    }
  }

  /// The entries that together cover a product, as far as the division uses them; nil if they do not cover
  /// it.
  ///
  /// - Parameters:
  ///   - product: The product.
  ///   - entries: The entries, without one that contains everything.
  func cover(of product: Int32, by entries: [RankDivision.Entry]) throws(BudgetExceeded) -> Set<Int32>? {
    let box = table.hulls[Int(product)]
    var list = entries
    for index in list.indices { list[index].answer = false }
    list.append(.init(product: table.everything, name: -1, answer: true))
    if representation == .diagrams {
      return try isAnyYesByDiagrams(box, product, list) ? nil : Set(entries.map(\.name))
    }
    if try isProbed(product, list) { return nil }
    let isPlain = table.rows[Int(product)] < 0
    let lists = isPlain ? [list] : [list, inside(product)]
    let division = RankDivision(table, lists, pieceLimit: representation.pieceLimit, budget: budget)
    var used: Set<Int32> = []
    let end = try division.divide(box) { piece in
      if !isPlain {
        guard let isInside = division.status(1, at: piece).answer else { return .divide(by: 1) }
        if !isInside { return .leave }
      }
      let left = division.entries(0, at: piece)
      let last = division.entries[Int(left[left.endIndex - 1])]
      if !last.answer {
        used.insert(last.name)
        return .leave
      }
      return left.count == 1 ? .stop : .divide(by: 0)
    }
    switch end {
    case .done: return used
    case .stopped: return nil
    case .abandoned: return try isAnyYesByDiagrams(box, product, list) ? nil : Set(entries.map(\.name))
    }
  }

  /// Whether a single packet proves a yes.
  private func isProbed(_ product: Int32, _ entries: [RankDivision.Entry]) throws(BudgetExceeded) -> Bool {
    guard representation == .automatic else { return false }
    return try RankProbe(table: table, budget: budget).findsYes(of: product, entries)
  }

  private func inside(_ product: Int32) -> [RankDivision.Entry] {
    [
      .init(product: product, name: 0, answer: true),
      .init(product: table.everything, name: 0, answer: false),
    ]
  }

  private func isAnyYesByDiagrams(
    _ box: RankBox, _ product: Int32, _ entries: [RankDivision.Entry]
  ) throws(BudgetExceeded) -> Bool {
    var store = DecisionDiagram(budget: budget)
    var restriction = DiagramOperation.restriction()
    let asked = try store.combine(
      try store.node(table.packets(box)), try store.node(table.packets(product)), &restriction)
    var nodes: [Int32] = []
    for entry in entries {
      let terminal = DecisionDiagram.terminal(entry.answer ? 2 : 1)
      let node = try store.node(table.packets(entry.product), terminal: terminal)
      nodes.append(try store.combine(asked, node, &restriction))
    }
    let root = try store.combine(all: nodes, .overlay())
    return store.terminals(root).contains(DecisionDiagram.terminal(2))
  }
}
