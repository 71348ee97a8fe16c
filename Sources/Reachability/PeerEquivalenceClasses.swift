import FilterEngine
import HostModel
import NetworkTypes

/// Classes of peers that no filter, translation or route of the host distinguishes.
struct PeerEquivalenceClasses: Sendable {
  /// The class of each peer.
  let classOf: [Int]
  /// The members of each class.
  let members: [[Int]]
  /// The compartment of each peer; nil outside the host, and for the host, whose packets to itself can
  /// use a published port.
  private let compartments: [GUID?]

  /// Everything about an endpoint that affects the verdicts on its packets.
  private struct Signature: Hashable {
    var sends: Bool
    var receives: Bool
    var network: Int
    var isAttached: Bool
    var isRemote: Bool
    /// The filters by component, family and direction; nil if nothing filters.
    var filters: [Int?]
    var outboundNAT: [OutboundNAT]
    /// The ports that are reached from outside; only behind NAT.
    var published: [IPProtocol: PortSet]
    /// The load balancers that it is a backend of: its packets to them can come back to it.
    var balancers: [Int]
    /// For the address of each family, the relevant sets that contain it.
    var memberships: [[UInt64]?]
  }

  init(_ evaluator: inout PacketEvaluator, _ peers: [MatrixPeer]) {
    let topology = evaluator.topology
    var filters: [[Int?]] = []
    var sets: Set<AddressSet> = []
    var seen: Set<Int> = []
    for peer in peers {
      var row: [Int?] = []
      if let location = peer.location(topology) {
        for family in AddressFamily.allCases {
          for direction in Direction.allCases {
            let points = evaluator.points(location, family, direction)
            for enforcement in [EnforcementPoint.windowsFirewall, .vfp] {
              row.append(points.first { $0.enforcement == enforcement }?.filter)
            }
            for point in points where seen.insert(point.filter).inserted {
              for match in evaluator.filter(point).readings.flatMap(\.matches) {
                sets.formUnion([match.localAddresses, match.remoteAddresses].compactMap(\.self))
              }
            }
          }
        }
      }
      filters.append(row)
    }
    for endpoint in topology.endpoints {
      for policy in endpoint.outboundNAT {
        sets.formUnion([policy.exceptions, policy.destinations].compactMap(\.self))
      }
    }
    for subnet in topology.networks.flatMap(\.subnets) { sets.insert(AddressSet([subnet.prefix.range])) }
    let deciding = Array(sets)
    var balancers: [Int: [Int]] = [:]
    for (index, balancer) in topology.loadBalancers.enumerated() {
      for backend in Set(balancer.backends) { balancers[backend, default: []].append(index) }
    }

    var classes: [Signature: Int] = [:]
    var members: [[Int]] = []
    var compartments: [GUID?] = []
    classOf = peers.enumerated().map { index, peer in
      guard case .endpoint(let number)? = peer.peer else {
        compartments.append(nil)
        members.append([index])
        return members.count - 1
      }
      let endpoint = topology.endpoints[number]
      // An endpoint without a namespace has no compartment; its id is used instead.
      compartments.append(endpoint.namespace ?? endpoint.id)
      let signature = Signature(
        sends: peer.sends, receives: peer.receives, network: endpoint.network,
        isAttached: endpoint.isAttached, isRemote: endpoint.isRemote, filters: filters[index],
        outboundNAT: endpoint.outboundNAT,
        published: topology.networks[endpoint.network].driver != .nat
          ? [:]
          : endpoint.mappings.reduce(into: [:]) {
            $0[$1.protocol] = ($0[$1.protocol] ?? PortSet()).union(PortSet([PortRange($1.internalPort)]))
          },
        balancers: balancers[number] ?? [],
        memberships: AddressFamily.allCases.map { family in
          endpoint.address(family).map { Self.membership($0, in: deciding) }
        })
      if let known = classes[signature] {
        members[known].append(index)
        return known
      }
      classes[signature] = members.count
      members.append([index])
      return members.count - 1
    }
    self.members = members
    self.compartments = compartments
  }

  private static func membership(_ address: IPAddress, in sets: [AddressSet]) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: (sets.count + 63) / 64)
    for (index, set) in sets.enumerated() where set.contains(address) {
      words[index / 64] |= 1 << UInt64(index % 64)
    }
    return words
  }

  /// Whether two peers are in the same compartment.
  func shareCompartment(_ left: Int, _ right: Int) -> Bool {
    compartments[left] != nil && compartments[left] == compartments[right]
  }

  /// A sender and a receiver of two classes that are in different compartments; nil if there are none.
  func pair(_ sender: Int, _ receiver: Int) -> (Int, Int)? {
    guard let first = members[sender].first else { return nil }
    if let other = members[receiver].first(where: { !shareCompartment(first, $0) }) { return (first, other) }
    guard let other = members[receiver].first,
      let from = members[sender].first(where: { !shareCompartment($0, other) })
    else { return nil }
    return (from, other)
  }
}
