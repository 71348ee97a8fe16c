import HostModel

/// An operation on two diagrams, with the apply cache of the results so far.
struct DiagramOperation {
  private enum Kind {
    case union
    case restriction
    case difference
    case overlay
    case passing
  }

  private let kind: Kind
  /// Whether each decider blocks, by number; only for evaluating one policy after another.
  private var isBlocking: [Bool] = []
  /// Whether the later of two policies is reported for packets that both allow.
  private var isLaterReported = false
  fileprivate var known = ApplyCache()

  private init(_ kind: Kind) { self.kind = kind }

  /// The union of two sets.
  static func union() -> DiagramOperation { DiagramOperation(.union) }

  /// The right diagram within the left set, and nothing elsewhere.
  static func restriction() -> DiagramOperation { DiagramOperation(.restriction) }

  /// The left set without the right one.
  static func difference() -> DiagramOperation { DiagramOperation(.difference) }

  /// The left diagram, and the right one where the left is empty.
  static func overlay() -> DiagramOperation { DiagramOperation(.overlay) }

  /// The decider of a packet that is evaluated by the left policy and then by the right one.
  ///
  /// - Parameters:
  ///   - actions: The action of each decider, by number.
  ///   - isLaterReported: Whether the right policy is reported for packets that both allow.
  static func passing(_ actions: [RuleAction], isLaterReported: Bool) -> DiagramOperation {
    var operation = DiagramOperation(.passing)
    operation.isBlocking = actions.map { $0 == .block }
    operation.isLaterReported = isLaterReported
    return operation
  }

  /// The result if it does not depend on the children; every pair of terminals has one.
  @inline(__always)
  fileprivate func shortcut(_ left: Int32, _ right: Int32) -> Int32? {
    let none = DecisionDiagram.none
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
      if left < 0, isBlocking[DecisionDiagram.number(left)] { return left }
      guard left < 0, right < 0 else { return nil }
      return isLaterReported || isBlocking[DecisionDiagram.number(right)] ? right : left
    }
  }
}

extension DecisionDiagram {
  /// Combines two diagrams.
  ///
  /// - Parameters:
  ///   - left: One diagram.
  ///   - right: The other.
  ///   - operation: The operation.
  mutating func combine(
    _ left: Int32, _ right: Int32, _ operation: DiagramOperation
  ) throws(BudgetExceeded) -> Int32 {
    var operation = operation
    return try combine(left, right, &operation)
  }

  /// Combines two diagrams, using an apply cache.
  ///
  /// - Parameters:
  ///   - left: One diagram.
  ///   - right: The other.
  ///   - operation: The operation.
  mutating func combine(
    _ left: Int32, _ right: Int32, _ operation: inout DiagramOperation
  ) throws(BudgetExceeded) -> Int32 {
    if let result = operation.shortcut(left, right) { return result }
    let key = ApplyCache.key(left, right)
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

  /// Combines many diagrams, adjacent ones first, so that no diagram is traversed often.
  ///
  /// - Parameters:
  ///   - nodes: The diagrams in order.
  ///   - operation: The operation on two adjacent diagrams.
  mutating func combine(all nodes: [Int32], _ operation: DiagramOperation) throws(BudgetExceeded) -> Int32 {
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

  /// The terminals of a diagram, ascending by value, without that of value 0.
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

  /// The set of packets for which the terminal of a diagram passes a test.
  ///
  /// - Parameters:
  ///   - root: The diagram.
  ///   - test: The test; the terminal of value 0 is never in the set.
  mutating func set(_ root: Int32, where test: (Int32) -> Bool) throws(BudgetExceeded) -> Int32 {
    var known: [Int32: Int32] = [:]
    return try set(root, &known, test)
  }

  private mutating func set(
    _ root: Int32, _ known: inout [Int32: Int32], _ test: (Int32) -> Bool
  ) throws(BudgetExceeded) -> Int32 {
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
