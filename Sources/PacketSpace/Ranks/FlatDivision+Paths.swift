/// What is known of a path at a piece.
struct PathStatus {
  /// Whether the path allows; nil when that is not the same for the whole piece.
  var isAllowed: Bool?
  /// The list to divide the piece by in order to know; meaningful where `isAllowed` is nil.
  var open: Int
}

/// The lists of a division that are the policies of a path.
struct PathLists {
  var lists: Range<Int>
  /// The list that decides about what all allow.
  var speaker: Int
}

extension FlatDivision {
  /// Whether a path allows the packets of a piece.
  func verdict(_ path: PathLists, at piece: FlatPiece) -> PathStatus {
    var open: Int?
    for list in path.lists {
      switch status(list, at: piece).answer {
      case false: return PathStatus(isAllowed: false, open: list)
      case nil: open = open ?? list
      default: continue
      }
    }
    if let open { return PathStatus(isAllowed: nil, open: open) }
    return PathStatus(isAllowed: true, open: path.speaker)
  }

  /// What a path's decider is found to be.
  enum PathDecider {
    /// The entry that decides.
    case found(Int)
    /// It differs within the piece; the list to divide by.
    case open(Int)
  }

  /// What decides on a path about the packets of a piece.
  func decider(_ path: PathLists, at piece: FlatPiece) -> PathDecider {
    for list in path.lists {
      let status = status(list, at: piece)
      guard let answer = status.answer else { return .open(list) }
      if answer { continue }
      return status.decider.map { .found($0) } ?? .open(list)
    }
    return status(path.speaker, at: piece).decider.map { .found($0) } ?? .open(path.speaker)
  }

  /// Whether the same products with the same answers are left in two lists.
  func areAlike(_ left: Int, _ right: Int, at piece: FlatPiece) -> Bool {
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
