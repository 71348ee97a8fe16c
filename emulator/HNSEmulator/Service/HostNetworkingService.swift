import HostModel
public import JSONText
public import NetworkTypes

/// The Host Networking Service of one Windows container host, in process.
///
/// It accepts and returns the JSON documents of the HCN interface, of schema 2 and of the older schema 1, and
/// fails with the codes and texts of the real service. It is a value: a copy is a dry run, and a call that
/// throws has changed nothing. It reads no clock and no random source; ids, addresses and MAC addresses are
/// derived from ``HostConfiguration/seed`` and the names and ids of the objects, so that equal calls on equal
/// hosts produce equal hosts, and adding one endpoint never renumbers another.
///
/// Where the reference is silent, the documentation of the member states what was chosen.
public struct HostNetworkingService: Sendable, Hashable {
  /// The configuration of the host.
  public internal(set) var configuration: HostConfiguration

  var networks: [GUID: NetworkObject] = [:]
  var endpoints: [GUID: EndpointObject] = [:]
  var namespaces: [GUID: NamespaceObject] = [:]
  var loadBalancers: [GUID: LoadBalancerObject] = [:]
  /// The load balancers that a restart of the service has not restored yet, if the assumption
  /// `restartedLoadBalancers` says so.
  var restoringLoadBalancers: Set<GUID> = []
  var routes: [GUID: RouteObject] = [:]
  var guestNetworkServices: [GUID: GuestNetworkServiceObject] = [:]
  /// The MAC addresses of accelerated networking, as given (reference: hns, 4.1).
  var acceleratedMACs: [MACAddress] = []
  /// The ordinal of the next object in the order of creation.
  var nextOrdinal: Int64 = 1
  /// The number of the next compartment of the host, unless numbers are reused.
  var nextCompartment: UInt32 = 2
  /// The number of the distributed router's compartment; nil on a host without an overlay network.
  var routerCompartment: UInt32?

  // The rest is derived from the objects, so that no call has to scan all of them.

  /// The networks by name; unnamed networks are not listed.
  var networkNames: [String: GUID] = [:]
  /// The endpoint of each published port.
  var publishedPorts: [PortMapping.Key: GUID] = [:]
  /// The networks whose switch is bound to each adapter: one, or several of one type that share it.
  var adapterUsers: [String: Set<GUID>] = [:]
  /// The namespace of each open compartment of the host, except the default one.
  var compartmentOwners: [UInt32: GUID] = [:]
  /// The load balancer that handles each frontend.
  var loadBalancerFrontends: [LoadBalancerFrontend: GUID] = [:]
  /// The load balancers and routes that refer to each endpoint.
  var endpointUsers: [GUID: Set<GUID>] = [:]
  /// The host's own addresses.
  var hostAddresses: Set<IPAddress>

  /// Settings of how the service runs, which are not part of its state.
  var runtimeState = ServiceRuntimeState()

  /// Creates the service of an empty host.
  ///
  /// - Parameter configuration: The configuration of the host.
  public init(_ configuration: HostConfiguration) {
    self.configuration = configuration
    hostAddresses = Set(configuration.addresses)
  }

  /// The ids of the objects of a kind, in the order of their creation.
  ///
  /// `Filter` of the query is a text that contains a JSON object. All its members must match: `ID`, `Name`,
  /// `VirtualNetwork`, `VirtualNetworkName`, `State` and `Flags`, whatever the schema version; any other
  /// matches nothing (reference: hns, 0 rule 3 and 2).
  ///
  /// - Parameters:
  ///   - kind: The kind of objects.
  ///   - query: A HostComputeQuery document, or nil for every object.
  /// - Returns: The ids.
  /// - Throws: ``HCNErrorCode/invalidJSON`` for an invalid query.
  public func enumerate(_ kind: HCNObjectKind, query: JSON? = nil) throws(HCNError) -> [GUID] {
    let filter = try ObjectFilter(query: query)
    return candidates(kind, filter).filter { matches(filter, kind, $0.id) }
      .sorted { $0.ordinal < $1.ordinal }.map(\.id)
  }

  /// Creates an object.
  ///
  /// The id is `id`; if that is zero, the document's `ID`; if there is none, an id derived from the seed, the
  /// kind and the object's name. If both are given and differ, the assumption `identityPrecedence` decides
  /// (reference: hns, 3 and 9).
  ///
  /// - Parameters:
  ///   - kind: The kind of object.
  ///   - id: The requested id; if zero, the document or the service chooses it.
  ///   - network: The network of an endpoint; if nil, the network given in the document.
  ///   - settings: The object's document.
  /// - Returns: The id of the new object.
  /// - Throws: ``HCNError`` with the code of the real service.
  public mutating func create(
    _ kind: HCNObjectKind, id: GUID = .zero, network: GUID? = nil, settings: JSON
  ) throws(HCNError) -> GUID {
    try Self.checkDepth(settings)
    try checkNumbers()
    return switch kind {
    case .network: try createNetwork(id: id, settings)
    case .endpoint: try createEndpoint(id: id, network: network, settings)
    case .namespace: try createNamespace(id: id, settings)
    case .loadBalancer: try createLoadBalancer(id: id, settings)
    case .route: try createRoute(id: id, settings)
    case .guestNetworkService: try createGuestNetworkService(id: id, settings)
    }
  }

  /// The document of an object in schema 2, which is how the service stores it.
  ///
  /// - Parameters:
  ///   - kind: The kind of object.
  ///   - id: The object's id.
  /// - Returns: The document.
  /// - Throws: The error for a missing object of the kind.
  public func document(_ kind: HCNObjectKind, _ id: GUID) throws(HCNError) -> JSON {
    switch kind {
    case .network: document(of: try existing(network: id))
    case .endpoint: document(of: try existing(endpoint: id))
    case .namespace: document(of: try existing(namespace: id))
    case .loadBalancer: document(of: try existing(loadBalancer: id))
    case .route: document(of: try existing(route: id))
    case .guestNetworkService: document(of: try existing(guestNetworkService: id))
    }
  }

  /// The document of an object in the schema version of a query.
  ///
  /// A query of schema 2 returns the document of schema 2. A query of schema 1 or without a version, and a
  /// missing query, return the older form (reference: hns, 0 rule 1). A filter in the query is ignored.
  ///
  /// - Parameters:
  ///   - kind: The kind of object.
  ///   - id: The object's id.
  ///   - query: A HostComputeQuery document.
  /// - Returns: The document.
  /// - Throws: The error for a missing object of the kind, ``HCNErrorCode/invalidJSON`` for an invalid query.
  public func properties(_ kind: HCNObjectKind, _ id: GUID, query: JSON?) throws(HCNError) -> JSON {
    let (schema, flags) = try Self.requestedForm(query)
    guard schema < 2 else { return try document(kind, id) }
    return switch kind {
    case .network:
      v1Document(of: try existing(network: id), isDetailed: flags & Self.detailedQueryFlag != 0)
    case .endpoint: v1Document(of: try existing(endpoint: id))
    case .namespace: v1Document(of: try existing(namespace: id))
    case .loadBalancer: v1Document(of: try existing(loadBalancer: id))
    case .route: v1Document(of: try existing(route: id))
    case .guestNetworkService: try document(kind, id)
    }
  }

  /// The major schema version of a query, 1 by default, and its flags.
  private static func requestedForm(_ query: JSON?) throws(HCNError) -> (schema: UInt32, flags: UInt32) {
    guard let query, query != .null else { return (1, 0) }
    let reader = try DocumentReader(query, .invalidJSON)
    let flags = query["Flags"]?.integer.flatMap { UInt32(exactly: $0) } ?? 0
    return (try reader.child("SchemaVersion")?.word("Major") ?? 1, flags)
  }

  /// The flag of a query for detailed documents (reference: hns, 2).
  static let detailedQueryFlag: UInt32 = 1

  /// Performs a modify request.
  ///
  /// - Parameters:
  ///   - kind: The kind of object.
  ///   - id: The object's id.
  ///   - settings: The request document: `ResourceType`, `RequestType`, `Settings`.
  /// - Throws: ``HCNError`` with the code of the real service.
  public mutating func modify(_ kind: HCNObjectKind, _ id: GUID, settings: JSON) throws(HCNError) {
    try Self.checkDepth(settings)
    switch kind {
    case .network: try modifyNetwork(id, settings)
    case .endpoint: try modifyEndpoint(id, settings)
    case .namespace: try modifyNamespace(id, settings)
    case .loadBalancer: try modifyLoadBalancer(id, settings)
    case .route: try modifyRoute(id, settings)
    case .guestNetworkService: try modifyGuestNetworkService(id, settings)
    }
  }

  /// Deletes an object.
  ///
  /// Deleting a network deletes its endpoints. A deleted endpoint leaves its namespace. Deleting a namespace
  /// releases its endpoints, and is refused while it has a container (reference: hns, 6.3 and 9).
  ///
  /// - Parameters:
  ///   - kind: The kind of object.
  ///   - id: The object's id.
  /// - Throws: ``HCNError`` with the code of the real service.
  public mutating func delete(_ kind: HCNObjectKind, _ id: GUID) throws(HCNError) {
    switch kind {
    case .network: try deleteNetwork(id)
    case .endpoint: try deleteEndpoint(id)
    case .namespace: try deleteNamespace(id)
    case .loadBalancer: try deleteLoadBalancer(id)
    case .route: try deleteRoute(id)
    case .guestNetworkService: try deleteGuestNetworkService(id)
    }
  }
}

extension HostNetworkingService {
  /// The deepest nesting of a client's document; a snapshot that contains it remains readable.
  private static let depthLimit = 40

  static func checkDepth(_ document: JSON) throws(HCNError) {
    guard !document.isDeeper(than: depthLimit) else {
      throw HCNError(.invalidJSON, detail: "the document nests deeper than \(depthLimit) levels")
    }
  }

  /// Refuses to create what could not be restored from a snapshot.
  func checkNumbers() throws(HCNError) {
    guard nextOrdinal < Self.ordinalLimit, Int64(nextCompartment) < Self.compartmentLimit else {
      throw HCNError(.managerStopped, detail: "this host has created as many objects as it can number")
    }
  }

  func existing(network id: GUID) throws(HCNError) -> NetworkObject {
    guard let network = networks[id] else { throw missing(.network, id) }
    return network
  }

  func existing(endpoint id: GUID) throws(HCNError) -> EndpointObject {
    guard let endpoint = endpoints[id] else { throw missing(.endpoint, id) }
    return endpoint
  }

  /// A namespace that is visible to clients.
  func existing(namespace id: GUID) throws(HCNError) -> NamespaceObject {
    guard let namespace = namespaces[id], !namespace.isImplicit else { throw missing(.namespace, id) }
    return namespace
  }

  func missing(_ kind: HCNObjectKind, _ id: GUID) -> HCNError {
    HCNError(
      kind.notFound,
      detail: id.isZero ? "the call has no id of a \(kind.rawValue)" : "there is no \(kind.rawValue) \(id)"
    )
  }

  /// The id of a new object: the caller's, the document's, or a derived one that is free.
  ///
  /// - Throws: `errorIfTaken` if the requested id is in use by an object of the kind.
  func newID(
    _ kind: HCNObjectKind, requested requestedID: GUID, document: GUID?, owner: GUID = .zero, name: String,
    errorIfTaken: HCNErrorCode
  ) throws(HCNError) -> GUID {
    func isTaken(_ id: GUID) -> Bool {
      switch kind {
      case .network: networks[id] != nil
      case .endpoint: endpoints[id] != nil
      case .namespace: namespaces[id] != nil
      case .loadBalancer: loadBalancers[id] != nil
      case .route: routes[id] != nil
      case .guestNetworkService: guestNetworkServices[id] != nil
      }
    }
    let stated = statedID(requestedID, document)
    guard stated.isZero else {
      guard !isTaken(stated) else {
        throw HCNError(errorIfTaken, detail: "a \(kind.rawValue) \(stated) already exists")
      }
      return stated
    }
    var digest = SeededDigest(configuration.seed, kind.rawValue)
    digest.combine(owner)
    digest.combine(name)
    // For equal names the position in the order of creation is used, so that many of them cost no more than
    // one.
    var step = UInt64(nextOrdinal)
    var id = digest.guid
    while isTaken(id) {
      digest.combine(step)
      step = 1
      id = digest.guid
    }
    return id
  }

  /// The id given in a create call: that of the call or that of the document; zero if there is none.
  func statedID(_ requestedID: GUID, _ document: GUID?) -> GUID {
    guard let document, !document.isZero else { return requestedID }
    guard !requestedID.isZero else { return document }
    return configuration.assumptions.identityPrecedence == .document ? document : requestedID
  }
}
