import HostModel
import NetworkTypes

extension FirewallRewrite {
  /// A rewrite in progress.
  struct Writing {
    /// A rule of the list with the packets it matches.
    struct Entry {
      var rule: OrderedRule
      var box: SetBox
      /// The resulting matches.
      var matches: [RuleMatch] = []
      /// The names of later rules that are covered completely.
      var shadowed: [String] = []
      /// For an allow rule: whether earlier block rules match all of its packets.
      var isSpent = false
      /// For a block rule: the earlier allow rules that overlap it.
      var allows: [Int] = []
      /// The work done for it.
      var work = 0
      /// For a block rule: the lowest limit of rules with the same result.
      var leastLimit = 0
    }

    let space: BoxSpace
    private(set) var entries: [Entry] = []
    private let earlierRules: EarlierRules
    /// The number of rules that may still be added.
    var room: Int
    /// The remaining work for the whole list.
    var work = 2_500_000
    /// The remaining work to find allow rules that decide nothing.
    var searchWork = 300_000
    /// The least remaining work with which any block rule so far was started.
    private(set) var leastWorkLeft = BoxDifference.workLimit
    /// The least remaining work with which any search so far was started.
    private(set) var leastSearchWorkLeft = 0
    /// The block rules that did not fit.
    private var unwritten: [(index: Int, difference: BoxDifference?)] = []

    /// Whether every block rule has fitted so far.
    var isExact: Bool { unwritten.isEmpty }

    init(_ list: [OrderedRule], in space: BoxSpace, room: Int, _ table: inout SetTable) {
      self.space = space
      self.room = room
      entries.reserveCapacity(list.count)
      for rule in list {
        let box = space.box(rule.match, &table)
        if !box.isEmpty { entries.append(Entry(rule: rule, box: box)) }
      }
      earlierRules = EarlierRules(entries.map(\.rule), families: space.families)
    }

    mutating func outcome(_ table: inout SetTable) -> Outcome {
      write(&table)
      for case (let index, let difference?) in unwritten {
        let written = written(index)
        var allowance = max(work, Self.leastWork)
        let boxes = difference.largestBoxes(limit: written + room, work: &allowance, &table)
        work = min(work, allowance)
        write(boxes, at: index, written, table)
      }
      noteShadowed(except: Set(unwritten.map(\.index)))
      guard !unwritten.isEmpty else { return .exact(rules) }
      var seen: Set<String> = []
      let culprits = unwritten.map { entries[$0.index].rule.name }.filter { seen.insert($0).inserted }
      return .tooLarge(culprits: culprits, superset: rules)
    }

    /// Rewrites every rule that fits.
    mutating func write(_ table: inout SetTable) {
      for index in entries.indices {
        switch entries[index].rule.action {
        case .allow:
          let before = searchWork
          entries[index].isSpent = isSpent(index, &table)
          entries[index].work = before - searchWork
          entries[index].matches = space.matches(entries[index].box, table)
        case .block:
          let written = written(index)
          let before = work
          let difference = difference(index, &table)
          guard let result = difference.flatMap({ boxes(of: $0, limit: written + room, &table) }) else {
            unwritten.append((index, difference))
            continue
          }
          entries[index].work = before - work
          entries[index].leastLimit = result.leastLimit
          write(result.boxes, at: index, written, table)
        }
      }
    }

    /// Whether earlier block rules match every packet of an allow rule, as far as that can be determined
    /// cheaply.
    private mutating func isSpent(_ index: Int, _ table: inout SetTable) -> Bool {
      guard searchWork >= BoxDifference.leastWork(cuts: 1) else { return false }
      let earlier = blocks(before: index).map { entries[$0].box }
      return isSpent(entries[index].box, earlier, &table)
    }

    /// The same for the packets of a box.
    mutating func isSpent(_ box: SetBox, _ earlier: [SetBox], _ table: inout SetTable) -> Bool {
      guard !earlier.isEmpty,
        let difference = BoxDifference(box, without: earlier, in: space, work: searchWork, &table)
      else { return false }
      leastSearchWorkLeft = max(leastSearchWorkLeft, difference.leastWork)
      return difference.isEmpty(work: &searchWork, &table)
    }

    /// The indices of earlier block rules that overlap a rule.
    func blocks(before index: Int) -> [Int] { earlierRules.of(index) { entries[$0].rule.action == .block } }

    /// A block rule minus earlier allow rules; nil if there are too many of them to start.
    private mutating func difference(_ index: Int, _ table: inout SetTable) -> BoxDifference? {
      let work = max(work, Self.leastWork)
      let earlier = earlierRules.of(index) { entries[$0].rule.action == .allow && !entries[$0].isSpent }
      entries[index].allows = earlier
      if BoxDifference.leastWork(cuts: earlierRules.leastCuts(of: index, by: earlier)) > work { return nil }
      return BoxDifference(
        entries[index].box, without: earlier.map { entries[$0].box }, in: space, work: work, &table)
    }

    /// The boxes of a block rule; nil if there are too many.
    mutating func boxes(
      of difference: BoxDifference, limit: Int, _ table: inout SetTable
    ) -> BoxDifference.Result? {
      leastWorkLeft = max(leastWorkLeft, difference.leastWork)
      var allowance = max(work, Self.leastWork)
      defer { work = min(work, allowance) }
      return difference.boxes(limit: limit, work: &allowance, &table)
    }

    /// The work available to every block rule, even if the rules before it used up the rest.
    private static let leastWork = 2_000

    /// The number of rules of an entry if left unchanged.
    func written(_ index: Int) -> Int { entries[index].box.ruleCount(universe: space.universe) }

    private mutating func write(_ boxes: [SetBox], at index: Int, _ written: Int, _ table: SetTable) {
      entries[index].matches = boxes.flatMap { space.matches($0, table) }
      room -= max(0, entries[index].matches.count - written)
    }

    private mutating func noteShadowed(except unwritten: Set<Int>) {
      for index in entries.indices where entries[index].matches.isEmpty && !unwritten.contains(index) {
        let cover = earlierRules.first(of: index) { !entries[$0].matches.isEmpty }
        if let cover { entries[cover].shadowed.append(entries[index].rule.name) }
      }
    }

    private var rules: [Rule] { entries.flatMap(\.rules) }
  }
}

extension FirewallRewrite.Writing.Entry {
  /// The resulting rules.
  var rules: [FirewallRewrite.Rule] {
    matches.enumerated().map { offset, match in
      FirewallRewrite.Rule(
        origin: rule.name, action: rule.action, match: match, shadowed: offset == 0 ? shadowed : [])
    }
  }
}
