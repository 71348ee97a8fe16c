package import HostModel
package import NetworkTypes

/// A rule of a list in which the first match decides.
package struct OrderedRule: Hashable, Sendable {
  /// The name, which need not be unique.
  package var name: String
  /// What happens to a packet that matches.
  package var action: RuleAction
  /// What the rule matches.
  package var match: RuleMatch

  /// Makes a rule.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - action: What happens to a packet that matches.
  ///   - match: What the rule matches.
  package init(name: String, action: RuleAction, match: RuleMatch) {
    self.name = name
    self.action = action
    self.match = match
  }
}

/// Writes an ordered list of rules as rules without order, of which block beats allow.
///
/// Windows Firewall has no order (reference: windows-firewall-and-vfp, 2.1). Allow rules can stand as
/// they are: what an earlier block rule takes from them it also takes without order. A block rule may
/// only keep the packets that no earlier allow rule matches, and is written as boxes of them. So a
/// packet that the list allows meets no block rule and at least the allow rule that decides it, and a
/// packet that the list blocks meets at least a part of the block rule that decides it.
package enum FirewallRewrite {
  /// A rule of the result: one Host ACL.
  package struct Rule: Hashable, Sendable {
    /// The name of the rule of the list that it comes from.
    package var origin: String
    /// What happens to a packet that matches.
    package var action: RuleAction
    /// What the rule matches; one that names addresses is of one family.
    package var match: RuleMatch
    /// The names of later rules of the list that match packets of this one, and of which no rule is
    /// left because they decide none.
    package var shadowed: [String]

    /// Makes a rule.
    ///
    /// - Parameters:
    ///   - origin: The name of the rule of the list that it comes from.
    ///   - action: What happens to a packet that matches.
    ///   - match: What the rule matches.
    ///   - shadowed: The names of later rules that leave none.
    package init(origin: String, action: RuleAction, match: RuleMatch, shadowed: [String] = []) {
      self.origin = origin
      self.action = action
      self.match = match
      self.shadowed = shadowed
    }
  }

  /// The result of a rewrite.
  package enum Outcome: Hashable, Sendable {
    /// The rules mean exactly what the list means.
    case exact([Rule])
    /// They would be too many. The culprits are the block rules that did not fit; the superset blocks
    /// only what the list blocks, and its allow rules are those of the list.
    case tooLarge(culprits: [String], superset: [Rule])

    /// The rules, exact or not, in the order of the list.
    package var rules: [Rule] {
      switch self {
      case .exact(let rules), .tooLarge(_, superset: let rules): rules
      }
    }
  }

  /// Writes a list as rules without order.
  ///
  /// Every rule that can match a packet of the families leaves at least one rule, unless earlier
  /// allow rules match all of its packets; then it is named in ``Rule/shadowed``.
  ///
  /// - Parameters:
  ///   - list: The rules of one direction; together they match every packet of the families.
  ///   - families: The address families that matter; packets of others are not looked at.
  ///   - limit: How many rules the rewrite may add to those of the list.
  package static func rewrite(
    _ list: [OrderedRule], families: [AddressFamily], limit: Int = 1_000
  ) -> Outcome {
    var writing = Writing(list, families: families.sorted(), room: max(0, limit))
    return writing.outcome()
  }
}

/// A rewrite on its way.
private struct Writing {
  /// A rule of the list with the packets it matches.
  private struct Entry {
    var rule: OrderedRule
    var box: SetBox
    /// What it becomes.
    var matches: [RuleMatch] = []
    var shadowed: [String] = []
  }

  private let space: BoxSpace
  private var table = SetTable()
  private var entries: [Entry] = []
  private var allows = Meetings()
  private var blocks = Meetings()
  private var room: Int
  /// The work that may still be done for the whole list.
  private var work = 2_500_000
  /// The work that may still be done to find allow rules that decide nothing.
  private var searchWork = 300_000

  init(_ list: [OrderedRule], families: [AddressFamily], room: Int) {
    self.room = room
    space = BoxSpace(families, telling: list.lazy.map(\.match), &table)
    entries.reserveCapacity(list.count)
    for rule in list {
      let box = space.box(rule.match, &table)
      if !box.isEmpty { entries.append(Entry(rule: rule, box: box)) }
    }
  }

  mutating func outcome() -> FirewallRewrite.Outcome {
    var unwritten: [(index: Int, difference: BoxDifference)] = []
    for index in entries.indices {
      let box = entries[index].box
      switch entries[index].rule.action {
      case .allow:
        let earlier = blocks.meeting(box, table)
        let isSpent =
          !earlier.isEmpty
          && BoxDifference(box, without: earlier, in: space, &table).isEmpty(work: &searchWork, &table)
        if !isSpent { allows.append(box, table) }
        entries[index].matches = space.matches(box, table)
      case .block:
        blocks.append(box, table)
        let written = box.ruleCount(universe: space.universe)
        let difference = BoxDifference(box, without: allows.meeting(box, table), in: space, &table)
        var allowance = max(work, Self.leastWork)
        let boxes = difference.boxes(limit: written + room, work: &allowance, &table)
        work = min(work, allowance)
        guard let boxes else {
          unwritten.append((index, difference))
          continue
        }
        write(boxes, at: index)
        room -= max(0, entries[index].matches.count - written)
      }
    }
    for (index, difference) in unwritten {
      let written = entries[index].box.ruleCount(universe: space.universe)
      var allowance = max(work, Self.leastWork)
      let boxes = difference.largestBoxes(limit: written + room, work: &allowance, &table)
      work = min(work, allowance)
      write(boxes, at: index)
      room -= max(0, entries[index].matches.count - written)
    }
    noteShadowed(except: Set(unwritten.map(\.index)))
    guard !unwritten.isEmpty else { return .exact(rules) }
    var culprits: [String] = []
    for (index, _) in unwritten where !culprits.contains(entries[index].rule.name) {
      culprits.append(entries[index].rule.name)
    }
    return .tooLarge(culprits: culprits, superset: rules)
  }

  /// The work that every block rule may do, also when the rules before it did all there was to do.
  private static let leastWork = 2_000

  private mutating func write(_ boxes: [SetBox], at index: Int) {
    entries[index].matches = boxes.flatMap { space.matches($0, table) }
  }

  private mutating func noteShadowed(except unwritten: Set<Int>) {
    for index in entries.indices where entries[index].matches.isEmpty && !unwritten.contains(index) {
      let box = entries[index].box
      let cover = entries[..<index].firstIndex { !$0.matches.isEmpty && table.intersect($0.box, box) }
      if let cover { entries[cover].shadowed.append(entries[index].rule.name) }
    }
  }

  private var rules: [FirewallRewrite.Rule] {
    entries.flatMap { entry in
      entry.matches.enumerated().map { offset, match in
        FirewallRewrite.Rule(
          origin: entry.rule.name, action: entry.rule.action, match: match,
          shadowed: offset == 0 ? entry.shadowed : [])
      }
    }
  }
}

/// Boxes that are asked for those that meet another one.
private struct Meetings {
  private var boxes: [SetBox] = []
  private var hulls: [BoxHull] = []

  mutating func append(_ box: SetBox, _ table: SetTable) {
    boxes.append(box)
    hulls.append(table.hull(box))
  }

  /// The boxes that share a packet with another one, in the order in which they came.
  func meeting(_ other: SetBox, _ table: SetTable) -> [SetBox] {
    let hull = table.hull(other)
    var result: [SetBox] = []
    for index in hulls.indices where hulls[index].overlaps(hull) && table.intersect(boxes[index], other) {
      result.append(boxes[index])
    }
    return result
  }
}
