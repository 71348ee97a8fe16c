import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

extension NetworkJoin {
  /// How many endpoints are asked for a packet that their rules block, for a pod without an endpoint.
  private static let endpointLimit = 64

  /// Row 10: packets that ACLs block, and that a HostProcess pod sends or gets all the same.
  ///
  /// Such a pod is in the host's own compartment, where no ACL of an endpoint applies. If an endpoint has its name,
  /// its ACLs have no effect; otherwise those of the other endpoints show what the host intends.
  mutating func findBypassedRules(_ pod: DeclaredPod, _ match: AuditedHost.Match) {
    var endpoints: [Int]
    let isNamed: Bool
    switch match {
    case .endpoints(let own): (endpoints, isNamed) = (own, true)
    case .host: (endpoints, isNamed) = (Array(host.localEndpoints.prefix(Self.endpointLimit)), false)
    }
    endpoints.removeAll { !host.topology.endpoints[$0].isAttached }
    var unknown: String?
    for endpoint in endpoints {
      for (answers, direction) in [
        (outbound(from: endpoint), Direction.out), (isNamed ? inbound(to: endpoint) : nil, .in),
      ] {
        guard let answers else { continue }
        // What no ACL says is the default action, which another endpoint has for itself.
        let blocked = answers.blocked.filter { isNamed || $0.rule?.hasPrefix("default-") == false }
        for part in blocked {
          guard let violation = bypassed(pod, part, endpoint, direction, &unknown) else { continue }
          return add(.fail([violation]), row: 10, pod.place)
        }
        unknown = unknown ?? unknownReason(answers)
      }
    }
    add(result([], at: nil, unknown: unknown), row: 10, pod.place)
  }

  private mutating func outbound(from endpoint: Int) -> NetworkAnswers {
    host.answers(
      from: PeerSelection(endpoints: [endpoint]), to: PeerSelection(addresses: host.outside), .withPorts,
      PortSet(1, .max))
  }

  private mutating func inbound(to endpoint: Int) -> NetworkAnswers {
    host.answers(
      toEndpoint: endpoint, .withPorts, PortSet(1, .max))
  }

  /// A violation if the host's compartment allows what an endpoint's rule blocks.
  private mutating func bypassed(
    _ pod: DeclaredPod, _ part: QueryPart, _ endpoint: Int, _ direction: Direction,
    _ unknown: inout String?
  ) -> Violation? {
    // The packet that the endpoint's rule blocks, then the same one at the host's compartment.
    guard
      let blocking = host.evidence(
        part, from: direction == .out ? .endpoint(endpoint) : nil,
        to: direction == .in ? .endpoint(endpoint) : nil)
    else { return nil }
    let query = Self.atHost(blocking.query, direction)
    guard let trace = host.trace(query), let evidence = host.evidence(query)?.bypassing(blocking) else {
      return nil
    }
    guard trace.verdict == .allow else {
      if trace.verdict == .unknown {
        unknown =
          unknown ?? "\(host.file): \(trace.reason?.description ?? "the host's firewall is not known")"
      }
      return nil
    }
    var violation = Violation(
      pod.hostProcess?.path ?? pod.path, at: pod.hostProcess?.location ?? pod.place.location,
      "\(blocking.ruleText) does not apply to this pod, which runs in the host's compartment: there it may "
        + (direction == .out ? "send" : "receive") + " \(evidence.packet.text)")
    violation.network = evidence
    violation.remediation =
      "Run the pod without hostProcess, or block the packets with rules of the host's own firewall: no ACL of an "
      + "endpoint applies to it."
    return violation
  }

  /// The same packet from or to the host's compartment.
  private static func atHost(_ query: PacketQuery, _ direction: Direction) -> PacketQuery {
    var query = query
    if direction == .out { query.from = .host } else { query.to = .host }
    return query
  }

  // MARK: Row 14

  /// Row 14: the authorized ranges of a cluster, against what this node sends and what it serves.
  ///
  /// The node's own address must be in the ranges, or it is locked out. It is `egressAddresses`, or else the host's
  /// public addresses: behind a NAT gateway a private address says nothing. An endpoint whose address is in
  /// `apiServerAddresses` must not be open at 443 or 6443 to more than the ranges.
  ///
  /// - Returns: Whether the host says anything about it.
  mutating func findAPIServerAccess(_ cluster: DeclaredCluster) -> Bool {
    guard let ranges = cluster.ranges, let settings = settings[14] else { return false }
    let servers = AddressSet(settings.addressRanges("apiServerAddresses"))
    let isServed = findWideServers(cluster, ranges, servers)
    let own = nodeAddresses(settings)
    guard !own.isEmpty else {
      guard !host.topology.addresses.isEmpty else { return isServed }
      add(
        .notEvaluated(
          "\(host.file): the public address of the node is not known; give egressAddresses of row 14"),
        row: 14, cluster.place)
      return true
    }
    // The node cannot be locked out of servers to which it sends nothing.
    let result = lockedOutNode(
      own.filter { !ranges.contains($0) }, to: settings.addressRanges("apiServerAddresses"), cluster.path,
      cluster.location, remediation: "Add the address to the ranges, or the node loses its API server."
    ) {
      "the node sends from \($0), which the ranges do not contain, so that the API server refuses what "
        + "\($1) allows"
    }
    add(result, row: 14, cluster.place)
    return true
  }

  /// The addresses that the node sends from: the parameter, or else the host's public ones.
  func nodeAddresses(_ settings: RowSettings) -> [IPAddress] {
    let stated = settings.addressRanges("egressAddresses").map(\.first)
    return stated.isEmpty ? host.topology.addresses.filter(\.isPublic) : stated
  }

  /// Reports API servers on this host that are open to more than the ranges; returns whether there are any.
  private mutating func findWideServers(
    _ cluster: DeclaredCluster, _ ranges: AddressSet, _ servers: AddressSet
  ) -> Bool {
    var isServed = false
    for endpoint in host.localEndpoints
    where host.topology.endpoints[endpoint].addresses.contains(where: servers.contains) {
      isServed = true
      let name = host.topology.endpoints[endpoint].name
      let ports = PortSet([PortRange(443), PortRange(6443)])
      let answers = host.answers(
        toEndpoint: endpoint, ProtocolSet([.tcp]), ports,
        from: host.outside.subtracting(ranges))
      let found = violations(
        answers.allowed, [.tcp: ports], to: .endpoint(endpoint), cluster.path, cluster.location,
        remediation: "Allow the ports from the authorized ranges only."
      ) { rule, ports in "\(rule) opens \(ports) of \(name) to more than the authorized ranges" }
      add(result(found, at: endpoint, unknown: unknownReason(answers)), row: 14, cluster.place)
    }
    return isServed
  }
}

extension IPAddress {
  /// Whether it is none of the addresses for private use (RFC 1918, RFC 6598, RFC 4193) and link-local use.
  var isPublic: Bool { !AddressSet.privateAddresses.contains(self) }
}

extension AddressSet {
  fileprivate static let privateAddresses = AddressSet(
    [
      "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7",
      "fe80::/10",
    ].compactMap { IPPrefix($0)?.range })
  static let publicIPv4 = AddressSet.all(.ipv4).subtracting(privateAddresses)
    .subtracting(SpecialAddress.neverSources)
}
