import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace
import PolicyCompiler

/// The impact of a plan's changes on the endpoints of the profile, determined from the filters of the
/// resulting host.
struct PlanImpact {
  private(set) var effects: [EndpointEffect] = []
  private(set) var defaultActions: [DefaultActionChange] = []

  private let build: WindowsBuild
  private let before: Side
  private var after: Side
  private var admittedSets: AdmittedPacketsTable
  private let undecided: [String: [UndecidedPackets]]

  /// One of the two hosts.
  private struct Side {
    let documents: HostDocuments
    let defaultActions: [RuleSetKey: DefaultActions]
    var evaluator: PacketEvaluator
    let endpoints: [String: EndpointRecord]
    /// The attached endpoints, by their index in the topology.
    let positions: [GUID: Int]

    init(
      _ documents: HostDocuments, _ defaultActions: [RuleSetKey: DefaultActions],
      _ evaluator: PacketEvaluator,
      of owner: String
    ) {
      self.documents = documents
      self.defaultActions = defaultActions
      self.evaluator = evaluator
      endpoints = Dictionary(
        documents.endpoints.filter { $0.owner == owner && documents.cell(of: $0) != nil }.map {
          ($0.name, $0)
        }
      ) { $1 }
      positions = Dictionary(
        uniqueKeysWithValues: evaluator.topology.endpoints.enumerated().filter(\.element.isAttached)
          .map { ($1.id, $0) })
    }
  }

  /// Computes the effects of changes.
  ///
  /// - Parameters:
  ///   - owner: The owner of the endpoints.
  ///   - before: The host before, with its default actions and filters.
  ///   - after: The host after.
  ///   - changes: The changes.
  ///   - undecided: The endpoints and other senders for which not all verdict changes are known.
  ///   - budget: The work limit.
  init(
    of owner: String, before: (HostDocuments, [RuleSetKey: DefaultActions], PacketEvaluator),
    after: (HostDocuments, [RuleSetKey: DefaultActions], PacketEvaluator), changes: ChangeList,
    undecided: [UndecidedPackets],
    within budget: Budget
  ) {
    self.undecided = Dictionary(grouping: undecided, by: \.endpoint)
    admittedSets = AdmittedPacketsTable(within: budget)
    build = after.2.build
    self.before = Side(before.0, before.1, before.2, of: owner)
    self.after = Side(after.0, after.1, after.2, of: owner)
    var seen: Set<String> = []
    for group in changes.groups where group.subject == .endpoint && !seen.contains(group.target) {
      guard group.rules != nil || (group.head + group.tail).contains(where: { $0.kind.isOfEndpoint }) else {
        continue
      }
      seen.insert(group.target)
      describe(group.target)
    }
    // Packets to services are also compared for senders that do not change, the host and those outside.
    for sender in Set(undecided.map(\.endpoint)).subtracting(seen).sorted() {
      var effect = EndpointEffect(endpoint: sender, outcome: .kept(losesLastACL: false))
      setUnknown(&effect)
      effects.append(effect)
    }
  }

  private mutating func describe(_ name: String) {
    let old = before.endpoints[name]
    guard let new = after.endpoints[name], let cell = after.documents.cell(of: new) else {
      effects.append(EndpointEffect(endpoint: name, outcome: .removed))
      return
    }
    compareDefaults(name, old, new)
    let families = cell.filteredFamilies(build)
    let outcome: EndpointEffect.Outcome
    var shown = families
    if let old {
      outcome = .kept(losesLastACL: !old.acls.isEmpty && new.acls.isEmpty)
      let own = Set(new.addresses.map(\.address.family))
      if !own.isEmpty { shown = families.filter(own.contains) }
    } else {
      outcome = .created(
        inbound: admittedPackets(new, .in, families), outbound: admittedPackets(new, .out, families))
    }
    var effect = EndpointEffect(
      endpoint: name, outcome: outcome, families: shown,
      leavesIPv6Open: cell.driver == .transparent && !new.acls.isEmpty)
    setUnknown(&effect)
    effects.append(effect)
  }

  /// Says which verdicts at an endpoint or other sender are not known, and why.
  private mutating func setUnknown(_ effect: inout EndpointEffect) {
    let name = effect.endpoint
    func add(_ reason: String) {
      if !effect.unknownBecause.contains(reason) { effect.unknownBecause.append(reason) }
    }
    for packets in undecided[name] ?? [] {
      if packets.isOverBudget { effect.isUndecided = true } else { add(packets.reason) }
    }
    let position = after.endpoints[name].flatMap { after.positions[$0.id] }
    guard effect.unknownBecause.isEmpty, let position else { return }
    // What a new endpoint allows is described as a whole, and so must be certain; changes need not be.
    let gap =
      if case .created = effect.outcome {
        after.evaluator.gap(.endpoint(position))
      } else {
        after.evaluator.missingPart(.endpoint(position))
      }
    if let gap { add(gap.description(name)) }
  }

  private mutating func admittedPackets(
    _ endpoint: EndpointRecord, _ direction: Direction, _ families: [AddressFamily]
  ) -> AdmittedPackets {
    // An endpoint that is not attached has no filters and allows everything.
    let location = after.positions[endpoint.id].map { RoutedPacket.Location.endpoint($0) } ?? .outside
    return admittedSets.admittedPackets(location, direction, families, &after.evaluator)
  }

  private mutating func compareDefaults(_ name: String, _ old: EndpointRecord?, _ new: EndpointRecord) {
    guard let then = after.defaultActions[RuleSetKey(new, in: after.documents)] else { return }
    let was =
      old.flatMap { before.defaultActions[RuleSetKey($0, in: before.documents)]?.actions }
      ?? then.platform
    for direction in Direction.allCases {
      guard let before = was[direction], let after = then.actions[direction], before != after else {
        continue
      }
      defaultActions.append(
        DefaultActionChange(endpoint: name, direction: direction, before: before, after: after))
    }
  }
}

extension ChangeKind {
  /// Whether such a change can affect an endpoint's packets.
  fileprivate var isOfEndpoint: Bool { isRule || self == .endpoint || self == .portMapping }
}
