import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// Verdicts of a host's filters on sets of packets, each computed once for all equal endpoints.
struct PacketAnalysis {
  private var evaluator: PacketEvaluator
  private var paths: [PathKey: FilterPath] = [:]
  private var prepared: [PathKey: PreparedPath] = [:]
  private var answers: [Question: [Answer]] = [:]
  private var blocks: [Question: Bool] = [:]
  private var unreachableRules: [PathKey: [PacketPolicy.UnreachableRule]] = [:]
  /// The regions on which pairs of paths differ, by their filters.
  var knownMismatches: [[Int]: [PathDifference.Region]] = [:]
  /// The addresses on the host; all others are outside.
  let onHostAddresses: AddressSet
  /// Which addresses examples have.
  let exampleAddresses: ExampleAddresses

  private struct PathKey: Hashable {
    var filters: [Int]
    var family: AddressFamily
  }

  private struct Question: Hashable {
    var path: PathKey
    var box: PacketBox
  }

  /// Packets that one rule matches.
  struct Answer {
    /// The rule's name.
    var rule: String
    /// The kind of the rule.
    var answer: RuleAnswer
    /// The verdict.
    var action: RuleAction
    /// The packets.
    var set: PacketSet
  }

  init(_ evaluator: PacketEvaluator) {
    self.evaluator = evaluator
    let topology = evaluator.topology
    exampleAddresses = ExampleAddresses(of: [topology])
    onHostAddresses = AddressSet(
      (topology.endpoints.flatMap(\.addresses) + topology.hostAddresses).map { AddressRange($0) })
  }

  /// The addresses from which packets arrive from outside the host.
  func outside(_ family: AddressFamily) -> AddressSet {
    AddressSet.all(family).subtracting(onHostAddresses).subtracting(SpecialAddress.neverSources)
  }

  /// The filters of one direction of an endpoint; nil if there are none.
  mutating func path(
    _ endpoint: Int, _ family: AddressFamily, _ direction: Direction, at point: EnforcementPoint? = nil
  ) -> FilterPath? {
    key(endpoint, family, direction, at: point).flatMap { path($0, endpoint, direction, at: point) }
  }

  private mutating func key(
    _ endpoint: Int, _ family: AddressFamily, _ direction: Direction, at point: EnforcementPoint?
  ) -> PathKey? {
    let points = evaluator.points(.endpoint(endpoint), family, direction)
      .filter { point == nil || $0.enforcement == point }
    return points.isEmpty ? nil : PathKey(filters: points.map(\.filter), family: family)
  }

  private mutating func path(
    _ key: PathKey, _ endpoint: Int, _ direction: Direction, at point: EnforcementPoint?
  ) -> FilterPath? {
    if let known = paths[key] { return known }
    let path = evaluator.path(.endpoint(endpoint), key.family, direction, at: point)
    paths[key] = path
    return path
  }

  /// The displayed name of a rule.
  func name(_ answer: RuleAnswer) -> String { evaluator.names[answer.name] }

  /// The rules that match packets of an endpoint; empty if the endpoint has no filters.
  ///
  /// - Parameters:
  ///   - box: The packets; the endpoint's own addresses are filled in.
  ///   - endpoint: The index of the endpoint in the topology.
  mutating func answers(
    _ box: PacketBox, _ endpoint: Int, _ family: AddressFamily, _ direction: Direction,
    within budget: Budget
  ) throws(BudgetExceeded) -> [Answer] {
    guard let key = key(endpoint, family, direction, at: nil),
      let path = path(key, endpoint, direction, at: nil)
    else { return [] }
    let question = question(box, family, path, key)
    if let known = answers[question] { return known }
    let query = try PacketSet(question.box, within: budget)
    let found = try preparedPath(path, key).partition(of: query, within: budget).map { part in
      let answer = path.answer(part.matchedRule)
      return Answer(rule: name(answer), answer: answer, action: part.action, set: part.set)
    }
    answers[question] = found
    return found
  }

  /// Whether some packet of a box is blocked; false if the endpoint has no filters.
  ///
  /// - Parameters:
  ///   - box: The packets, including the endpoint's own addresses.
  ///   - endpoint: The endpoint, by its index in the topology.
  mutating func blocksAny(
    of box: PacketBox, _ endpoint: Int, _ family: AddressFamily, _ direction: Direction,
    within budget: Budget
  ) throws(BudgetExceeded) -> Bool {
    guard let key = key(endpoint, family, direction, at: nil),
      let path = path(key, endpoint, direction, at: nil)
    else { return false }
    let question = question(box, family, path, key)
    if let known = blocks[question] { return known }
    let found = try preparedPath(path, key).blocksAny(of: question.box, within: budget)
    blocks[question] = found
    return found
  }

  /// A question about packets of an endpoint.
  ///
  /// If no rule specifies the endpoint's own addresses, equal endpoints share the question.
  private func question(
    _ box: PacketBox, _ family: AddressFamily, _ path: FilterPath, _ key: PathKey
  ) -> Question {
    Question(path: key, box: path.namesLocalAddresses ? box : Self.anywhere(box, family))
  }

  private mutating func preparedPath(_ path: FilterPath, _ key: PathKey) -> PreparedPath {
    if let known = prepared[key] { return known }
    let made = PreparedPath(path.path)
    prepared[key] = made
    return made
  }

  private static func anywhere(_ box: PacketBox, _ family: AddressFamily) -> PacketBox {
    PacketBox(
      protocols: box.protocols, local: .all(family), remote: box.remote, localPorts: box.localPorts,
      remotePorts: box.remotePorts, icmpTypes: box.icmpTypes)
  }

  /// The host's own address as an endpoint sees it; nil if unknown.
  func hostAddress(towards endpoint: Int) -> (host: IPAddress, endpoint: IPAddress)? {
    let query = PacketQuery(from: .host, to: .endpoint(endpoint), protocol: .tcp, port: 80)
    guard let packet = try? evaluator.route(query).received else { return nil }
    return (packet.remote, packet.local)
  }
}

extension AddressSet {
  /// The set with one address.
  init(_ address: IPAddress) { self.init([AddressRange(address)]) }

  /// The set of a prefix given as text; empty for text that is not a prefix.
  static func prefix(_ text: String) -> AddressSet {
    AddressSet(IPPrefix(text).map { [$0.range] } ?? [])
  }
}

extension PacketAnalysis {
  /// The rules of a path of one point that can never match, with the rules that cover them.
  mutating func unreachable(
    _ path: FilterPath, within budget: Budget
  ) throws(BudgetExceeded) -> [PacketPolicy.UnreachableRule] {
    let key = PathKey(filters: path.filters, family: path.path.families[0])
    if let known = unreachableRules[key] { return known }
    let found = try path.path.policies[0].unreachableRules(within: budget)
    unreachableRules[key] = found
    return found
  }
}
