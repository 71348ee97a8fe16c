import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace
import PolicyTesting

extension Linter {
  /// Finds rules that weaken a test of the same profile.
  ///
  /// A rule weakens a test that it makes fail: it gives the packet, or a packet of the claim, another
  /// verdict than the test expects, or matches instead of the rule that the test pins. It also weakens a
  /// test that passes for the one packet it samples but not for all packets that it describes: every
  /// address of ends given by name, and every source port if none is given.
  mutating func findWeakenedTests() {
    guard let profile = subject.profile, !profile.tests.isEmpty else { return }
    let tested = TestSubject(file: subject.file, evaluator: subject.evaluator, profile: profile)
    var runner = TestRunner(profile.tests, of: tested, within: budget)
    let (outcomes, problems) = runner.run()
    report(problems)
    // If the tests have problems, none of them ran.
    guard problems.isEmpty else { return }
    for (test, outcome) in zip(profile.tests, outcomes) {
      if outcome.isPassed {
        findBeyondSample(test, tested)
      } else {
        report(failing: outcome)
      }
    }
  }

  private mutating func report(failing outcome: TestOutcome) {
    let endpoints = subject.evaluator.topology.endpoints
    let endpoint = outcome.decidingEndpoint.map { endpoints[$0].name } ?? PeerDirectory.host
    let rule = outcome.decidingRule
    let own = rule.flatMap { ownLocation(of: $0, at: endpoint) }
    let name = rule.map { "'\($0)'" } ?? "an unfiltered packet"
    let expected: String
    switch outcome.failures.first {
    case .rule(let pinned, _)?: expected = "'\(pinned)' should match, but this rule does"
    case .point(let point, let action, _)?: expected = "\(point.title) should \(action.rawValue)"
    case .verdict?, nil:
      expected =
        outcome.claim == .packet
        ? "the packet should be \(Self.done(outcome.expected))"
        : "every packet should be \(Self.done(outcome.expected))"
    }
    let title = outcome.name
    report(
      PendingFinding(
        .weakensTest, at: endpoint, location: own ?? outcome.location, rule: rule,
        notes: own == nil ? [] : [Diagnostic.Note("the test is here", outcome.location)],
        help: "change the rule, or correct the test; `hnsctl test` shows the packet",
        isAboutEndpoint: false
      ) { "\(name) weakens the test '\(title)' at \($0): \(expected)" })
  }

  private static func done(_ action: RuleAction) -> String { action == .allow ? "allowed" : "blocked" }

  /// Evaluates everything that a packet test describes, not only the packet that it samples.
  private mutating func findBeyondSample(_ test: TestDeclaration, _ tested: TestSubject) {
    guard case .packet(let packet) = test.claim else { return }
    guard let from = selection(packet.from.value, tested), let to = selection(packet.to.value, tested) else {
      return
    }
    let port = packet.port ?? tested.directory.service(packet.to.value)?.onlyPort(of: packet.protocol)
    let sourcePorts = packet.sourcePort.map { PortSet([PortRange($0)]) } ?? .allPorts
    let query = PacketQuerySet(
      from: from, to: to, protocols: ProtocolSet([packet.protocol]),
      ports: port.map { PortSet([PortRange($0)]) } ?? .allPorts, sourcePorts: sourcePorts)
    var evaluator = tested.evaluator
    let parts: [QueryPart]
    do { parts = try evaluator.parts(query, within: budget) } catch {
      guard case .tooScattered = error else { return }
      report(
        PendingFinding(
          .undecidedWithinBudget, severity: .warning, at: test.name.value, location: test.name.location,
          isAboutEndpoint: false
        ) { "the check for weakens-test at \($0) exceeded its budget" })
      return
    }
    for part in parts where part.verdict != Verdict(packet.expect) {
      guard let rule = part.rule else { continue }
      report(part, rule, beyond: test, packet)
    }
  }

  private mutating func report(
    _ part: QueryPart, _ rule: String, beyond test: TestDeclaration, _ packet: PacketExpectation
  ) {
    let endpoints = subject.evaluator.topology.endpoints
    // The end whose rules have the name; the receiver first, because it is evaluated last.
    let names = [part.receiver, part.sender].compactMap { location -> String? in
      if case .endpoint(let index) = location { endpoints[index].name } else { nil }
    }
    guard let endpoint = names.first(where: { ownLocation(of: rule, at: $0) != nil }) ?? names.first else {
      return
    }
    let own = ownLocation(of: rule, at: endpoint)
    let verdict =
      switch part.verdict {
      case .allow: "allows"
      case .block: "blocks"
      case .unknown, .mixed: "does not determine"
      }
    let example = example(part.packets)
    let title = test.name.value
    report(
      PendingFinding(
        .weakensTest, at: endpoint, location: own ?? test.name.location, rule: rule,
        notes: own == nil ? [] : [Diagnostic.Note("the test is here", test.name.location)],
        help: "narrow the rule, or give the intended source port and addresses in the test",
        isAboutEndpoint: false
      ) {
        "'\(rule)' weakens the test '\(title)' at \($0): the one packet that it samples is "
          + "\(Self.done(packet.expect)), but the rule \(verdict) \(example)"
      })
  }

  private func example(_ box: PacketBox) -> String {
    let witness = (try? PacketSet(box))?.witness(.in, analysis.exampleAddresses)
    return witness.map { $0.text(at: "\($0.packet.local)") } ?? "others"
  }

  /// Everything that an end of a test packet can mean: for a name, all its addresses.
  private func selection(_ text: String, _ tested: TestSubject) -> PeerSelection? {
    guard let peers = tested.directory.find(text).peers else { return nil }
    var selection = PeerSelection()
    for peer in peers {
      guard case .endpoint(let index) = peer, tested.evaluator.topology.endpoints[index].addresses.count > 1
      else {
        selection.insert(peer)
        continue
      }
      let addresses = tested.evaluator.topology.endpoints[index].addresses
      selection.addresses = selection.addresses.union(AddressSet(addresses.map { AddressRange($0) }))
    }
    return selection
  }
}
