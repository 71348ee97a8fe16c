import HostModel
public import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// The format of snapshots this program writes; older ones it reads too.
  ///
  /// Format 2 adds members for load balancers, routes, guest network services, accelerated networking,
  /// attachments without a namespace, unsettled networks and what only schema 1 states; each stands there only where there is some.
  public static let snapshotFormat: Int64 = 2

  /// Far beyond what a host comes to, and far below where counting would end.
  static let ordinalLimit: Int64 = 1 << 53
  static let compartmentLimit: Int64 = 1 << 31

  /// Everything the service knows, without loss and always in the same order.
  ///
  /// Objects stand in the order of their creation, each with its HCN document and what has to be
  /// known beside it. Equal services have equal snapshots.
  public var snapshot: JSON {
    var result: JSONObject = [
      "formatVersion": .integer(Self.snapshotFormat),
      "configuration": configuration.snapshot,
      "nextOrdinal": .integer(nextOrdinal),
      "nextCompartment": .integer(Int64(nextCompartment)),
      "networks": .array(networks.values.sorted { $0.ordinal < $1.ordinal }.map { entry(of: $0) }),
      "endpoints": .array(endpoints.values.sorted { $0.ordinal < $1.ordinal }.map { entry(of: $0) }),
      "namespaces": .array(namespaces.values.sorted { $0.ordinal < $1.ordinal }.map { entry(of: $0) }),
    ]
    func add(_ key: String, _ entries: [JSON]) { if !entries.isEmpty { result.append(key, .array(entries)) } }
    add(
      "loadBalancers",
      loadBalancers.values.sorted { $0.ordinal < $1.ordinal }.map {
        ["ordinal": .integer($0.ordinal), "document": document(of: $0)]
      })
    add(
      "routes",
      routes.values.sorted { $0.ordinal < $1.ordinal }.map {
        ["ordinal": .integer($0.ordinal), "document": document(of: $0)]
      })
    add(
      "guestNetworkServices",
      guestNetworkServices.values.sorted { $0.ordinal < $1.ordinal }.map {
        ["ordinal": .integer($0.ordinal), "document": document(of: $0)]
      })
    add("acceleratedMACs", acceleratedMACs.map { .string($0.description) })
    return .object(result)
  }

  private func entry(of network: NetworkObject) -> JSON {
    let extensions = network.extensions.sorted { $0.key < $1.key }
      .map { JSONObject.Member($0.key.uppercase, .bool($0.value)) }
    var result: JSONObject = [
      "ordinal": .integer(network.ordinal), "extensions": .object(JSONObject(extensions)),
      "document": document(of: network),
    ]
    if !network.v1Members.members.isEmpty { result.append("v1", .object(network.v1Members)) }
    if !network.isSettled { result.append("isSettled", false) }
    return .object(result)
  }

  private func entry(of endpoint: EndpointObject) -> JSON {
    var result: JSONObject = ["ordinal": .integer(endpoint.ordinal), "document": document(of: endpoint)]
    if !endpoint.v1Members.members.isEmpty { result.append("v1", .object(endpoint.v1Members)) }
    if endpoint.isDetached { result.append("isDetached", true) }
    return .object(result)
  }

  private func entry(of namespace: NamespaceObject) -> JSON {
    var result: JSONObject = [
      "ordinal": .integer(namespace.ordinal), "keepsCompartment": .bool(namespace.keepsCompartment),
      "document": document(of: namespace),
    ]
    if namespace.isImplicit { result.append("isImplicit", true) }
    return .object(result)
  }

  /// Restores a service.
  ///
  /// The snapshot is taken at its word nowhere: documents are read and checked like those of clients,
  /// references and uniqueness are checked, and at last the snapshot of the restored service must
  /// equal the given one, so that nothing in it is ignored.
  ///
  /// - Parameter snapshot: What ``snapshot`` gave.
  /// - Throws: ``SnapshotError`` with the place of the first problem; a newer format is refused.
  public init(snapshot: JSON) throws(SnapshotError) {
    let snapshot = snapshot.withPresentNames
    let reader = try SnapshotReader(snapshot, "")
    let format = try reader.whole("formatVersion", 1...Int64.max)
    guard format <= Self.snapshotFormat else {
      throw SnapshotError(
        path: "formatVersion",
        reason: "is \(format), and this program reads formats up to \(Self.snapshotFormat)",
        newerFormat: format)
    }
    try reader.allow([
      "formatVersion", "configuration", "nextOrdinal", "nextCompartment", "networks", "endpoints",
      "namespaces", "loadBalancers", "routes", "guestNetworkServices", "acceleratedMACs",
    ])
    self.init(
      try HostConfiguration(snapshot: SnapshotReader(reader.object["configuration"], "configuration")))
    nextOrdinal = try reader.whole("nextOrdinal", 1...Self.ordinalLimit)
    nextCompartment = UInt32(try reader.whole("nextCompartment", 2...Self.compartmentLimit))
    var ordinals: Set<Int64> = []
    for entry in try reader.children("networks") { try restoreNetwork(entry, &ordinals) }
    let pool = PolicyPool()
    for entry in try reader.children("endpoints") { try restoreEndpoint(entry, &ordinals, pool) }
    for entry in try reader.children("namespaces") { try restoreNamespace(entry, &ordinals) }
    try restoreOthers(reader, &ordinals)
    var expected = self.snapshot.object ?? JSONObject()
    expected["formatVersion"] = .integer(format)
    if let difference = snapshot.firstDifference(from: .object(expected), at: "") { throw difference }
  }

  /// The place of an entry in the order of creation; none stands twice.
  private func ordinal(_ entry: SnapshotReader, _ seen: inout Set<Int64>) throws(SnapshotError) -> Int64 {
    let ordinal = try entry.whole("ordinal", 1...Self.ordinalLimit)
    guard ordinal < nextOrdinal else { throw entry.failure("ordinal", "must be below 'nextOrdinal'") }
    guard seen.insert(ordinal).inserted else { throw entry.failure("ordinal", "stands twice") }
    return ordinal
  }

  private func entryID(_ entry: SnapshotReader) throws(SnapshotError) -> GUID {
    let document = try SnapshotReader(entry.object["document"], entry.place("document"))
    guard let id = GUID(try document.text("ID")), !id.isZero else {
      throw document.failure("ID", "is not the id of an object")
    }
    return id
  }

  private mutating func restoreNetwork(
    _ entry: SnapshotReader, _ ordinals: inout Set<Int64>
  ) throws(SnapshotError) {
    try entry.allow(["ordinal", "extensions", "document", "v1", "isSettled"])
    let id = try entryID(entry)
    guard networks[id] == nil else { throw entry.failure("document.ID", "stands twice") }
    let ordinal = try ordinal(entry, &ordinals)
    let extensions = try SnapshotReader(entry.object["extensions"], entry.place("extensions"))
    let document = entry.object["document"] ?? .null
    var network: NetworkObject
    do throws(HCNError) {
      network = try readNetwork(DocumentReader(document, .invalidNetwork), id: id, ordinal: ordinal)
      if !network.name.isEmpty, networkNames[network.name] != nil {
        throw HCNError(.networkAlreadyExists, detail: "the name '\(network.name)' stands twice")
      }
      try checkRestored(network)
    } catch { throw entry.failure("document", "\(error)") }
    for member in extensions.object.members {
      guard let target = GUID(member.key), let isEnabled = member.value.bool else {
        throw extensions.failure(member.key, "is not a switch extension turned on or off")
      }
      network.extensions[target] = isEnabled
    }
    network.v1Members = try entry.object(ifPresent: "v1")
    network.isSettled = try entry.flag("isSettled", default: true)
    insert(network)
  }

  /// The checks of a network that hold for every state a host can be in.
  ///
  /// That a layer's network still exists does not: it can be deleted.
  private func checkRestored(_ network: NetworkObject) throws(HCNError) {
    guard !network.macPool.isEmpty else {
      throw HCNError(.invalidNetwork, detail: "the network has no MAC pool")
    }
    do throws(HCNError) { try check(network) } catch {
      guard error.code == .layerNotFound else { throw error }
    }
  }

  private mutating func restoreEndpoint(
    _ entry: SnapshotReader, _ ordinals: inout Set<Int64>, _ pool: PolicyPool
  ) throws(SnapshotError) {
    try entry.allow(["ordinal", "document", "v1", "isDetached"])
    let id = try entryID(entry)
    guard endpoints[id] == nil else { throw entry.failure("document.ID", "stands twice") }
    let ordinal = try ordinal(entry, &ordinals)
    var endpoint: EndpointObject
    do throws(HCNError) {
      endpoint = try restored(entry.object["document"] ?? .null, id: id, ordinal: ordinal, pool)
    } catch { throw entry.failure("document", "\(error)") }
    endpoint.v1Members = try entry.object(ifPresent: "v1")
    endpoint.isDetached = try entry.flag("isDetached", default: false)
    insert(endpoint)
  }

  private func restored(
    _ document: JSON, id: GUID, ordinal: Int64, _ pool: PolicyPool
  ) throws(HCNError) -> EndpointObject {
    let reader = try DocumentReader(document, .invalidEndpoint)
    guard let networkID = try reader.guid("HostComputeNetwork") else {
      throw HCNError(.networkNotFound, detail: "the document names no network")
    }
    let network = try existing(network: networkID)
    let endpoint = try endpoint(
      EndpointSettings(reader, network: networkID), id: id, ordinal: ordinal, network, restoring: pool)
    try checkAddresses(endpoint, network)
    guard endpoint.mac.value != 0 else { throw HCNError(.invalidEndpoint, detail: "there is no MAC address") }
    try checkMAC(endpoint, network)
    guard endpoint.policies.allSatisfy({ $0.mapping?.externalPort != 0 }) else {
      throw HCNError(.invalidPolicy, detail: "a port mapping has no external port")
    }
    _ = try withPorts(endpoint.policies, endpoint: id)
    try checkReferences(of: endpoint.policies, network)
    return endpoint
  }

  private mutating func restoreNamespace(
    _ entry: SnapshotReader, _ ordinals: inout Set<Int64>
  ) throws(SnapshotError) {
    try entry.allow(["ordinal", "keepsCompartment", "document", "isImplicit"])
    let id = try entryID(entry)
    guard namespaces[id] == nil else { throw entry.failure("document.ID", "stands twice") }
    let ordinal = try ordinal(entry, &ordinals)
    var namespace: NamespaceObject
    let number: UInt32?
    do throws(HCNError) {
      let reader = try DocumentReader(entry.object["document"] ?? .null, .invalidArgument)
      namespace = try readNamespace(reader, id: id, ordinal: ordinal)
      namespace.resources = try resources(reader)
      number = try reader.word("NamespaceId")
    } catch { throw entry.failure("document", "\(error)") }
    namespace.keepsCompartment = try entry.flag("keepsCompartment")
    namespace.isImplicit = try entry.flag("isImplicit", default: false)
    if namespace.isImplicit, namespace.endpoints.isEmpty {
      throw entry.failure("isImplicit", "does not go with a namespace without endpoints")
    }
    if namespace.type == .hostDefault, namespace.keepsCompartment {
      throw entry.failure("keepsCompartment", "does not go with a namespace of type HostDefault")
    }
    for endpoint in namespace.endpoints {
      guard let object = endpoints[endpoint], object.namespace == nil, !object.isRemote else {
        throw entry.failure(
          "document.Resources", "the endpoint \(endpoint) is missing, elsewhere or on another host")
      }
      endpoints[endpoint]?.namespace = id
    }
    guard (number != nil) == namespace.needsCompartment else {
      throw entry.failure("document.NamespaceId", "does not go with the resources of the namespace")
    }
    if namespace.type != .hostDefault { namespace.compartment = number }
    if namespace.type == .host, let number {
      let isFresh = number > 1 && compartmentOwners[number] == nil
      guard isFresh, number < nextCompartment || configuration.assumptions.compartmentIds == .lowestFree
      else {
        throw entry.failure("document.NamespaceId", "the number \(number) cannot have been given")
      }
      compartmentOwners[number] = id
    } else if let number, number != (namespace.type == .hostDefault ? 1 : 2) {
      throw entry.failure("document.NamespaceId", "the number \(number) cannot have been given")
    }
    namespaces[id] = namespace
  }

  private func resources(_ reader: DocumentReader) throws(HCNError) -> [NamespaceObject.Resource] {
    var result: [NamespaceObject.Resource] = []
    for part in try reader.children("Resources") {
      let type = try part.enumeration("Type", NamespaceResource.self, unknown: .invalidArgument)
      guard let type, let id = try part.child("Data")?.text("Id"), !id.isEmpty else {
        throw HCNError(.invalidArgument, detail: "a resource needs a type and an id")
      }
      switch type {
      case .container: result.append(.container(id))
      case .endpoint:
        guard let endpoint = GUID(id) else {
          throw HCNError(.guidConversionFailure, detail: "'\(id)' is not the id of an endpoint")
        }
        result.append(.endpoint(endpoint))
      }
    }
    return result
  }
}

extension HostNetworkingService {
  /// Restores what format 2 added: load balancers, routes, guest network services and the addresses of
  /// accelerated networking.
  private mutating func restoreOthers(
    _ reader: SnapshotReader, _ ordinals: inout Set<Int64>
  ) throws(SnapshotError) {
    for entry in try reader.children(ifPresent: "loadBalancers") {
      let id = try restoredID(entry, taken: { loadBalancers[$0] != nil })
      let ordinal = try ordinal(entry, &ordinals)
      do throws(HCNError) {
        let document = try DocumentReader(entry.object["document"] ?? .null, .invalidPolicy)
        let balancer = try readLoadBalancer(document, id: id, ordinal: ordinal)
        try checkFrontends(of: balancer)
        insert(balancer)
      } catch { throw entry.failure("document", "\(error)") }
    }
    for entry in try reader.children(ifPresent: "routes") {
      let id = try restoredID(entry, taken: { routes[$0] != nil })
      let ordinal = try ordinal(entry, &ordinals)
      do throws(HCNError) {
        let document = try DocumentReader(entry.object["document"] ?? .null, .invalidPolicy)
        insert(try readRoute(document, id: id, ordinal: ordinal))
      } catch { throw entry.failure("document", "\(error)") }
    }
    for entry in try reader.children(ifPresent: "guestNetworkServices") {
      let id = try restoredID(entry, taken: { guestNetworkServices[$0] != nil })
      let ordinal = try ordinal(entry, &ordinals)
      do throws(HCNError) {
        let document = try DocumentReader(entry.object["document"] ?? .null, .invalidArgument)
        guestNetworkServices[id] = try readGuestNetworkService(document, id: id, ordinal: ordinal)
      } catch { throw entry.failure("document", "\(error)") }
    }
    guard reader.object["acceleratedMACs"] != nil else { return }
    for (index, text) in try reader.texts("acceleratedMACs").enumerated() {
      guard let mac = MACAddress(text) else {
        throw reader.failure("acceleratedMACs[\(index)]", "'\(text)' is not a MAC address")
      }
      acceleratedMACs.append(mac)
    }
  }

  private func restoredID(
    _ entry: SnapshotReader, taken: (GUID) -> Bool
  ) throws(SnapshotError) -> GUID {
    try entry.allow(["ordinal", "document"])
    let id = try entryID(entry)
    guard !taken(id) else { throw entry.failure("document.ID", "stands twice") }
    return id
  }
}

extension JSON {
  /// A snapshot with the members of older versions under their present names.
  fileprivate var withPresentNames: JSON {
    guard case .object(var snapshot) = self, case .object(var configuration) = snapshot["configuration"],
      let place = configuration.members.firstIndex(where: { $0.key == "switches" })
    else { return self }
    configuration.members[place].key = "assumptions"
    snapshot["configuration"] = .object(configuration)
    return .object(snapshot)
  }

  /// The first place at which this document differs from the one it should be.
  func firstDifference(from expected: JSON, at path: String) -> SnapshotError? {
    // Equal parts are passed over before a place is spelled out for them.
    guard self != expected else { return nil }
    switch (self, expected) {
    case (.object(let mine), .object(let theirs)):
      for (index, member) in mine.members.enumerated()
      where index >= theirs.members.count || member != theirs.members[index] {
        let place = path.isEmpty ? member.key : "\(path).\(member.key)"
        guard index < theirs.members.count, theirs.members[index].key == member.key else {
          return SnapshotError(path: place, reason: "is not known, or not at its place")
        }
        if let difference = member.value.firstDifference(from: theirs.members[index].value, at: place) {
          return difference
        }
      }
      guard mine.members.count == theirs.members.count else {
        let missing = theirs.members[mine.members.count].key
        return SnapshotError(path: path.isEmpty ? missing : "\(path).\(missing)", reason: "is missing")
      }
      return nil
    case (.array(let mine), .array(let theirs)):
      for (index, element) in mine.enumerated() where index < theirs.count && element != theirs[index] {
        if let difference = element.firstDifference(from: theirs[index], at: "\(path)[\(index)]") {
          return difference
        }
      }
      guard mine.count == theirs.count else {
        return SnapshotError(path: path, reason: "has \(mine.count) elements and must have \(theirs.count)")
      }
      return nil
    default: return SnapshotError(path: path, reason: "is \(text()) and must be \(expected.text())")
    }
  }
}
