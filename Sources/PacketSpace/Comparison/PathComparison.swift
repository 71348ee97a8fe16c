import HostModel
import NetworkTypes

/// Two paths, compared where they can differ.
///
/// Rules that stand in both are matched first. A packet can only be decided differently when it meets a
/// rule that stands in one of them alone, or two rules of different actions whose order is another one:
/// otherwise the rule that decides before and the one that decides after stand in the same order in both,
/// so that they are the same. The boxes of such packets are divided until both verdicts are known.
struct PathComparison {
  /// The deciders of a changed packet.
  struct Key: Hashable {
    var before: Int32
    var after: Int32
  }

  private let before: PacketPath
  private let after: PacketPath
  private let deciders: DeciderTable
  private let change: PathDifference.Change?
  private let isFirstEnough: Bool
  private let query: PacketSet?
  private let queryBoxes: [PacketBox]
  private let representation: Representation
  private let budget: Budget
  private var found: [Key: [PacketBox]] = [:]
  private var abandoned: [PacketBox] = []

  /// Prepares the comparison.
  ///
  /// - Parameters:
  ///   - before: The path before.
  ///   - after: The path after.
  ///   - change: The change asked about; nil asks about both.
  ///   - isFirstEnough: Whether a part of one region is enough.
  ///   - query: The packets asked about; nil asks about all.
  ///   - representation: How to work.
  ///   - budget: The work allowed.
  init(
    _ before: PacketPath, _ after: PacketPath, of change: PathDifference.Change?, isFirstEnough: Bool,
    on query: PacketSet?, _ representation: Representation, _ budget: Budget
  ) throws(Undecided) {
    self.before = before
    self.after = after
    deciders = DeciderTable([before, after])
    self.change = change
    self.isFirstEnough = isFirstEnough
    self.query = query
    queryBoxes = representation == .diagrams ? [] : try query?.boxes(within: budget) ?? []
    self.representation = representation
    self.budget = budget
  }

  /// The regions whose verdict changes, in order.
  mutating func regions() throws(Undecided) -> [PathDifference.Region] {
    if representation == .diagrams {
      abandoned = [before.universe]
    } else {
      let alignments = alignments
      for family in before.families where after.families.contains(family) {
        try compare(family, alignments)
        if isFirstEnough, !found.isEmpty { break }
      }
    }
    var sets: [Key: PacketSet] = [:]
    for (key, boxes) in found {
      var set = try PacketSet(boxes, within: budget)
      if let query { set = try set.intersection(query, within: budget) }
      if !set.isEmpty { sets[key] = set }
    }
    if !abandoned.isEmpty, !isFirstEnough || sets.isEmpty {
      var asked = try PacketSet(abandoned, within: budget)
      if let query { asked = try asked.intersection(query, within: budget) }
      let diagrams = try DiagramComparison(deciders, on: asked, budget)
      for (key, set) in try diagrams.regions(of: change, isFirstEnough: isFirstEnough) {
        sets[key] = try sets[key]?.union(set, within: budget) ?? set
      }
    }
    return sets.map { key, set in
      let isAllowed = deciders.actions[Int(key.after)] == .allow
      let change = isAllowed ? PathDifference.Change.newlyAllowed : .newlyBlocked
      return (key, change, set)
    }
    .sorted { ($0.1, $0.0.before, $0.0.after) < ($1.1, $1.0.before, $1.0.after) }
    .map { key, change, set in
      PathDifference.Region(
        change: change, before: deciders.decider(Int(key.before)), after: deciders.decider(Int(key.after)),
        set: set)
    }
  }

  /// For each policy of both paths, how its rules stand in the other; empty for paths that are not alike.
  private var alignments: [Alignment] {
    guard before.policies.count == after.policies.count else { return [] }
    return zip(before.policies, after.policies).map { before, after in
      let (old, new) = (before.rules, after.rules)
      return Alignment(
        before: old.count, after: new.count,
        fingerprint: { isNew, place in
          let rule = isNew ? new[place] : old[place]
          return rule.match.fingerprint &+ (rule.action == .allow ? 1 : 0)
        },
        areEqual: { Self.areEqual(old, $0, new, $1) })
    }
  }

  private static func areEqual(
    _ old: [PacketPolicy.Rule], _ before: Int, _ new: [PacketPolicy.Rule], _ after: Int
  ) -> Bool {
    old[before].action == new[after].action
      && old[before].match.remoteAddresses == new[after].match.remoteAddresses
      && old[before].match.localAddresses == new[after].match.localAddresses
      && old[before].match.localPorts == new[after].match.localPorts
      && old[before].match.remotePorts == new[after].match.remotePorts
      && old[before].match.protocols == new[after].match.protocols
  }

  /// What the rules that matter must be near to; nil when there is too much of it.
  private func reach(_ family: AddressFamily, _ alignments: [Alignment]) -> RuleReach? {
    guard !alignments.isEmpty else { return nil }
    var reach = RuleReach(family)
    var count = 0
    for (number, alignment) in alignments.enumerated() {
      let (old, new) = (before.policies[number], after.policies[number])
      let overtaken = alignment.overtaken
      count += alignment.removed.count + alignment.added.count + overtaken.count
      guard old.unmatched == new.unmatched, count <= RuleReach.limit else { return nil }
      for place in alignment.removed { reach.insert(old.rules, place) }
      for place in alignment.added { reach.insert(new.rules, place) }
      for place in overtaken { reach.insert(old.rules, place) }
    }
    return reach
  }

  private mutating func compare(
    _ family: AddressFamily, _ alignments: [Alignment]
  ) throws(Undecided) {
    let count = before.policies.count
    var sharing: [Int: (part: Int, alignment: Alignment)] = [:]
    for (number, alignment) in alignments.enumerated() { sharing[count + number] = (number, alignment) }
    let flat = FlatPolicies(
      family, deciders, sharing: sharing, within: reach(family, alignments),
      telling: queryBoxes.flatMap { [$0.local, $0.remote] })
    var asked: [FlatDivision.Entry] = []
    if query != nil {
      for box in queryBoxes {
        if let product = flat.table.append(box) {
          asked.append(.init(product: product, name: 0, answer: true))
        }
      }
      if asked.isEmpty { return }
      asked.append(.init(product: flat.table.everything, name: 0, answer: false))
    }
    var suspects = Suspects(flat, alignments)
    for box in suspects.boxes() {
      try compare(box, flat, asked)
      if isFirstEnough, !found.isEmpty { return }
    }
  }

  private mutating func compare(
    _ box: FlatBox, _ flat: FlatPolicies, _ asked: [FlatDivision.Entry]
  ) throws(Undecided) {
    let count = before.policies.count
    var lists = flat.policies.map { $0.entries(reaching: box) }
    try budget.spend()
    if after.policies.count == count,
      (0..<count).allSatisfy({ Self.areAlike(lists[$0], lists[count + $0]) })
    {
      return
    }
    if !asked.isEmpty { lists.append(asked) }
    let old = PathLists(lists: 0..<count, speaker: before.speaker)
    let new = PathLists(lists: count..<flat.policies.count, speaker: count + after.speaker)
    let query = asked.isEmpty ? nil : flat.policies.count
    let division = FlatDivision(flat.table, lists, patience: representation.patience, budget: budget)
    var pieces: [(Key, FlatBox)] = []
    let (change, isFirstEnough) = (change, isFirstEnough)
    let end = try division.divide(box) { piece in
      let verdicts = (division.verdict(old, at: piece), division.verdict(new, at: piece))
      guard let wasAllowed = verdicts.0.isAllowed, let isAllowed = verdicts.1.isAllowed else {
        if old.lists.count == new.lists.count,
          zip(old.lists, new.lists).allSatisfy({ division.areAlike($0, $1, at: piece) })
        {
          return .leave
        }
        return .divide(by: verdicts.0.isAllowed == nil ? verdicts.0.open : verdicts.1.open)
      }
      guard wasAllowed != isAllowed, change.map({ ($0 == .newlyAllowed) == isAllowed }) ?? true else {
        return .leave
      }
      if let query {
        guard let isAsked = division.status(query, at: piece).answer else { return .divide(by: query) }
        if !isAsked { return .leave }
      }
      switch (division.decider(old, at: piece), division.decider(new, at: piece)) {
      case (.open(let list), _), (_, .open(let list)): return .divide(by: list)
      case (.found(let before), .found(let after)):
        let key = Key(before: division.entries[before].name, after: division.entries[after].name)
        pieces.append((key, piece.box))
        return isFirstEnough ? .stop : .leave
      }
    }
    if end == .abandoned {
      abandoned.append(flat.table.packets(box))
    } else {
      for (key, box) in pieces { found[key, default: []].append(flat.table.packets(box)) }
    }
  }

  private static func areAlike(_ left: [FlatDivision.Entry], _ right: [FlatDivision.Entry]) -> Bool {
    left.count == right.count
      && zip(left, right).allSatisfy { $0.product == $1.product && $0.answer == $1.answer }
  }
}
