import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// From a change of an endpoint's own filters to what changes for packets between both ends.
extension Comparison {
  /// How many addresses on the host are evaluated for one change.
  private static let peerLimit = 256
  /// How many examples are tried.
  private static let attempts = 8

  /// The change of some packets; nil if none of them can occur.
  mutating func change(
    _ answer: Answer, _ key: Key, _ direction: Direction
  ) throws(BudgetExceeded) -> VerdictChange? {
    let set = try possible(answer.set, direction)
    guard !set.isEmpty else { return nil }
    let boxes = try boxes(set, direction)
    var change = VerdictChange(
      endpoint: key.name, direction: direction, change: answer.change, packets: boxes, witnesses: [],
      before: answer.before, after: answer.after)
    guard scope.enforcement == nil else {
      change.leavesUnknown = answer.verdicts[1] == .unknown
      change.witnesses = try witnesses(of: set, key, direction, where: { _ in true })
      return change
    }
    let onHost = try set.intersection(try packetsOnHost(), within: budget)
    var effective = try set.subtracting(onHost, within: budget)
    var ineffective = PacketSet()
    if !onHost.isEmpty {
      let remote = boxes.reduce(AddressSet()) { $0.union($1.remote) }.intersection(onHostAddresses)
      let addresses = remote.ranges.reduce(0) { $0 + Int(clamping: $1.upper - $1.lower) + 1 }
      if addresses <= min(Self.peerLimit, pairsLeft) {
        pairsLeft -= addresses
        let peers = try self.peers(of: onHost, remote, answer.verdicts, key, direction)
        effective = try effective.union(peers.effective, within: budget)
        for (end, set) in peers.blocked {
          ineffective = try ineffective.union(set, within: budget)
          change.otherEnds.append(end)
        }
      } else {
        change.uncomparedPeers = addresses
        if effective.isEmpty { effective = onHost }
      }
    }
    return try example(of: &change, answer.verdicts, effective, ineffective, key) ? change : nil
  }

  /// Packets whose verdict may change, depending on what is not known; nil if none of them can occur.
  mutating func undecided(
    _ answer: Answer, _ key: Key, _ direction: Direction
  ) throws(BudgetExceeded) -> UndecidedPackets? {
    let set = try possible(answer.set, direction)
    guard let witness = try witnesses(of: set, key, direction, where: { _ in true }).first else { return nil }
    let (old, new) = (before.reason(witness, key), after.reason(witness, key))
    return UndecidedPackets(
      endpoint: key.name, direction: direction, packets: try boxes(set, direction),
      hosts: Self.hosts(old, new),
      unknownBecause: new ?? old ?? HostGap.uncertainFirewall.description(key.name))
  }

  /// The hosts of the reason that is reported: that of the later host, if it has one.
  static func hosts(_ before: String?, _ after: String?) -> Set<ComparedHost> {
    before == after ? [.before, .after] : after == nil ? [.before] : [.after]
  }

  /// The packets of a set that can occur, without those to load balancers.
  private mutating func possible(
    _ set: PacketSet, _ direction: Direction
  ) throws(BudgetExceeded) -> PacketSet {
    let addresses = AddressSet.all.subtracting(SpecialAddress.neverRemote(direction))
    let possible = try PacketSet(PacketBox(remote: addresses), within: budget)
    let own = try set.intersection(possible, within: budget)
    return direction == .out ? try own.subtracting(try packetsToServices(), within: budget) : own
  }

  /// The boxes of a set, without gaps for packets that cannot occur.
  private func boxes(_ set: PacketSet, _ direction: Direction) throws(BudgetExceeded) -> [PacketBox] {
    let impossible = SpecialAddress.neverRemote(direction)
    return try set.boxes(within: budget).map { box in
      PacketBox(
        protocols: box.protocols, local: box.local, remote: box.remote.closing(impossible),
        localPorts: box.localPorts, remotePorts: box.remotePorts, icmpTypes: box.icmpTypes)
    }
  }

  /// Adds examples that are evaluated as the change says, or else those that only its own filters change.
  private mutating func example(
    of change: inout VerdictChange, _ own: [Verdict], _ effective: PacketSet, _ ineffective: PacketSet,
    _ key: Key
  ) throws(BudgetExceeded) -> Bool {
    let direction = change.direction
    func isClaimed(_ verdicts: VerdictChange.Verdicts) -> Bool {
      if own[1] == .allow { return verdicts.before != .allow && verdicts.after == .allow }
      if own == [.allow, .block] { return verdicts.before == .allow && verdicts.after != .allow }
      return verdicts.before != verdicts.after
    }
    defer { change.leavesUnknown = own[1] == .unknown && !change.isEndToEnd }
    change.witnesses = try witnesses(of: effective, key, direction, where: isClaimed)
    // What the documented defaults of the host itself block is news only if there is nothing else.
    if !change.witnesses.isEmpty { change.otherEnds.removeAll { $0.name == PeerDirectory.host } }
    if change.witnesses.isEmpty {
      change.isEndToEnd = false
      change.witnesses = try witnesses(
        of: ineffective, key, direction,
        where: { verdicts in
          own.contains(.unknown)
            ? verdicts.before == verdicts.after : verdicts.before != .allow && verdicts.after != .allow
        })
    }
    if let first = change.witnesses.first { change.verdicts = verdicts(first, key) }
    return !change.witnesses.isEmpty
  }

  // MARK: Other ends

  /// Packets between an endpoint and others on the host, by what the filters of both ends do.
  fileprivate struct Peers {
    /// The packets whose verdict changes.
    var effective = PacketSet()
    /// The packets that the other end blocks before and after.
    var blocked: [(end: VerdictChange.OtherEnd, set: PacketSet)] = []
  }

  /// Evaluates packets to or from others on the host, at some addresses.
  ///
  /// The endpoint's own filters allow them on one of the two hosts, or do not block them for certain; there, the
  /// others decide.
  private mutating func peers(
    of set: PacketSet, _ remote: AddressSet, _ own: [Verdict], _ key: Key, _ direction: Direction
  ) throws(BudgetExceeded) -> Peers {
    let isAllowed = own[0].leniency < own[1].leniency
    let (closedVerdict, openVerdict) = isAllowed ? (own[0], own[1]) : (own[1], own[0])
    let open = try parts(
      isAllowed ? \.after : \.before, key, direction, remote)
    let closed = try parts(
      isAllowed ? \.before : \.after, key, direction, remote)
    // If another address is seen instead, the packets may be allowed on both.
    var rest = set
    for part in closed where part.verdict.leniency >= openVerdict.leniency {
      rest = try rest.subtracting(try Self.packets(part, direction, budget), within: budget)
    }
    var peers = Peers()
    var positions: [VerdictChange.OtherEnd: Int] = [:]
    for part in open {
      let found = try rest.intersection(try Self.packets(part, direction, budget), within: budget)
      guard !found.isEmpty else { continue }
      rest = try rest.subtracting(found, within: budget)
      let isEffective =
        own.contains(.unknown)
        ? part.verdict.leniency > closedVerdict.leniency : part.verdict == .allow
      guard !isEffective else {
        if !part.isLoopback { peers.effective = try peers.effective.union(found, within: budget) }
        continue
      }
      let side = isAllowed ? after : before
      let end = VerdictChange.OtherEnd(
        name: side.name(of: direction == .out ? part.receiver : part.sender), rule: part.rule,
        isUnknown: part.verdict == .unknown)
      try peers.add(found, end, &positions, within: budget)
    }
    guard !rest.isEmpty else { return peers }
    for endpoint in (isAllowed ? after : before).evaluator.topology.endpoints
    where !endpoint.isAttached && !endpoint.isRemote && endpoint.addresses.contains(where: remote.contains) {
      let own = PacketBox(remote: AddressSet(endpoint.addresses.map { AddressRange($0) }))
      let found = try rest.intersection(try PacketSet(own, within: budget), within: budget)
      guard !found.isEmpty else { continue }
      let end = VerdictChange.OtherEnd(name: endpoint.name, rule: nil, isUnknown: false)
      try peers.add(found, end, &positions, within: budget)
    }
    return peers
  }

  /// Every packet between an endpoint and some addresses, by verdict; none if the host does not have the
  /// endpoint.
  private mutating func parts(
    _ side: WritableKeyPath<Comparison, Side>, _ key: Key, _ direction: Direction, _ addresses: AddressSet
  ) throws(BudgetExceeded) -> [QueryPart] {
    guard let index = self[keyPath: side].endpoints[key] else { return [] }
    let own = PeerSelection(endpoints: [index])
    let others = PeerSelection(addresses: addresses)
    let query =
      direction == .out ? PacketQuerySet(from: own, to: others) : PacketQuerySet(from: others, to: own)
    do throws(PacketProblem) { return try self[keyPath: side].evaluator.parts(query, within: budget) } catch {
      if case .tooScattered = error { throw BudgetExceeded(.nodes) }
      return []
    }
  }

  /// The packets of a part as the endpoint sees them, whichever of its addresses it uses.
  static func packets(
    _ part: QueryPart, _ direction: Direction, _ budget: Budget
  ) throws(BudgetExceeded) -> PacketSet {
    let box = part.packets
    let (remote, localPorts, remotePorts) =
      direction == .in
      ? (box.remote, box.localPorts, box.remotePorts) : (box.local, box.remotePorts, box.localPorts)
    let own = PacketBox(
      protocols: box.protocols, remote: remote, localPorts: localPorts, remotePorts: remotePorts,
      icmpTypes: box.icmpTypes)
    return try PacketSet(own, within: budget)
  }

  // MARK: Examples

  /// The verdicts on a packet with the filters of both ends.
  private mutating func verdicts(_ witness: PacketWitness, _ key: Key) -> VerdictChange.Verdicts {
    VerdictChange.Verdicts(
      before: before.verdict(witness, key), after: after.verdict(witness, key))
  }

  /// Example packets of a set, between the endpoint and an address outside the host if possible.
  ///
  /// - Parameter isAcceptable: Whether an example with such verdicts is wanted.
  private mutating func witnesses(
    of set: PacketSet, _ key: Key, _ direction: Direction,
    where isAcceptable: (VerdictChange.Verdicts) -> Bool
  ) throws(BudgetExceeded) -> [PacketWitness] {
    let own = Set(
      AddressFamily.allCases.flatMap {
        after.addresses(after.endpoints[key], $0) + before.addresses(before.endpoints[key], $0)
      })
    var rest = set
    if !own.isEmpty {
      let local = AddressSet(own.map { AddressRange($0) })
      rest = try rest.intersection(try PacketSet(PacketBox(local: local), within: budget), within: budget)
    }
    // Nobody sends from the address of a load balancer.
    if direction == .in {
      let virtual = AddressSet(Set(frontends.map(\.address)).map { AddressRange($0) })
      let others = try rest.subtracting(
        try PacketSet(PacketBox(remote: virtual), within: budget), within: budget)
      if !others.isEmpty { rest = others }
    }
    let outside = try rest.subtracting(try packetsOnHost(), within: budget)
    if !outside.isEmpty { rest = outside }
    var witnesses: [PacketWitness] = []
    var attempts = 0
    while witnesses.count < scope.witnesses, attempts < Self.attempts + scope.witnesses,
      let witness = rest.witness(direction, exampleAddresses)
    {
      attempts += 1
      if isAcceptable(verdicts(witness, key)) { witnesses.append(witness) }
      guard witnesses.count < scope.witnesses else { break }
      rest = try rest.subtracting(try Self.neighborhood(witness, budget), within: budget)
    }
    return witnesses
  }

  /// A packet that differs from a witness in one peer only is not another example.
  private static func neighborhood(_ witness: PacketWitness, _ budget: Budget) throws(BudgetExceeded)
    -> PacketSet
  {
    let packet = witness.packet
    let ports = packet.protocol.hasPorts
    return try PacketSet(
      PacketBox(
        protocols: ProtocolSet([packet.protocol]), local: .all(packet.local.family),
        remote: AddressSet([AddressRange(packet.remote)]),
        localPorts: ports && packet.direction == .in ? PortSet([PortRange(packet.localPort)]) : .allPorts,
        remotePorts: ports && packet.direction == .out ? PortSet([PortRange(packet.remotePort)]) : .allPorts),
      within: budget)
  }
}

extension Comparison.Peers {
  /// Adds packets that another end blocks.
  fileprivate mutating func add(
    _ set: PacketSet, _ end: VerdictChange.OtherEnd, _ positions: inout [VerdictChange.OtherEnd: Int],
    within budget: Budget
  ) throws(BudgetExceeded) {
    if let position = positions[end] {
      blocked[position].set = try blocked[position].set.union(set, within: budget)
    } else {
      positions[end] = blocked.count
      blocked.append((end, set))
    }
  }
}

extension Comparison.Side {
  /// The name of an end on the host.
  func name(of location: RoutedPacket.Location) -> String {
    switch location {
    case .endpoint(let index): evaluator.topology.endpoints[index].name
    case .host, .outside: PeerDirectory.host
    }
  }

  /// Why the verdict on a packet of an endpoint is unknown; nil if it is not.
  mutating func reason(_ witness: PacketWitness, _ key: Comparison.Key) -> String? {
    guard let index = endpoints[key] else { return nil }
    return (try? evaluator.trace(witness.query(at: index)))?.reason?.description
  }

  /// The verdict on a packet of an endpoint; nil without the endpoint, and for a packet that cannot occur.
  mutating func verdict(_ witness: PacketWitness, _ key: Comparison.Key) -> Verdict? {
    guard let index = endpoints[key] else { return nil }
    return (try? evaluator.decide(witness.query(at: index)))?.verdict
  }
}

extension Verdict {
  /// How much a verdict lets through: nothing, perhaps, everything.
  fileprivate var leniency: Int {
    switch self {
    case .allow: 2
    case .unknown, .mixed: 1
    case .block: 0
    }
  }
}

extension PacketWitness {
  /// The packet as an endpoint sends or receives it.
  ///
  /// - Parameter endpoint: The endpoint, by its index in the topology.
  func query(at endpoint: Int) -> PacketQuery {
    let (own, other) = (Peer.endpoint(endpoint), Peer.address(packet.remote))
    let isInbound = packet.direction == .in
    return PacketQuery(
      from: isInbound ? other : own, to: isInbound ? own : other, protocol: packet.protocol,
      port: isInbound ? packet.localPort : packet.remotePort,
      sourcePort: isInbound ? packet.remotePort : packet.localPort)
  }
}
