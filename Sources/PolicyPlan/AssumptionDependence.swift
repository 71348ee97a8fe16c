import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler

/// The assumptions on which the behavior of a host's filters depends.
///
/// The filters of every endpoint are evaluated again under other values, as a trace does for a packet;
/// endpoints with equal rules are evaluated once.
struct AssumptionDependence {
  /// The assumptions, in the order of the catalogue.
  let keys: [Assumption]

  /// Determines them.
  ///
  /// - Parameters:
  ///   - reading: The host.
  ///   - evaluator: Evaluates packets of the host.
  ///   - budget: The work limit, shared with other questions; what exceeds it is not relied on.
  init(_ reading: HostReading, _ evaluator: inout PacketEvaluator, within budget: Budget) {
    let places = Dictionary(
      uniqueKeysWithValues: evaluator.topology.endpoints.enumerated().map { ($1.id, $0) })
    var seen: Set<RuleSetKey> = []
    var asked: [Int] = []
    for endpoint in reading.endpoints {
      guard let place = places[endpoint.id], seen.insert(RuleSetKey(endpoint, in: reading)).inserted else {
        continue
      }
      asked.append(place)
    }
    let candidates = Self.candidates(reading, evaluator)
    guard !candidates.isEmpty else {
      keys = []
      return
    }
    let study = SensitivityAnalysis(
      &evaluator, of: candidates, areEqual: { $0.hasSameVerdicts(as: $1, within: budget) }
    ) { evaluator in FilteredPackets(asked, &evaluator) }
    keys = study.dependences.map(\.key)
  }

  /// The assumptions that affect how anything on the host is programmed; the others cannot matter.
  private static func candidates(_ reading: HostReading, _ evaluator: PacketEvaluator) -> [Assumption] {
    let acls = reading.endpoints.lazy.flatMap { $0.acls.lazy.map(\.acl) }
    return SensitivityAnalysis<FilteredPackets>.relevant.filter { key in
      switch key {
      case .implicitDeny, .implicitDenyScope: acls.contains { _ in true }
      case .omittedRuleType: acls.contains { $0.ruleType == nil }
      case .setRoles: acls.contains { !$0.localSets.isEmpty || !$0.remoteSets.isEmpty }
      case .equalPriority: reading.endpoints.contains { Self.hasEqualPriorities($0) }
      case .hypervInboundBefore1709, .natAclOnServer2025: evaluator.canDepend(on: key)
      // These affect the route of a packet and the reported rule, but not what filters allow.
      default: false
      }
    }
  }

  private static func hasEqualPriorities(_ endpoint: EndpointRecord) -> Bool {
    var seen: [Direction: Set<UInt16>] = [:]
    return endpoint.acls.contains { acl in
      acl.acl.ruleType != .host
        && !seen[acl.acl.direction, default: []].insert(acl.acl.priority ?? PortACL.omittedPriority).inserted
    }
  }
}

/// The behavior of some endpoints' filters.
private struct FilteredPackets: Sendable {
  private var paths: [FilterPath?] = []
  private var families: [AddressFamily] = []

  init(_ places: [Int], _ evaluator: inout PacketEvaluator) {
    for place in places {
      for direction in Direction.allCases {
        for family in AddressFamily.allCases {
          paths.append(evaluator.path(.endpoint(place), family, direction))
          families.append(family)
        }
      }
    }
  }

  /// Whether every packet gets the same verdict; false if that exceeds the budget.
  func hasSameVerdicts(as other: Self, within budget: Budget) -> Bool {
    zip(zip(paths, other.paths), families).allSatisfy { paths, family in
      if paths.0 == nil, paths.1 == nil { return true }
      let open = PacketPath(PacketPolicy(firstMatchOf: [], unmatched: .allow, families: [family]))
      let (before, after) = (paths.0?.path ?? open, paths.1?.path ?? open)
      let difference = Result { () throws(Undecided) in
        try budget.share { () throws(Undecided) in try before.firstDifference(to: after, within: budget) }
      }
      // Undecided counts as different.
      guard case .success(nil) = difference else { return false }
      return true
    }
  }
}
