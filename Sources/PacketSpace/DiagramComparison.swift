import HostModel
import NetworkTypes

/// Two paths, compared by their decision diagrams.
struct DiagramComparison {
  private let table: DeciderTable
  private let store: DiagramStore
  private let roots: [Int32]

  /// Prepares the comparison.
  ///
  /// - Parameters:
  ///   - before: The path before.
  ///   - after: The path after.
  ///   - query: The packets asked about; nil asks about all of the families of both.
  ///   - budget: The work allowed.
  init(
    _ before: PacketPath, _ after: PacketPath, on query: PacketSet?, _ budget: Budget
  ) throws(Undecided) {
    table = DeciderTable([before, after])
    store = DiagramStore(budget: budget)
    var asked = try store.combine(
      try store.node(before.universe), try store.node(after.universe), .restriction())
    if let query { asked = try store.combine(try store.take(query), asked, .restriction()) }
    var roots: [Int32] = []
    for path in 0...1 { roots.append(try store.decisions(of: path, in: table, on: asked)) }
    self.roots = roots
  }

  /// The regions whose verdict changes.
  func regions() throws(Undecided) -> [PathDifference.Region] {
    let allowed = (
      before: try store.allowed(roots[0], in: table), after: try store.allowed(roots[1], in: table)
    )
    let changes: [(PathDifference.Change, Int32)] = [
      (.newlyAllowed, try store.combine(allowed.after, allowed.before, .difference())),
      (.newlyBlocked, try store.combine(allowed.before, allowed.after, .difference())),
    ]
    var regions: [PathDifference.Region] = []
    for (change, changed) in changes where changed != DiagramStore.none {
      regions += try self.regions(change, changed)
    }
    return regions
  }

  private func regions(
    _ change: PathDifference.Change, _ changed: Int32
  ) throws(Undecided) -> [PathDifference.Region] {
    var regions: [PathDifference.Region] = []
    let before = try store.combine(changed, roots[0], .restriction())
    for terminal in store.terminals(before) {
      let part = try store.set(before) { $0 == terminal }
      let after = try store.combine(part, roots[1], .restriction())
      for other in store.terminals(after) {
        let set = store.export(try store.set(after) { $0 == other })
        regions.append(
          PathDifference.Region(
            change: change, before: table.decider(DiagramStore.number(terminal)),
            after: table.decider(DiagramStore.number(other)), set: set))
      }
    }
    return regions
  }
}
