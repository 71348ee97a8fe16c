import HostModel
import NetworkTypes

/// The rules of a policy for one address family, cut into plain boxes.
///
/// A rule with several ranges in a dimension has one part for each combination of ranges. So a part is only
/// compared with parts that share packets with it, and by their bounds alone.
struct RuleParts {
  /// The rules as products.
  private let rankedPolicies: RankPolicies
  /// The parts in the order of their rules, and the default; an entry's name is the index of its rule.
  let policy: RankPolicy
  /// The start of each rule's parts; they end where the next rule's start.
  private let starts: [Int]

  /// A rule with more parts than this is not cut.
  private static let limit = 32

  var table: RankTable { rankedPolicies.table }

  /// Cuts the rules.
  ///
  /// - Parameters:
  ///   - policy: The policy.
  ///   - family: The address family.
  init(_ policy: PacketPolicy, _ family: AddressFamily) {
    rankedPolicies = RankPolicies(family, TerminalTable([PacketPath(policy)]))
    let table = rankedPolicies.table
    let rules = rankedPolicies.policies[0]
    var parts: [RankDivision.Entry] = []
    parts.reserveCapacity(rules.entries.count)
    var starts: [Int] = []
    starts.reserveCapacity(policy.rules.count + 1)
    for position in policy.rules.indices {
      starts.append(parts.count)
      let product = rankedPolicies.products[0][position]
      guard product >= 0 else { continue }
      let answer = policy.rules[position].action == .allow
      for part in table.parts(of: product, limit: Self.limit) {
        parts.append(.init(product: part, name: Int32(position), answer: answer))
      }
    }
    starts.append(parts.count)
    self.starts = starts
    parts.append(.init(product: table.everything, name: -1, answer: rules.fallback.answer))
    self.policy = RankPolicy(table, parts)
  }

  /// The indices of a rule's parts among the entries of ``policy``; empty if no packet matches.
  func parts(of rule: Int) -> Range<Int> { starts[rule]..<starts[rule + 1] }

  /// The hull of a part.
  func hull(_ part: Int) -> RankBox { table.hulls[Int(policy.entries[part].product)] }

  /// The volume of the hull of a rule.
  func volume(of rule: Int) -> Double {
    let product = rankedPolicies.products[0][rule]
    return product < 0 ? 0 : table.hulls[Int(product)].volume
  }

  /// The first earlier rule that matches every packet of a rule, which has some; nil if there is none.
  ///
  /// - Parameters:
  ///   - rule: The rule.
  ///   - isLeftOut: Whether to ignore an earlier rule.
  func holder(of rule: Int, without isLeftOut: (Int) -> Bool) -> Int? {
    let product = rankedPolicies.products[0][rule]
    let first = hull(starts[rule])
    var holder: Int?
    policy.forEachRule(overlapping: first, before: starts[rule]) { index in
      let entry = policy.entries[index]
      let owner = Int(entry.name)
      guard table.relation(entry.product, first) == .containing, !isLeftOut(owner) else { return true }
      if table.contains(rankedPolicies.products[0][owner], product) { holder = owner }
      return holder == nil
    }
    return holder
  }

  /// The parts of earlier rules that share packets with a part, up to one that contains it.
  ///
  /// - Parameters:
  ///   - part: The part.
  ///   - isLeftOut: Whether to ignore an earlier rule.
  func earlier(than part: Int, without isLeftOut: (Int) -> Bool) -> (
    parts: [RankDivision.Entry], holder: Int?
  ) {
    let entry = policy.entries[part]
    let hull = hull(part)
    var found: [RankDivision.Entry] = []
    var holder: Int?
    policy.forEachRule(overlapping: hull, before: starts[Int(entry.name)]) { index in
      let other = policy.entries[index]
      if isLeftOut(Int(other.name)) { return true }
      switch table.relation(other.product, hull) {
      case .apart: return true
      case .partial: found.append(other)
      case .containing: holder = Int(other.name)
      }
      return holder == nil
    }
    return (found, holder)
  }

  /// The parts of the other rules that share packets with a part, in order, up to one that contains it.
  ///
  /// If none does, the default is the last. The answer is yes for later ones with a different action.
  ///
  /// - Parameters:
  ///   - part: The part.
  ///   - isLeftOut: Whether to ignore another rule.
  func others(around part: Int, without isLeftOut: (Int) -> Bool) -> [RankDivision.Entry] {
    let entry = policy.entries[part]
    let hull = hull(part)
    var found: [RankDivision.Entry] = []
    var isHeld = false
    policy.forEachRule(overlapping: hull) { index in
      var other = policy.entries[index]
      if other.name == entry.name || isLeftOut(Int(other.name)) { return true }
      let relation = table.relation(other.product, hull)
      if relation == .apart { return true }
      other.answer = other.name > entry.name && other.answer != entry.answer
      found.append(other)
      isHeld = relation == .containing
      return !isHeld
    }
    if !isHeld {
      var last = policy.fallback
      last.answer = last.answer != entry.answer
      found.append(last)
    }
    return found
  }

  /// Some parts of later rules with a different action that share packets with a part.
  ///
  /// - Parameters:
  ///   - part: The part.
  ///   - limit: The maximum number.
  func opponents(of part: Int, limit: Int) -> [Int32] {
    let entry = policy.entries[part]
    var found: [Int32] = []
    policy.forEachRule(overlapping: hull(part), from: starts[Int(entry.name) + 1]) { index in
      if policy.entries[index].answer != entry.answer { found.append(policy.entries[index].product) }
      return found.count < limit
    }
    return found
  }

  /// The parts, in order, of earlier rules with a different action that share packets with a part, unless they match
  /// only packets of its rule.
  func rivals(of part: Int) -> [Int] {
    let entry = policy.entries[part]
    let products = rankedPolicies.products[0]
    var found: [Int] = []
    policy.forEachRule(overlapping: hull(part), before: starts[Int(entry.name)]) { index in
      let other = policy.entries[index]
      if other.answer != entry.answer, table.relation(other.product, hull(part)) != .apart,
        !table.contains(products[Int(entry.name)], products[Int(other.name)])
      {
        found.append(index)
      }
      return true
    }
    return found
  }

  /// The list in which the answer is yes for what a part decides within a box; nil if an earlier rule decides all.
  func decided(by part: Int, in box: RankBox) -> [RankDivision.Entry]? {
    var list: [RankDivision.Entry] = []
    var isHeld = false
    policy.forEachRule(overlapping: box, before: starts[Int(policy.entries[part].name)]) { index in
      var other = policy.entries[index]
      let relation = table.relation(other.product, box)
      other.answer = false
      if relation != .apart { list.append(other) }
      isHeld = relation == .containing
      return !isHeld
    }
    guard !isHeld else { return nil }
    list.append(.init(product: policy.entries[part].product, name: 0, answer: true))
    list.append(.init(product: table.everything, name: -1, answer: false))
    return list
  }

  /// Whether a rule decides a packet that it matches, and whether the packet has a different verdict without
  /// the rule.
  ///
  /// - Parameters:
  ///   - rule: The rule.
  ///   - packet: The packet.
  func decides(_ rule: Int, at packet: RankBox) -> (isReached: Bool, isNeeded: Bool) {
    var isReached = false
    var next = policy.fallback.answer
    policy.forEachRule(overlapping: packet) { index in
      let entry = policy.entries[index]
      if entry.name == rule {
        isReached = true
        return true
      }
      guard table.relation(entry.product, packet) == .containing else { return true }
      if isReached { next = entry.answer }
      return false
    }
    guard isReached else { return (false, false) }
    return (true, next != policy.entries[starts[rule]].answer)
  }
}

extension RankTable {
  /// Adds the plain boxes that a product consists of, and returns their numbers; only the product if they
  /// are too many.
  ///
  /// - Parameters:
  ///   - number: The product.
  ///   - limit: The maximum number of boxes.
  func parts(of number: Int32, limit: Int) -> [Int32] {
    let row = rows[Int(number)]
    guard row >= 0 else { return [number] }
    var count = 1
    for dimension in RankDimension.allCases {
      count = min(count * slice(row, dimension).count, limit + 1)
    }
    guard count <= limit else { return [number] }
    var boxes = [hulls[Int(number)]]
    for dimension in RankDimension.allCases {
      let slice = slice(row, dimension)
      if slice.count == 1 { continue }
      boxes = boxes.flatMap { box in
        ranges[slice].map { range in
          var part = box
          part[dimension] = range
          return part
        }
      }
    }
    return boxes.map { append($0) }
  }
}
