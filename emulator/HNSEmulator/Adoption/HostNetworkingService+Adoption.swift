import HostModel
package import JSONText
package import NetworkTypes

/// What came of the document of a real host's object.
package struct Adoption: Hashable, Sendable {
  /// The object.
  package var id: GUID
  /// The policies that were not taken.
  package var refused: [RefusedPolicy] = []
  /// The addresses that were not taken, with the reasons.
  package var refusedAddresses: [RefusedAddress] = []
  /// The endpoints that a namespace lists and that are not in it here: unknown ones, those of other hosts, and
  /// those in another namespace.
  package var refusedEndpoints: [GUID] = []
  /// What the document lacks and was made up, in words.
  package var departures: [String] = []
}

/// An address of a real host's endpoint that its network here cannot have.
package struct RefusedAddress: Hashable, Sendable {
  /// The address.
  package var address: IPAddress
  /// Why it is refused.
  package var reason: String
}

/// Objects of a real host, taken over from its documents as they are: nothing is assigned that the document
/// leaves out, and what this service does not take is returned.
extension HostNetworkingService {
  /// Takes over a network.
  ///
  /// - Parameter document: Its document, of either schema.
  /// - Returns: What came of it.
  /// - Throws: ``HCNError`` if the network cannot exist on this host.
  package mutating func adopt(network document: JSON) throws(HCNError) -> Adoption {
    try Self.checkDepth(document)
    guard var object = document.object else { throw HCNError(.invalidJSON) }
    let stated = object["Policies"]?.array ?? []
    object["Policies"] = []
    var v2 = try V1Translation.network(.object(object)).object ?? JSONObject()
    let mode = try DocumentReader(.object(v2), .invalidNetwork)
      .enumeration("Type", NetworkMode.self, unknown: .invalidNetworkType)
    let driver = (mode ?? .nat).behavior
    var policies = AdoptedPolicies(configuration)
    let isNAT = driver == .nat
    // The VLAN of a nat network is one of its own, and not that of its subnets (reference: hns, 10.3).
    let vlan = isNAT ? stated.first { $0["Type"] == "VLAN" && $0["Settings"] == nil } : nil
    policies.addNetworkPolicies(stated.filter { $0 != vlan }, driver: driver, table: .network)
    policies.addV1Members(of: object)
    var refused = policies.refused
    v2["Policies"] = .array((v2["Policies"]?.array ?? []) + policies.documents)
    v2["Ipams"] = adoptedIPAMs(v2["Ipams"], driver, &refused)
    let reader = try DocumentReader(.object(v2), .invalidNetwork)
    guard let id = try reader.objectID() else {
      throw HCNError(.invalidNetwork, detail: "the document has no ID")
    }
    guard networks[id] == nil else { throw HCNError(.networkAlreadyExists) }
    var network = try self.network(try HostComputeNetwork(reader, id: id), ordinal: nextOrdinal)
    network.v1Members = V1Translation.ownNetworkMembers(document, v1Form)
    if let number = vlan?["VLAN"] { network.v1Members["VLAN"] = number }
    for part in object["Extensions"]?.array ?? [] {
      if let id = part["Id"]?.string.flatMap({ GUID($0) }), let isEnabled = part["IsEnabled"]?.bool {
        network.extensions[id] = isEnabled
      }
    }
    var departures: [String] = []
    if network.macPool.isEmpty {
      network.macPool = [drawnMACBlock(network.id)]
      departures.append("the pool of MAC addresses")
    }
    do throws(HCNError) { try check(network) } catch {
      guard error.code == .layerNotFound else { throw error }
    }
    if !network.name.isEmpty, networkNames[network.name] != nil {
      throw HCNError(.networkAlreadyExists, detail: "a network named '\(network.name)' already exists")
    }
    nextOrdinal += 1
    insert(network)
    return Adoption(id: id, refused: refused, departures: departures)
  }

  /// The groups of subnets with the policies that are valid.
  private func adoptedIPAMs(
    _ ipams: JSON?, _ driver: NetworkDriver, _ refused: inout [RefusedPolicy]
  ) -> JSON? {
    guard let groups = ipams?.array else { return ipams }
    return .array(
      groups.map { group in
        guard var object = group.object, let subnets = object["Subnets"]?.array else { return group }
        object["Subnets"] = .array(
          subnets.map { subnet in
            guard var subnet = subnet.object else { return subnet }
            var policies = AdoptedPolicies(configuration)
            policies.addNetworkPolicies(subnet["Policies"]?.array ?? [], driver: driver, table: .subnet)
            refused += policies.refused
            subnet["Policies"] = .array(policies.documents)
            return .object(subnet)
          })
        return .object(object)
      })
  }

  /// Takes over an endpoint; its network must have been taken over before.
  ///
  /// - Parameter document: Its document, of either schema.
  /// - Returns: What came of it.
  /// - Throws: ``HCNError`` if the endpoint cannot exist on this host.
  package mutating func adopt(endpoint document: JSON) throws(HCNError) -> Adoption {
    try Self.checkDepth(document)
    guard var object = document.object else { throw HCNError(.invalidJSON) }
    let statedPolicies = object["Policies"]?.array ?? []
    object["Policies"] = []
    let translated = try V1Translation.endpoint(.object(object))
    let reader = try DocumentReader(translated ?? .object(object), .invalidEndpoint)
    guard let id = try reader.objectID() else {
      throw HCNError(.invalidEndpoint, detail: "the document has no ID")
    }
    guard endpoints[id] == nil else { throw HCNError(.objectAlreadyExists) }
    let network = try adoptedNetwork(of: document, reader)
    var policies = AdoptedPolicies(configuration)
    policies.addEndpointPolicies(statedPolicies, driver: network.driver)
    var departures: [String] = []
    var refused: [RefusedAddress] = []
    var stated = try HostComputeEndpoint(reader, network: network.id)
    let addresses = stated.addresses
    stated.addresses = []
    for part in addresses {
      var trial = stated
      trial.policies = []
      trial.addresses = [part]
      do throws(HCNError) {
        let alone = try endpoint(trial, id: id, ordinal: nextOrdinal, network, isRestored: true)
        try checkAddresses(alone, network)
        stated.addresses.append(part)
      } catch {
        refused.append(RefusedAddress(address: part.address, reason: error.reason))
      }
    }
    var result = try endpoint(stated, id: id, ordinal: nextOrdinal, network, isRestored: true)
    result.policies += policies.policies
    try PolicyReader(configuration: configuration, driver: network.driver, table: .endpoint)
      .checkParameters(result.policies)
    result.isFromV1 = translated != nil
    result.v1Members = V1Translation.ownEndpointMembers(document, v1Form)
    if result.mac.value == 0 {
      guard let mac = freeMAC(of: network, for: id) else {
        throw HCNError(.invalidEndpoint, detail: "no address is free in the network's MAC pool")
      }
      result.mac = mac
      departures.append("the MAC address")
    }
    try checkMAC(result, network)
    result.policies = try withPorts(result.policies, endpoint: id, isRestored: true)
    try checkReferences(of: result.policies, network)
    nextOrdinal += 1
    insert(result)
    return Adoption(
      id: id, refused: policies.refused, refusedAddresses: refused, departures: departures)
  }

  /// The network of an endpoint's document, by its id or else by its name.
  private func adoptedNetwork(
    of document: JSON, _ reader: DocumentReader
  ) throws(HCNError) -> NetworkObject {
    if let id = try reader.guid("HostComputeNetwork") { return try existing(network: id) }
    if let name = document["VirtualNetworkName"]?.string, let id = networkNames[name] {
      return try existing(network: id)
    }
    throw HCNError(.networkNotFound, detail: "the document does not specify a network")
  }

  /// Takes over a load balancer or a route, from its document of schema 2 or from a policy list.
  ///
  /// - Parameter document: The document.
  /// - Returns: What came of it.
  /// - Throws: ``HCNError`` if the object cannot exist on this host.
  package mutating func adopt(loadBalancer document: JSON) throws(HCNError) -> Adoption {
    try Self.checkDepth(document)
    var settings = document
    var kind = HCNObjectKind.loadBalancer
    if document["References"] != nil {
      (kind, settings) = try V1PolicyList.document(document)
    } else if document["PortMappings"] == nil, document["Setting"] != nil || document["Routes"] != nil {
      kind = .route
    }
    let reader = try DocumentReader(settings, .invalidPolicy)
    guard let id = try reader.objectID() else {
      throw HCNError(.invalidPolicy, detail: "the document has no ID")
    }
    guard loadBalancers[id] == nil, routes[id] == nil else { throw HCNError(.objectAlreadyExists) }
    if kind == .route {
      insert(try readRoute(reader, id: id, ordinal: nextOrdinal))
    } else {
      let balancer = try readLoadBalancer(reader, id: id, ordinal: nextOrdinal)
      try checkFrontends(of: balancer)
      insert(balancer)
    }
    nextOrdinal += 1
    return Adoption(id: id)
  }
}

extension AdoptedPolicies {
  /// Adds what documents of schema 1 have as members of the network, and schema 2 as policies.
  fileprivate mutating func addV1Members(of object: JSONObject) {
    func add(_ type: PolicyType, _ member: String, _ text: JSON?) {
      guard let text = text?.string, !text.isEmpty else { return }
      append([
        "Type": .string(type.rawValue), "Settings": .object(JSONObject([.init(member, .string(text))])),
      ])
    }
    guard object["Ipams"] == nil else { return }
    let type = object["Type"]?.string?.lowercased() ?? ""
    guard ["l2bridge", "overlay"].contains(type) else { return }
    add(.providerAddress, "ProviderAddress", object["ManagementIP"])
    add(.drMACAddress, "Address", object["DrMacAddress"])
  }

  private mutating func append(_ document: JSON) {
    if !documents.contains(where: { $0["Type"] == document["Type"] }) { documents.append(document) }
  }
}
