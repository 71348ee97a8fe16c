import HostModel
import NetworkTypes

extension FilterContents {
  /// The rules of Windows Firewall in one compartment.
  ///
  /// Rules that may match, and profiles of which any may apply, lead to several readings. The verdict of a
  /// profile can only change from block to allow as more allow rules match and fewer block rules do, so two
  /// readings stand for all combinations: the one that allows least, and the one that allows most.
  ///
  /// - Parameters:
  ///   - instance: The compartment's firewall.
  ///   - family: The address family.
  ///   - direction: The direction.
  ///   - keywords: The addresses of a keyword; nil if they are not known.
  init(
    _ instance: FirewallInstance, _ family: AddressFamily, _ direction: Direction,
    keywords: (AddressKeyword) -> AddressSet?
  ) {
    self.direction = direction
    readings = []
    guard !instance.profileReadings.isEmpty else {
      let rules = PrecedenceList(instance.rules(family, direction), family, keywords)
      readings = rules.readings(Verdict(instance.unmatched(family, direction)))
      return
    }
    for reading in instance.profileReadings {
      let rules = PrecedenceList(instance.rules(family, direction, in: reading), family, keywords)
      let unmatched = Verdict(instance.unmatched(family, direction, in: reading))
      let isCaptured = reading.isCaptured || instance.closes(family, direction)
      for list in rules.readings(unmatched, isCaptured ? nil : .profileNotCaptured)
      where !readings.contains(where: { $0.decidesLike(list) }) {
        readings.append(list)
      }
    }
    let names = Set(instance.profileReadings.map(\.profile))
    disagreement = .profiles(FirewallProfile.allCases.filter { names.contains($0) }.map(\.rawValue))
  }
}

extension FilterContents.Reading {
  /// Whether another list gives every packet the same verdict, by the same matches.
  fileprivate func decidesLike(_ other: Self) -> Bool {
    unmatched == other.unmatched && rules.count == other.rules.count
      && zip(rules, other.rules).allSatisfy { $0.verdict == $1.verdict && $0.match == $1.match }
  }
}

/// The rules of Windows Firewall in the order of their precedence: bypasses, blocks, allows (reference:
/// windows-firewall-and-vfp, 2.1).
private struct PrecedenceList {
  private struct Entry {
    var least: RuleMatch?
    var most: RuleMatch
    var rule: FilterContents.Rule
  }

  private var bypasses: [Entry] = []
  private var blocks: [Entry] = []
  private var allows: [Entry] = []
  private var isCertain = true

  init(_ rules: [FirewallRule], _ family: AddressFamily, _ keywords: (AddressKeyword) -> AddressSet?) {
    for rule in rules {
      var (least, most) = rule.bounds(keywords)
      if rule.origin == .host {
        // What a rule says about the other family has no effect, and must not tell readings apart.
        guard most.families.contains(family) else { continue }
        most.keep(family)
        least?.keep(family)
        if least?.families.contains(family) == false { least = nil }
      }
      var entry = Entry(
        least: least, most: most,
        rule: FilterContents.Rule(
          match: most, verdict: Verdict(rule.action), source: RuleAnswer.Source(rule.origin), id: rule.name,
          title: rule.displayName))
      if least != most {
        isCertain = false
        entry.rule.reason = .hostRule(
          rule: rule.displayName ?? rule.name, doubt: rule.doubt.map(\.description) ?? "its addresses")
      }
      if rule.action == .block {
        blocks.append(entry)
      } else if rule.overridesBlocks {
        bypasses.append(entry)
      } else {
        allows.append(entry)
      }
    }
  }

  /// The lists that stand for all combinations of rules that match and do not.
  func readings(_ unmatched: Verdict, _ reason: UnknownReason? = nil) -> [FilterContents.Reading] {
    func list(_ entries: [Entry], least: Bool) -> [FilterContents.Rule] {
      entries.compactMap { entry in
        guard let match = least ? entry.least : entry.most else { return nil }
        var rule = entry.rule
        rule.match = match
        return rule
      }
    }
    func reading(allowing least: Bool) -> FilterContents.Reading {
      FilterContents.Reading(
        rules: list(bypasses, least: least) + list(blocks, least: !least) + list(allows, least: least),
        unmatched: unmatched, reason: reason)
    }
    return isCertain ? [reading(allowing: true)] : [reading(allowing: true), reading(allowing: false)]
  }
}

extension RuleMatch {
  /// Leaves out the addresses of the other family.
  fileprivate mutating func keep(_ family: AddressFamily) {
    localAddresses = localAddresses?.only(family)
    remoteAddresses = remoteAddresses?.only(family)
  }
}
