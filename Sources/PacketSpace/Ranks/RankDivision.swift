/// Divides a box until the decider in some lists of rules is known in every piece.
///
/// In each list the first product that contains a packet decides it, and the last one of each list must
/// contain the whole box. Each piece keeps only the products that overlap it, up to the first that contains
/// it. The caller decides how to proceed with a piece.
final class RankDivision {
  /// A product in a list: its number in the table and its answer, by which lists are compared.
  struct Entry {
    var product: Int32
    /// The caller's name of the product.
    var name: Int32
    /// One of two answers.
    var answer: Bool
  }

  /// The status of one list at a piece.
  struct Status {
    /// The entry that decides; nil if it differs within the piece.
    var matchedRule: Int?
    /// The answer; nil if it differs within the piece.
    var answer: Bool?
  }

  /// How to proceed with a piece.
  enum Step {
    /// It is finished.
    case leave
    /// Divide it by an undecided list.
    case divide(by: Int)
    /// The result is complete.
    case stop
  }

  /// How a division ended.
  enum End {
    case done
    case stopped
    /// It needed more pieces than allowed.
    case abandoned
  }

  let table: RankTable
  let entries: [Entry]
  private let listEnds: [Int]
  /// The entries that remain at the pieces on the way down, one piece above the other.
  ///
  /// No call both reads it and adds to it, so accesses need no exclusivity checks.
  @exclusivity(unchecked) private var active: [Int32] = []
  @exclusivity(unchecked) private var pieceLimit: Int
  private var isAbandoned = false
  let budget: Budget

  /// Prepares a division.
  ///
  /// - Parameters:
  ///   - table: The products.
  ///   - lists: The lists; the last product of each contains the whole box.
  ///   - pieceLimit: The maximum number of pieces before the division is abandoned.
  ///   - budget: The work limit.
  init(_ table: RankTable, _ lists: [[Entry]], pieceLimit: Int, budget: Budget) {
    self.table = table
    entries = lists.flatMap { $0 }
    var ends: [Int] = []
    for list in lists { ends.append((ends.last ?? 0) + list.count) }
    listEnds = ends
    self.pieceLimit = pieceLimit
    self.budget = budget
  }

  /// Divides a box.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - step: Decides how to proceed with a piece.
  func divide(
    _ box: RankBox, _ step: (RankPiece) -> Step
  ) throws(BudgetExceeded) -> End {
    active.removeAll(keepingCapacity: true)
    var ends: [Int] = []
    var first = 0
    for end in listEnds {
      keep(first..<end, in: box)
      ends.append(active.count)
      first = end
    }
    let isThrough = try visit(RankPiece(box: box, begin: 0, ends: ends), step)
    return isAbandoned ? .abandoned : isThrough ? .done : .stopped
  }

  /// The remaining entries of a list at a piece.
  func entries(_ list: Int, at piece: RankPiece) -> ArraySlice<Int32> {
    active[(list == 0 ? piece.begin : piece.ends[list - 1])..<piece.ends[list]]
  }

  /// The status of a list at a piece.
  func status(_ list: Int, at piece: RankPiece) -> Status {
    let left = entries(list, at: piece)
    let first = Int(active[left.startIndex])
    if left.count == 1 { return Status(matchedRule: first, answer: entries[first].answer) }
    let answer = entries[first].answer
    for index in left.dropFirst() where entries[Int(index)].answer != answer {
      return Status(matchedRule: nil, answer: nil)
    }
    return Status(matchedRule: nil, answer: answer)
  }

  private func keep(_ range: Range<Int>, in box: RankBox) {
    for index in range {
      switch table.relation(entries[index].product, box) {
      case .apart: continue
      case .partial: active.append(Int32(index))
      case .containing:
        active.append(Int32(index))
        return
      }
    }
  }

  private func child(_ piece: RankPiece, _ box: RankBox) -> RankPiece {
    // The entries are moved out while they are added to.
    var active: [Int32] = []
    swap(&active, &self.active)
    defer { swap(&active, &self.active) }
    let begin = active.count
    var ends: [Int] = []
    ends.reserveCapacity(piece.ends.count)
    var first = piece.begin
    for end in piece.ends {
      scan: for position in first..<end {
        let index = active[position]
        switch table.relation(entries[Int(index)].product, box) {
        case .apart: continue
        case .partial: active.append(index)
        case .containing:
          active.append(index)
          break scan
        }
      }
      ends.append(active.count)
      first = end
    }
    return RankPiece(box: box, begin: begin, ends: ends)
  }

  /// Returns whether to continue.
  private func visit(
    _ piece: RankPiece, _ step: (RankPiece) -> Step
  ) throws(BudgetExceeded) -> Bool {
    try budget.spend(1 + (active.count - piece.begin) / 64)
    pieceLimit -= 1
    guard pieceLimit > 0 else {
      isAbandoned = true
      return false
    }
    switch step(piece) {
    case .leave: return true
    case .stop: return false
    case .divide(let list):
      let (dimension, position) = cut(piece, by: list)
      var (low, high) = (piece.box, piece.box)
      low[dimension].upper = position - 1
      high[dimension].lower = position
      let mark = active.count
      let below = child(piece, low)
      let above = child(piece, high)
      // The half with fewer entries comes first: it is more likely to lead to an answer quickly.
      let isBelowFirst = above.begin - below.begin <= active.count - above.begin
      let isOn = try visit(isBelowFirst ? below : above, step)
      let isThrough = isOn ? try visit(isBelowFirst ? above : below, step) : false
      active.removeLast(active.count - mark)
      return isThrough
    }
  }
}

/// A piece of a box being divided.
struct RankPiece {
  let box: RankBox
  /// The start of the remaining entries, and the end of those of each list.
  let begin: Int
  let ends: [Int]
}

extension RankDivision {
  /// A dimension and the rank at which to cut a piece.
  ///
  /// With many entries, the cut halves them; with few, it is along a side of the first product of a list.
  /// Ports are cut only if every protocol has them.
  private func cut(_ piece: RankPiece, by list: Int) -> (RankDimension, UInt32) {
    let end = piece.ends[piece.ends.count - 1]
    if end - piece.begin > Self.fewEntries, let cut = halving(piece, end) { return cut }
    let first = active[entries(list, at: piece).startIndex]
    let product = entries[Int(first)].product
    var best: (RankDimension, UInt32)?
    var least = Int.max
    for dimension in RankDimension.allCases {
      if dimension == .localPort || dimension == .remotePort, piece.box.protocols.upper > 1 { continue }
      let (lower, upper) = table.cut(product, dimension, piece.box[dimension])
      for position in [lower, upper] {
        guard let position else { continue }
        let cost = cost(piece.begin, end, 1, dimension, position)
        if cost < least { (best, least) = ((dimension, position), cost) }
      }
    }
    guard let best else { preconditionFailure("a product that is not whole has a side within the box") }
    return best
  }

  private static let fewEntries = 24

  /// The number of entries on both sides of a cut, with the larger side counted twice.
  private func cost(
    _ begin: Int, _ end: Int, _ step: Int, _ dimension: RankDimension, _ position: UInt32
  ) -> Int {
    var below = 0
    var above = 0
    for index in stride(from: begin, to: end, by: step) {
      let range = table.hulls[Int(entries[Int(active[index])].product)][dimension]
      if range.lower < position { below += 1 }
      if range.upper >= position { above += 1 }
    }
    return below + above + max(below, above)
  }

  /// The best of the cuts at the median of the bounds in a piece along each dimension.
  private func halving(_ piece: RankPiece, _ end: Int) -> (RankDimension, UInt32)? {
    let step = max(1, (end - piece.begin) / 64)
    let count = (end - piece.begin + step - 1) / step
    var best: (RankDimension, UInt32)?
    // A cut that leaves everything on one side is useless.
    var least = count * 3
    for dimension in RankDimension.allCases {
      if dimension == .localPort || dimension == .remotePort, piece.box.protocols.upper > 1 { continue }
      let range = piece.box[dimension]
      guard range.lower < range.upper else { continue }
      var positions: [UInt32] = []
      for index in stride(from: piece.begin, to: end, by: step) {
        let own = table.hulls[Int(entries[Int(active[index])].product)][dimension]
        if own.lower > range.lower, own.lower <= range.upper { positions.append(own.lower) }
        if own.upper < range.upper, own.upper >= range.lower { positions.append(own.upper + 1) }
      }
      guard !positions.isEmpty else { continue }
      positions.sort()
      let position = positions[positions.count / 2]
      let cost = cost(piece.begin, end, step, dimension, position)
      if cost < least { (best, least) = ((dimension, position), cost) }
    }
    return best
  }
}
