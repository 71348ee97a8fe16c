package import HostModel
package import NetworkTypes
package import PacketSpace

/// The filters of one direction of an endpoint, as policies that can be compared exactly, without the rules
/// whose effect is not documented.
package struct FilterPath: Sendable {
  /// The points in the order of evaluation, with their filters.
  package let points: [FilterPoint]
  /// The filters of the points; paths of one host with equal filters are equal.
  package var filters: [Int] { points.map(\.filter) }
  /// The policies of the points.
  package let path: PacketPath
  /// The local addresses of rules that have any.
  package let localAddresses: Set<AddressSet>
  /// Whether any rule has local addresses, so that two endpoints can differ in more than their rules.
  package var namesLocalAddresses: Bool { !localAddresses.isEmpty }
  /// Whether any filter has several readings, so that the verdict on some packets can be unknown.
  package let hasSeveralReadings: Bool
  /// The answers of each policy, that of the default action last.
  private let answers: [[RuleAnswer]]

  fileprivate init(_ points: [FilterPoint], _ filters: [PacketFilter], _ family: AddressFamily) {
    self.points = points
    // A packet must pass every reading, because an unknown verdict cannot be relied on.
    let readings = zip(points, filters).flatMap { point, filter in
      filter.readings.map { (point: point, filter: filter, reading: $0) }
    }
    answers = readings.map { $0.filter.answers(of: $0.reading) }
    hasSeveralReadings = filters.contains { $0.readings.count > 1 }
    localAddresses = filters.reduce(into: []) { $0.formUnion($1.localAddresses) }
    // If both allow, VFP's rule is reported, unless it is only the platform's own.
    let reportingPolicy = readings.firstIndex { reading in
      reading.point.enforcement == .vfp && reading.filter.answers.contains { $0.source == .acl }
    }
    let firewall = readings.firstIndex { $0.point.enforcement == .windowsFirewall }
    path = PacketPath(
      readings.map { $0.filter.policy($0.reading, family) }, reportingPolicy: reportingPolicy ?? firewall ?? 0
    )
  }

  /// The names, as used by filters, of the rules created from ACLs.
  package var ruleIDs: Set<String> {
    Set(answers.lazy.flatMap { $0 }.filter { $0.source == .acl }.map(\.id))
  }

  /// The answer of a decider of the path.
  ///
  /// - Parameter matchedRule: A decider of ``path``.
  package func answer(_ matchedRule: PacketPath.MatchedRule) -> RuleAnswer {
    let answers = answers[matchedRule.policy]
    switch matchedRule.rule {
    case .rule(let position): return answers[position]
    case .unmatched: return answers[answers.count - 1]
    }
  }
}

extension PacketFilter {
  /// The answers of one reading, that of its default action last.
  package func answers(of reading: Reading) -> [RuleAnswer] {
    Array(answers[reading.first...reading.first + reading.matches.count])
  }

  /// A reading of the filter as a function from packets of one family to verdicts.
  ///
  /// Rules whose effect is not documented are left out: what is compared here are ACLs.
  ///
  /// - Parameters:
  ///   - reading: The reading.
  ///   - family: The address family.
  ///   - unknown: What an unknown verdict counts as; block, because it cannot be relied on.
  func policy(
    _ reading: Reading, _ family: AddressFamily, unknown: RuleAction = .block
  ) -> PacketPolicy {
    let answers = answers(of: reading)
    func action(_ verdict: Verdict) -> RuleAction {
      verdict == .allow ? .allow : verdict == .block ? .block : unknown
    }
    return PacketPolicy(
      firstMatchOf: reading.matches.enumerated().compactMap { position, match in
        answers[position].source.policyType.isEmpty
          ? PacketPolicy.Rule(identity: position, action: action(answers[position].verdict), match: match)
          : nil
      },
      unmatched: action(answers[answers.count - 1].verdict), families: [family])
  }
}

extension PacketEvaluator {
  /// The filters of one direction of an endpoint or of the host; nil if there are none.
  ///
  /// - Parameters:
  ///   - location: The end.
  ///   - family: The address family.
  ///   - direction: The direction at that end.
  ///   - enforcement: The only point to consider; nil for all of them.
  package mutating func path(
    _ location: RoutedPacket.Location, _ family: AddressFamily, _ direction: Direction,
    at enforcement: EnforcementPoint? = nil
  ) -> FilterPath? {
    let points = points(location, family, direction).filter {
      enforcement == nil || $0.enforcement == enforcement
    }
    return points.isEmpty ? nil : FilterPath(points, points.map { filter($0) }, family)
  }
}

extension PacketFilter {
  /// The local addresses of rules that have any: if there are none, two endpoints can differ only in their rules.
  package var localAddresses: Set<AddressSet> {
    readings.reduce(into: []) { sets, reading in
      for match in reading.matches { if let set = match.localAddresses { sets.insert(set) } }
    }
  }
}
