import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace
import PolicyCompiler

/// Compares a profile with the profile after an edit, so that no finding proposes an edit with side effects.
///
/// ACLs without a priority are numbered by their position, so an edit of one of them shifts the numbers of
/// those after it, in both directions, possibly past the explicit priority of another.
struct RemedyProver {
  /// The result of an edit.
  enum Outcome: Equatable {
    /// No verdict changes for a packet that can occur.
    case noChange
    /// Only packets that an ACL now matches change their verdict.
    case changes(by: SourceRange)
    /// Other packets change their verdict, or the profile is refused, or the budget was exceeded.
    case sideEffects
    /// The rules concerned are too many for another comparison.
    case unknown
  }

  let profile: Profile
  let file: String
  /// The packets that occur on the host to which the profile was applied.
  let traffic: EndpointTraffic
  let budget: Budget
  /// The endpoints to compare for an ACL, of those with equal rules only one; filled when first needed.
  private var concerned: [SourceRange: [Int]]?
  /// The endpoints at which an ACL is known to change no verdict, alone or together with the others here; nil
  /// until the linter has told.
  var useless: [SourceRange: Set<String>]?

  /// How many more rules comparisons may read: each reads all rules of its endpoints, and long lists have
  /// many findings.
  var work = 50_000
  /// The names of all ACLs; filled when first needed.
  var names: Set<String> = []
  /// A priority before those of all ACLs, or else the first; filled together with ``names``.
  var firstPriority: UInt16?
  /// The results for additions to endpoints without ACLs of their own.
  var knownAdditions: [AdditionKey: AdditionOutcome] = [:]
  /// Whether the rules of an endpoint keep their order when some are removed; filled as needed.
  private var orders: [Int: Bool] = [:]

  init(_ profile: Profile, on evaluator: PacketEvaluator, file: String, within budget: Budget) {
    self.profile = profile
    traffic = EndpointTraffic(evaluator)
    self.file = file
    self.budget = budget
  }

  /// What the rules of an endpoint without ACLs of its own depend on.
  struct Shape: Hashable {
    let network: Int
    let isolation: Isolation
    let sets: [Int]
    let inbound: RuleAction?
    let outbound: RuleAction?
    let published: [PublishDeclaration]

    init(_ endpoint: EndpointDeclaration) {
      network = endpoint.network
      isolation = endpoint.isolation
      sets = endpoint.aclSets.map(\.value)
      inbound = endpoint.defaults?.inbound?.value
      outbound = endpoint.defaults?.outbound?.value
      published = endpoint.publish.map(\.value)
    }
  }

  /// The endpoints that have an ACL, by their index; of several with equal rules only the first.
  mutating func endpoints(with location: SourceRange) -> [Int] {
    if let concerned { return concerned[location] ?? [] }
    var found: [SourceRange: [Int]] = [:]
    var seen: Set<Shape> = []
    for (index, endpoint) in profile.endpoints.enumerated() {
      if endpoint.acls.isEmpty {
        guard seen.insert(Shape(endpoint)).inserted else { continue }
      }
      for acl in endpoint.acls { found[acl.name.location, default: []].append(index) }
      for set in endpoint.aclSets {
        for acl in profile.aclSets[set.value].acls { found[acl.name.location, default: []].append(index) }
      }
    }
    concerned = found
    return found[location] ?? []
  }

  /// The endpoints, or the first of several with equal rules, at which an ACL may change a verdict.
  mutating func endpointsThatNeed(_ location: SourceRange) -> [String] {
    let known = useless?[location] ?? []
    return endpoints(with: location).map { profile.endpoints[$0].name.value }.filter { !known.contains($0) }
  }

  /// The rules of an endpoint in the order of evaluation, before any edit.
  func rules(of index: Int) -> [OrderedACL] { profile.orderedRules(of: profile.endpoints[index]) ?? [] }

  /// Whether the removal of an ACL changes no verdict by what is already known: it is useless at every
  /// endpoint that has it, and no priority of another shifts past one that is explicit.
  ///
  /// Where Windows Firewall alone filters, another rule list may not be expressible, so that it is compared.
  mutating func isKnownToBeRemovable(_ location: SourceRange) -> Bool {
    endpoints(with: location).allSatisfy { index in
      let endpoint = profile.endpoints[index]
      let cell = PlatformCell(
        driver: profile.networks[endpoint.network].driver.value, isolation: endpoint.isolation)
      return cell.programmablePoints.contains(.vfp)
        && useless?[location]?.contains(endpoint.name.value) == true
        && keepsOrder(index)
    }
  }

  private mutating func keepsOrder(_ index: Int) -> Bool {
    if let known = orders[index] { return known }
    let explicit = rules(of: index).count { $0.acl.priority != nil }
    let keeps = explicit == 0 || explicit == rules(of: index).count
    orders[index] = keeps
    return keeps
  }

  /// The result of an edit, for every endpoint that it concerns.
  mutating func outcome(of edit: ProfileEdit) -> Outcome {
    var indices: Set<Int> = []
    for change in edit.changes { indices.formUnion(endpoints(with: change.location)) }
    guard work > 0 else { return .unknown }
    work -= edit.changes.count
    for index in indices {
      let endpoint = profile.endpoints[index]
      work -= endpoint.acls.count
      for set in endpoint.aclSets { work -= profile.aclSets[set.value].acls.count }
    }
    let mended = edit.applied(to: profile)
    var outcome = Outcome.noChange
    for index in indices.sorted() {
      let found = self.outcome(of: edit, at: index, mended)
      switch (outcome, found) {
      case (_, .sideEffects), (.sideEffects, _): return .sideEffects
      case (_, .unknown), (.unknown, _): return .unknown
      case (.changes, _): continue
      case (.noChange, _): outcome = found
      }
    }
    var part = mended
    part.endpoints = indices.sorted().map { mended.endpoints[$0] }
    return ProfileCompiler.check(part, file: file).isValid ? outcome : .sideEffects
  }

  /// The result of an edit for one endpoint.
  private func outcome(of edit: ProfileEdit, at index: Int, _ mended: Profile) -> Outcome {
    let before = rules(of: index)
    guard let after = mended.orderedRules(of: mended.endpoints[index]), !Self.isAmbiguous(after) else {
      return .sideEffects
    }
    let edited = Set(edit.changes.map(\.location))
    let removed = Set(
      edit.changes.compactMap { change -> SourceRange? in
        guard case .remove(let location) = change else { return nil }
        return location
      })
    let name = profile.endpoints[index].name.value
    var outcome = Outcome.noChange
    for direction in Direction.allCases {
      let old = before.filter { $0.direction == direction }
      let new = after.filter { $0.direction == direction }
      let oldOrder = old.map(\.acl.name.location)
      let newOrder = new.map(\.acl.name.location)
      guard oldOrder != newOrder else { continue }
      // If the other rules keep their order, what is known about the removed ones is the proof.
      if oldOrder.filter({ !removed.contains($0) }) == newOrder,
        oldOrder.allSatisfy({ !removed.contains($0) || useless?[$0]?.contains(name) == true })
      {
        continue
      }
      guard let first = path(profile, index, direction), let second = path(mended, index, direction) else {
        continue
      }
      let regions: [PathDifference.Region]
      do {
        regions = try budget.share { () throws(BudgetExceeded) in
          var found: [PathDifference.Region] = []
          for region in try first.difference(to: second, within: budget).regions
          where try !traffic.possible(region.set, at: name, direction, within: budget).isEmpty {
            found.append(region)
          }
          return found
        }
      } catch { return .sideEffects }
      for region in regions {
        guard case .rule(let identity) = region.after.rule, new.indices.contains(identity),
          edited.contains(newOrder[identity]),
          outcome == .noChange || outcome == .changes(by: newOrder[identity])
        else { return .sideEffects }
        outcome = .changes(by: newOrder[identity])
      }
    }
    return outcome
  }

  /// The rules of one direction of an endpoint, followed by its default action; nil if it cannot have ACLs.
  func path(_ profile: Profile, _ index: Int, _ direction: Direction) -> PacketPath? {
    let endpoint = profile.endpoints[index]
    let host = profile.host
    let cell = PlatformCell(
      driver: profile.networks[endpoint.network].driver.value, isolation: endpoint.isolation)
    let families = cell.filteredFamilies(host.windows)
    guard let rules = profile.joinedRules(of: endpoint), let family = families.first else { return nil }
    let intent = EndpointIntent(endpoint, rules: rules, cell: cell)
    let policy = intent.policy(direction, family, build: host.windows, assumptions: host.assumptions)
    return PacketPath(
      PacketPolicy(firstMatchOf: policy.rules, unmatched: policy.unmatched, families: families))
  }

  /// Whether two rules of equal priority and opposite actions match the same packet, which is refused.
  static func isAmbiguous(_ rules: [OrderedACL]) -> Bool {
    var start = 0
    while start < rules.count {
      var end = start + 1
      while end < rules.count, rules[end].priority == rules[start].priority { end += 1 }
      for later in start..<end {
        for earlier in start..<later {
          let (one, other) = (rules[earlier], rules[later])
          if one.direction == other.direction, one.action != other.action, one.match.overlaps(other.match) {
            return true
          }
        }
      }
      start = end
    }
    return false
  }
}
