import FilterEngine
import HostModel
import NetworkTypes
import Testing

/// The classifier against a linear search: 200,000 packets and more on every run.
@Suite struct ClassifierOracleTests {
  /// The number of matches of a list, of lists, and of packets for each.
  static let sizes: [(matches: Int, lists: Int, packets: Int)] = [
    (0, 2, 500), (1, 64, 500), (8, 64, 1_000), (50, 32, 2_000), (300, 16, 3_500), (2_000, 6, 2_000),
  ]

  /// Lists of all kinds: few values and many, few ranges and many, open and narrow.
  static func universe(_ list: Int, using random: inout SeededGenerator) -> MatchUniverse {
    var universe = MatchUniverse(values: [2, 400, 6, 60][list % 4], using: &random)
    universe.openDimensions = [2, 30, 4, 8, 100][list % 5]
    universe.ranges = [1, 2, 40][list % 3]
    universe.widest = [nil, 3, 40][list / 2 % 3]
    return universe
  }

  @Test func theSizesCoverEnoughPackets() {
    #expect(Self.sizes.reduce(0) { $0 + $1.lists * $1.packets } >= 200_000)
  }

  @Test(arguments: sizes) func agreesWithTryingEveryMatch(matches: Int, lists: Int, packets: Int) {
    var random = SeededGenerator(for: "lists of \(matches) matches")
    var (found, missed) = (0, 0)
    var deepest = -1
    // Lists that no packet matches, or only in their first rules, would prove nothing; nor would short ones
    // that all packets match. Long ones may match every packet. The lists go on until there are enough.
    func isEnough() -> Bool {
      matches == 0
        || found > lists * packets / 20 && deepest >= matches / 10 && (matches > 50 || missed > 0)
    }
    for list in 0..<lists * 10 {
      if list >= lists, isEnough() { break }
      let universe = Self.universe(list, using: &random)
      let rules = universe.matches(matches, using: &random)
      let classifier = PacketClassifier(rules)
      for _ in 0..<packets {
        let near = rules.isEmpty ? nil : random.one(of: rules)
        let packet = universe.packet(near: near, using: &random)
        let expected = rules.firstIndex { $0.matches(packet) }
        if let expected {
          found += 1
          deepest = max(deepest, expected)
        } else {
          missed += 1
        }
        if classifier.firstMatch(packet) != expected {
          Issue.record("list \(list): \(packet) should first match \(String(describing: expected))")
          return
        }
      }
    }
    #expect(isEnough(), "\(found) found, \(missed) not, the deepest at \(deepest)")
  }

  /// Ascending priority, and among equals in order: VFP.
  @Test func ascendingPriorityIsAnOrderedList() {
    var random = SeededGenerator(for: "rules with priorities")
    for list in 0..<20 {
      let universe = Self.universe(list, using: &random)
      let rules = universe.matches(60, using: &random).map { (priority: random.below(20), match: $0) }
      let ordered = rules.enumerated().sorted {
        ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset)
      }
      let classifier = PacketClassifier(ordered.map(\.element.match))
      for _ in 0..<500 {
        let packet = universe.packet(near: random.one(of: rules).match, using: &random)
        let lowest = rules.filter { $0.match.matches(packet) }.map(\.priority).min()
        let matchedRule = classifier.firstMatch(packet).map { ordered[$0] }
        #expect(matchedRule?.element.priority == lowest)
        #expect(matchedRule?.element.match.matches(packet) ?? true)
      }
    }
  }

  /// Any block takes precedence over every allow, in any order: Windows Firewall.
  @Test func blocksBeforeAllowsAreAnOrderedList() {
    var random = SeededGenerator(for: "blocks and allows")
    for list in 0..<20 {
      let universe = Self.universe(list, using: &random)
      let rules = universe.matches(60, using: &random).map { (blocks: random.once(in: 3), match: $0) }
      let ordered = rules.filter(\.blocks) + rules.filter { !$0.blocks }
      let classifier = PacketClassifier(ordered.map(\.match))
      for _ in 0..<500 {
        let packet = universe.packet(near: random.one(of: rules).match, using: &random)
        let matching = rules.filter { $0.match.matches(packet) }
        let blocks = matching.isEmpty ? nil : matching.contains(where: \.blocks)
        #expect(classifier.firstMatch(packet).map { ordered[$0].blocks } == blocks)
      }
    }
  }
}
