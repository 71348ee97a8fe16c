package import HostModel
package import NetworkTypes
package import PacketSpace

/// Windows Firewall at one end, in everything that is not known of it.
///
/// What a packet does not show, such as its program, decides whether some rules match, and the profile that
/// applies may not be known. A world decides all of it. Two hosts have the same world where the same rules may
/// match: whatever program it is, it is the same on both.
package struct UncertainFirewall: Equatable {
  fileprivate struct Profile: Equatable {
    var profile: FirewallProfile?
    var rules: PrecedenceList
    var unmatched: Verdict
    /// Whether ACLs determine the default action; if it is unknown, this is why.
    var isClosed: Bool
  }

  fileprivate let profiles: [Profile]

  init(
    _ instance: FirewallInstance, _ family: AddressFamily, _ direction: Direction,
    keywords: (AddressKeyword) -> AddressSet?
  ) {
    let isClosed = instance.closes(family, direction)
    guard !instance.profileReadings.isEmpty else {
      profiles = [
        Profile(
          rules: PrecedenceList(instance.rules(family, direction), family, keywords),
          unmatched: Verdict(instance.unmatched(family, direction)), isClosed: isClosed)
      ]
      return
    }
    profiles = instance.profileReadings.map { reading in
      Profile(
        profile: reading.profile,
        rules: PrecedenceList(instance.rules(family, direction, in: reading), family, keywords),
        unmatched: Verdict(instance.unmatched(family, direction, in: reading)), isClosed: isClosed)
    }
  }
}

/// Windows Firewall at one end in one world.
package struct DecidedFirewall: Hashable, Sendable {
  /// The rules; nil if there is no Windows Firewall.
  var reading: FilterContents.Reading?
  /// What an answer that is not known is.
  var unknown: RuleAction
}

extension UncertainFirewall {
  /// The worlds of two hosts, in pairs that are possible at the same time.
  ///
  /// In one profile, a packet is allowed if a bypass matches it; otherwise if no block does, and an allow or the
  /// default action does. So it is enough to let all bypasses that may match match or none, and likewise all
  /// blocks and all allows. That holds for rules that both hosts have; those of one of them only are
  /// independent, and either allow as much as they can while the other host's allow as little, or the reverse.
  /// Rules made from ACLs may match for a reason that they share, whatever rules they are.
  ///
  /// - Parameters:
  ///   - left: The firewall of one host; nil if it has none.
  ///   - right: The firewall of the other.
  /// - Returns: Pairs such that a packet has the same verdict in each of them only if it has in every world.
  package static func pairs(
    _ left: Self?, _ right: Self?
  ) -> [(left: DecidedFirewall, right: DecidedFirewall)] {
    struct Pair: Hashable {
      var left: DecidedFirewall
      var right: DecidedFirewall
    }
    var seen: Set<Pair> = []
    var pairs: [Pair] = []
    for (old, new) in profiles(left, right) {
      let (oldRules, newRules) = (old?.uncertain ?? [], new?.uncertain ?? [])
      let shared = Set(oldRules).intersection(newRules)
      func isShared(_ entry: PrecedenceList.Entry) -> Bool {
        entry.rule.source != .host || shared.contains(entry)
      }
      let hasOthers = !(oldRules + newRules).allSatisfy(isShared)
      for matching in SharedRules.all(of: oldRules + newRules) {
        for allowsMost in hasOthers ? [false, true] : [false] {
          func reading(_ profile: Profile?, _ allowsMost: Bool) -> FilterContents.Reading? {
            profile?.rules.reading(profile?.unmatched ?? .unknown) { entry in
              guard isShared(entry) else { return entry.allows == allowsMost }
              return entry.isBypass ? matching.bypasses : entry.allows ? matching.allows : matching.blocks
            }
          }
          let readings = (reading(old, allowsMost), reading(new, !allowsMost))
          for (first, second) in unknowns(old, new) {
            let pair = Pair(
              left: DecidedFirewall(reading: readings.0, unknown: first),
              right: DecidedFirewall(reading: readings.1, unknown: second))
            if seen.insert(pair).inserted { pairs.append(pair) }
          }
        }
      }
    }
    return pairs.map { ($0.left, $0.right) }
  }

  /// Which of the rules that both hosts have match, of those that may.
  private struct SharedRules {
    var bypasses: Bool
    var blocks: Bool
    var allows: Bool

    /// Every combination for some rules that may match.
    static func all(of rules: [PrecedenceList.Entry]) -> [SharedRules] {
      func choices(_ hasRules: Bool) -> [Bool] { hasRules ? [false, true] : [false] }
      return choices(rules.contains { $0.allows && $0.isBypass }).flatMap { bypasses in
        choices(rules.contains { !$0.allows }).flatMap { blocks in
          choices(rules.contains { $0.allows && !$0.isBypass }).map {
            SharedRules(bypasses: bypasses, blocks: blocks, allows: $0)
          }
        }
      }
    }
  }

  /// The profiles that can apply at the same time: the same one on both hosts, if both have the same to choose
  /// from.
  private static func profiles(_ left: Self?, _ right: Self?) -> [(Profile?, Profile?)] {
    let old: [Profile?] = left?.profiles ?? [nil]
    let new: [Profile?] = right?.profiles ?? [nil]
    if old.map({ $0?.profile }) == new.map({ $0?.profile }) { return Array(zip(old, new)) }
    return old.flatMap { first in new.map { (first, $0) } }
  }

  /// What unknown answers of both hosts can be at the same time: the same, if their reason is the same.
  private static func unknowns(_ old: Profile?, _ new: Profile?) -> [(RuleAction, RuleAction)] {
    let same: [(RuleAction, RuleAction)] = [(.block, .block), (.allow, .allow)]
    guard let old, let new, old.unmatched == .unknown, new.unmatched == .unknown,
      old.isClosed != new.isClosed
    else { return same }
    return same + [(.block, .allow), (.allow, .block)]
  }
}

extension UncertainFirewall.Profile {
  /// The rules that may match.
  fileprivate var uncertain: [PrecedenceList.Entry] { rules.uncertain }
}

extension PacketEvaluator {
  /// Windows Firewall at one end, in everything that is not known of it; nil if there is none.
  ///
  /// - Parameters:
  ///   - location: The end.
  ///   - family: The address family.
  ///   - direction: The direction at that end.
  package func uncertainFirewall(
    _ location: RoutedPacket.Location, _ family: AddressFamily, _ direction: Direction
  ) -> UncertainFirewall? {
    cache.uncertainFirewall(Self.endpoint(at: location), family, direction)
  }

  /// The filters of one direction of an endpoint or of the host in one world; nil if there are none.
  ///
  /// - Parameters:
  ///   - location: The end.
  ///   - family: The address family.
  ///   - direction: The direction at that end.
  ///   - enforcement: The only point to consider; nil for all of them.
  ///   - firewall: Windows Firewall in that world.
  package mutating func path(
    _ location: RoutedPacket.Location, _ family: AddressFamily, _ direction: Direction,
    at enforcement: EnforcementPoint? = nil, in firewall: DecidedFirewall
  ) -> PacketPath? {
    var policies: [PacketPolicy] = []
    for point in points(location, family, direction)
    where enforcement == nil || point.enforcement == enforcement {
      if point.enforcement == .vfp {
        let filter = filter(point)
        policies += filter.readings.map { filter.policy($0, family, unknown: firewall.unknown) }
      } else if let reading = firewall.reading {
        policies.append(reading.policy(family, unknown: firewall.unknown))
      }
    }
    return policies.isEmpty ? nil : PacketPath(policies)
  }
}

extension FilterContents.Reading {
  /// The list as a function from packets of one family to verdicts.
  fileprivate func policy(_ family: AddressFamily, unknown: RuleAction) -> PacketPolicy {
    func action(_ verdict: Verdict) -> RuleAction {
      verdict == .allow ? .allow : verdict == .block ? .block : unknown
    }
    return PacketPolicy(
      firstMatchOf: rules.enumerated().map { position, rule in
        PacketPolicy.Rule(identity: position, action: action(rule.verdict), match: rule.match)
      }, unmatched: action(unmatched), families: [family])
  }
}
