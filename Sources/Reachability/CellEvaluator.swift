import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// Evaluates the packets between two peers, service by service.
struct CellEvaluator {
  private let services: [MatrixService]
  /// The ports of each service, divided so that one port represents all of its piece.
  private let atoms: [[PortSet]]
  /// The addresses that no sender outside has, and those that no receiver outside has: those on the host and
  /// special ones.
  private let gaps: (senders: AddressSet, receivers: AddressSet)

  private let budget: Budget

  private static let sourcePorts = PortSet([PortRange(PacketQuery.standardSourcePort)])

  init(
    _ services: [MatrixService], _ referenced: ReferencedServices, onHostAddresses: AddressSet,
    within budget: Budget
  ) {
    self.services = services
    atoms = services.map { referenced.atoms(of: $0) }
    gaps = (
      onHostAddresses.union(SpecialAddress.neverSources),
      onHostAddresses.union(SpecialAddress.neverDestinations)
    )
    self.budget = budget
  }

  private init(_ services: [MatrixService], _ atoms: [[PortSet]], _ other: CellEvaluator) {
    self.services = services
    self.atoms = atoms
    gaps = other.gaps
    budget = other.budget
  }

  /// An evaluator of some of the services.
  func only(_ indices: [Int]) -> CellEvaluator {
    CellEvaluator(indices.map { services[$0] }, indices.map { atoms[$0] }, self)
  }

  /// The cells between two peers, by service.
  ///
  /// - Throws: A problem that is not specific to single packets.
  func cells(
    from: MatrixPeer, to: MatrixPeer, _ evaluator: inout PacketEvaluator
  ) throws(PacketProblem) -> [MatrixCell] {
    let cells = try verdicts(from: from, to: to, &evaluator).map { cell in
      var marked = cell
      marked.isOfService = to.isService && !cell.parts.isEmpty
      return marked
    }
    guard let mappings = mappings(from: from, to: to, evaluator.topology) else { return cells }
    return zip(cells, services).map { cell, service in
      guard !cell.parts.isEmpty else { return cell }
      var marked = cell
      marked.natAccess = service.natAccess(through: mappings)
      return marked
    }
  }

  /// The published ports of an endpoint behind NAT, if packets from the sender come from outside.
  private func mappings(from: MatrixPeer, to: MatrixPeer, _ topology: HostTopology) -> [PortMapping]? {
    guard case .endpoint(let index)? = to.peer, from.location(topology) == nil else { return nil }
    let endpoint = topology.endpoints[index]
    let network = topology.networks[endpoint.network]
    guard network.driver == .nat, !endpoint.isRemote else { return nil }
    let subnets = AddressSet(network.subnets.map(\.prefix.range))
    return from.ends.addresses.subtracting(subnets).isEmpty && from.peer == nil ? nil : endpoint.mappings
  }

  private func verdicts(
    from: MatrixPeer, to: MatrixPeer, _ evaluator: inout PacketEvaluator
  ) throws(PacketProblem) -> [MatrixCell] {
    if from.peer == nil, to.peer == nil {
      return services.map { _ in MatrixCell(.notOnHost) }
    }
    if [from, to].contains(where: { $0.peer == nil && $0.ends.addresses.isEmpty }) {
      return services.map { _ in MatrixCell(.cannotOccur) }
    }
    if from.peer != .host || to.peer != .host, let sender = from.peer, let receiver = to.peer {
      let families = Families(evaluator.topology, sender, receiver)
      guard !families.common.isEmpty else { return services.map { _ in MatrixCell(.noCommonFamily) } }
      if !families.isDualStack {
        return services.indices.map { cell(sender, receiver, $0, families.common, &evaluator) }
      }
    }
    return try cells(among: from, to, &evaluator)
  }

  // MARK: One address at each end

  private func cell(
    _ sender: Peer, _ receiver: Peer, _ index: Int, _ families: Set<AddressFamily>,
    _ evaluator: inout PacketEvaluator
  ) -> MatrixCell {
    let service = services[index]
    if let family = service.family, !families.contains(family) { return MatrixCell(.noCommonFamily) }
    var ports: [(outcome: Outcome, ports: PortSet)] = []
    for atom in atoms[index] {
      let query = PacketQuery(
        from: sender, to: receiver, protocol: service.protocol, port: atom.intervals.first?.lower)
      let outcome: Outcome
      do {
        let decision = try evaluator.decide(query)
        outcome = Outcome(verdict: decision.verdict, rule: decision.rule.map { evaluator.names[$0] })
      } catch {
        return MatrixCell(MatrixCell.UnevaluatedReason(error))
      }
      if let known = ports.firstIndex(where: { $0.outcome == outcome }) {
        ports[known].ports = ports[known].ports.union(atom)
      } else {
        ports.append((outcome, atom))
      }
    }
    return MatrixCell(
      parts: ports.map { outcome, ports in
        MatrixCell.Part(
          verdict: outcome.verdict, rule: outcome.rule, ports: ports == service.ports ? nil : ports)
      }.sorted())
  }

  // MARK: Many addresses

  private func cells(
    among from: MatrixPeer, _ to: MatrixPeer, _ evaluator: inout PacketEvaluator
  ) throws(PacketProblem) -> [MatrixCell] {
    let asked = services.reduce(into: (protocols: ProtocolSet(), ports: PortSet())) { asked, service in
      asked.protocols = asked.protocols.union(ProtocolSet([service.protocol]))
      if service.protocol.hasPorts { asked.ports = asked.ports.union(service.ports) }
    }
    var parts: [QueryPart] = []
    var problem: PacketProblem?
    let queries = [
      (asked.protocols.intersection(.withPorts), asked.ports),
      (asked.protocols.subtracting(.withPorts), PortSet.allPorts),
    ]
    for (protocols, ports) in queries where !protocols.isEmpty && !ports.isEmpty {
      do {
        parts += try evaluator.parts(
          PacketQuerySet(
            from: from.ends, to: to.ends, protocols: protocols, ports: ports,
            sourcePorts: Self.sourcePorts), within: budget)
      } catch .tooScattered {
        throw .tooScattered
      } catch {
        // Packets of some protocols may exist all the same, as those that a load balancer takes.
        problem = error
      }
    }
    if let problem, parts.isEmpty {
      return services.map { _ in MatrixCell(MatrixCell.UnevaluatedReason(problem)) }
    }
    let isHostToHost = from.peer == .host && to.peer == .host
    return services.map { cell(of: $0, parts, from, to, isHostToHost: isHostToHost) }
  }

  /// The cell of one service, from the parts of all services.
  private func cell(
    of service: MatrixService, _ parts: [QueryPart], _ from: MatrixPeer, _ to: MatrixPeer,
    isHostToHost: Bool
  ) -> MatrixCell {
    let addresses = service.family.map { AddressSet.all($0) } ?? .all
    let box = PacketBox(
      protocols: ProtocolSet([service.protocol]), local: addresses, remote: addresses,
      localPorts: service.ports)
    var pieces: [Outcome: [PacketBox]] = [:]
    var isEmpty = true
    for part in parts {
      let found = part.packets.intersection(box)
      guard !found.isEmpty else { continue }
      isEmpty = false
      // Packets from the host to itself are only filtered through a published port or a load balancer.
      if isHostToHost, part.published == nil, part.balancer == nil { continue }
      let piece = PacketBox(
        protocols: found.protocols, local: to.widened(found.local, gaps.receivers),
        remote: from.widened(found.remote, gaps.senders),
        localPorts: found.localPorts)
      pieces[Outcome(verdict: part.verdict, rule: part.rule), default: []].append(piece)
    }
    guard !pieces.isEmpty else {
      // What a service does not map goes on as addressed, which concerns no end on the host.
      let isElsewhere = from.peer == nil && to.isService && !parts.isEmpty
      return MatrixCell(isElsewhere ? .notOnHost : isEmpty ? .noCommonFamily : .sameCompartment)
    }
    let all = pieces.values.joined()
    let senders = from.widened(all.reduce(AddressSet()) { $0.union($1.remote) }, gaps.senders)
    let receivers = to.widened(all.reduce(AddressSet()) { $0.union($1.local) }, gaps.receivers)
    let parts = pieces.flatMap { outcome, boxes in
      PacketRegion(boxes).boxes.map { box in
        let (from, to) = box.ends(senders: senders, receivers: receivers)
        return MatrixCell.Part(
          verdict: outcome.verdict, rule: outcome.rule, from: from, to: to,
          ports: !service.protocol.hasPorts || box.localPorts == service.ports ? nil : box.localPorts)
      }
    }
    return MatrixCell(parts: Self.joiningFamilies(parts).sorted())
  }

  /// Joins parts of different families that differ only in the addresses of one end.
  private static func joiningFamilies(_ parts: [MatrixCell.Part]) -> [MatrixCell.Part] {
    parts.reduce(into: []) { joined, part in
      let position = joined.firstIndex { other in
        guard other.verdict == part.verdict, other.rule == part.rule, other.ports == part.ports else {
          return false
        }
        return other.to == nil && part.to == nil || other.from == nil && part.from == nil
      }
      guard let position else { return joined.append(part) }
      if let from = part.from { joined[position].from = joined[position].from?.union(from) }
      if let to = part.to { joined[position].to = joined[position].to?.union(to) }
    }
  }
}

extension MatrixService {
  /// How packets of the service get through NAT.
  fileprivate func natAccess(through mappings: [PortMapping]) -> MatrixCell.NATAccess {
    let mapped = PortSet(
      mappings.filter { $0.protocol == `protocol` }.map { PortRange($0.internalPort) }
    ).intersection(ports)
    guard `protocol`.hasPorts, !mapped.isEmpty else { return .notPublished }
    return mapped == ports ? .published : .partlyPublished
  }
}

/// A verdict and the matching rule.
private struct Outcome: Hashable {
  var verdict: Verdict
  var rule: String?
}

/// The address families in which two ends can communicate.
private struct Families {
  var common: Set<AddressFamily>
  /// Whether packets of both families are known to exist, which may have different verdicts.
  var isDualStack: Bool

  init(_ topology: HostTopology, _ sender: Peer, _ receiver: Peer) {
    func known(_ peer: Peer) -> Set<AddressFamily> {
      switch peer {
      case .endpoint(let index): Set(topology.endpoints[index].addresses.map(\.family))
      case .host: Set(topology.addresses.map(\.family))
      case .address(let address): [address.family]
      }
    }
    let (from, to) = (known(sender), known(receiver))
    let all = Set(AddressFamily.allCases)
    common = (from.isEmpty ? all : from).intersection(to.isEmpty ? all : to)
    // The host may have more addresses than those given.
    if common.isEmpty { common = receiver == .host ? from : sender == .host ? to : [] }
    isDualStack = common.count == 2 && !(from.isEmpty && to.isEmpty)
  }
}

extension MatrixPeer {
  /// Addresses for display: for a peer with its own address only the family; for others without the gaps
  /// of addresses that nobody outside has.
  fileprivate func widened(_ addresses: AddressSet, _ gaps: AddressSet) -> AddressSet {
    guard peer == nil else {
      return AddressFamily.allCases.filter { addresses.hasMembers(of: $0) }
        .reduce(AddressSet()) { $0.union(.all($1)) }
    }
    return addresses.closing(gaps)
  }
}

extension PacketBox {
  /// The senders and receivers to display; nil for an end whose addresses are not restricted, or restricted
  /// only by a family that the other end already shows.
  func ends(senders: AddressSet, receivers: AddressSet) -> (from: AddressSet?, to: AddressSet?) {
    var from = remote == senders ? nil : remote
    var to = local == receivers ? nil : local
    func whole(_ set: AddressSet) -> AddressSet {
      families.reduce(AddressSet()) { $0.union(set.only($1)) }
    }
    if from != nil, to != nil {
      if remote == whole(senders), local != whole(receivers) {
        from = nil
      } else if local == whole(receivers), remote != whole(senders) {
        to = nil
      }
    }
    return (from, to)
  }
}

extension MatrixCell.UnevaluatedReason {
  fileprivate init(_ problem: PacketProblem) {
    switch problem {
    case .mixedFamilies, .noPackets, .tooScattered: self = .noCommonFamily
    case .noEndpoint: self = .notOnHost
    case .notAttached: self = .notAttached
    case .ambiguousAddress: self = .ambiguousAddress
    case .cannotOccur: self = .cannotOccur
    case .unknownHostAddress: self = .unknownHostAddress
    }
  }
}

extension MatrixCell.Part: Comparable {
  /// Orders allowed parts first, then by rule and packets.
  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  private var rank: (Int, String, IPAddress, IPAddress, UInt16) {
    let verdict = Verdict.allCases.firstIndex(of: verdict) ?? 0
    let lowest = IPAddress(.ipv4, 0)
    return (
      verdict, rule ?? "", from?.ranges.first?.first ?? lowest, to?.ranges.first?.first ?? lowest,
      ports?.intervals.first?.lower ?? 0
    )
  }
}
