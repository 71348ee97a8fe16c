import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler

/// The assumptions on which the behavior of a host's filters depends.
///
/// The filters of endpoints are evaluated again under other values, as a trace does for a packet. Endpoints
/// with equal rules are evaluated once; one is skipped if its rules show that the value cannot matter.
struct AssumptionDependency {
  /// The assumptions, in the order of the catalogue.
  private(set) var keys: [Assumption] = []
  /// The assumptions for which the budget was exceeded before a difference was found.
  private(set) var undecided: [Assumption] = []

  /// Determines them.
  ///
  /// - Parameters:
  ///   - documents: The host.
  ///   - evaluator: Evaluates packets of the host.
  ///   - budget: The work limit, shared with other questions; what exceeds it is undecided.
  init(_ documents: HostDocuments, _ evaluator: inout PacketEvaluator, within budget: Budget) {
    let positions = Dictionary(
      uniqueKeysWithValues: evaluator.topology.endpoints.enumerated().map { ($1.id, $0) })
    var seen: Set<RuleSetKey> = []
    var asked: [(position: Int, record: EndpointRecord)] = []
    for endpoint in documents.endpoints {
      guard let position = positions[endpoint.id], seen.insert(RuleSetKey(endpoint, in: documents)).inserted
      else {
        continue
      }
      asked.append((position, endpoint))
    }
    for key in SensitivityAnalysis<Bool>.relevant {
      let doubtful = asked.filter { position, record in
        Self.canDepend(on: key, record, position, documents, &evaluator)
      }.map(\.position)
      guard !doubtful.isEmpty else { continue }
      var comparison = Comparison.equal
      for value in SensitivityAnalysis<Bool>.otherValues(of: key, than: evaluator.assumptions) {
        var assumptions = evaluator.assumptions
        assumptions[key] = value
        var other = evaluator.under(assumptions)
        let result = Self.compare(doubtful, &evaluator, &other, within: budget)
        if result != .equal { comparison = result }
        if result == .different { break }
      }
      switch comparison {
      case .equal: break
      case .different: keys.append(key)
      case .undecided: undecided.append(key)
      }
    }
  }

  /// Whether an assumption can change what the filters of an endpoint allow, judging by its rules alone.
  private static func canDepend(
    on key: Assumption, _ record: EndpointRecord, _ position: Int, _ documents: HostDocuments,
    _ evaluator: inout PacketEvaluator
  ) -> Bool {
    let acls = record.acls.lazy.map(\.acl)
    switch key {
    case .implicitDeny, .implicitDenyScope:
      // ACLs do not affect other families, unless another endpoint of the namespace has ACLs for them.
      let isOnlyEndpoint = documents.namespace(of: record).map { $0.endpoints.count == 1 } ?? false
      let families =
        isOnlyEndpoint
        ? documents.cell(of: record)?.filteredFamilies(evaluator.build) : AddressFamily.allCases
      return !record.acls.isEmpty
        && !UnmatchedProtocols.areDecided(at: position, families ?? AddressFamily.allCases, &evaluator)
    case .omittedRuleType: return acls.contains { $0.ruleType == nil }
    case .setRoles: return acls.contains { !$0.localSets.isEmpty || !$0.remoteSets.isEmpty }
    case .equalPriority: return dependsOnOrder(record.acls)
    case .hypervInboundBefore1709, .natAclOnServer2025: return evaluator.canDepend(on: key)
    case .hostAclScope: return documents.namespace(of: record).map { $0.endpoints.count > 1 } ?? false
    // These affect the route of a packet and the reported rule, but not what filters allow.
    default: return false
    }
  }

  /// Whether ACLs of equal priority and different actions can match one packet.
  private static func dependsOnOrder(_ acls: [HostACL]) -> Bool {
    struct Level: Hashable {
      var direction: Direction
      var priority: UInt16
    }
    struct Protocols {
      var allowed = ProtocolSet()
      var blocked = ProtocolSet()
    }
    var levels: [Level: Protocols] = [:]
    for acl in acls.lazy.map(\.acl) where acl.ruleType != .host {
      let own = acl.match.protocols ?? .allProtocols
      let level = Level(direction: acl.direction, priority: acl.priority ?? PortACL.omittedPriority)
      var known = levels[level] ?? Protocols()
      if known.allowed.isEmpty, known.blocked.isEmpty {
        levels[level] = Protocols(
          allowed: acl.action == .allow ? own : ProtocolSet(),
          blocked: acl.action == .block ? own : ProtocolSet())
        continue
      }
      guard !(acl.action == .allow ? known.blocked : known.allowed).intersects(own) else { return true }
      if acl.action == .allow {
        known.allowed = known.allowed.union(own)
      } else {
        known.blocked = known.blocked.union(own)
      }
      levels[level] = known
    }
    return false
  }

  private enum Comparison {
    case equal, different, undecided
  }

  /// Whether the filters of some endpoint give any packet a different verdict.
  private static func compare(
    _ positions: [Int], _ evaluator: inout PacketEvaluator, _ other: inout PacketEvaluator,
    within budget: Budget
  ) -> Comparison {
    var result = Comparison.equal
    var equal: Set<[[Int]?]> = []
    for position in positions {
      for direction in Direction.allCases {
        for family in AddressFamily.allCases {
          let left = evaluator.path(.endpoint(position), family, direction)
          let right = other.path(.endpoint(position), family, direction)
          guard left != nil || right != nil, equal.insert([left?.filters, right?.filters]).inserted else {
            continue
          }
          let open = PacketPath(PacketPolicy(firstMatchOf: [], unmatched: .allow, families: [family]))
          do {
            let difference = try budget.share { () throws(BudgetExceeded) in
              try (left?.path ?? open).firstDifference(to: right?.path ?? open, within: budget)
            }
            if difference != nil { return .different }
          } catch {
            result = .undecided
          }
        }
      }
    }
    return result
  }
}

/// The protocols for which some packet matches no ACL of a filter.
private enum UnmatchedProtocols {
  /// Whether ACLs decide about every packet of an endpoint, whatever happens to unmatched packets.
  static func areDecided(
    at position: Int, _ families: [AddressFamily], _ evaluator: inout PacketEvaluator
  ) -> Bool {
    for direction in Direction.allCases {
      for family in families {
        let points = evaluator.points(.endpoint(position), family, direction)
        let filters = points.map { evaluator.filter($0) }
        for (index, filter) in filters.enumerated() {
          let open = unmatched(by: filter)
          let isBlocked = filters.enumerated().contains { $0 != index && blocks(open, $1) }
          guard open.isEmpty || isBlocked else { return false }
        }
      }
    }
    return true
  }

  /// The protocols that the ACLs of a filter do not completely match before the platform's rules.
  private static func unmatched(by filter: PacketFilter) -> ProtocolSet {
    filter.readings.reduce(ProtocolSet()) { $0.union(unmatched(by: $1, of: filter)) }
  }

  private static func unmatched(by reading: PacketFilter.Reading, of filter: PacketFilter) -> ProtocolSet {
    var rest = ProtocolSet.allProtocols
    for (match, answer) in zip(reading.matches, filter.answers(of: reading))
    where answer.source == .acl && match.namesNothingButProtocols
      && answer.priority ?? 0 <= lastPriority
    {
      rest = rest.subtracting(match.protocols ?? .allProtocols)
      if rest.isEmpty { break }
    }
    return rest
  }

  /// Whether the ACLs of a filter block every packet of some protocols.
  private static func blocks(_ protocols: ProtocolSet, _ filter: PacketFilter) -> Bool {
    filter.readings.allSatisfy { blocks(protocols, $0, of: filter) }
  }

  private static func blocks(
    _ protocols: ProtocolSet, _ reading: PacketFilter.Reading, of filter: PacketFilter
  ) -> Bool {
    var rest = protocols
    for (match, answer) in zip(reading.matches, filter.answers(of: reading)) {
      guard rest.intersects(match.protocols ?? .allProtocols) else { continue }
      guard answer.verdict == .block else { return false }
      guard answer.source == .acl, answer.priority ?? 0 <= lastPriority else { continue }
      if match.namesNothingButProtocols { rest = rest.subtracting(match.protocols ?? .allProtocols) }
      if rest.isEmpty { return true }
    }
    return rest.isEmpty
  }

  /// The priority of the platform's own rules, which come after ACLs of the same priority.
  private static let lastPriority: UInt16 = 65500
}

extension RuleMatch {
  /// Whether every packet of the protocols matches.
  fileprivate var namesNothingButProtocols: Bool {
    localAddresses == nil && remoteAddresses == nil && localPorts == nil && remotePorts == nil
  }
}
