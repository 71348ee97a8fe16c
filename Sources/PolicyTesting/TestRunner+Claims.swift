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
    let trace = example(of: offending)
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

  // MARK: A packet that refutes a claim

  /// The trace of one packet of a part; nil if no packet that can be traced alone is found.
  private mutating func example(of part: QueryPart) -> PacketTrace? {
    let box = part.packets
    guard let proto = Self.example(of: box.protocols) else { return nil }
    for family in box.families {
      guard let source = Self.example(of: box.remote.only(family)),
        let destination = Self.example(of: box.local.only(family))
      else { continue }
      let senders = peers(part.sender, source)
      let receivers = peers(part.published == nil ? part.receiver : .host, destination)
      for sender in senders {
        for receiver in receivers {
          let query = PacketQuery(
            from: sender, to: receiver, protocol: proto,
            port: Self.example(of: box.localPorts),
            sourcePort: Self.example(of: box.remotePorts, preferring: PacketQuery.standardSourcePort))
          // An end can be specified in several ways, some of which lead elsewhere.
          guard let trace = try? subject.evaluator.trace(query), trace.verdict == part.verdict,
            trace.rule == part.rule, trace.route.sender == part.sender,
            part.balancer == trace.route.service?.balancer,
            part.balancer != nil || trace.route.receiver == part.receiver
          else { continue }
          return trace
        }
      }
    }
    return nil
  }

  private func peers(_ location: RoutedPacket.Location, _ address: IPAddress) -> [Peer] {
    switch location {
    case .outside: [.address(address)]
    case .host: [.address(address), .host]
    case .endpoint(let index): [.address(address), .endpoint(index)]
    }
  }

  private static func example(of protocols: ProtocolSet) -> IPProtocol? {
    [.tcp, .udp, .icmp, .icmpv6].first { protocols.contains($0.number) } ?? protocols.protocols.first
  }

  /// A port; port 0 only if there is no other.
  private static func example(of ports: PortSet, preferring preferred: UInt16? = nil) -> UInt16? {
    if let preferred, ports.contains(preferred) { return preferred }
    return (ports.ranges.first { $0.upper > 0 } ?? ports.ranges.first).map { range in
      range.lower == 0 && range.upper > 0 ? 1 : range.lower
    }
  }

  /// An address: preferably one reserved for documentation, and not the first address of a range if there
  /// are others.
  private static func example(of addresses: AddressSet) -> IPAddress? {
    let documented = ["203.0.113.7", "198.51.100.7", "192.0.2.7", "2001:db8::7"]
    if let known = documented.lazy.compactMap({ IPAddress($0) }).first(where: { addresses.contains($0) }) {
      return known
    }
    return addresses.ranges.first.map { range in
      IPAddress(range.family, range.lower == range.upper ? range.lower : range.lower + 1)
    }
  }
}
