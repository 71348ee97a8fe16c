/// The boxes outside of which two paths decide alike about every packet of one address family.
struct Suspects {
  private let flat: FlatPolicies
  private let alignments: [Alignment]
  private var found: [FlatBox] = []

  /// Prepares the search.
  ///
  /// - Parameters:
  ///   - flat: The policies of the path before, then as many of the path after.
  ///   - alignments: How the rules of each policy before stand in its counterpart; empty when the paths
  ///     have no counterparts.
  init(_ flat: FlatPolicies, _ alignments: [Alignment]) {
    self.flat = flat
    self.alignments = alignments
  }

  /// The boxes, which may overlap.
  mutating func boxes() -> [FlatBox] {
    guard !alignments.isEmpty else { return [flat.table.universe] }
    for (number, alignment) in alignments.enumerated() {
      let before = flat.policies[number]
      let after = flat.policies[alignments.count + number]
      guard before.entries.last?.answer == after.entries.last?.answer else { return [flat.table.universe] }
      let unmatched = alignment.removed.count + alignment.added.count
      let size = flat.products[number].count + flat.products[alignments.count + number].count
      if unmatched > max(32, size / 16) {
        collectJoined(before, after)
      } else {
        collect(
          flat.products[number], flat.products[alignments.count + number], alignment,
          answers(number, flat.products[number]))
      }
    }
    var seen: Set<FlatBox> = []
    let boxes = found.filter { seen.insert($0).inserted }
    return seen.contains(flat.table.universe) ? [flat.table.universe] : boxes
  }

  private func answers(_ number: Int, _ products: [Int32]) -> [Bool] {
    let entries = flat.policies[number].entries
    var next = 0
    return products.map { product in
      guard product >= 0 else { return false }
      next += 1
      return entries[next - 1].answer
    }
  }

  /// Takes up what differs between the policies with their rules joined as far as neighbours can be.
  private mutating func collectJoined(_ before: FlatPolicy, _ after: FlatPolicy) {
    let table = flat.table
    let old = FlatMerging.joined(before, in: table).dropLast()
    let new = FlatMerging.joined(after, in: table).dropLast()
    let alignment = Alignment(
      before: old.count, after: new.count,
      fingerprint: { isNew, place in
        let entry = isNew ? new[place] : old[place]
        return table.fingerprint(entry.product) &+ (entry.answer ? 1 : 0)
      },
      areEqual: { old[$0].answer == new[$1].answer && table.areEqual(old[$0].product, new[$1].product) })
    collect(old.map(\.product), new.map(\.product), alignment, old.map(\.answer))
  }

  /// Takes up the boxes of one policy.
  ///
  /// - Parameters:
  ///   - old: The products before; -1 for none.
  ///   - new: The products after.
  ///   - alignment: How they stand in one another.
  ///   - answers: What the products before say.
  private mutating func collect(
    _ old: [Int32], _ new: [Int32], _ alignment: Alignment, _ answers: [Bool]
  ) {
    let table = flat.table
    for place in alignment.removed where old[place] >= 0 { found.append(table.hulls[Int(old[place])]) }
    for place in alignment.added where new[place] >= 0 { found.append(table.hulls[Int(new[place])]) }
    let first = found.count
    let limit = first + 4 * old.count + 64
    func take(_ one: Int, _ other: Int) {
      guard answers[one] != answers[other], old[one] >= 0, old[other] >= 0, found.count <= limit,
        table.overlap(old[one], old[other])
      else { return }
      found.append(table.hulls[Int(old[one])].clipped(to: table.hulls[Int(old[other])]))
    }
    let isThrough = alignment.forEachInversion(limit: Alignment.inversionEffort * old.count) { take($0, $1) }
    if isThrough, found.count <= limit { return }
    // Too many pairs: what came later than something it came before stands for them.
    found.removeLast(found.count - first)
    for place in alignment.overtaken where old[place] >= 0 { found.append(table.hulls[Int(old[place])]) }
  }
}

extension FlatTable {
  /// A number that is the same for equal products.
  func fingerprint(_ number: Int32) -> UInt64 {
    var print = Fingerprint()
    let hull = hulls[Int(number)]
    for dimension in FlatDimension.allCases {
      print.add(UInt64(hull[dimension].lower) << 32 | UInt64(hull[dimension].upper))
    }
    if rows[Int(number)] >= 0 {
      for range in rowRanges(number) { print.add(UInt64(range.lower) << 32 | UInt64(range.upper)) }
    }
    return print.value
  }

  /// Whether two products hold the same packets.
  func areEqual(_ left: Int32, _ right: Int32) -> Bool {
    if left == right { return true }
    guard hulls[Int(left)] == hulls[Int(right)], (rows[Int(left)] < 0) == (rows[Int(right)] < 0) else {
      return false
    }
    guard rows[Int(left)] >= 0 else { return true }
    return rowCounts(left) == rowCounts(right) && rowRanges(left).elementsEqual(rowRanges(right))
  }

  private func rowRanges(_ number: Int32) -> ArraySlice<FlatRange> {
    let row = Int(rows[Int(number)]) * 5
    return ranges[Int(slices[row])..<Int(slices[row + 5])]
  }

  private func rowCounts(_ number: Int32) -> [Int32] {
    let row = Int(rows[Int(number)]) * 5
    return (0..<5).map { slices[row + $0 + 1] - slices[row + $0] }
  }
}
