import HostModel
import NetworkTypes
import PacketSpace
import Testing

/// Paths of several layers against the lists they were made from, for every packet of a small space.
@Suite struct LayerPropertyTests {
  /// A policy of a path, and the packets that each of its deciders decides.
  struct Layer {
    var policy: PacketPolicy
    var parts: [(matchedRule: PacketPolicy.MatchedRule, action: RuleAction, bits: PacketBits)]

    var allowed: PacketBits? { union { $0 == .allow } }

    private func union(_ isWanted: (RuleAction) -> Bool) -> PacketBits? {
      guard var bits = parts.first?.bits.subtracting(parts[0].bits) else { return nil }
      for part in parts where isWanted(part.action) { bits.formUnion(part.bits) }
      return bits
    }

    /// First-match rules in order.
    init(
      _ space: ReducedSpace, _ rules: [(rule: PacketPolicy.Rule, bits: PacketBits)], unmatched: RuleAction
    ) {
      policy = PacketPolicy(
        firstMatchOf: rules.map(\.rule), unmatched: unmatched, families: space.families)
      var rest = space.all
      parts = rules.map { rule, bits in
        defer { rest.subtract(bits) }
        return (.rule(rule.identity), rule.action, bits.intersection(rest))
      }
      parts.append((.unmatched, unmatched, rest))
    }
  }

  /// A path of layers, and the packets of each of its deciders.
  struct Path {
    var path: PacketPath
    var parts: [PacketPath.MatchedRule: (action: RuleAction, bits: PacketBits)] = [:]

    init(_ layers: [Layer], reportingPolicy: Int) {
      path = PacketPath(layers.map(\.policy), reportingPolicy: reportingPolicy)
      var rest: PacketBits?
      for (position, layer) in layers.enumerated() {
        for part in layer.parts where part.action == .block {
          let bits = rest.map { part.bits.intersection($0) } ?? part.bits
          if !bits.isEmpty { parts[.init(policy: position, rule: part.matchedRule)] = (.block, bits) }
        }
        rest = rest.flatMap { rest in layer.allowed?.intersection(rest) } ?? layer.allowed
      }
      for part in layers[reportingPolicy].parts where part.action == .allow {
        let bits = rest.map { part.bits.intersection($0) } ?? part.bits
        if !bits.isEmpty { parts[.init(policy: reportingPolicy, rule: part.matchedRule)] = (.allow, bits) }
      }
    }
  }

  /// The layers that a host might have for a policy: the list, a rewrite of it, and ones that allow
  /// everything.
  static func layers(
    of made: ReducedPolicy, _ random: inout SeededGenerator, altered: Bool
  ) throws -> [Layer] {
    let space = made.space
    var layers: [Layer] = []
    var list = made.rules.enumerated().map { position, rule in
      (rule: PacketPolicy.Rule(identity: position, action: rule.action, match: rule.match), bits: rule.bits)
    }
    if random.chance(30), let copy = list.randomElement(using: &random) {
      let position = list.firstIndex { $0.rule.identity == copy.rule.identity } ?? 0
      var double = copy
      double.rule.identity = 70
      list.insert(double, at: random.number(position + 1...list.count))
    }
    var unmatched = made.unmatched
    if random.chance(60) {
      list.append((PacketPolicy.Rule(identity: 90, action: unmatched, match: RuleMatch()), space.all))
      if random.chance(40) {
        let dead = space.rule(&random)
        list.append((.init(identity: 91, action: dead.action, match: dead.match), dead.bits))
      }
      if random.chance(50) { unmatched = unmatched == .allow ? .block : .allow }
    }
    layers.append(Layer(space, list, unmatched: unmatched))
    if random.chance(60) {
      let ordered =
        made.rules.enumerated().map { OrderedRule(name: "\($0)", action: $1.action, match: $1.match) }
        + [OrderedRule(name: "default", action: made.unmatched, match: RuleMatch())]
      let limit = random.chance(50) ? 1_000 : random.number(0...2)
      let rules = FirewallRewrite.rewrite(ordered, families: space.families, limit: limit).rules
      var pieces: [(rule: PacketPolicy.Rule, bits: PacketBits)] = []
      for (position, rule) in rules.enumerated() {
        let bits = try #require(space.bits(PacketBox(rule.match, families: space.families)))
        pieces.append((.init(identity: position, action: rule.action, match: rule.match), bits))
      }
      layers.append(
        Layer(
          space, pieces.filter { $0.rule.action == .block } + pieces.filter { $0.rule.action == .allow },
          unmatched: .block))
    }
    if random.chance(40) {
      let rules = (0..<random.number(0...2)).map { position in
        var made = space.rule(&random)
        made.action = .allow
        return (PacketPolicy.Rule(identity: position, action: .allow, match: made.match), made.bits)
      }
      layers.append(Layer(space, rules, unmatched: .allow))
    }
    if altered, let position = layers.indices.randomElement(using: &random) {
      layers[position] = change(layers[position], space, &random)
    }
    layers.shuffle(using: &random)
    return layers
  }

  /// A layer with a rule removed, inverted or moved.
  private static func change(
    _ layer: Layer, _ space: ReducedSpace, _ random: inout SeededGenerator
  ) -> Layer {
    var rules: [(rule: PacketPolicy.Rule, bits: PacketBits)] = []
    for rule in layer.policy.rules {
      rules.append((rule, space.bits(PacketBox(rule.match, families: space.families)) ?? space.all))
    }
    var unmatched = layer.policy.unmatched
    if let position = rules.indices.randomElement(using: &random) {
      switch random.number(0...2) {
      case 0: rules.remove(at: position)
      case 1: rules[position].rule.action = rules[position].rule.action == .allow ? .block : .allow
      default:
        let rule = rules.remove(at: position)
        rules.insert(rule, at: random.number(0...rules.count))
      }
    } else {
      unmatched = unmatched == .allow ? .block : .allow
    }
    return Layer(space, rules, unmatched: unmatched)
  }

  /// Checks a difference against the packets of both paths' deciders.
  static func check(
    _ difference: PathDifference, _ before: Path, _ after: Path, in asked: PacketBits, _ space: ReducedSpace
  ) -> Bool {
    var found: Set<PacketPath.MatchedRule> = []
    var pairs = 0
    for region in difference.regions {
      guard let old = before.parts[region.before], let new = after.parts[region.after],
        old.action != new.action, (region.change == .newlyAllowed) == (new.action == .allow)
      else { return false }
      let expected = old.bits.intersection(new.bits).intersection(asked)
      if expected.isEmpty || (try? space.bits(region.set.boxes())) != expected { return false }
      found.insert(region.before)
      pairs += 1
    }
    var expected = 0
    for old in before.parts.values {
      for new in after.parts.values where new.action != old.action {
        if !old.bits.intersection(new.bits).intersection(asked).isEmpty { expected += 1 }
      }
    }
    return pairs == expected
  }

  @Test(arguments: ReducedPolicy.Semantics.allCases)
  func hostPathsAreComparedForEveryPacket(semantics: ReducedPolicy.Semantics) throws {
    var equal = 0
    for index in 0..<3_000 {
      let seed = PolicyPropertyTests.seed(index, 21)
      var random = SeededGenerator(seed: seed)
      let space = PolicyPropertyTests.space(index)
      var made = ReducedPolicy.random(space, semantics, &random, count: ReducedPolicy.ruleCount(index))
      if semantics == .blockBeatsAllow {
        let rules = made.rules.filter { $0.action == .block } + made.rules.filter { $0.action == .allow }
        made = ReducedPolicy(space, .firstMatch, rules, unmatched: made.unmatched)
      }
      let first =
        random.chance(50)
        ? [
          Layer(
            space,
            made.rules.enumerated().map {
              (.init(identity: $0, action: $1.action, match: $1.match), $1.bits)
            }, unmatched: made.unmatched)
        ] : try Self.layers(of: made, &random, altered: false)
      let second = try Self.layers(of: made, &random, altered: random.chance(50))
      let before = Path(first, reportingPolicy: random.number(0...first.count - 1))
      let after = Path(second, reportingPolicy: random.number(0...second.count - 1))
      let (box, asked) =
        random.chance(70) ? (nil, space.all) : space.query(&random) as (PacketBox?, PacketBits)
      let query = try box.map { try PacketSet($0) }
      let representation: Representation = index % 16 == 0 ? .boxes : .automatic
      let difference = try before.path.difference(to: after.path, on: query, using: representation)
      if !Self.check(difference, before, after, in: asked, space) {
        Issue.record("seed \(seed): \(difference.regions)")
      }
      let region = try before.path.firstDifference(to: after.path, on: query)
      if (region == nil) != difference.isEmpty { Issue.record("seed \(seed): \(String(describing: region))") }
      if let region {
        let cell = try #require(
          region.set.witness(.in).flatMap { space.index($0.packet, icmpType: $0.icmpType ?? 0) })
        let isRight =
          before.parts[region.before]?.bits.contains(cell) == true
          && after.parts[region.after]?.bits.contains(cell) == true
        if !isRight { Issue.record("seed \(seed): \(region)") }
      } else {
        equal += 1
      }
    }
    #expect(equal > 500 && equal < 2_750)
  }
}
