package import FilterEngine
import HostModel
package import NetworkTypes
package import PacketSpace
package import PolicyCompiler

/// Whether the filters of an endpoint behave as the profile says.
///
/// The filters are read from the host after the plan, that is from the documents passed to HNS, and composed
/// along the route of a packet; the meaning is derived from the profile. Both are compared for all packets,
/// in both directions.
package struct EndpointProof: Sendable, Hashable {
  /// The result.
  package enum Outcome: Sendable, Hashable {
    /// Every packet gets the verdict of the profile.
    case equal
    /// The endpoint has ACLs of another owner, about which the profile says nothing.
    case foreignRules
    /// The build stores the ACLs but does not enforce them.
    case notEnforced
    /// The comparison exceeded the work limit.
    case undecided
    /// The source of the host does not contain all that decides.
    case unknownInSource
    /// A packet gets a different verdict.
    case different(Counterexample)

    /// The result as written in plans.
    package var name: String {
      switch self {
      case .equal: "equal"
      case .foreignRules: "foreignRules"
      case .notEnforced: "notEnforced"
      case .undecided: "undecided"
      case .unknownInSource: "unknownInSource"
      case .different: "different"
      }
    }

    /// Parses a result written in a plan; a plan with a difference is never created.
    package init?(name: String) {
      guard
        let outcome = [
          Self.equal, .foreignRules, .notEnforced, .undecided, .unknownInSource,
        ].first(where: { $0.name == name })
      else { return nil }
      self = outcome
    }

    /// The result as a sentence.
    package var sentence: String {
      switch self {
      case .equal: "proven equal on all packets"
      case .foreignRules: "not proven: the endpoint has ACLs of another owner"
      case .notEnforced: "not proven: this build does not enforce the ACLs"
      case .undecided: "not proven: the budget was exceeded"
      case .unknownInSource: "not proven: the source of the host does not contain all that decides"
      case .different: "different from the profile"
      }
    }
  }

  /// A packet whose verdict differs from that of the profile.
  package struct Counterexample: Sendable, Hashable {
    /// The direction as the endpoint sees it.
    package var direction: Direction
    /// The packet.
    package var witness: PacketWitness
    /// Whether the filters allow it; the profile says the opposite.
    package var passes: Bool
    /// The rule of the profile that should match.
    package var stated: String
    /// The rule of the host that matches.
    package var found: String
  }

  /// The endpoint's name.
  package var endpoint: String
  /// The result.
  package var outcome: Outcome

  /// Creates a result.
  ///
  /// - Parameters:
  ///   - endpoint: The endpoint's name.
  ///   - outcome: The result.
  package init(endpoint: String, outcome: Outcome) {
    self.endpoint = endpoint
    self.outcome = outcome
  }
}

extension DesiredHost {
  /// Proves for every endpoint of the profile that a host behaves as the profile says.
  ///
  /// - Parameters:
  ///   - evaluator: Evaluates packets of the host after the plan.
  ///   - budget: The work limit for all of them.
  /// - Returns: The results, in the order of the profile.
  package func proofs(
    on evaluator: inout PacketEvaluator, within budget: Budget = Budget()
  ) -> [EndpointProof] {
    var prover = Prover(evaluator: evaluator, profile: profile, owner: owner, budget: budget)
    let proofs = endpoints.compactMap { prover.proof(of: $0) }
    evaluator = prover.evaluator
    return proofs
  }

  /// The adopted endpoints on which the ACLs of whatever owner give every packet the verdict of the profile.
  ///
  /// - Parameters:
  ///   - evaluator: Evaluates packets of the host before the plan.
  ///   - budget: The work limit for all of them.
  /// - Returns: The names of the endpoints.
  func adoptedAsStated(on evaluator: PacketEvaluator, within budget: Budget = Budget()) -> Set<String> {
    let adopted = endpoints.filter { $0.isAdopted && !$0.policy.entries.isEmpty }
    guard !adopted.isEmpty else { return [] }
    var prover = Prover(evaluator: evaluator, profile: profile, owner: owner, budget: budget)
    return Set(adopted.filter { prover.proof(of: $0, ofAnyOwner: true)?.outcome == .equal }.map(\.name))
  }
}

/// Compares endpoints with their profile, once for equal ones.
private struct Prover {
  var evaluator: PacketEvaluator
  let profile: String
  let positions: [String: Int]
  let budget: Budget
  private var known: [Question: EndpointProof.Outcome] = [:]
  private var knownOfShared: [SharedQuestion: EndpointProof.Outcome] = [:]
  /// Whether a filter has rules of another owner.
  private var foreign: [Int: Bool] = [:]
  /// Whether an Id belongs to an ACL of the profile; endpoints have many Ids in common.
  private var isOwn: [String: Bool] = [:]

  /// Everything an answer depends on.
  private struct Question: Hashable {
    var filters: [Int]
    var direction: Direction
    var rules: [PacketPolicy.Rule]
    var unmatched: RuleAction
    var family: AddressFamily

    /// Hashes only what tells most questions apart.
    func hash(into hasher: inout Hasher) {
      hasher.combine(filters)
      hasher.combine(direction)
      hasher.combine(rules.count)
      hasher.combine(family)
    }
  }

  /// What an answer depends on if an endpoint has no rules of its own.
  private struct SharedQuestion: Hashable {
    var filters: [Int]
    var intent: EndpointIntent.Key
    var direction: Direction
    var family: AddressFamily
  }

  init(evaluator: PacketEvaluator, profile: String, owner: String, budget: Budget) {
    self.evaluator = evaluator
    self.profile = profile
    self.budget = budget
    let endpoints = evaluator.topology.endpoints
    positions = Dictionary(
      endpoints.enumerated().filter { $1.owner == owner && $1.isAttached }.map { ($1.name, $0) }
    ) { first, _ in first }
  }

  mutating func proof(of endpoint: DesiredEndpoint, ofAnyOwner: Bool = false) -> EndpointProof? {
    guard let position = positions[endpoint.name], let intent = endpoint.intent else { return nil }
    guard
      endpoint.policy.entries.isEmpty || endpoint.cell.enforcesACLs(evaluator.build, evaluator.assumptions)
    else { return EndpointProof(endpoint: endpoint.name, outcome: .notEnforced) }
    // Another owner's ACLs change the default action, also in a direction without any of them.
    if !ofAnyOwner, hasForeignRules(position, endpoint.cell) {
      return EndpointProof(endpoint: endpoint.name, outcome: .foreignRules)
    }
    if evaluator.gap(.endpoint(position)) != nil {
      return EndpointProof(endpoint: endpoint.name, outcome: .unknownInSource)
    }
    for direction in Direction.allCases {
      for family in endpoint.cell.filteredFamilies(evaluator.build) {
        let outcome = outcome(position, intent, direction, family)
        if outcome != .equal { return EndpointProof(endpoint: endpoint.name, outcome: outcome) }
      }
    }
    return EndpointProof(endpoint: endpoint.name, outcome: .equal)
  }

  private mutating func hasForeignRules(_ position: Int, _ cell: PlatformCell) -> Bool {
    for direction in Direction.allCases {
      for family in cell.filteredFamilies(evaluator.build) {
        for point in evaluator.points(.endpoint(position), family, direction) where isForeign(point) {
          return true
        }
      }
    }
    return false
  }

  private mutating func isForeign(_ point: FilterPoint) -> Bool {
    if let answer = foreign[point.filter] { return answer }
    let answer = evaluator.filter(point).answers.contains { $0.source == .acl && !isOwn(id: $0.id) }
    foreign[point.filter] = answer
    return answer
  }

  private mutating func isOwn(id: String) -> Bool {
    if let known = isOwn[id] { return known }
    let answer = RuleIdentity(id: id)?.profile == profile
    isOwn[id] = answer
    return answer
  }

  private mutating func outcome(
    _ position: Int, _ intent: EndpointIntent, _ direction: Direction, _ family: AddressFamily
  ) -> EndpointProof.Outcome {
    let filters = evaluator.points(.endpoint(position), family, direction).map(\.filter)
    let shared = intent.key.map {
      SharedQuestion(filters: filters, intent: $0, direction: direction, family: family)
    }
    if let outcome = shared.flatMap({ knownOfShared[$0] }) { return outcome }
    let outcome = outcome(filters, position, intent, direction, family)
    if let shared { knownOfShared[shared] = outcome }
    return outcome
  }

  private mutating func outcome(
    _ filters: [Int], _ position: Int, _ intent: EndpointIntent, _ direction: Direction,
    _ family: AddressFamily
  ) -> EndpointProof.Outcome {
    let policy = intent.policy(
      direction, family, build: evaluator.build, assumptions: evaluator.assumptions)
    let question = Question(
      filters: filters, direction: direction, rules: policy.rules,
      unmatched: policy.unmatched, family: family)
    if let outcome = known[question] { return outcome }
    guard let filters = evaluator.path(.endpoint(position), family, direction) else { return .equal }
    let outcome = compare(filters, policy, intent, direction)
    known[question] = outcome
    return outcome
  }

  private func compare(
    _ filters: FilterPath, _ policy: PacketPolicy, _ intent: EndpointIntent, _ direction: Direction
  ) -> EndpointProof.Outcome {
    do {
      let region = try budget.share { () throws(BudgetExceeded) in
        try PacketPath(policy).firstDifference(to: filters.path, within: budget)
      }
      let addresses = ExampleAddresses(of: [evaluator.topology])
      guard let region, let witness = region.set.witness(direction, addresses) else { return .equal }
      return .different(
        EndpointProof.Counterexample(
          direction: direction, witness: witness, passes: region.change == .newlyAllowed,
          stated: intent.name(region.before.rule, direction),
          found: evaluator.names[filters.answer(region.after).name]))
    } catch {
      return .undecided
    }
  }
}
