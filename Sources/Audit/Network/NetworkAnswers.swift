import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

/// The answers for the packets of a query.
struct NetworkAnswers {
  var parts: [QueryPart] = []
  /// Why nothing is known; nil if it is.
  var failure: String?

  init(parts: [QueryPart]) { self.parts = parts }

  init(_ problem: PacketProblem, _ topology: HostTopology) {
    switch problem {
    // There is no such packet.
    case .noPackets, .noEndpoint, .mixedFamilies, .cannotOccur: break
    case .tooScattered: failure = "the answer exceeds the budget"
    case .notAttached(let index):
      failure =
        "\(topology.endpoints[index].name) is in no open compartment, so that its rules have no effect"
    case .ambiguousAddress(let address, _): failure = "several endpoints have the address \(address)"
    case .unknownHostAddress: failure = "no address of the host is known"
    }
  }

  /// The packets that arrive, at some backend at least.
  var allowed: [QueryPart] { parts.filter { $0.verdict == .allow || $0.verdict == .mixed } }
  var blocked: [QueryPart] { parts.filter { $0.verdict == .block } }
  var unknown: [QueryPart] { parts.filter { $0.verdict == .unknown } }

  /// The answers for another endpoint that is equal but for its addresses.
  func moved(to endpoint: Int, of topology: HostTopology) -> Self {
    var moved = self
    for index in moved.parts.indices {
      let packets = moved.parts[index].packets
      let addresses = packets.families.map { family in
        topology.endpoints[endpoint].address(family) ?? IPAddress(family, 0)
      }
      moved.parts[index].receiver = .endpoint(endpoint)
      moved.parts[index].packets = PacketBox(
        protocols: packets.protocols, local: AddressSet(addresses.map { AddressRange($0) }),
        remote: packets.remote, localPorts: packets.localPorts, remotePorts: packets.remotePorts)
    }
    return moved
  }
}

/// Answers about packets from outside a host to its endpoints, each computed once for all equal endpoints.
struct SharedAnswers {
  /// The packets of a question.
  struct Packets: Hashable {
    var protocols: ProtocolSet
    var ports: PortSet
    /// The sources; nil for everything outside the host.
    var from: AddressSet?
  }

  /// Everything that an answer depends on.
  struct Key: Hashable {
    fileprivate var packets: Packets
    /// The filters by family, in the order of evaluation; nil for a family that the endpoint does not have.
    fileprivate var filters: [[Int]?]
  }

  private var answers: [Key: NetworkAnswers] = [:]
  /// The addresses of load balancers.
  private let balanced: AddressSet

  init(_ topology: HostTopology) {
    balanced = AddressSet(topology.loadBalancers.flatMap(\.addresses).map { AddressRange($0) })
  }

  subscript(key: Key) -> NetworkAnswers? {
    get { answers[key] }
    set { answers[key] = newValue }
  }

  /// What the answer for an endpoint depends on; nil if on the endpoint itself, because a rule names its addresses,
  /// a load balancer has them too, or it is not there.
  func key(_ packets: Packets, to endpoint: Int, _ evaluator: inout PacketEvaluator) -> Key? {
    let own = evaluator.topology.endpoints[endpoint]
    guard own.isAttached, !own.isRemote, !own.addresses.contains(where: balanced.contains) else { return nil }
    var key = Key(packets: packets, filters: [])
    for family in AddressFamily.allCases {
      guard own.addresses.isEmpty || own.address(family) != nil else {
        key.filters.append(nil)
        continue
      }
      let points = evaluator.points(.endpoint(endpoint), family, .in)
      for point in points where !evaluator.filter(point).localAddresses.isEmpty { return nil }
      key.filters.append(points.map(\.filter))
    }
    return key
  }
}
