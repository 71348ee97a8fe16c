/// Divides a box until what decides in some lists of rules is known in every piece.
///
/// In each list the first product that holds a packet decides about it, and the last one of each list
/// must hold the whole box. At a piece only those products are left that reach it, up to the first that
/// holds it whole. What is to become of a piece is asked of the one who divides.
final class FlatDivision {
  /// A product in a list: its number in the table and what it says, by which lists are compared.
  struct Entry {
    var product: Int32
    /// What the one who divides knows the product by.
    var name: Int32
    /// One of two answers.
    var answer: Bool
  }

  /// What is known of one list at a piece.
  struct Status {
    /// The entry that decides; nil when it is not the same for the whole piece.
    var decider: Int?
    /// The answer; nil when it is not the same for the whole piece.
    var answer: Bool?
  }

  /// What is to become of a piece.
  enum Step {
    /// It is done with.
    case leave
    /// It is to be divided by a list that is not decided.
    case divide(by: Int)
    /// All is known that was wanted to be known.
    case stop
  }

  /// How a division ended.
  enum End {
    case done
    case stopped
    /// It took more pieces than allowed.
    case abandoned
  }

  let table: FlatTable
  let entries: [Entry]
  private let listEnds: [Int]
  /// The entries that are left at the pieces on the way down, one piece above the other.
  ///
  /// What reads it does not add to it, and the other way round, so that accesses need no check.
  @exclusivity(unchecked) private var active: [Int32] = []
  @exclusivity(unchecked) private var patience: Int
  private var isAbandoned = false
  let budget: Budget

  /// Prepares a division.
  ///
  /// - Parameters:
  ///   - table: The products.
  ///   - lists: The lists, the last product of each holding the whole box.
  ///   - patience: How many pieces may arise before the division is abandoned.
  ///   - budget: The work allowed.
  init(_ table: FlatTable, _ lists: [[Entry]], patience: Int, budget: Budget) {
    self.table = table
    entries = lists.flatMap { $0 }
    var ends: [Int] = []
    for list in lists { ends.append((ends.last ?? 0) + list.count) }
    listEnds = ends
    self.patience = patience
    self.budget = budget
  }

  /// Divides a box.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - step: Says what is to become of a piece.
  func divide(
    _ box: FlatBox, _ step: (FlatPiece) -> Step
  ) throws(Undecided) -> End {
    active.removeAll(keepingCapacity: true)
    var ends: [Int] = []
    var first = 0
    for end in listEnds {
      keep(first..<end, in: box)
      ends.append(active.count)
      first = end
    }
    let isThrough = try visit(FlatPiece(box: box, begin: 0, ends: ends), step)
    return isAbandoned ? .abandoned : isThrough ? .done : .stopped
  }

  /// The entries left of a list at a piece.
  func entries(_ list: Int, at piece: FlatPiece) -> ArraySlice<Int32> {
    active[(list == 0 ? piece.begin : piece.ends[list - 1])..<piece.ends[list]]
  }

  /// What is known of a list at a piece.
  func status(_ list: Int, at piece: FlatPiece) -> Status {
    let left = entries(list, at: piece)
    let first = Int(active[left.startIndex])
    if left.count == 1 { return Status(decider: first, answer: entries[first].answer) }
    let answer = entries[first].answer
    for index in left.dropFirst() where entries[Int(index)].answer != answer {
      return Status(decider: nil, answer: nil)
    }
    return Status(decider: nil, answer: answer)
  }

  private func keep(_ range: Range<Int>, in box: FlatBox) {
    for index in range {
      switch table.relation(entries[index].product, box) {
      case .apart: continue
      case .partial: active.append(Int32(index))
      case .holding:
        active.append(Int32(index))
        return
      }
    }
  }

  private func child(_ piece: FlatPiece, _ box: FlatBox) -> FlatPiece {
    // The entries are taken out while they are added to.
    var active: [Int32] = []
    swap(&active, &self.active)
    defer { swap(&active, &self.active) }
    let begin = active.count
    var ends: [Int] = []
    ends.reserveCapacity(piece.ends.count)
    var first = piece.begin
    for end in piece.ends {
      scan: for place in first..<end {
        let index = active[place]
        switch table.relation(entries[Int(index)].product, box) {
        case .apart: continue
        case .partial: active.append(index)
        case .holding:
          active.append(index)
          break scan
        }
      }
      ends.append(active.count)
      first = end
    }
    return FlatPiece(box: box, begin: begin, ends: ends)
  }

  /// Whether to go on.
  private func visit(
    _ piece: FlatPiece, _ step: (FlatPiece) -> Step
  ) throws(Undecided) -> Bool {
    try budget.spend(1 + (active.count - piece.begin) / 64)
    patience -= 1
    guard patience > 0 else {
      isAbandoned = true
      return false
    }
    switch step(piece) {
    case .leave: return true
    case .stop: return false
    case .divide(let list):
      let (dimension, place) = cut(piece, by: list)
      var (low, high) = (piece.box, piece.box)
      low[dimension].upper = place - 1
      high[dimension].lower = place
      let mark = active.count
      let below = child(piece, low)
      let above = child(piece, high)
      // The half with less in it comes first: there an answer is nearer.
      let isBelowFirst = above.begin - below.begin <= active.count - above.begin
      let isOn = try visit(isBelowFirst ? below : above, step)
      let isThrough = isOn ? try visit(isBelowFirst ? above : below, step) : false
      active.removeLast(active.count - mark)
      return isThrough
    }
  }
}

/// A piece of a box that is divided.
struct FlatPiece {
  let box: FlatBox
  /// Where the entries that are left begin, and where those of each list end.
  let begin: Int
  let ends: [Int]
}

extension FlatDivision {
  /// A dimension and the place at which to cut a piece.
  ///
  /// Where much is left, the cut is one that halves it; where little is left, one along a side of the
  /// first product of a list. Ports are cut only where every protocol has them.
  private func cut(_ piece: FlatPiece, by list: Int) -> (FlatDimension, UInt32) {
    let end = piece.ends[piece.ends.count - 1]
    if end - piece.begin > Self.fewEntries, let cut = halving(piece, end) { return cut }
    let first = active[entries(list, at: piece).startIndex]
    let product = entries[Int(first)].product
    var best: (FlatDimension, UInt32)?
    var least = Int.max
    for dimension in FlatDimension.allCases {
      if dimension == .localPort || dimension == .remotePort, piece.box.protocols.upper > 1 { continue }
      let (lower, upper) = table.cut(product, dimension, piece.box[dimension])
      for place in [lower, upper] {
        guard let place else { continue }
        let cost = cost(piece.begin, end, 1, dimension, place)
        if cost < least { (best, least) = ((dimension, place), cost) }
      }
    }
    guard let best else { preconditionFailure("a product that is not whole has a side within the box") }
    return best
  }

  private static let fewEntries = 24

  /// How many entries a cut leaves on both sides, the fuller side counted twice.
  private func cost(
    _ begin: Int, _ end: Int, _ step: Int, _ dimension: FlatDimension, _ place: UInt32
  ) -> Int {
    var below = 0
    var above = 0
    for index in stride(from: begin, to: end, by: step) {
      let range = table.hulls[Int(entries[Int(active[index])].product)][dimension]
      if range.lower < place { below += 1 }
      if range.upper >= place { above += 1 }
    }
    return below + above + max(below, above)
  }

  /// The best of the cuts at the middle of what begins and ends in a piece along each dimension.
  private func halving(_ piece: FlatPiece, _ end: Int) -> (FlatDimension, UInt32)? {
    let step = max(1, (end - piece.begin) / 64)
    let count = (end - piece.begin + step - 1) / step
    var best: (FlatDimension, UInt32)?
    // A cut that leaves everything on one side is no help.
    var least = count * 3
    for dimension in FlatDimension.allCases {
      if dimension == .localPort || dimension == .remotePort, piece.box.protocols.upper > 1 { continue }
      let range = piece.box[dimension]
      guard range.lower < range.upper else { continue }
      var places: [UInt32] = []
      for index in stride(from: piece.begin, to: end, by: step) {
        let own = table.hulls[Int(entries[Int(active[index])].product)][dimension]
        if own.lower > range.lower, own.lower <= range.upper { places.append(own.lower) }
        if own.upper < range.upper, own.upper >= range.lower { places.append(own.upper + 1) }
      }
      guard !places.isEmpty else { continue }
      places.sort()
      let place = places[places.count / 2]
      let cost = cost(piece.begin, end, step, dimension, place)
      if cost < least { (best, least) = ((dimension, place), cost) }
    }
    return best
  }
}
