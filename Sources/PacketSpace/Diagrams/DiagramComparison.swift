import HostModel
import NetworkTypes

/// Two paths, compared by their decision diagrams.
struct DiagramComparison {
  private let table: TerminalTable
  private var store: DecisionDiagram
  private let roots: [Int32]

  /// Prepares the comparison.
  ///
  /// - Parameters:
  ///   - table: The deciders of both paths.
  ///   - query: The packets to compare.
  ///   - budget: The work limit.
  init(_ table: TerminalTable, on query: PacketSet, _ budget: Budget) throws(BudgetExceeded) {
    self.table = table
    var store = DecisionDiagram(budget: budget)
    var asked = try store.take(query)
    for path in table.paths {
      asked = try store.combine(asked, try store.node(path.universe), .restriction())
    }
    var roots: [Int32] = []
    for path in 0...1 { roots.append(try store.decisions(of: path, in: table, on: asked)) }
    self.roots = roots
    self.store = store
  }

  /// The regions whose verdict changes.
  ///
  /// - Parameters:
  ///   - change: The change to look for; nil for both.
  ///   - isFirstEnough: Whether one region is sufficient.
  mutating func regions(
    of change: PathDifference.Change?, isFirstEnough: Bool
  ) throws(BudgetExceeded) -> [PathComparison.Key: PacketSet] {
    let before = try store.allowed(roots[0], in: table)
    let after = try store.allowed(roots[1], in: table)
    var regions: [PathComparison.Key: PacketSet] = [:]
    for wanted in PathDifference.Change.allCases where change == nil || change == wanted {
      let changed =
        wanted == .newlyAllowed
        ? try store.combine(after, before, .difference()) : try store.combine(before, after, .difference())
      try collect(changed, isFirstEnough: isFirstEnough, &regions)
      if isFirstEnough, !regions.isEmpty { break }
    }
    return regions
  }

  private mutating func collect(
    _ changed: Int32, isFirstEnough: Bool, _ regions: inout [PathComparison.Key: PacketSet]
  ) throws(BudgetExceeded) {
    let before = try store.combine(changed, roots[0], .restriction())
    for old in store.terminals(before) {
      let part = try store.set(before) { $0 == old }
      let after = try store.combine(part, roots[1], .restriction())
      for new in store.terminals(after) {
        let key = PathComparison.Key(
          before: Int32(DecisionDiagram.number(old)), after: Int32(DecisionDiagram.number(new)))
        let part = try store.set(after) { $0 == new }
        regions[key] = store.export(part)
        if isFirstEnough { return }
      }
    }
  }
}
