/// Searches for packets that one list of rules allows and another one may block.
///
/// It is checked rule by rule: whether the first list blocks every packet of a block rule of the other, and
/// whether the other allows what an allow rule of the first allows. For a list that was rewritten from the
/// other one rule by rule, each check needs a rule or two.
struct LayerInclusion {
  let table: RankTable
  /// The packets considered; the defaults of the lists need not contain others.
  let whole: RankBox
  let budget: Budget

  /// The maximum number of pieces for one rule.
  private static let pieceLimit = 512
  /// The maximum number of boxes for one rule.
  private static let boxesPerRule = 8

  /// Boxes outside of which a list allows every packet that another one allows; nil if there are too many to
  /// be useful.
  ///
  /// - Parameters:
  ///   - list: The list that may block.
  ///   - other: The other list.
  func boxes(blockedBy list: RankPolicy, allowedBy other: RankPolicy) throws(BudgetExceeded) -> [RankBox]? {
    guard list.fallback.answer || !other.fallback.answer else { return nil }
    let limit = list.ruleCount + other.ruleCount + 64
    var violations: [RankBox] = []
    for entry in list.entries.dropLast() where !entry.answer {
      try findAllowed(entry.product, by: other, &violations)
      if violations.count > limit { return nil }
    }
    if list.fallback.answer { return violations }
    var admitted = Array(repeating: false, count: table.count)
    for entry in list.entries.dropLast() where entry.answer { admitted[Int(entry.product)] = true }
    for entry in other.entries.dropLast() where entry.answer && !admitted[Int(entry.product)] {
      if try !isAdmitted(entry.product, by: list) {
        violations.append(table.hulls[Int(entry.product)])
      }
      if violations.count > limit { return nil }
    }
    return violations
  }

  /// Adds boxes that contain every packet of a product that a list allows.
  private func findAllowed(
    _ product: Int32, by list: RankPolicy, _ violations: inout [RankBox]
  ) throws(BudgetExceeded) {
    let hull = table.hulls[Int(product)].clipped(to: whole)
    var reaching: [RankDivision.Entry] = []
    var allows: [RankBox] = []
    var isOpen = true
    var steps = 0
    list.forEachRule(overlapping: hull) { position in
      let entry = list.entries[position]
      steps += 1
      guard table.overlap(entry.product, product) else { return true }
      reaching.append(entry)
      if entry.answer { allows.append(hull.clipped(to: table.hulls[Int(entry.product)])) }
      isOpen = !table.contains(entry.product, product)
      return isOpen
    }
    try budget.spend(1 + steps / 64)
    if isOpen, list.fallback.answer { allows.append(hull) }
    guard let first = allows.first else { return }
    let isMet = reaching.prefix { !$0.answer }.contains { table.hulls[Int($0.product)].overlaps(first) }
    if isMet {
      reaching.append(list.fallback)
      if try !isAnyAllowed(hull, product, reaching) { return }
    }
    if allows.count > Self.boxesPerRule { violations.append(hull) } else { violations += allows }
  }

  /// Whether a list allows any packet of a product; also true if the check takes too long.
  private func isAnyAllowed(
    _ box: RankBox, _ product: Int32, _ entries: [RankDivision.Entry]
  ) throws(BudgetExceeded) -> Bool {
    let search = RankSearch(table: table, representation: .automatic, budget: budget)
    return try search.isAnyYes(in: box, of: product, entries, pieceLimit: Self.pieceLimit) ?? true
  }

  /// Whether the allow rules of a list contain every packet of a product; false if the check takes too long.
  private func isAdmitted(_ product: Int32, by list: RankPolicy) throws(BudgetExceeded) -> Bool {
    let hull = table.hulls[Int(product)].clipped(to: whole)
    var parts: [RankDivision.Entry] = []
    var isHeld = false
    var steps = 0
    list.forEachRule(overlapping: hull) { position in
      let entry = list.entries[position]
      steps += 1
      guard entry.answer else { return true }
      isHeld = table.contains(entry.product, product)
      parts.append(.init(product: entry.product, name: 0, answer: false))
      return !isHeld
    }
    try budget.spend(1 + steps / 64)
    if isHeld { return true }
    guard !parts.isEmpty else { return false }
    parts.append(.init(product: table.everything, name: 0, answer: true))
    return try !isAnyAllowed(hull, product, parts)
  }
}
