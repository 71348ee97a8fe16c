/// A way to make one diagram out of two, with the pairs for which it is known already.
final class DiagramOperation {
  /// The result where it takes no look at the children; it must decide every pair of terminals.
  let shortcut: (Int32, Int32) -> Int32?
  fileprivate var known = PairTable()

  init(_ shortcut: @escaping (Int32, Int32) -> Int32?) { self.shortcut = shortcut }

  /// What belongs to either set.
  static func union() -> DiagramOperation {
    DiagramOperation { left, right in
      if left == right || right == DiagramStore.none { return left }
      if left == DiagramStore.none { return right }
      return left < 0 ? left : right < 0 ? right : nil
    }
  }

  /// The right diagram for what belongs to the left set, and nothing for the rest.
  static func restriction() -> DiagramOperation {
    DiagramOperation { left, right in
      if left == DiagramStore.none || right == DiagramStore.none { return DiagramStore.none }
      return left < 0 ? right : nil
    }
  }

  /// What belongs to the left set and not to the right one.
  static func difference() -> DiagramOperation {
    DiagramOperation { left, right in
      if left == DiagramStore.none || left == right { return DiagramStore.none }
      if right == DiagramStore.none { return left }
      return right < 0 ? DiagramStore.none : nil
    }
  }

  /// The left diagram, and the right one where the left has nothing.
  static func overlay() -> DiagramOperation {
    DiagramOperation { left, right in
      if left == DiagramStore.none { return right }
      if left < 0 || left == right || right == DiagramStore.none { return left }
      return nil
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
  func combine(_ left: Int32, _ right: Int32, _ operation: DiagramOperation) throws(Undecided) -> Int32 {
    if let result = operation.shortcut(left, right) { return result }
    let key = PairTable.key(left, right)
    if let result = operation.known.value(key) { return result }
    try budget.spend()
    let level = min(level(left), level(right))
    let mark = mark
    if self.level(left) > level {
      for edge in edges(right) {
        add(upper: uppers[edge], child: try combine(left, children[edge], operation), from: mark)
      }
    } else if self.level(right) > level {
      for edge in edges(left) {
        add(upper: uppers[edge], child: try combine(children[edge], right, operation), from: mark)
      }
    } else {
      var mine = edges(left).lowerBound
      var theirs = edges(right).lowerBound
      let last = edges(left).upperBound
      while mine < last {
        let (left, right) = (uppers[mine], uppers[theirs])
        let child = try combine(children[mine], children[theirs], operation)
        add(upper: min(left, right), child: child, from: mark)
        if left <= right { mine += 1 }
        if right <= left { theirs += 1 }
      }
    }
    let result = try node(level: level, from: mark)
    operation.known.insert(key, result)
    return result
  }

  /// Makes one diagram out of many, neighbours first, so that no diagram is gone over often.
  ///
  /// - Parameters:
  ///   - nodes: The diagrams in order.
  ///   - operation: The way to make one out of two neighbours.
  func combine(all nodes: [Int32], _ operation: DiagramOperation) throws(Undecided) -> Int32 {
    var nodes = nodes
    while nodes.count > 1 {
      var next: [Int32] = []
      next.reserveCapacity((nodes.count + 1) / 2)
      var index = 0
      while index + 1 < nodes.count {
        next.append(try combine(nodes[index], nodes[index + 1], operation))
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
  func set(_ root: Int32, where test: (Int32) -> Bool) throws(Undecided) -> Int32 {
    var known: [Int32: Int32] = [:]
    return try set(root, &known, test)
  }

  private func set(
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
