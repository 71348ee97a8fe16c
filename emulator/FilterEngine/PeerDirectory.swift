package import HostModel
package import NetworkTypes

/// The names that identify the ends of a packet.
///
/// An address, `host`, an endpoint by name or id, a container by its name, a container of a pod as
/// `pod/container`, and a host-process pod by its name. The name of a container or pod with several endpoints
/// means all of them. `svc:NAME` is a destination: the cluster address of a service. An address takes
/// precedence over a name.
package struct PeerDirectory: Sendable {
  /// The result of a lookup.
  package enum Finding: Hashable, Sendable {
    case peer(Peer)
    /// A container or pod with several endpoints; these are their indices, in ascending order.
    case endpoints([Int])
    /// A service with an address of each family.
    case addresses([IPAddress])
    /// Several endpoints of different owners have the name; these are their indices.
    case ambiguous([Int])
    /// Several services of different owners have the name; these are their addresses.
    case ambiguousService([IPAddress])
    case unknown

    /// The ends that the text means; nil if it is ambiguous or unknown.
    package var peers: [Peer]? {
      switch self {
      case .peer(let peer): [peer]
      case .endpoints(let indices): indices.map { .endpoint($0) }
      case .addresses(let addresses): addresses.map { .address($0) }
      case .ambiguous, .ambiguousService, .unknown: nil
      }
    }
  }

  /// The name of the host.
  package static let host = "host"

  private var findings: [String: Finding] = [host: .peer(.host)]
  private var ids: [GUID: Int] = [:]
  private var services: [String: NamedService] = [:]

  /// Collects the names of a host.
  ///
  /// - Parameter topology: The topology of the host.
  package init(_ topology: HostTopology) {
    struct Workload: Hashable {
      var name: String
      var owner: String
    }
    var workloads: [Workload: [Int]] = [:]
    for (index, endpoint) in topology.endpoints.enumerated() {
      if !endpoint.name.isEmpty { add(endpoint.name, [index]) }
      ids[endpoint.id] = index
      if let name = EndpointName.workload(endpoint.name) {
        workloads[Workload(name: name, owner: endpoint.owner), default: []].append(index)
      }
    }
    for (workload, indices) in workloads { add(workload.name, indices) }
    for namespace in topology.namespaces {
      for container in namespace.containers {
        guard namespace.isHost else {
          add(container, namespace.endpoints.sorted())
          continue
        }
        addHost(container)
        // A host-process pod has no endpoint with its name.
        if let pod = container.split(separator: "/").first { addHost(String(pod)) }
      }
    }
    for service in NamedService.all(of: topology) where findings[service.name] == nil {
      services[service.name] = service
      findings[service.name] = service.finding
    }
  }

  private mutating func addHost(_ name: String) {
    if findings[name] == nil { findings[name] = .peer(.host) }
  }

  /// Adds a name for one or several endpoints; a name that has some of them already keeps what it means.
  private mutating func add(_ name: String, _ indices: [Int]) {
    guard name != Self.host, let first = indices.first else { return }
    let known: [Int]
    switch findings[name] {
    case nil, .unknown?:
      findings[name] = indices.count == 1 ? .peer(.endpoint(first)) : .endpoints(indices)
      return
    case .peer(.endpoint(let index))?: known = [index]
    case .endpoints(let others)?: known = others
    case .ambiguous(let others)?:
      findings[name] = .ambiguous(others + indices.filter { !others.contains($0) })
      return
    case .peer?, .addresses?, .ambiguousService?: return
    }
    guard !indices.contains(where: known.contains) else { return }
    findings[name] = .ambiguous(known + indices)
  }

  /// Looks up a text.
  ///
  /// - Parameter text: An address or a name.
  package func find(_ text: String) -> Finding {
    if let address = IPAddress(text) { return .peer(.address(address)) }
    if let finding = findings[text] { return finding }
    if let id = GUID(text), let index = ids[id] { return .peer(.endpoint(index)) }
    return .unknown
  }

  /// The service that a text means; nil for anything else.
  ///
  /// - Parameter text: A name.
  package func service(_ text: String) -> NamedService? { services[text] }

  /// Every name, in alphabetical order.
  package var names: [String] { findings.keys.sorted() }

  /// Every name and, in lower case, every id of an endpoint.
  package var texts: [String] { Array(findings.keys) + ids.keys.map(\.lowercase) }
}
