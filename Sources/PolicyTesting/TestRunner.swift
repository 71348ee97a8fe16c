import Diagnostics
import FilterEngine
import HostModel
package import NetworkProfile
import NetworkTypes
package import PacketSpace
import PolicyCompiler

/// Runs the tests of one file.
///
/// All tests are checked before any test runs: unknown names, impossible packets and contradictions are
/// problems of the file, neither a pass nor a failure.
package struct TestRunner {
  /// What packets are evaluated against.
  var subject: TestSubject
  let budget: Budget
  private let tests: [TestDeclaration]
  private var problems: [TestProblem] = []
  private var statements: [PacketKey: Statements] = [:]
  private var knownRules: [RoutedPacket.Location: Set<String>] = [:]

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - tests: The tests, in the order listed.
  ///   - subject: What packets are evaluated against.
  ///   - budget: The work limit for all claims about sets of packets.
  package init(_ tests: [TestDeclaration], of subject: TestSubject, within budget: Budget = Budget()) {
    self.tests = tests
    self.subject = subject
    self.budget = budget
  }

  /// Runs the tests.
  ///
  /// - Parameter filter: Which tests to run; nil for all.
  /// - Returns: The outcomes, in the order of the tests, or the problems.
  package mutating func run(filter: TestFilter? = nil) -> (outcomes: [TestOutcome], problems: [TestProblem]) {
    guard !tests.isEmpty else { return ([], [TestProblem(kind: .noTests)]) }
    problems = []
    statements = [:]
    var outcomes: [TestOutcome] = []
    for test in tests {
      let isChosen = filter?.matches(test.name.value) ?? true
      let outcome = outcome(of: test, isChosen: isChosen)
      if isChosen, let outcome { outcomes.append(outcome) }
    }
    if let filter, !tests.contains(where: { filter.matches($0.name.value) }) {
      problems.append(TestProblem(kind: .noneSelected(filter.text, names: tests.map(\.name.value))))
    }
    return problems.isEmpty ? (outcomes, []) : ([], problems)
  }

  mutating func report(_ kind: TestProblem.Kind, at location: SourceRange, other: SourceRange? = nil) {
    problems.append(TestProblem(kind: kind, location: location, other: other))
  }

  /// Checks a test and runs it; a claim that is not selected is only checked.
  private mutating func outcome(of test: TestDeclaration, isChosen: Bool) -> TestOutcome? {
    switch test.claim {
    case .packet(let expectation): packet(test.name, expectation)
    case .always(let set): claim(test.name, .always, set, isChosen: isChosen)
    case .never(let set): claim(test.name, .never, set, isChosen: isChosen)
    }
  }

  // MARK: One packet

  private mutating func packet(
    _ name: Located<String>, _ expectation: PacketExpectation
  ) -> TestOutcome? {
    let before = problems.count
    guard let traces = traces(name, expectation) else { return nil }
    let icmpType = expectation.icmpType ?? Self.echoRequest(expectation.protocol)
    checkRule(expectation, traces)
    checkPoints(name, expectation, traces)
    for trace in traces { checkContradictions(name, expectation, trace, icmpType: icmpType) }
    guard problems.count == before else { return nil }
    let outcomes = traces.map { outcome(name, expectation, $0, icmpType: icmpType) }
    // Between several endpoints, each packet must do what is expected.
    return outcomes.first { !$0.failures.isEmpty } ?? outcomes.first
  }

  /// The packet between every two endpoints of the given ends; nil if there is none, which is reported.
  private mutating func traces(_ name: Located<String>, _ expectation: PacketExpectation) -> [PacketTrace]? {
    let before = problems.count
    let from = senders(expectation.from)
    let to = peers(expectation.to)
    let port = port(expectation)
    guard problems.count == before, let from, let to else { return nil }
    let queries = PacketQuery.between(
      from, to, protocol: expectation.protocol, port: port, sourcePort: expectation.sourcePort)
    do { return try subject.evaluator.traces(queries) } catch {
      report(.packet(error), at: name.location)
      return nil
    }
  }

  private func outcome(
    _ name: Located<String>, _ expectation: PacketExpectation, _ trace: PacketTrace, icmpType: UInt8?
  ) -> TestOutcome {
    var failures: [TestOutcome.Failure] = []
    if trace.verdict != Verdict(expectation.expect) {
      failures.append(.verdict(expected: expectation.expect, actual: trace.verdict))
    }
    if let rule = expectation.rule, rule.value != trace.rule {
      failures.append(.rule(expected: rule.value, actual: trace.rule))
    }
    for (point, expected) in expectation.via.sorted(by: { $0.key < $1.key }) {
      // A service has a verdict of the point for each backend.
      let ways = trace.backends.isEmpty ? [trace.steps] : trace.backends.map(\.steps)
      let actual = Verdict.united(ways.map { Self.verdict(of: point, in: $0) }) ?? .allow
      if actual != Verdict(expected) {
        failures.append(.point(point, expected: expected, actual: actual))
      }
    }
    return TestOutcome(
      name: name.value, location: name.location, claim: .packet, expected: expectation.expect,
      actual: trace.verdict, rule: trace.rule, failures: failures, trace: trace, icmpType: icmpType)
  }

  /// The default type of an ICMP packet.
  static func echoRequest(_ proto: IPProtocol) -> UInt8? {
    proto == .icmp ? 8 : proto == .icmpv6 ? 128 : nil
  }

  /// The verdict of an enforcement point on its own.
  ///
  /// If both ends of a packet have the point, both must allow it: one that blocks is enough.
  private static func verdict(of point: EnforcementPoint, in steps: [TraceStep]) -> Verdict {
    let verdicts = steps.compactMap(\.filter).filter { $0.enforcement == point }.map(\.answer.verdict)
    return verdicts.contains(.block) ? .block : verdicts.contains(.unknown) ? .unknown : .allow
  }

  // MARK: Existence checks

  /// Rejects a rule that neither end has.
  private mutating func checkRule(_ expectation: PacketExpectation, _ traces: [PacketTrace]) {
    guard let rule = expectation.rule else { return }
    var names: Set<String> = []
    for trace in traces {
      names.formUnion(rules(at: trace.route.sender))
      names.formUnion(rules(at: trace.route.receiver))
      for backend in trace.backends { names.formUnion(rules(at: backend.route.receiver)) }
    }
    guard !names.contains(rule.value) else { return }
    report(.unknownRule(rule.value, names: names.sorted()), at: rule.location)
  }

  /// The names of the rules at one end: those of the dataplane, and those of the profile, which may include
  /// rules that can never match and so are not programmed.
  private mutating func rules(at location: RoutedPacket.Location) -> Set<String> {
    guard location != .outside else { return [] }
    if let known = knownRules[location] { return known }
    var names: Set = [ReservedRuleName.defaultIn.rawValue, ReservedRuleName.defaultOut.rawValue]
    for family in AddressFamily.allCases {
      for direction in Direction.allCases {
        for point in subject.evaluator.points(location, family, direction) {
          let answers = subject.evaluator.filter(point).answers
          for answer in answers {
            names.insert(subject.evaluator.names[answer.name])
            names.formUnion(RuleIdentity(id: answer.id)?.origins ?? [])
          }
        }
      }
    }
    if let profile = subject.profile, case .endpoint(let index) = location {
      let name = subject.evaluator.topology.endpoints[index].name
      if let endpoint = profile.endpoints.first(where: { $0.name.value == name }) {
        let acls = endpoint.acls + endpoint.aclSets.flatMap { profile.aclSets[$0.value].acls }
        names.formUnion(acls.map(\.name.value))
      }
    }
    knownRules[location] = names
    return names
  }

  /// Rejects an enforcement point that filters neither end.
  private mutating func checkPoints(
    _ name: Located<String>, _ expectation: PacketExpectation, _ traces: [PacketTrace]
  ) {
    let points = traces.reduce(into: Set<EnforcementPoint>()) { $0.formUnion(self.points(of: $1)) }
    for point in expectation.via.keys.sorted() where !points.contains(point) {
      report(.unknownPoint(point), at: name.location)
    }
  }

  /// The points on the path of a packet that ACLs can configure; VFP has default rules on every switch.
  private func points(of trace: PacketTrace) -> Set<EnforcementPoint> {
    let topology = subject.evaluator.topology
    let steps = trace.filters.filter { step in
      guard step.enforcement == .vfp, let endpoint = step.endpoint else { return true }
      return topology.networks[topology.endpoints[endpoint].network].driver.filtersWithVFP
    }
    return Set(steps.map(\.enforcement))
  }

  // MARK: Contradictions

  /// A packet, regardless of the names used for its ends.
  private struct PacketKey: Hashable {
    var sender: RoutedPacket.Location
    var receiver: RoutedPacket.Location
    var sent: Packet
    var destination: IPAddress
    var port: UInt16?
    var icmpType: UInt8?
  }

  /// The expectations about a packet, each with the location of the first test that states it.
  private struct Statements {
    var expect: Located<RuleAction>
    var rule: Located<String>?
    var via: [EnforcementPoint: Located<RuleAction>]
  }

  private mutating func checkContradictions(
    _ name: Located<String>, _ expectation: PacketExpectation, _ trace: PacketTrace, icmpType: UInt8?
  ) {
    let key = PacketKey(
      sender: trace.route.sender, receiver: trace.route.receiver, sent: trace.route.original,
      destination: trace.route.destination, port: trace.route.published?.externalPort, icmpType: icmpType)
    let expect = Located(expectation.expect, at: name.location)
    var known = statements[key] ?? Statements(expect: expect, rule: nil, via: [:])
    func report(_ contradiction: TestProblem.Contradiction, with other: SourceRange) {
      self.report(
        .contradiction(contradiction), at: name.location, other: other == name.location ? nil : other)
    }
    guard known.expect.value == expect.value else {
      report(.verdicts, with: known.expect.location)
      return
    }
    if let rule = expectation.rule {
      if let first = known.rule, first.value != rule.value { report(.rules, with: first.location) }
      known.rule = known.rule ?? Located(rule.value, at: name.location)
    }
    for (point, action) in expectation.via.sorted(by: { $0.key < $1.key }) {
      if let first = known.via[point], first.value != action { report(.points(point), with: first.location) }
      known.via[point] = known.via[point] ?? Located(action, at: name.location)
    }
    statements[key] = known
    checkComposition(known, trace, report)
  }

  /// A packet is allowed if every point on its path allows it.
  private func checkComposition(
    _ known: Statements, _ trace: PacketTrace, _ report: (TestProblem.Contradiction, SourceRange) -> Void
  ) {
    switch known.expect.value {
    case .allow:
      for (point, action) in known.via.sorted(by: { $0.key < $1.key }) where action.value == .block {
        report(
          .blockedAndAllowed(point),
          known.expect.location < action.location ? known.expect.location : action.location)
        return
      }
    case .block:
      guard points(of: trace).isSubset(of: known.via.keys), !known.via.isEmpty,
        known.via.values.allSatisfy({ $0.value == .allow })
      else {
        return
      }
      let locations = known.via.values.map(\.location) + [known.expect.location]
      report(.allowedAndBlocked, locations.min() ?? known.expect.location)
    }
  }
}
