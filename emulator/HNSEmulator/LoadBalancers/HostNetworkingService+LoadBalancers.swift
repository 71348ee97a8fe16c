package import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// Creates a load balancer (reference: hns, 1.7 and 6.10).
  mutating func createLoadBalancer(id requestedID: GUID, _ settings: JSON) throws(HCNError) -> GUID {
    let reader = try DocumentReader(settings, .invalidPolicy)
    let name = try reader.text("Name") ?? ""
    let id = try newID(
      .loadBalancer, requested: requestedID, document: reader.objectID(), name: name + settings.text(),
      errorIfTaken: .objectAlreadyExists)
    let balancer = try readLoadBalancer(reader, id: id, ordinal: nextOrdinal)
    try checkFrontends(of: balancer)
    try checkHostPorts(of: balancer)
    try checkPortBlocks(of: balancer)
    nextOrdinal += 1
    insert(balancer)
    return id
  }

  /// The load balancer of a document, validated against the host.
  ///
  /// Endpoints must exist, ports must be given, addresses and ports may form at most
  /// ``LoadBalancerFrontend/limit`` pairs, and what the version does not have is refused and not dropped; all
  /// are this project's choice.
  func readLoadBalancer(
    _ reader: DocumentReader, id: GUID, ordinal: Int64
  ) throws(HCNError) -> LoadBalancerObject {
    let balancer = try HostComputeLoadBalancer(reader, id: id)
    try checkReferences(balancer.network, balancer.endpoints)
    guard !balancer.ports.isEmpty else {
      throw HCNError(
        .invalidPolicy, detail: "a load balancer needs a non-empty 'PortMappings'")
    }
    let limit = LoadBalancerFrontend.limit
    guard balancer.ports.count <= limit / max(1, balancer.frontendVIPs.count) else {
      throw HCNError(
        .invalidPolicy, detail: "the addresses and ports of a load balancer may form at most \(limit) pairs")
    }
    try checkFeatures(of: balancer)
    return LoadBalancerObject(ordinal: ordinal, document: balancer)
  }

  /// Refuses features that the version of the service lacks (reference: hns, 5.1).
  private func checkFeatures(of balancer: HostComputeLoadBalancer) throws(HCNError) {
    let version = configuration.version
    func refuse(_ what: String) -> HCNError {
      HCNError(.invalidPolicy, detail: "\(what) does not exist on HNS \(version)")
    }
    if balancer.flags & HostComputeLoadBalancer.directServerReturnFlag != 0, !version.has(.dsr) {
      throw refuse("direct server return")
    }
    let usesIPv6 =
      balancer.flags & HostComputeLoadBalancer.ipv6Flag != 0
      || balancer.frontendVIPs.contains { $0.family == .ipv6 }
    if usesIPv6, !version.has(.ipv6DualStack) { throw refuse("a load balancer over IPv6") }
    if balancer.ports.contains(where: { $0.distributionType != 0 }), !version.has(.sessionAffinity) {
      throw refuse("'DistributionType'")
    }
  }

  /// Refuses a frontend that another load balancer uses, unless the assumption `duplicateLoadBalancer` allows
  /// it; the code is the one clients see for ports in use (reference: hns, 6.10 and 9).
  func checkFrontends(of balancer: LoadBalancerObject) throws(HCNError) {
    guard configuration.assumptions.duplicateLoadBalancer == .refused else { return }
    for frontend in balancer.frontends {
      if let owner = loadBalancerFrontends[frontend], owner != balancer.id {
        let isRestoring = restoringLoadBalancers.contains(owner)
        throw HCNError(
          isRestoring ? .alreadyExists : .portAlreadyExists,
          detail:
            "load balancer \(owner) already uses \(frontend.address?.description ?? "the host's address")"
            + ", protocol \(frontend.protocol), port \(frontend.port)")
      }
    }
  }

  /// Refuses a frontend whose port a process of the host listens on, or Windows excludes (reference: hns, 10.4).
  private func checkHostPorts(of balancer: LoadBalancerObject) throws(HCNError) {
    for frontend in balancer.frontends where frontend.address.map({ isOfHost($0) }) ?? true {
      guard loadBalancerFrontends[frontend] != balancer.id, let number = UInt8(exactly: frontend.protocol),
        configuration.holds(frontend.port, IPProtocol(number))
      else { continue }
      throw HCNError(
        .portAlreadyExists, detail: "\(IPProtocol(number)) port \(frontend.port) is in use by the host itself"
      )
    }
  }

  /// Replaces a load balancer with the one of a complete document (reference: hns, 2).
  ///
  /// Versions without this call return that it is not implemented; the assumption `modifyLoadBalancerSince`
  /// decides which version added it (hns, 5.1).
  mutating func modifyLoadBalancer(_ id: GUID, _ settings: JSON) throws(HCNError) {
    let present = try existing(loadBalancer: id)
    guard configuration.version.modifiesLoadBalancers(configuration.assumptions) else {
      throw HCNError(
        .notImplemented, detail: "HNS \(configuration.version) does not support modifying load balancers")
    }
    let reader = try DocumentReader(settings, .invalidPolicy)
    if let stated = try reader.objectID(), stated != id {
      throw HCNError(.invalidArgument, detail: "the document is for load balancer \(stated)")
    }
    let balancer = try readLoadBalancer(reader, id: id, ordinal: present.ordinal)
    try checkFrontends(of: balancer)
    try checkHostPorts(of: balancer)
    try checkPortBlocks(of: balancer)
    remove(present)
    insert(balancer)
  }

  mutating func deleteLoadBalancer(_ id: GUID) throws(HCNError) { remove(try existing(loadBalancer: id)) }

  /// Adds a validated load balancer.
  mutating func insert(_ balancer: LoadBalancerObject) {
    loadBalancers[balancer.id] = balancer
    for frontend in balancer.frontends {
      // If sharing is allowed, the oldest one handles the frontend.
      let owner = loadBalancerFrontends[frontend].flatMap { loadBalancers[$0] }
      guard owner.map({ $0.ordinal > balancer.ordinal }) ?? true else { continue }
      loadBalancerFrontends[frontend] = balancer.id
    }
    for endpoint in balancer.endpoints { endpointUsers[endpoint, default: []].insert(balancer.id) }
  }

  private mutating func remove(_ balancer: LoadBalancerObject) {
    loadBalancers[balancer.id] = nil
    restoringLoadBalancers.remove(balancer.id)
    for frontend in balancer.frontends where loadBalancerFrontends[frontend] == balancer.id {
      loadBalancerFrontends[frontend] = successor(of: frontend)
    }
    forget(user: balancer.id, of: balancer.endpoints)
  }

  /// The next owner of a shared frontend: the oldest of the remaining load balancers.
  private func successor(of frontend: LoadBalancerFrontend) -> GUID? {
    guard configuration.assumptions.duplicateLoadBalancer != .refused else { return nil }
    return loadBalancers.values.filter { $0.frontends.contains(frontend) }
      .min { $0.ordinal < $1.ordinal }?.id
  }

  // MARK: References to networks and endpoints

  /// Rejects a load balancer or route that refers to a missing network or endpoint.
  func checkReferences(_ network: GUID?, _ endpoints: [GUID]) throws(HCNError) {
    if let network { _ = try existing(network: network) }
    for endpoint in endpoints { _ = try existing(endpoint: endpoint) }
  }

  /// Removes a load balancer or route from the lists of the endpoints it refers to.
  mutating func forget(user: GUID, of endpoints: [GUID]) {
    for endpoint in endpoints {
      endpointUsers[endpoint]?.remove(user)
      if endpointUsers[endpoint]?.isEmpty ?? false { endpointUsers[endpoint] = nil }
    }
  }

  /// Removes a deleted endpoint from the load balancers and routes that refer to it.
  ///
  /// What the real service does is not documented; that no reference to a missing endpoint remains is this
  /// project's choice.
  mutating func dropReferences(to endpoint: GUID) {
    guard !endpointUsers.isEmpty else { return }
    for user in endpointUsers.removeValue(forKey: endpoint) ?? [] {
      loadBalancers[user]?.endpoints.removeAll { $0 == endpoint }
      routes[user]?.endpoints.removeAll { $0 == endpoint }
    }
  }

  /// Removes a deleted network from the load balancers and routes that refer to it.
  mutating func dropReferences(toNetwork network: GUID) {
    for balancer in loadBalancers.values where balancer.network == network {
      loadBalancers[balancer.id]?.network = nil
    }
    for route in routes.values where route.network == network { routes[route.id]?.network = nil }
  }

  func existing(loadBalancer id: GUID) throws(HCNError) -> LoadBalancerObject {
    guard let balancer = loadBalancers[id] else { throw missing(.loadBalancer, id) }
    return balancer
  }
}

extension HNSVersion {
  /// Whether this version supports modifying a load balancer.
  ///
  /// - Parameter assumptions: The host's assumptions; `modifyLoadBalancerSince` decides between two clients
  ///   that test for different versions (reference: hns, 5.1).
  package func modifiesLoadBalancers(_ assumptions: Assumptions) -> Bool {
    guard assumptions.modifyLoadBalancerSince == .hns15_5 else { return has(.modifyLoadbalancer) }
    return self >= HNSVersion(15, 5)
  }
}
