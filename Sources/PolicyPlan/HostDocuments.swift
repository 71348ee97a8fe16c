package import HNSEmulator
package import HostModel
package import JSONText
package import NetworkTypes
package import PolicyCompiler

/// The objects of a host, from their documents.
package struct HostDocuments: Sendable {
  package var networks: [NetworkRecord] = []
  package var endpoints: [EndpointRecord] = []
  package var namespaces: [NamespaceRecord] = []
  package var loadBalancers: [HostComputeLoadBalancer] = []
  /// The source addresses that load balancers state.
  private var sourceVIPs: Set<IPAddress> = []
  /// The indices in ``networks`` by id.
  package private(set) var networkIndex: [GUID: Int] = [:]
  /// The indices in ``namespaces`` by id.
  package private(set) var namespaceIndex: [GUID: Int] = [:]
  /// The indices in ``endpoints`` by id.
  package private(set) var endpointIndex: [GUID: Int] = [:]

  /// Reads every network, endpoint, namespace and load balancer of a host.
  ///
  /// - Parameters:
  ///   - host: The host.
  ///   - ledger: The owners of ACLs, for hosts that do not store Ids.
  /// - Throws: The error of the first call that fails.
  package init(_ host: some HCNClient, ledger: OwnershipLedger = OwnershipLedger()) throws(HCNError) {
    for id in try host.enumerate(.network, query: HCN.queryAll) {
      networkIndex[id] = networks.count
      networks.append(NetworkRecord(network: try host.hostComputeNetwork(id)))
    }
    for id in try host.enumerate(.namespace, query: HCN.queryAll) {
      namespaceIndex[id] = namespaces.count
      namespaces.append(NamespaceRecord(try host.hostComputeNamespace(id)))
    }
    for id in try host.enumerate(.loadBalancer, query: HCN.queryAll) {
      loadBalancers.append(try host.hostComputeLoadBalancer(id))
    }
    sourceVIPs = Set(loadBalancers.compactMap(\.sourceVIP))
    var shared = HostACLs()
    var lists: [[PortACL]: Int] = [:]
    var knownLists: [ObjectIdentifier: Int] = [:]
    for id in try host.enumerate(.endpoint, query: HCN.queryAll) {
      let endpoint = try host.hostComputeEndpoint(id)
      var record = EndpointRecord(endpoint, acls: shared.acls(of: endpoint.policies))
      ledger.identify(&record)
      // Endpoints that share a complete list share its number, unless the ledger adds Ids.
      let list = ledger.isEmpty ? endpoint.policies.wholeList.map { ObjectIdentifier($0) } : nil
      if let known = list.flatMap({ knownLists[$0] }) {
        record.aclList = known
      } else {
        let acls = record.acls.map(\.acl)
        record.aclList = lists[acls] ?? lists.count
        lists[acls] = record.aclList
        if let list { knownLists[list] = record.aclList }
      }
      endpointIndex[id] = endpoints.count
      endpoints.append(record)
    }
  }

  /// The endpoint with an id.
  package func endpoint(_ id: GUID) -> EndpointRecord? { endpointIndex[id].map { endpoints[$0] } }

  /// The network of an endpoint.
  package func network(of endpoint: EndpointRecord) -> NetworkRecord? {
    networkIndex[endpoint.network].map { networks[$0] }
  }

  /// The namespace of an endpoint.
  package func namespace(of endpoint: EndpointRecord) -> NamespaceRecord? {
    endpoint.namespace.flatMap { namespaceIndex[$0] }.map { namespaces[$0] }
  }

  /// What a namespace was created for: its endpoint, the container or pod that its endpoints are named
  /// after, or the pod of its containers.
  package func subject(of namespace: NamespaceRecord) -> String? {
    let names = namespace.endpoints.compactMap { endpointIndex[$0].map { endpoints[$0].name } }
    if names.count == 1 { return names[0] }
    let workloads = Set(names.map { EndpointName.workload($0) })
    if workloads.count == 1, let workload = workloads.first ?? nil { return workload }
    return namespace.containers.first.map { String($0.prefix { $0 != "/" }) } ?? names.first
  }

  /// Whether an endpoint of this host stands for the source address of load balancers: it is in no namespace.
  package func isSourceVIP(_ endpoint: EndpointRecord) -> Bool {
    !endpoint.endpoint.isRemote && endpoint.namespace == nil
      && endpoint.addresses.contains { sourceVIPs.contains($0.address) }
  }

  /// The same documents with the source VIPs of another host recognized too, so that an endpoint is called the
  /// same before and after a load balancer has its address.
  func recognizing(sourceVIPsOf other: HostDocuments) -> HostDocuments {
    var copy = self
    copy.sourceVIPs.formUnion(other.sourceVIPs)
    return copy
  }

  /// The title of an endpoint; that of a source VIP begins with its address, also if another client made it.
  package func title(of record: EndpointRecord) -> String {
    guard isSourceVIP(record), let address = record.addresses.first.map({ "\($0.address)" }) else {
      return record.title
    }
    return record.name.hasPrefix(address) ? record.name : address
  }

  /// The cell of the table by driver and isolation that applies to an endpoint.
  ///
  /// Nil for a network type that is not a container driver. An endpoint without a namespace counts as
  /// process-isolated.
  package func cell(of endpoint: EndpointRecord) -> PlatformCell? {
    guard let driver = network(of: endpoint)?.driver else { return nil }
    let isGuest = namespace(of: endpoint)?.isGuest ?? false
    return PlatformCell(driver: driver, isolation: isGuest ? .hyperv : .process)
  }
}

/// A network of a host.
package struct NetworkRecord: Sendable {
  package let network: HostComputeNetwork

  package var id: GUID { network.id }
  package var name: String { network.name }
  package var owner: String { network.owner }
  /// The driver of containers; nil for a network of another type.
  package var driver: NetworkDriver? { network.mode.driver }
  package var document: JSON { network.document }
}

/// An endpoint of a host, with its ACLs attributed to profiles.
package struct EndpointRecord: Sendable {
  package let endpoint: HostComputeEndpoint
  /// The ACLs in document order, except those that this program cannot parse.
  package var acls: [HostACL]
  /// A number that is equal for endpoints with equal ACLs.
  var aclList = 0

  init(_ endpoint: HostComputeEndpoint, acls: [HostACL]) {
    self.endpoint = endpoint
    self.acls = acls
  }

  package var id: GUID { endpoint.id }
  package var name: String { endpoint.name }
  package var owner: String { endpoint.owner }
  package var network: GUID { endpoint.network }
  /// The name, or the address of a remote endpoint that is not named after it: other clients name none, and
  /// HNS then gives all of them one name (reference: hns, 8.1 and 10.1).
  package var title: String {
    guard endpoint.isRemote, let address = addresses.first.map({ "\($0.address)" }) else { return name }
    return name.hasPrefix(address) ? name : address
  }
  /// The namespace of the endpoint; nil for none.
  package var namespace: GUID? { endpoint.namespace }
  package var addresses: [(address: IPAddress, prefixLength: Int)] {
    endpoint.addresses.map { ($0.address, $0.length == 0 ? $0.address.family.bitWidth : $0.length) }
  }
  package var mac: String { endpoint.mac?.description ?? "" }
  package var gateways: [String] { endpoint.routes.map { "\($0.nextHop)" } }
  package var dnsServers: [String] { endpoint.dns.servers }
  package var dnsSearch: [String] { endpoint.dns.search }
  /// Every policy in document order, ACLs included.
  package var policies: [HCNPolicy] { endpoint.policies }
}

/// An ACL on a host: its meaning and its document.
package struct HostACL: Sendable {
  package private(set) var acl: PortACL
  package let policy: HCNPolicy
  /// The profile's rules it comes from; nil if another agent owns it.
  package private(set) var identity: RuleIdentity?

  init?(_ policy: HCNPolicy, _ identities: inout [String: RuleIdentity?]) {
    guard policy.type == .acl, let acl = policy.acl else { return nil }
    self.acl = acl
    self.policy = policy
    guard let id = acl.id else { return }
    if let known = identities[id] {
      identity = known
      return
    }
    identity = RuleIdentity(id: id)
    identities[id] = .some(identity)
  }

  /// The settings as the document has them.
  package var settings: JSON { policy.settings }

  /// Sets the ACL's known Id, if its document has none.
  mutating func identify(as id: String?) {
    acl.id = id
    identity = id.flatMap { RuleIdentity(id: $0) }
  }
}

/// The ACLs of endpoints; identical lists are parsed once.
private struct HostACLs {
  private var known: [ObjectIdentifier: [HostACL]] = [:]

  /// The identities by Id; endpoints have many in common.
  private var identities: [String: RuleIdentity?] = [:]

  mutating func acls(of policies: [HCNPolicy]) -> [HostACL] {
    guard let list = policies.wholeList else { return read(policies) }
    if let acls = known[ObjectIdentifier(list)] { return acls }
    let acls = read(policies)
    known[ObjectIdentifier(list)] = acls
    return acls
  }

  private mutating func read(_ policies: [HCNPolicy]) -> [HostACL] {
    var acls: [HostACL] = []
    acls.reserveCapacity(policies.count)
    for policy in policies {
      if let acl = HostACL(policy, &identities) { acls.append(acl) }
    }
    return acls
  }
}

/// A namespace of a host.
package struct NamespaceRecord: Sendable {
  package let namespace: HostComputeNamespace
  package let endpoints: [GUID]
  package let containers: [String]

  init(_ namespace: HostComputeNamespace) {
    self.namespace = namespace
    endpoints = namespace.endpoints
    containers = namespace.containers
  }

  package var id: GUID { namespace.id }
  package var owner: String { namespace.owner }
  package var type: String { namespace.type.rawValue }
  /// The number of its compartment; 0 if none is open.
  package var compartmentId: UInt32 { namespace.compartment?.number ?? 0 }

  /// Whether the namespace is inside a utility VM.
  package var isGuest: Bool { namespace.type.isGuest }
}
