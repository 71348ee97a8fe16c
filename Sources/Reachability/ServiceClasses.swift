import FilterEngine
import HostModel
import NetworkTypes

/// Services that have equal results between two peers, because no filter of theirs and no published port
/// distinguishes them; only one of them is evaluated.
struct ServiceClasses {
  /// The services that represent all others, and for each service the position of its representative.
  struct Grouping: Sendable {
    var representatives: [Int]
    var positions: [Int]
  }

  private let services: [MatrixService]
  /// One port of each service that stands for all of them; nil for a service that is evaluated on its own.
  private let samples: [UInt16?]
  /// The numbers of the services' signatures, by the filters of a peer in a direction.
  private var numbers: [[Int]: Int] = [:]
  /// The signatures of all services: equal numbers are not distinguished by the filters.
  private var signatures: [[Int]] = []
  private var groupings: [Pair: Grouping] = [:]

  private struct Pair: Hashable {
    var sender: Int
    var receiver: Int
  }

  init(_ services: [MatrixService], _ referenced: ReferencedServices, _ topology: HostTopology) {
    self.services = services
    // Behind NAT, a container's port differs from others in whether it is published.
    var published = Set(
      topology.endpoints.flatMap { endpoint in
        endpoint.mappings.flatMap { mapping in
          topology.networks[endpoint.network].driver == .nat
            ? [mapping.externalPort, mapping.internalPort] : [mapping.externalPort]
        }
      })
    // What filters see instead of a load balancer's port is that of a backend.
    for port in topology.loadBalancers.flatMap(\.ports) { published.insert(port.externalPort) }
    samples = services.map { service in
      let atoms = referenced.atoms(of: service)
      guard atoms.count == 1, let port = atoms[0].intervals.first?.lower,
        !published.contains(where: { service.ports.contains($0) })
      else { return nil }
      return port
    }
  }

  /// The number of the signatures of all services at a peer, as a sender or a receiver.
  mutating func signature(
    of peer: MatrixPeer, _ direction: Direction, _ evaluator: inout PacketEvaluator
  ) -> Int {
    var filters: [Int] = []
    if let location = peer.location(evaluator.topology) {
      for family in AddressFamily.allCases {
        filters += evaluator.points(location, family, direction).map(\.filter)
      }
    }
    if let known = numbers[filters + [direction == .in ? -1 : -2]] { return known }
    var interned = InternTable<[UInt64]>()
    var matches: [RuleMatch] = []
    if let location = peer.location(evaluator.topology) {
      for family in AddressFamily.allCases {
        for point in evaluator.points(location, family, direction) {
          matches += evaluator.filter(point).readings.flatMap(\.matches)
        }
      }
    }
    let signature = services.indices.map { index -> Int in
      guard let port = samples[index] else { return -1 - index }
      let proto = services[index].protocol
      var bits = [UInt64](repeating: 0, count: (matches.count + 63) / 64 + 1)
      // Packets of different protocols are never equal, whatever matches them.
      bits[bits.count - 1] = UInt64(proto.number)
      for (position, match) in matches.enumerated() {
        guard match.protocols?.contains(proto.number) ?? true else { continue }
        let ports = direction == .in ? match.localPorts : match.remotePorts
        guard ports?.contains(port) ?? true else { continue }
        bits[position / 64] |= 1 << UInt64(position % 64)
      }
      return interned.intern(bits)
    }
    signatures.append(signature)
    numbers[filters + [direction == .in ? -1 : -2]] = signatures.count - 1
    return signatures.count - 1
  }

  /// The services to evaluate between a sender and a receiver.
  ///
  /// - Parameters:
  ///   - sender: The signature of the sender.
  ///   - receiver: The signature of the receiver.
  mutating func grouping(_ sender: Int, _ receiver: Int) -> Grouping {
    if let known = groupings[Pair(sender: sender, receiver: receiver)] { return known }
    var interned = InternTable<Pair>()
    var grouping = Grouping(representatives: [], positions: [])
    for index in services.indices {
      let key = Pair(sender: signatures[sender][index], receiver: signatures[receiver][index])
      let position = interned.intern(key)
      if position == grouping.representatives.count { grouping.representatives.append(index) }
      grouping.positions.append(position)
    }
    groupings[Pair(sender: sender, receiver: receiver)] = grouping
    return grouping
  }
}
