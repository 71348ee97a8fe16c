/// The status of a path at a piece.
struct PathStatus {
  /// Whether the path allows; nil if that differs within the piece.
  var isAllowed: Bool?
  /// The list to divide the piece by; meaningful if `isAllowed` is nil.
  var open: Int
}

/// The lists of a division that belong to the policies of a path.
struct PathLists {
  var lists: Range<Int>
  /// The list that is reported for packets that all allow; nil if it is none of them.
  var reportingPolicy: Int?
}

extension RankDivision {
  /// Whether a path allows the packets of a piece.
  func verdict(_ path: PathLists, at piece: RankPiece) -> PathStatus {
    var open: Int?
    for list in path.lists {
      switch status(list, at: piece).answer {
      case false: return PathStatus(isAllowed: false, open: list)
      case nil: open = open ?? list
      default: continue
      }
    }
    if let open { return PathStatus(isAllowed: nil, open: open) }
    return PathStatus(isAllowed: true, open: path.lists.lowerBound)
  }

  /// The result of looking for a path's decider.
  enum PathMatch {
    /// The entry that decides.
    case found(Int)
    /// It differs within the piece; the list to divide by.
    case open(Int)
    /// The lists do not determine it.
    case unnamed
  }

  /// The decider of a path for the packets of a piece.
  func matchedRule(_ path: PathLists, at piece: RankPiece) -> PathMatch {
    for list in path.lists {
      let status = status(list, at: piece)
      guard let answer = status.answer else { return .open(list) }
      if answer { continue }
      return named(status, list)
    }
    return path.reportingPolicy.map { named(status($0, at: piece), $0) } ?? .unnamed
  }

  private func named(_ status: Status, _ list: Int) -> PathMatch {
    guard let matchedRule = status.matchedRule else { return .open(list) }
    return entries[matchedRule].name < 0 ? .unnamed : .found(matchedRule)
  }

  /// Whether two paths have the same remaining lists, apart from those that allow the whole piece.
  func areAlike(_ left: PathLists, _ right: PathLists, at piece: RankPiece) -> Bool {
    var next = right.lists.lowerBound
    for list in left.lists where status(list, at: piece).answer != true {
      while next < right.lists.upperBound, status(next, at: piece).answer == true { next += 1 }
      guard next < right.lists.upperBound, areAlike(list, next, at: piece) else { return false }
      next += 1
    }
    while next < right.lists.upperBound {
      guard status(next, at: piece).answer == true else { return false }
      next += 1
    }
    return true
  }

  /// Whether two lists have the same remaining products with the same answers.
  func areAlike(_ left: Int, _ right: Int, at piece: RankPiece) -> Bool {
    let mine = entries(left, at: piece)
    let theirs = entries(right, at: piece)
    guard mine.count == theirs.count else { return false }
    for (one, other) in zip(mine, theirs) {
      let (one, other) = (entries[Int(one)], entries[Int(other)])
      if one.product != other.product || one.answer != other.answer { return false }
    }
    return true
  }
}
