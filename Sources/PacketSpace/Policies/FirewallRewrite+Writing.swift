import HostModel
import NetworkTypes

extension FirewallRewrite {
  /// A rewrite on its way.
  struct Writing {
    /// A rule of the list with the packets it matches.
    struct Entry {
      var rule: OrderedRule
      var box: SetBox
      /// What it becomes.
      var matches: [RuleMatch] = []
      /// The names of later rules of which nothing is left.
      var shadowed: [String] = []
      /// Allows: whether earlier blocks match all of its packets.
      var isSpent = false
      /// Blocks: the earlier allows that take packets from it.
      var allows: [Int] = []
      /// The work it took.
      var work = 0
      /// Blocks: the lowest limit of rules under which the same comes out.
      var leastLimit = 0
    }

    let space: BoxSpace
    private(set) var entries: [Entry] = []
    private let meetings: EarlierRules
    /// The rules that may still be added to those of the list.
    var room: Int
    /// The work that may still be done for the whole list.
    var work = 2_500_000
    /// The work that may still be done to find allow rules that decide nothing.
    var searchWork = 300_000
    /// The least work left with which every block rule so far is begun.
    private(set) var leastWorkLeft = BoxDifference.workLimit
    /// The least work left with which every search so far is begun.
    private(set) var leastSearchWorkLeft = 0
    /// The block rules that did not fit.
    private var unwritten: [(index: Int, difference: BoxDifference?)] = []

    /// Whether every block rule fitted so far.
    var isExact: Bool { unwritten.isEmpty }

    init(_ list: [OrderedRule], in space: BoxSpace, room: Int, _ table: inout SetTable) {
      self.space = space
      self.room = room
      entries.reserveCapacity(list.count)
      for rule in list {
        let box = space.box(rule.match, &table)
        if !box.isEmpty { entries.append(Entry(rule: rule, box: box)) }
      }
      meetings = EarlierRules(entries.map(\.rule), families: space.families)
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

    /// Writes every rule that fits.
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

    /// Whether earlier block rules match every packet of an allow rule, as far as that is cheap to tell.
    private mutating func isSpent(_ index: Int, _ table: inout SetTable) -> Bool {
      guard searchWork >= BoxDifference.leastWork(cuts: 1) else { return false }
      let earlier = blocks(before: index).map { entries[$0].box }
      return isSpent(entries[index].box, earlier, &table)
    }

    /// The same of the packets of a box.
    mutating func isSpent(_ box: SetBox, _ earlier: [SetBox], _ table: inout SetTable) -> Bool {
      guard !earlier.isEmpty,
        let difference = BoxDifference(box, without: earlier, in: space, work: searchWork, &table)
      else { return false }
      leastSearchWorkLeft = max(leastSearchWorkLeft, difference.leastWork)
      return difference.isEmpty(work: &searchWork, &table)
    }

    /// The places of earlier block rules that share a packet with a rule.
    func blocks(before index: Int) -> [Int] { meetings.of(index) { entries[$0].rule.action == .block } }

    /// What earlier allow rules leave of a block rule; nil when there are too many of them to begin.
    private mutating func difference(_ index: Int, _ table: inout SetTable) -> BoxDifference? {
      let work = max(work, Self.leastWork)
      let earlier = meetings.of(index) { entries[$0].rule.action == .allow && !entries[$0].isSpent }
      entries[index].allows = earlier
      if BoxDifference.leastWork(cuts: meetings.leastCuts(of: index, by: earlier)) > work { return nil }
      return BoxDifference(
        entries[index].box, without: earlier.map { entries[$0].box }, in: space, work: work, &table)
    }

    /// The boxes that a block rule becomes; nil when they are too many.
    mutating func boxes(
      of difference: BoxDifference, limit: Int, _ table: inout SetTable
    ) -> BoxDifference.Result? {
      leastWorkLeft = max(leastWorkLeft, difference.leastWork)
      var allowance = max(work, Self.leastWork)
      defer { work = min(work, allowance) }
      return difference.boxes(limit: limit, work: &allowance, &table)
    }

    /// The work that every block rule may do, also when the rules before it did all there was to do.
    private static let leastWork = 2_000

    /// How many rules an entry would be as it stands in the list.
    func written(_ index: Int) -> Int { entries[index].box.ruleCount(universe: space.universe) }

    private mutating func write(_ boxes: [SetBox], at index: Int, _ written: Int, _ table: SetTable) {
      entries[index].matches = boxes.flatMap { space.matches($0, table) }
      room -= max(0, entries[index].matches.count - written)
    }

    private mutating func noteShadowed(except unwritten: Set<Int>) {
      for index in entries.indices where entries[index].matches.isEmpty && !unwritten.contains(index) {
        let cover = meetings.first(of: index) { !entries[$0].matches.isEmpty }
        if let cover { entries[cover].shadowed.append(entries[index].rule.name) }
      }
    }

    private var rules: [Rule] { entries.flatMap(\.rules) }
  }
}

extension FirewallRewrite.Writing.Entry {
  /// The rules that it becomes.
  var rules: [FirewallRewrite.Rule] {
    matches.enumerated().map { offset, match in
      FirewallRewrite.Rule(
        origin: rule.name, action: rule.action, match: match, shadowed: offset == 0 ? shadowed : [])
    }
  }
}
