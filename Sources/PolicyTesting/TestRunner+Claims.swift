import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

extension TestRunner {
  /// Evaluates a claim about every packet in a set, exactly and not by samples.
  ///
  /// `never` one verdict is `always` the other: a packet with an unknown verdict satisfies neither.
  /// Traffic within one compartment crosses no enforcement point and is left out, unless the set contains
  /// nothing else.
  mutating func claim(
    _ name: Located<String>, _ claim: TestOutcome.Claim, _ set: PacketSetExpectation, isChosen: Bool
  ) -> TestOutcome? {
    let expected: RuleAction = claim == .never ? (set.verdict == .allow ? .block : .allow) : set.verdict
    let services = (set.from?.names ?? []).filter { subject.directory.service($0.value) != nil }
    for name in services { report(.sendingService(name.value), at: name.location) }
    guard services.isEmpty else { return nil }
    let from = selection(set.from)
    let to = selection(set.to)
    guard let from, let to else { return nil }
    let query = PacketQuerySet(
      from: from, to: to, protocols: set.protocols ?? .allProtocols, ports: set.ports ?? .allPorts,
      sourcePorts: set.sourcePorts ?? .allPorts)
    let isEmpty = query.protocols.isEmpty || query.ports.isEmpty || query.sourcePorts.isEmpty
    guard !isEmpty, set.icmpTypes.map({ !$0.isEmpty }) ?? true else {
      report(.emptySet, at: name.location)
      return nil
    }
    guard isChosen else { return nil }
    let all: [QueryPart]
    do { all = try subject.evaluator.parts(query, within: budget) } catch {
      report(.packet(error), at: name.location)
      return nil
    }
    let filtered = all.filter { !$0.isLoopback }
    let parts = filtered.isEmpty ? all : filtered
    guard !parts.isEmpty else {
      report(.packet(.noPackets), at: name.location)
      return nil
    }
    guard let offending = parts.first(where: { $0.verdict != Verdict(expected) }) else {
      return TestOutcome(
        name: name.value, location: name.location, claim: claim, expected: expected,
        actual: Verdict(expected),
        rule: nil, failures: [])
    }
    let trace = subject.evaluator.example(of: offending)
    let proto = trace?.route.original.protocol
    let types = set.icmpTypes
    let icmpType = proto.flatMap(Self.echoRequest).map { echo in
      types.map { $0.contains(echo) ? echo : $0.intervals.first?.lower ?? echo } ?? echo
    }
    return TestOutcome(
      name: name.value, location: name.location, claim: claim, expected: expected, actual: offending.verdict,
      rule: offending.rule, failures: [.verdict(expected: expected, actual: offending.verdict)],
      trace: trace, icmpType: icmpType, refuting: offending)
  }
}
