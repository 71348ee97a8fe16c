import HostModel

/// A way to make one diagram out of two, with the pairs for which it is known already.
struct DiagramOperation {
  private enum Kind {
    case union
    case restriction
    case difference
    case overlay
    case passing
  }

  private let kind: Kind
  /// By the number of a decider, whether it blocks; only for passing one policy after another.
  private var isBlocking: [Bool] = []
  /// Whether the later of two policies decides about what both allow.
  private var isLaterTold = false
  fileprivate var known = PairTable()

  private init(_ kind: Kind) { self.kind = kind }

  /// What belongs to either set.
  static func union() -> DiagramOperation { DiagramOperation(.union) }

  /// The right diagram for what belongs to the left set, and nothing for the rest.
  static func restriction() -> DiagramOperation { DiagramOperation(.restriction) }

  /// What belongs to the left set and not to the right one.
  static func difference() -> DiagramOperation { DiagramOperation(.difference) }

  /// The left diagram, and the right one where the left has nothing.
  static func overlay() -> DiagramOperation { DiagramOperation(.overlay) }

  /// What decides when a packet must pass the left policy and then the right one.
  ///
  /// - Parameters:
  ///   - actions: What each decider says, by its number.
  ///   - isLaterTold: Whether the right policy decides about what both allow.
  static func passing(_ actions: [RuleAction], isLaterTold: Bool) -> DiagramOperation {
    var operation = DiagramOperation(.passing)
    operation.isBlocking = actions.map { $0 == .block }
    operation.isLaterTold = isLaterTold
    return operation
  }

  /// The result where it takes no look at the children; every pair of terminals has one.
  @inline(__always)
  fileprivate func shortcut(_ left: Int32, _ right: Int32) -> Int32? {
    let none = DiagramStore.none
    switch kind {
    case .union:
      if left == right || right == none { return left }
      if left == none { return right }
      return left < 0 ? left : right < 0 ? right : nil
    case .restriction:
      if left == none || right == none { return none }
      return left < 0 ? right : nil
    case .difference:
      if left == none || left == right { return none }
      if right == none { return left }
      return right < 0 ? none : nil
    case .overlay:
      if left == none { return right }
      return left < 0 || left == right || right == none ? left : nil
    case .passing:
      if left == none || right == none { return none }
      if left < 0, isBlocking[DiagramStore.number(left)] { return left }
      guard left < 0, right < 0 else { return nil }
      return isLaterTold || isBlocking[DiagramStore.number(right)] ? right : left
    }
  }
}

extension DiagramStore {
  /// Makes one diagram out of two.
  ///
  /// - Parameters:
  ///   - left: One diagram.
  ///   - right: The other.
  ///   - operation: The way to do it.
  mutating func combine(
    _ left: Int32, _ right: Int32, _ operation: DiagramOperation
  ) throws(Undecided) -> Int32 {
    var operation = operation
    return try combine(left, right, &operation)
  }

  /// Makes one diagram out of two, by a way that remembers what it made.
  ///
  /// - Parameters:
  ///   - left: One diagram.
  ///   - right: The other.
  ///   - operation: The way to do it.
  mutating func combine(
    _ left: Int32, _ right: Int32, _ operation: inout DiagramOperation
  ) throws(Undecided) -> Int32 {
    if let result = operation.shortcut(left, right) { return result }
    let key = PairTable.key(left, right)
    if let result = operation.known.value(key) { return result }
    try budget.spend()
    let (mine, theirs) = (level(left), level(right))
    let mark = mark
    if mine > theirs {
      for edge in edges(right) {
        add(upper: uppers[edge], child: try combine(left, children[edge], &operation), from: mark)
      }
    } else if theirs > mine {
      for edge in edges(left) {
        add(upper: uppers[edge], child: try combine(children[edge], right, &operation), from: mark)
      }
    } else {
      var mine = edges(left).lowerBound
      var theirs = edges(right).lowerBound
      let last = edges(left).upperBound
      while mine < last {
        let (left, right) = (uppers[mine], uppers[theirs])
        let child = try combine(children[mine], children[theirs], &operation)
        add(upper: min(left, right), child: child, from: mark)
        if left <= right { mine += 1 }
        if right <= left { theirs += 1 }
      }
    }
    let result = try node(level: min(mine, theirs), from: mark)
    operation.known.insert(key, result)
    return result
  }

  /// Makes one diagram out of many, neighbours first, so that no diagram is gone over often.
  ///
  /// - Parameters:
  ///   - nodes: The diagrams in order.
  ///   - operation: The way to make one out of two neighbours.
  mutating func combine(all nodes: [Int32], _ operation: DiagramOperation) throws(Undecided) -> Int32 {
    var nodes = nodes
    var operation = operation
    while nodes.count > 1 {
      var next: [Int32] = []
      next.reserveCapacity((nodes.count + 1) / 2)
      var index = 0
      while index + 1 < nodes.count {
        next.append(try combine(nodes[index], nodes[index + 1], &operation))
        index += 2
      }
      if index < nodes.count { next.append(nodes[index]) }
      nodes = next
    }
    return nodes.first ?? Self.none
  }

  /// The terminals a diagram can end in, ascending by value, without that of value 0.
  func terminals(_ root: Int32) -> [Int32] {
    if root < 0 { return root == Self.none ? [] : [root] }
    var seen: Set<Int32> = [root]
    var found: Set<Int32> = []
    var waiting = [root]
    while let node = waiting.popLast() {
      for child in children[edges(node)] where seen.insert(child).inserted {
        if child >= 0 { waiting.append(child) } else if child != Self.none { found.insert(child) }
      }
    }
    return found.sorted(by: >)
  }

  /// The set of packets for which a diagram ends in a terminal for which a test holds.
  ///
  /// - Parameters:
  ///   - root: The diagram.
  ///   - test: The test; the terminal of value 0 is never in the set.
  mutating func set(_ root: Int32, where test: (Int32) -> Bool) throws(Undecided) -> Int32 {
    var known: [Int32: Int32] = [:]
    return try set(root, &known, test)
  }

  private mutating func set(
    _ root: Int32, _ known: inout [Int32: Int32], _ test: (Int32) -> Bool
  ) throws(Undecided) -> Int32 {
    if root < 0 { return root != Self.none && test(root) ? Self.one : Self.none }
    if let result = known[root] { return result }
    try budget.spend()
    let mark = mark
    for edge in edges(root) {
      add(upper: uppers[edge], child: try set(children[edge], &known, test), from: mark)
    }
    let result = try node(level: levels[Int(root)], from: mark)
    known[root] = result
    return result
  }
}
