import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// The ordinal of an entry in the order of creation; it must be unique.
  private func ordinal(_ entry: SnapshotReader, _ seen: inout Set<Int64>) throws(SnapshotError) -> Int64 {
    let ordinal = try entry.integer("ordinal", 1...Self.ordinalLimit)
    guard ordinal < nextOrdinal else { throw entry.failure("ordinal", "must be below 'nextOrdinal'") }
    guard seen.insert(ordinal).inserted else { throw entry.failure("ordinal", "is not unique") }
    return ordinal
  }

  private func entryID(_ entry: SnapshotReader) throws(SnapshotError) -> GUID {
    let document = try SnapshotReader(entry.object["document"], entry.path(of: "document"))
    guard let id = GUID(try document.text("ID")), !id.isZero else {
      throw document.failure("ID", "is not the id of an object")
    }
    return id
  }

  /// Restores a network.
  ///
  /// - Returns: The entry it is written as.
  mutating func restoreNetwork(
    _ entry: SnapshotReader, _ ordinals: inout Set<Int64>
  ) throws(SnapshotError) -> JSON {
    try entry.allow(["ordinal", "extensions", "document", "v1", "isSettled"])
    let id = try entryID(entry)
    guard networks[id] == nil else { throw entry.failure("document.ID", "is not unique") }
    let ordinal = try ordinal(entry, &ordinals)
    let extensions = try SnapshotReader(entry.object["extensions"], entry.path(of: "extensions"))
    let document = entry.object["document"] ?? .null
    var network: NetworkObject
    do throws(HCNError) {
      let document = try DocumentReader(document, .invalidNetwork)
      network = try self.network(try HostComputeNetwork(document, id: id), ordinal: ordinal)
      if !network.name.isEmpty, networkNames[network.name] != nil {
        throw HCNError(.networkAlreadyExists, detail: "the name '\(network.name)' is not unique")
      }
      try checkRestored(network)
    } catch { throw entry.failure("document", "\(error)") }
    for member in extensions.object.members {
      guard let target = GUID(member.key), let isEnabled = member.value.bool else {
        throw extensions.failure(member.key, "is not a switch extension that is true or false")
      }
      network.extensions[target] = isEnabled
    }
    network.v1Members = try entry.object(ifPresent: "v1")
    network.hasManagementIP = try entry.flag("isSettled", default: true)
    insert(network)
    return self.entry(of: network)
  }

  /// The checks of a network that apply in every state of a host.
  ///
  /// That a layer's network still exists is not one of them: it can be deleted.
  private func checkRestored(_ network: NetworkObject) throws(HCNError) {
    guard !network.macPool.isEmpty else {
      throw HCNError(.invalidNetwork, detail: "the network has no MAC pool")
    }
    do throws(HCNError) { try check(network) } catch {
      guard error.code == .layerNotFound else { throw error }
    }
  }

  /// Restores an endpoint.
  ///
  /// - Parameters:
  ///   - entry: The entry, whose document has no list of policies.
  ///   - ordinals: The ordinals already used.
  ///   - policies: Returns the policies for the driver of the network.
  mutating func restoreEndpoint(
    _ entry: SnapshotReader, _ ordinals: inout Set<Int64>,
    policies: (NetworkDriver) throws(SnapshotError) -> [Policy]
  ) throws(SnapshotError) -> EndpointObject {
    try entry.allow(["ordinal", "document", "v1", "isFromV1", "isDetached"])
    let id = try entryID(entry)
    guard endpoints[id] == nil else { throw entry.failure("document.ID", "is not unique") }
    var endpoint = try restored(entry, id: id, ordinal: try ordinal(entry, &ordinals), policies: policies)
    endpoint.v1Members = try entry.object(ifPresent: "v1")
    endpoint.isFromV1 = try entry.flag("isFromV1", default: false)
    endpoint.isDetached = try entry.flag("isDetached", default: false)
    insert(endpoint)
    return endpoint
  }

  /// An endpoint that is not yet added.
  ///
  /// It is separate so that no copy of the network is alive while its tables are changed.
  private func restored(
    _ entry: SnapshotReader, id: GUID, ordinal: Int64,
    policies: (NetworkDriver) throws(SnapshotError) -> [Policy]
  ) throws(SnapshotError) -> EndpointObject {
    let network: NetworkObject
    var result: EndpointObject
    do throws(HCNError) {
      let reader = try DocumentReader(entry.object["document"] ?? .null, .invalidEndpoint)
      guard let networkID = try reader.guid("HostComputeNetwork") else {
        throw HCNError(.networkNotFound, detail: "the document does not specify a network")
      }
      network = try existing(network: networkID)
      let stated = try HostComputeEndpoint(reader, network: networkID)
      result = try endpoint(stated, id: id, ordinal: ordinal, network, isRestored: true)
    } catch { throw entry.failure("document", "\(error)") }
    result.policies = try policies(network.driver)
    do throws(HCNError) { try checkRestored(result, network) } catch {
      throw entry.failure("document", "\(error)")
    }
    return result
  }

  private func checkRestored(_ endpoint: EndpointObject, _ network: NetworkObject) throws(HCNError) {
    try checkAddresses(endpoint, network)
    guard endpoint.mac.value != 0 else { throw HCNError(.invalidEndpoint, detail: "there is no MAC address") }
    try checkMAC(endpoint, network)
    guard endpoint.policies.allSatisfy({ $0.mapping?.externalPort != 0 }) else {
      throw HCNError(.invalidPolicy, detail: "a port mapping has no external port")
    }
    _ = try withPorts(endpoint.policies, endpoint: endpoint.id, isRestored: true)
    try checkReferences(of: endpoint.policies, network)
  }

  /// Restores a namespace.
  ///
  /// - Returns: The entry it is written as.
  mutating func restoreNamespace(
    _ entry: SnapshotReader, _ ordinals: inout Set<Int64>
  ) throws(SnapshotError) -> JSON {
    try entry.allow(["ordinal", "keepsCompartment", "document", "isImplicit"])
    let id = try entryID(entry)
    guard namespaces[id] == nil else { throw entry.failure("document.ID", "is not unique") }
    let ordinal = try ordinal(entry, &ordinals)
    var namespace: NamespaceObject
    let number: UInt32?
    let guid: GUID?
    do throws(HCNError) {
      let reader = try DocumentReader(entry.object["document"] ?? .null, .invalidArgument)
      let stated = try HostComputeNamespace(reader, id: id)
      namespace = NamespaceObject(stated, ordinal: ordinal)
      namespace.resources = try HostComputeNamespace.resources(reader)
      number = try reader.word("NamespaceId")
      guid = try reader.guid("NamespaceGuid")
    } catch { throw entry.failure("document", "\(error)") }
    namespace.keepsCompartment = try entry.flag("keepsCompartment")
    namespace.isImplicit = try entry.flag("isImplicit", default: false)
    if namespace.isImplicit, namespace.endpoints.isEmpty {
      throw entry.failure("isImplicit", "is not valid for a namespace without endpoints")
    }
    if namespace.type == .hostDefault, namespace.keepsCompartment {
      throw entry.failure("keepsCompartment", "is not valid for a namespace of type HostDefault")
    }
    for endpoint in namespace.endpoints {
      guard let object = endpoints[endpoint], object.namespace == nil, !object.isRemote else {
        throw entry.failure(
          "document.Resources", "endpoint \(endpoint) is missing, in another namespace or on another host")
      }
      endpoints[endpoint]?.namespace = id
    }
    guard (number != nil) == namespace.needsCompartment else {
      throw entry.failure("document.NamespaceId", "does not match the resources of the namespace")
    }
    if namespace.type != .hostDefault { namespace.compartment = number }
    if namespace.type == .host, let number {
      let isFresh = number > 1 && compartmentOwners[number] == nil
      guard isFresh, number < nextCompartment || configuration.assumptions.compartmentIds == .lowestFree
      else {
        throw entry.failure("document.NamespaceId", "the number \(number) cannot have been assigned")
      }
      compartmentOwners[number] = id
    } else if let number, number != (namespace.type == .hostDefault ? 1 : 2) {
      throw entry.failure("document.NamespaceId", "the number \(number) cannot have been assigned")
    }
    // Of a real host the GUID is its own, and not derived.
    if let guid, compartment(of: namespace)?.guid != guid { namespace.compartmentGUID = guid }
    namespaces[id] = namespace
    return self.entry(of: namespace)
  }
}

extension HostNetworkingService {
  /// Restores the compartment of the distributed router.
  ///
  /// Snapshots of older versions have none; then it gets the next free number.
  mutating func restoreRouterCompartment(_ reader: SnapshotReader) throws(SnapshotError) {
    let name = "routerCompartment"
    if reader.object[name] != nil {
      let number = UInt32(try reader.integer(name, 2...Self.compartmentLimit))
      guard compartmentOwners[number] == nil,
        number < nextCompartment || configuration.assumptions.compartmentIds == .lowestFree
      else { throw reader.failure(name, "the number \(number) cannot have been assigned") }
      routerCompartment = number
    }
    let stated = routerCompartment
    updateRouterCompartment()
    guard stated == nil || stated == routerCompartment else {
      throw reader.failure(name, "must be omitted without an overlay network that has one")
    }
  }

  /// Restores a load balancer.
  ///
  /// - Returns: The entry it is written as.
  mutating func restoreLoadBalancer(
    _ entry: SnapshotReader, _ ordinals: inout Set<Int64>
  ) throws(SnapshotError) -> JSON {
    let id = try restoredID(entry, taken: { loadBalancers[$0] != nil }, allowing: ["isRestoring"])
    let isRestoring = try entry.flag("isRestoring", default: false)
    let ordinal = try ordinal(entry, &ordinals)
    do throws(HCNError) {
      let document = try DocumentReader(entry.object["document"] ?? .null, .invalidPolicy)
      let balancer = try readLoadBalancer(document, id: id, ordinal: ordinal)
      try checkFrontends(of: balancer)
      insert(balancer)
      if isRestoring { restoringLoadBalancers.insert(id) }
      return self.entry(of: balancer)
    } catch { throw entry.failure("document", "\(error)") }
  }

  /// Restores a route.
  ///
  /// - Returns: The entry it is written as.
  mutating func restoreRoute(
    _ entry: SnapshotReader, _ ordinals: inout Set<Int64>
  ) throws(SnapshotError) -> JSON {
    let id = try restoredID(entry, taken: { routes[$0] != nil })
    let ordinal = try ordinal(entry, &ordinals)
    do throws(HCNError) {
      let document = try DocumentReader(entry.object["document"] ?? .null, .invalidPolicy)
      let route = try readRoute(document, id: id, ordinal: ordinal)
      insert(route)
      return self.entry(of: route)
    } catch { throw entry.failure("document", "\(error)") }
  }

  /// Restores a guest network service.
  ///
  /// - Returns: The entry it is written as.
  mutating func restoreGuestNetworkService(
    _ entry: SnapshotReader, _ ordinals: inout Set<Int64>
  ) throws(SnapshotError) -> JSON {
    let id = try restoredID(entry, taken: { guestNetworkServices[$0] != nil })
    let ordinal = try ordinal(entry, &ordinals)
    do throws(HCNError) {
      let document = try DocumentReader(entry.object["document"] ?? .null, .invalidArgument)
      let service = GuestNetworkServiceObject(
        ordinal: ordinal, document: try HostComputeGuestNetworkService(document, id: id))
      guestNetworkServices[id] = service
      return self.entry(of: service)
    } catch { throw entry.failure("document", "\(error)") }
  }

  /// Restores the addresses of accelerated networking.
  mutating func restoreAcceleratedMACs(_ reader: SnapshotReader) throws(SnapshotError) {
    for (index, text) in try reader.texts("acceleratedMACs").enumerated() {
      guard let mac = MACAddress(text), mac.description == text else {
        throw reader.failure("acceleratedMACs[\(index)]", "'\(text)' is not a MAC address")
      }
      acceleratedMACs.append(mac)
    }
    guard !acceleratedMACs.isEmpty else {
      throw reader.failure("acceleratedMACs", "must be omitted if empty")
    }
  }

  private func restoredID(
    _ entry: SnapshotReader, taken: (GUID) -> Bool, allowing others: Set<String> = []
  ) throws(SnapshotError) -> GUID {
    try entry.allow(others.union(["ordinal", "document"]))
    let id = try entryID(entry)
    guard !taken(id) else { throw entry.failure("document.ID", "is not unique") }
    return id
  }
}
