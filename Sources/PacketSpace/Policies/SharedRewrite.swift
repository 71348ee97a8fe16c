import HostModel
package import NetworkTypes

/// The rewrite of a list that other lists end with, and of each such list by what its first rules change.
///
/// A rule of the shared end is recomputed only if an earlier rule affects it. The result equals that of
/// ``FirewallRewrite/rewrite(_:families:limit:)`` for the whole list.
package final class SharedRewrite {
  /// A part of a result.
  package enum Part {
    /// Rules of the shared end, by their indices in ``SharedRewrite/rules``.
    case shared(Range<Int>)
    /// A rule of this list alone.
    case new(FirewallRewrite.Rule)
  }

  /// The rewrite of the shared end by itself.
  package let rules: [FirewallRewrite.Rule]

  private let base: FirewallRewrite.Writing
  private var table: SetTable
  private let limit: Int
  /// The rules of each entry of the base.
  private let positions: [Range<Int>]

  /// Rewrites the shared end.
  ///
  /// - Parameters:
  ///   - list: The rules that the lists end with; together they match every packet of the families.
  ///   - families: The address families considered.
  ///   - limit: The maximum number of rules added by a rewrite.
  /// - Returns: Nil if the list needs so many rules or so much work that each list must be rewritten
  ///   separately.
  package init?(_ list: [OrderedRule], families: [AddressFamily], limit: Int = 1_000) {
    var table = SetTable()
    let space = BoxSpace(families, distinguishing: list.lazy.map(\.match), &table)
    var base = FirewallRewrite.Writing(list, in: space, room: max(0, limit), &table)
    guard case .exact(let rules) = base.outcome(&table), base.work >= base.leastWorkLeft,
      base.searchWork >= base.leastSearchWorkLeft
    else { return nil }
    self.base = base
    self.table = table
    self.limit = max(0, limit)
    self.rules = rules
    var end = 0
    positions = base.entries.map { entry in
      let start = end
      end += entry.matches.count
      return start..<end
    }
  }

  /// Rewrites a list that begins with some rules and ends with the shared ones.
  ///
  /// - Parameter first: The rules before the shared ones.
  /// - Returns: The result in the order of the list; nil if the whole list must be rewritten.
  package func rewrite(after first: [OrderedRule]) -> [Part]? {
    guard base.space.distinguishes(first.lazy.map(\.match)) else { return nil }
    var own = FirewallRewrite.Writing(first, in: base.space, room: limit, &table)
    own.write(&table)
    var rewritten: [Int: [RuleMatch]] = [:]
    var spent: Set<Int> = []
    for index in base.entries.indices where own.isExact {
      let entry = base.entries[index]
      switch entry.rule.action {
      case .allow:
        let blocks = overlapping(entry, .block, of: own)
        if blocks.isEmpty {
          own.searchWork -= entry.work
          continue
        }
        let earlier =
          blocks.map { own.entries[$0].box }
          + base.blocks(before: index).map { base.entries[$0].box }
        let isSpent = own.isSpent(entry.box, earlier, &table)
        if entry.isSpent, !isSpent { return nil }
        if isSpent, !entry.isSpent { spent.insert(index) }
      case .block:
        let allows = overlapping(entry, .allow, of: own)
        let written = base.written(index)
        if allows.isEmpty, spent.isEmpty || !entry.allows.contains(where: spent.contains) {
          guard entry.leastLimit <= written + own.room else { return nil }
          own.work -= entry.work
          own.room -= max(0, entry.matches.count - written)
          continue
        }
        let cuts =
          allows.map { own.entries[$0].box }
          + entry.allows.lazy.filter { !spent.contains($0) }.map { self.base.entries[$0].box }
        guard
          let difference = BoxDifference(
            entry.box, without: cuts, in: base.space, work: own.work, &table),
          let result = own.boxes(of: difference, limit: written + own.room, &table)
        else { return nil }
        let matches = result.boxes.flatMap { base.space.matches($0, table) }
        own.room -= max(0, matches.count - written)
        rewritten[index] = matches
      }
    }
    // With less remaining work, a rule of the shared end could have had a different result.
    guard own.isExact, own.work >= max(own.leastWorkLeft, base.leastWorkLeft),
      own.searchWork >= max(own.leastSearchWorkLeft, base.leastSearchWorkLeft)
    else { return nil }
    return parts(own, rewritten)
  }

  /// The rules of one action before the shared ones that have an effect and overlap one of these.
  private func overlapping(
    _ entry: FirewallRewrite.Writing.Entry, _ action: RuleAction, of own: FirewallRewrite.Writing
  ) -> [Int] {
    own.entries.indices.filter { index in
      let other = own.entries[index]
      return other.rule.action == action && !other.isSpent && table.intersect(other.box, entry.box)
    }
  }

  private func parts(_ own: FirewallRewrite.Writing, _ rewritten: [Int: [RuleMatch]]) -> [Part] {
    let shadowed = shadowed(own, rewritten)
    var parts: [Part] = []
    for (index, var entry) in own.entries.enumerated() {
      entry.shadowed = shadowed[index] ?? []
      parts += entry.rules.map { .new($0) }
    }
    var start = 0
    var end = 0
    func closeRun() {
      if start < end { parts.append(.shared(start..<end)) }
    }
    for index in base.entries.indices {
      let names = shadowed[own.entries.count + index] ?? []
      let isSame = rewritten[index] == nil && names == base.entries[index].shadowed
      if !isSame {
        closeRun()
        var entry = base.entries[index]
        entry.matches = rewritten[index] ?? entry.matches
        entry.shadowed = names
        parts += entry.rules.map { .new($0) }
        start = positions[index].upperBound
      }
      end = positions[index].upperBound
    }
    closeRun()
    return parts
  }

  /// By the index of an entry in the whole list, the names of later rules that are covered completely.
  private func shadowed(_ own: FirewallRewrite.Writing, _ rewritten: [Int: [RuleMatch]]) -> [Int: [String]] {
    var result: [Int: [String]] = [:]
    let count = own.entries.count
    func isLeft(_ index: Int) -> Bool {
      if index < count { return !own.entries[index].matches.isEmpty }
      return !(rewritten[index - count] ?? base.entries[index - count].matches).isEmpty
    }
    func box(_ index: Int) -> SetBox {
      index < count ? own.entries[index].box : base.entries[index - count].box
    }
    for index in 0..<count + base.entries.count where !isLeft(index) {
      let cover = (0..<index).first { isLeft($0) && table.intersect(box($0), box(index)) }
      let name = index < count ? own.entries[index].rule.name : base.entries[index - count].rule.name
      if let cover { result[cover, default: []].append(name) }
    }
    return result
  }
}
