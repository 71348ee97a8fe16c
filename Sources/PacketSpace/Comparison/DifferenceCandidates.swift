/// The boxes outside of which two paths have the same verdicts for all packets of a given box.
///
/// Layers are compared one by one. A layer that allows everything that another layer of its path allows has
/// no effect and is dropped, if that can be shown rule by rule. Rules in both layers of a pair are matched: a
/// difference must match a rule of one of them alone, or two rules with different actions in a different
/// order. If many are unmatched, rules are merged first, or each is looked up in the other layer.
struct DifferenceCandidates {
  private let table: RankTable
  private let violations: LayerInclusion
  private let whole: RankBox

  /// Prepares the search.
  ///
  /// - Parameters:
  ///   - table: The products.
  ///   - box: The box.
  ///   - budget: The work limit.
  init(_ table: RankTable, in box: RankBox, within budget: Budget) {
    self.table = table
    whole = box
    violations = LayerInclusion(table: table, whole: box, budget: budget)
  }

  /// The boxes, which may overlap.
  ///
  /// - Parameters:
  ///   - before: The layers of the path before.
  ///   - after: The layers of the path after.
  func boxes(_ before: [RankPolicy], _ after: [RankPolicy]) throws(BudgetExceeded) -> [RankBox] {
    if before.count == after.count, zip(before, after).allSatisfy({ $0.isAlike($1) }) { return [] }
    let old = try reduced(before, towards: after)
    let new = try reduced(after, towards: before)
    var found = old.violations + new.violations
    let count = max(old.layers.count, new.layers.count)
    for (one, other) in zip(padded(old.layers, to: count), padded(new.layers, to: count)) {
      guard let boxes = try boxes(one, other) else { return [whole] }
      found += boxes
    }
    return distinct(found)
  }

  /// The boxes clipped to the whole, without duplicates.
  private func distinct(_ boxes: [RankBox]) -> [RankBox] {
    var seen: Set<RankBox> = []
    var result: [RankBox] = []
    for box in boxes where box.overlaps(whole) {
      let clipped = box.clipped(to: whole)
      if clipped == whole { return [whole] }
      if seen.insert(clipped).inserted { result.append(clipped) }
    }
    return result
  }

  // MARK: Layers

  /// The layers without those that allow everything another one allows, and the boxes for which that is not
  /// certain.
  private func reduced(
    _ layers: [RankPolicy], towards others: [RankPolicy]
  ) throws(BudgetExceeded) -> (layers: [RankPolicy], violations: [RankBox]) {
    guard layers.count == 2 else { return (layers, []) }
    // The layer with more in common with the other path is kept.
    let shares = layers.map { layer in others.map { share(of: layer, in: $0) }.max() ?? 0 }
    let (kept, left) = shares[1] > shares[0] ? (layers[1], layers[0]) : (layers[0], layers[1])
    let limit = others.count == layers.count ? 64 : Int.max
    guard let boxes = try violations.boxes(blockedBy: left, allowedBy: kept), boxes.count <= limit else {
      return (layers, [])
    }
    return ([kept], boxes)
  }

  /// The share of a list that is also in another one, from 0 to 1.
  private func share(of list: RankPolicy, in other: RankPolicy) -> Double {
    var isThere = Array(repeating: false, count: table.count)
    for entry in other.entries.dropLast() { isThere[Int(entry.product)] = true }
    let common = list.entries.dropLast().count { isThere[Int($0.product)] }
    return list.ruleCount == 0 ? 1 : Double(common) / Double(list.ruleCount)
  }

  private func padded(_ layers: [RankPolicy], to count: Int) -> [RankPolicy] {
    let open = RankPolicy(table, [.init(product: table.everything, name: -1, answer: true)])
    return layers + Array(repeating: open, count: count - layers.count)
  }

  // MARK: Pairs

  /// The boxes outside of which two layers give the same answers; nil if that is everything.
  private func boxes(_ before: RankPolicy, _ after: RankPolicy) throws(BudgetExceeded) -> [RankBox]? {
    guard before.fallback.answer == after.fallback.answer else { return nil }
    let rules = (before.entries.dropLast(), after.entries.dropLast())
    let size = rules.0.count + rules.1.count
    let listDiff = listDiff(rules.0, rules.1)
    if listDiff.removed.count + listDiff.added.count <= max(32, size / 16) {
      return boxes(rules.0, rules.1, listDiff)
    }
    let joined = (
      RankMerging.joined(before, in: table).dropLast(), RankMerging.joined(after, in: table).dropLast()
    )
    let candidates = [
      boxes(joined.0, joined.1, self.listDiff(joined.0, joined.1)), try mutualViolations(before, after),
    ]
    // The work on a box grows faster than the number of rules that overlap it.
    var best: [RankBox]?
    var least = Double(size) * Double(size)
    for case let candidate? in candidates {
      var effort = 0.0
      for box in Set(candidate) where effort < least {
        let count = before.ruleCount(reaching: box) + after.ruleCount(reaching: box)
        effort += Double(count) * Double(count)
      }
      if effort < least { (best, least) = (candidate, effort) }
    }
    return best
  }

  private func mutualViolations(
    _ before: RankPolicy, _ after: RankPolicy
  ) throws(BudgetExceeded) -> [RankBox]? {
    guard let newlyBlocked = try violations.boxes(blockedBy: after, allowedBy: before),
      let newlyAllowed = try violations.boxes(blockedBy: before, allowedBy: after)
    else { return nil }
    return newlyBlocked + newlyAllowed
  }

  private func listDiff(
    _ old: ArraySlice<RankDivision.Entry>, _ new: ArraySlice<RankDivision.Entry>
  ) -> RuleListDiff {
    RuleListDiff(
      before: old.count, after: new.count,
      fingerprint: { isNew, position in
        let entry = isNew ? new[position] : old[position]
        var print = Fingerprint()
        print.add(UInt64(UInt32(bitPattern: entry.product)) << 1 | (entry.answer ? 1 : 0))
        return print.value
      },
      areEqual: { old[$0].product == new[$1].product && old[$0].answer == new[$1].answer })
  }

  /// The packets that match a rule of one list alone, or two rules in a different order.
  private func boxes(
    _ old: ArraySlice<RankDivision.Entry>, _ new: ArraySlice<RankDivision.Entry>, _ listDiff: RuleListDiff
  ) -> [RankBox] {
    func hull(_ entry: RankDivision.Entry) -> RankBox { table.hulls[Int(entry.product)] }
    var found = listDiff.removed.map { hull(old[$0]) } + listDiff.added.map { hull(new[$0]) }
    let first = found.count
    let limit = first + 4 * old.count + 64
    func take(_ one: Int, _ other: Int) {
      guard old[one].answer != old[other].answer, found.count <= limit,
        table.overlap(old[one].product, old[other].product)
      else { return }
      found.append(hull(old[one]).clipped(to: hull(old[other])))
    }
    let isThrough = listDiff.forEachInversion(limit: RuleListDiff.inversionsPerMember * old.count) {
      take($0, $1)
    }
    if isThrough, found.count <= limit { return found }
    // Too many pairs: the rules that follow one they preceded represent them.
    found.removeLast(found.count - first)
    return found + listDiff.overtaken.map { hull(old[$0]) }
  }
}

extension RankPolicy {
  /// Whether another list gives the same answers for the same products in the same order.
  fileprivate func isAlike(_ other: RankPolicy) -> Bool {
    entries.count == other.entries.count
      && zip(entries, other.entries).allSatisfy { $0.product == $1.product && $0.answer == $1.answer }
  }

  /// The number of rules whose hull overlaps a box.
  fileprivate func ruleCount(reaching box: RankBox) -> Int {
    var count = 0
    forEachRule(overlapping: box) { _ in
      count += 1
      return true
    }
    return count
  }
}
