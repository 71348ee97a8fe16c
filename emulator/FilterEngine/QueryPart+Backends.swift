import HostModel
package import NetworkTypes
import PacketSpace

/// The answer to the packets of a part for one backend of a load balancer.
package struct BackendPart: Hashable, Sendable {
  /// The backend, by its index in the topology.
  package var endpoint: Int
  /// Its address.
  package var address: IPAddress
  /// Its port.
  package var port: UInt16
  /// The verdict.
  package var verdict: Verdict
  /// The name of the matched rule; nil if nothing filters.
  package var rule: String?
  /// Why the verdict is unknown; nil if it is not, or if no packet of the part can be traced alone.
  package var reason: UnknownReason?
  /// What could stop the packets besides filters, or is needed to interpret the verdict.
  package var notes: [RouteNote] = []

  /// The backend that a leg leads to; nil if it leads to none.
  init?(_ leg: PacketLeg) {
    guard let endpoint = leg.service?.backend, let address = leg.receiverTranslation.destination,
      let port = leg.receiverTranslation.port
    else { return nil }
    self.endpoint = endpoint
    self.address = address
    self.port = port
    verdict = .allow
  }

  /// The backend with an answer.
  func with(_ verdict: Verdict, rule: String?) -> Self {
    var copy = self
    copy.verdict = verdict
    copy.rule = rule
    return copy
  }
}

/// The decisions on packets for the backends of a load balancer, united one after the other.
struct UnitedAnswer: Hashable {
  private var union = DecisionUnion()
  private var backends: [Decision]?

  /// - Parameter separatesBackends: Whether the decision for each backend is kept.
  init(_ separatesBackends: Bool) { backends = separatesBackends ? [] : nil }

  /// The answers with that of the next backend.
  func adding(_ next: Decision) -> Self {
    var copy = self
    copy.union.add(next)
    copy.backends?.append(next)
    return copy
  }

  /// The answer for all so far; nil for none.
  var answer: PartAnswer? { union.decision.map { PartAnswer(all: $0, backends: backends ?? []) } }
}

/// The decision on packets for all backends of a load balancer, and for each.
struct PartAnswer: Hashable, Comparable {
  var all: Decision
  /// The decision for each backend; empty if they are not kept.
  var backends: [Decision]

  /// Orders by rule, then by verdict.
  static func < (left: Self, right: Self) -> Bool {
    left.rank.lexicographicallyPrecedes(right.rank)
  }

  private var rank: [Int] {
    ([all] + backends).flatMap { [$0.rule ?? -1, Verdict.allCases.firstIndex(of: $0.verdict) ?? 0] }
  }
}

extension PacketEvaluator {
  /// Adds what only a single packet tells: why the verdict of a backend is unknown, and the notes.
  mutating func explain(_ part: inout QueryPart) {
    guard part.balancer != nil, let trace = example(of: part) else { return }
    part.notes = trace.notes
    for (index, backend) in zip(part.backends.indices, trace.backends) {
      part.backends[index].reason = backend.reason
      part.backends[index].notes = backend.notes
    }
  }

  /// The trace of one packet of a part; nil if no packet that can be traced alone is found.
  ///
  /// - Parameter part: The part.
  package mutating func example(of part: QueryPart) -> PacketTrace? {
    let box = part.packets
    guard let proto = Self.example(of: box.protocols) else { return nil }
    for family in box.families {
      // Nobody sends from the address of a load balancer.
      let sources = box.remote.only(family)
      let usual = sources.subtracting(legs.virtualAddresses)
      guard let source = Self.example(of: usual.isEmpty ? sources : usual),
        let destination = Self.example(of: box.local.only(family))
      else { continue }
      let senders = Self.peers(part.sender, source)
      let receivers = Self.peers(part.published == nil ? part.receiver : .host, destination)
      for sender in senders {
        for receiver in receivers {
          let query = PacketQuery(
            from: sender, to: receiver, protocol: proto, port: Self.example(of: box.localPorts),
            sourcePort: Self.example(of: box.remotePorts, preferring: PacketQuery.standardSourcePort))
          // An end can be specified in several ways, some of which lead elsewhere.
          if let trace = try? trace(query), part.isAnswered(by: trace) { return trace }
        }
      }
    }
    return nil
  }

  private static func peers(_ location: RoutedPacket.Location, _ address: IPAddress) -> [Peer] {
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

extension QueryPart {
  /// Whether a packet takes the same way with the same answers.
  fileprivate func isAnswered(by trace: PacketTrace) -> Bool {
    guard trace.verdict == verdict, trace.rule == rule, trace.route.sender == sender,
      balancer == trace.route.service?.balancer, balancer != nil || trace.route.receiver == receiver
    else { return false }
    return backends.isEmpty
      || backends.map { [$0.verdict.rawValue, $0.rule] }
        == trace.backends.map { [$0.verdict.rawValue, $0.rule] }
  }
}
