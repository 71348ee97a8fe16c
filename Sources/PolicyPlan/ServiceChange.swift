import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// The change of packets that load balancers take.
///
/// What happens to such a packet depends on the backends and their filters, not only on the filters of its
/// sender, so it is evaluated to the end on both hosts.
extension Comparison {
  /// An address and port of load balancers.
  struct Frontend: Hashable, Comparable {
    /// The address; for a node port one of the host.
    var address: IPAddress
    var `protocol`: IPProtocol
    var port: UInt16

    static func < (left: Self, right: Self) -> Bool {
      (left.address, left.protocol, left.port) < (right.address, right.protocol, right.port)
    }

    /// The packets that an endpoint sends there.
    var packets: PacketBox {
      PacketBox(
        protocols: ProtocolSet([`protocol`]), local: .all(address.family),
        remote: AddressSet([AddressRange(address)]), remotePorts: PortSet([PortRange(port)]))
    }
  }

  /// Everything about a frontend that a packet's verdict depends on, except the filters.
  struct FrontendState: Hashable {
    private struct Backend: Hashable {
      var key: Key
      var driver: NetworkDriver
      var addresses: [IPAddress]
      var isAttached: Bool
    }

    private var balanced: HostTopology.LoadBalancer.Port
    private var sourceVIP: IPAddress?
    private var isDSR: Bool
    private var backends: [Backend]
    /// The endpoints that it sends packets to.
    var backendKeys: [Key] { backends.map(\.key) }
    /// The port that they receive packets on.
    var internalPort: UInt16 { balanced.internalPort }
    /// The addresses of the backends.
    var backendAddresses: [IPAddress] { backends.flatMap(\.addresses) }

    init(_ balancer: HostTopology.LoadBalancer, _ port: Int, _ topology: HostTopology) {
      balanced = balancer.ports[port]
      sourceVIP = balancer.sourceVIP
      isDSR = balancer.isDSR
      backends = balancer.backends.map { index in
        let endpoint = topology.endpoints[index]
        return Backend(
          key: Key(endpoint), driver: topology.networks[endpoint.network].driver,
          addresses: endpoint.addresses, isAttached: endpoint.isAttached)
      }
    }
  }

  /// The packets that endpoints send to load balancers of either host; none if only one enforcement point is
  /// compared, because its verdict is not the one on the packet.
  mutating func packetsToServices() throws(BudgetExceeded) -> PacketSet {
    if let servicePackets { return servicePackets }
    struct Port: Hashable {
      var `protocol`: IPProtocol
      var port: UInt16
    }
    var addresses: [Port: [AddressRange]] = [:]
    for frontend in scope.enforcement == nil ? frontends : [] {
      addresses[Port(protocol: frontend.protocol, port: frontend.port), default: []]
        .append(AddressRange(frontend.address))
    }
    let boxes = addresses.sorted { ($0.key.protocol, $0.key.port) < ($1.key.protocol, $1.key.port) }.map {
      PacketBox(
        protocols: ProtocolSet([$0.key.protocol]), remote: AddressSet($0.value),
        remotePorts: PortSet([PortRange($0.key.port)]))
    }
    let packets = try PacketSet(boxes, within: budget)
    servicePackets = packets
    return packets
  }

  /// What changes for the packets that a client sends to load balancers.
  ///
  /// - Parameter client: The client.
  mutating func serviceChanges(of client: Client) throws(BudgetExceeded) -> Findings {
    var findings = Findings()
    guard scope.enforcement == nil, !frontends.isEmpty || !missing.objects.isEmpty else { return findings }
    var found: [Pair: PacketSet] = [:]
    var undecided = PacketSet()
    var differing = try hasChanged(client) ? frontends : try changedFrontends()
    findings.undecided = try removeMissing(from: &differing, client)
    for frontend in differing {
      guard pairsLeft > 0 else { throw BudgetExceeded(.nodes) }
      pairsLeft -= 1
      let (old, new) = (try outcomes(\.before, client, frontend), try outcomes(\.after, client, frontend))
      let taken = (before.frontends[frontend] != nil, after.frontends[frontend] != nil)
      for (was, left) in old {
        for (becomes, right) in new where was.effect != becomes.effect || was.effect == .unknown {
          let both = try left.intersection(right, within: budget)
          guard !both.isEmpty else { continue }
          guard was.effect != becomes.effect else {
            undecided = try undecided.union(both, within: budget)
            continue
          }
          let pair = Pair(before: was, after: becomes, isTaken: [taken.0, taken.1])
          found[pair] = try found[pair]?.union(both, within: budget) ?? both
        }
      }
    }
    for (pair, set) in found.sorted(by: { $0.key < $1.key }) {
      guard let witness = example(of: set, client) else { continue }
      var change = VerdictChange(
        endpoint: client.name, direction: .out,
        change: pair.before.rank < pair.after.rank ? .newlyAllowed : .newlyBlocked,
        packets: try set.boxes(within: budget).map(closed), witnesses: [witness], before: pair.before.rule,
        after: pair.after.rule)
      change.sender = client.sender
      if pair.isTaken[0] != pair.isTaken[1] { change.balancing = pair.isTaken[0] ? .ends : .begins }
      change.verdicts = VerdictChange.Verdicts(before: pair.before.verdict, after: pair.after.verdict)
      findings.changes.append(change)
    }
    if let packets = try self.undecided(undecided, client) { findings.undecided.append(packets) }
    return findings
  }

  /// An example packet; one from outside has no address of the hosts.
  func example(of set: PacketSet, _ client: Client) -> PacketWitness? {
    if case .outside = client { set.witness(.out) } else { set.witness(.out, exampleAddresses) }
  }

  /// A box without the gaps among its senders that no sender has.
  func closed(_ box: PacketBox) -> PacketBox {
    PacketBox(
      protocols: box.protocols, local: box.local.closing(clientGaps), remote: box.remote,
      localPorts: box.localPorts, remotePorts: box.remotePorts, icmpTypes: box.icmpTypes)
  }

  /// The verdict and rule of both hosts.
  private struct Pair: Hashable, Comparable {
    var before: Outcome
    var after: Outcome
    /// Whether a load balancer takes the packets, before and after.
    var isTaken: [Bool]

    static func < (left: Self, right: Self) -> Bool { left.text.lexicographicallyPrecedes(right.text) }

    private var text: [String] {
      [
        before.rank < after.rank ? "0" : "1", before.verdict?.rawValue ?? "", before.rule ?? "",
        after.verdict?.rawValue ?? "", after.rule ?? "",
      ] + isTaken.map { $0 ? "1" : "0" }
    }
  }

  /// A verdict and the rule that decides.
  private struct Outcome: Hashable {
    /// The verdict; nil for packets that the host does not evaluate, as without the endpoint.
    var verdict: Verdict?
    /// The rule; nil if the backends differ in it.
    var rule: String?

    /// How much is allowed: nothing for certain, some paths, all.
    var rank: Int {
      switch verdict {
      case .allow: 2
      case .mixed: 1
      case .block, .unknown, nil: 0
      }
    }

    /// What matters of the verdict: a packet that the host does not evaluate does not get through either.
    var effect: Verdict { verdict ?? .block }
  }

  /// A sender of packets to load balancers.
  enum Client {
    case endpoint(Key)
    case host
    case outside

    /// Its name in a change.
    var name: String {
      switch self {
      case .endpoint(let key): key.name
      case .host: PeerDirectory.host
      case .outside: VerdictChange.outside
      }
    }

    fileprivate var sender: VerdictChange.Sender {
      switch self {
      case .endpoint: .endpoint
      case .host: .host
      case .outside: .outside
      }
    }
  }

  /// Whether what decides about every packet of a client differs: its own filters and addresses, or those of
  /// the host.
  mutating func hasChanged(_ client: Client) throws(BudgetExceeded) -> Bool {
    if try hasHostChanged() { return true }
    guard case .endpoint(let key) = client else { return false }
    return try hasChanged(key, .out) || sender(before, key) != sender(after, key)
  }

  /// Whether the host's addresses, assumptions or own filters differ.
  private mutating func hasHostChanged() throws(BudgetExceeded) -> Bool {
    if let known = isHostDifferent { return known }
    let (old, new) = (before.evaluator, after.evaluator)
    var differs =
      old.topology.hostAddresses != new.topology.hostAddresses || old.assumptions != new.assumptions
      || old.build != new.build
    for family in AddressFamily.allCases where !differs {
      for direction in Direction.allCases where !differs {
        differs = try !hostAnswers(family, direction).isEmpty
      }
    }
    isHostDifferent = differs
    return differs
  }

  /// The packets that the host's own filters treat differently.
  mutating func hostAnswers(
    _ family: AddressFamily, _ direction: Direction
  ) throws(BudgetExceeded) -> [Answer] {
    let left = before.end(.host, family, direction, nil)
    let right = after.end(.host, family, direction, nil)
    guard left.path != nil || right.path != nil else { return [] }
    return try compare(left, right, family, direction, .all(family), nil)
  }

  struct Sender: Hashable {
    var addresses: [IPAddress]
    var outboundNAT: [OutboundNAT]
    var isAttached: Bool
  }

  func sender(_ side: Side, _ key: Key) -> Sender? {
    side.endpoints[key].map { index in
      let endpoint = side.evaluator.topology.endpoints[index]
      return Sender(
        addresses: endpoint.addresses, outboundNAT: endpoint.outboundNAT, isAttached: endpoint.isAttached)
    }
  }

  /// The frontends whose load balancer, or a filter of a backend, differs between the hosts.
  private mutating func changedFrontends() throws(BudgetExceeded) -> [Frontend] {
    if let known = differingFrontends { return known }
    var changed: [Frontend] = []
    var backends: [Key: Bool] = [:]
    for frontend in frontends {
      let (old, new) = (before.frontends[frontend], after.frontends[frontend])
      var differs = old != new
      for key in differs ? [] : new?.backendKeys ?? [] where !differs {
        if backends[key] == nil { backends[key] = try hasChanged(key, .in) }
        differs = backends[key] ?? false
      }
      if differs { changed.append(frontend) }
    }
    differingFrontends = changed
    return changed
  }

  /// The packets of a client to a frontend by their outcome on one host.
  private mutating func outcomes(
    _ side: WritableKeyPath<Comparison, Side>, _ client: Client, _ frontend: Frontend
  ) throws(BudgetExceeded) -> [(Outcome, PacketSet)] {
    var rest = try PacketSet(frontend.packets, within: budget)
    let from: PeerSelection?
    switch client {
    case .endpoint(let key): from = self[keyPath: side].endpoints[key].map { PeerSelection(endpoints: [$0]) }
    case .host: from = PeerSelection(includesHost: true)
    case .outside:
      let addresses = AddressSet.all(frontend.address.family).subtracting(clientGaps)
      rest = try rest.intersection(PacketSet(PacketBox(local: addresses), within: budget), within: budget)
      from = PeerSelection(addresses: addresses)
    }
    var outcomes: [(Outcome, PacketSet)] = []
    if let from {
      let query = PacketQuerySet(
        from: from,
        to: PeerSelection(addresses: AddressSet([AddressRange(frontend.address)])),
        protocols: ProtocolSet([frontend.protocol]), ports: PortSet([PortRange(frontend.port)]))
      var parts: [QueryPart] = []
      do throws(PacketProblem) {
        parts = try self[keyPath: side].evaluator.parts(query, within: budget)
      } catch {
        if case .tooScattered = error { throw BudgetExceeded(.nodes) }
      }
      for part in parts {
        var own = try Self.packets(part, .out, budget)
        if case .outside = client {
          let senders = try PacketSet(PacketBox(local: part.packets.remote), within: budget)
          own = try own.intersection(senders, within: budget)
        }
        let set = try rest.intersection(own, within: budget)
        guard !set.isEmpty else { continue }
        rest = try rest.subtracting(set, within: budget)
        outcomes.append((Outcome(verdict: part.verdict, rule: part.rule), set))
      }
    }
    // Packets that no filter sees count as blocked; those from others' addresses are not the endpoint's.
    if outcomes.isEmpty { outcomes.append((Outcome(verdict: nil, rule: nil), rest)) }
    return outcomes
  }
}

extension Comparison.Side {
  /// The frontends of the host's load balancers that take packets; of two balancers the older one does.
  static func frontends(_ topology: HostTopology) -> [Comparison.Frontend: Comparison.FrontendState] {
    var frontends: [Comparison.Frontend: Comparison.FrontendState] = [:]
    for balancer in topology.loadBalancers {
      let addresses =
        balancer.addresses.isEmpty
        ? topology.hostAddresses.filter { $0.family == balancer.family } : balancer.addresses
      for (index, port) in balancer.ports.enumerated() {
        for address in addresses where address.special == nil {
          let frontend = Comparison.Frontend(
            address: address, protocol: port.protocol, port: port.externalPort)
          frontends[frontend] =
            frontends[frontend] ?? Comparison.FrontendState(balancer, index, topology)
        }
      }
    }
    return frontends
  }
}
