import HostModel
import NetworkTypes

extension FirewallRewrite {
  /// A rewrite on its way.
  struct Writing {
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
    private let meetings: EarlierRules
    /// The allow rules so far that decide something.
    private var allows: [Bool]
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
      meetings = EarlierRules(entries.map(\.rule), families: families)
      allows = Array(repeating: false, count: entries.count)
    }

    mutating func outcome() -> Outcome {
      var unwritten: [(index: Int, difference: BoxDifference?)] = []
      for index in entries.indices {
        let box = entries[index].box
        switch entries[index].rule.action {
        case .allow:
          allows[index] = !isSpent(index)
          entries[index].matches = space.matches(box, table)
        case .block:
          let written = box.ruleCount(universe: space.universe)
          var allowance = max(work, Self.leastWork)
          let difference = difference(index, work: allowance)
          let boxes = difference?.boxes(limit: written + room, work: &allowance, &table)
          work = min(work, allowance)
          guard let boxes else {
            unwritten.append((index, difference))
            continue
          }
          write(boxes, at: index)
          room -= max(0, entries[index].matches.count - written)
        }
      }
      for case (let index, let difference?) in unwritten {
        let written = entries[index].box.ruleCount(universe: space.universe)
        var allowance = max(work, Self.leastWork)
        let boxes = difference.largestBoxes(limit: written + room, work: &allowance, &table)
        work = min(work, allowance)
        write(boxes, at: index)
        room -= max(0, entries[index].matches.count - written)
      }
      noteShadowed(except: Set(unwritten.map(\.index)))
      guard !unwritten.isEmpty else { return .exact(rules) }
      var seen: Set<String> = []
      let culprits = unwritten.map { entries[$0.index].rule.name }.filter { seen.insert($0).inserted }
      return .tooLarge(culprits: culprits, superset: rules)
    }

    /// Whether earlier block rules match every packet of an allow rule, as far as that is cheap to tell.
    private mutating func isSpent(_ index: Int) -> Bool {
      guard searchWork >= BoxDifference.leastWork(cuts: 1) else { return false }
      let earlier = meetings.of(index) { entries[$0].rule.action == .block }.map { entries[$0].box }
      guard !earlier.isEmpty else { return false }
      let difference = BoxDifference(
        entries[index].box, without: earlier, in: space, work: searchWork, &table)
      return difference?.isEmpty(work: &searchWork, &table) ?? false
    }

    /// What earlier allow rules leave of a block rule; nil when there are too many of them to begin.
    private mutating func difference(_ index: Int, work: Int) -> BoxDifference? {
      let earlier = meetings.of(index) { allows[$0] }
      if BoxDifference.leastWork(cuts: meetings.leastCuts(of: index, by: earlier)) > work { return nil }
      return BoxDifference(
        entries[index].box, without: earlier.map { entries[$0].box }, in: space, work: work, &table)
    }

    /// The work that every block rule may do, also when the rules before it did all there was to do.
    private static let leastWork = 2_000

    private mutating func write(_ boxes: [SetBox], at index: Int) {
      entries[index].matches = boxes.flatMap { space.matches($0, table) }
    }

    private mutating func noteShadowed(except unwritten: Set<Int>) {
      for index in entries.indices where entries[index].matches.isEmpty && !unwritten.contains(index) {
        let cover = meetings.first(of: index) { !entries[$0].matches.isEmpty }
        if let cover { entries[cover].shadowed.append(entries[index].rule.name) }
      }
    }

    private var rules: [Rule] {
      entries.flatMap { entry in
        entry.matches.enumerated().map { offset, match in
          Rule(
            origin: entry.rule.name, action: entry.rule.action, match: match,
            shadowed: offset == 0 ? entry.shadowed : [])
        }
      }
    }
  }
}
