package import HostModel
package import NetworkTypes

/// A cheap upper bound on the size of a list's rewrite, computed rule by rule.
///
/// It considers the number of ranges in the rules, not their values. Dividing a dimension results in at most
/// one part more than there are range bounds in it, and in the last dimension at most one box remains of
/// every part; the rewrite never needs more than that.
package struct RewriteEstimate {
  /// The ranges of the allow rules so far in one dimension.
  private struct Side {
    var rules = 0
    var ranges = 0

    mutating func add(_ count: Int?) {
      guard let count else { return }
      rules += 1
      ranges += count
    }

    /// The number of parts of the dimension within a rule with some ranges in it.
    func parts(within own: Int?) -> Int { rules == 0 ? 1 : 4 + 2 * (ranges + rules * ((own ?? 1) - 1)) }
  }

  private let families: Int
  private let limit: Int
  private var protocols: [ProtocolSet] = []
  private var allows: [RuleMatch] = []
  private var localPorts = Side()
  private var remotePorts = Side()
  private var local = Side()
  private var remote = Side()
  private var growth = 0
  private var work = 0
  private var isTooLarge = false
  private var comparisons = 0

  /// How many pairs of rules are compared before the rewrite itself is as cheap.
  private static let comparisonLimit = 1_000

  /// Starts a list.
  ///
  /// - Parameters:
  ///   - families: The address families considered.
  ///   - limit: The maximum number of rules added by the rewrite.
  package init(families: [AddressFamily], limit: Int = 1_000) {
    self.families = families.count
    self.limit = limit
  }

  /// Whether the rewrite of the list so far is exact; false if that cannot be determined.
  package var isSurelyExact: Bool { !isTooLarge && growth <= limit && work <= 1_000_000 }

  /// Adds the next rule.
  ///
  /// - Parameters:
  ///   - action: The action.
  ///   - match: The match.
  package mutating func add(_ action: RuleAction, _ match: RuleMatch) {
    guard isSurelyExact else { return }
    switch action {
    case .allow:
      if let own = match.protocols, !protocols.contains(own) { protocols.append(own) }
      if match.protocols == nil, match.localPorts != nil || match.remotePorts != nil {
        protocols.append(.withPorts)
      }
      if protocols.count > 16 { isTooLarge = true }
      allows.append(match)
      localPorts.add(match.localPorts?.intervals.count)
      remotePorts.add(match.remotePorts?.intervals.count)
      local.add(Self.count(match.localAddresses))
      remote.add(Self.count(match.remoteAddresses))
    case .block:
      comparisons += allows.count
      if comparisons > Self.comparisonLimit { isTooLarge = true }
      if !isTooLarge, allows.contains(where: { $0.mayOverlap(match) }) { add(blockOf: match) }
    }
  }

  private mutating func add(blockOf match: RuleMatch) {
    let ranges = protocols.reduce(0) { $0 + $1.intervals.count }
    let own = match.protocols?.intervals.count ?? 1
    let first = protocols.isEmpty ? 1 : 2 + 2 * (ranges + protocols.count * (own - 1))
    let others = [
      localPorts.parts(within: match.localPorts?.intervals.count),
      remotePorts.parts(within: match.remotePorts?.intervals.count),
      local.parts(within: Self.count(match.localAddresses)),
      remote.parts(within: Self.count(match.remoteAddresses)),
    ].filter { $0 > 1 }
    let parts = others + (first > 1 ? [first] : [])
    // Ports are divided after protocols, so with ports, protocols are not the last dimension. Where nothing
    // is divided, the rule is kept unchanged or dropped.
    let hasPorts = localPorts.rules + remotePorts.rules > 0
    guard let least = hasPorts ? others.min() : parts.min() else { return }
    var boxes = 1
    for count in parts {
      boxes *= count
      guard boxes < 1_000_000 else {
        isTooLarge = true
        return
      }
    }
    boxes /= least
    // Each node of the division examines at most the bounds of all ranges; there are several orders to try.
    let ends = parts.reduce(0, +)
    let effort = boxes * ends * BoxDivision.workPerEvent(cuts: ends) + boxes * 32
    if effort > BoxDifference.workLimit { isTooLarge = true }
    work += effort * (parts.count + 1)
    growth += boxes * families
  }

  private static func count(_ set: AddressSet?) -> Int? {
    set.map { $0.ipv4.intervals.count + $0.ipv6.intervals.count }
  }
}

extension RuleMatch {
  /// Whether some packet may match both; false is certain.
  fileprivate func mayOverlap(_ other: RuleMatch) -> Bool {
    func intersect<Bound>(_ left: IntervalSet<Bound>?, _ right: IntervalSet<Bound>?) -> Bool {
      guard let left, let right else { return true }
      return left.intersects(right)
    }
    return intersect(protocols, other.protocols) && intersect(localPorts, other.localPorts)
      && intersect(remotePorts, other.remotePorts)
      && (intersect(localAddresses?.ipv4, other.localAddresses?.ipv4)
        && intersect(remoteAddresses?.ipv4, other.remoteAddresses?.ipv4)
        || intersect(localAddresses?.ipv6, other.localAddresses?.ipv6)
          && intersect(remoteAddresses?.ipv6, other.remoteAddresses?.ipv6))
  }
}
