import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// The name of an endpoint whose document has none (reference: hns, 1.5).
  static let defaultEndpointName = "Ethernet"

  /// The minor schema version that brought IpSubnets to endpoints (reference: hns, 1.5).
  static let ipSubnetSchema = 3

  /// Creates an endpoint: reads the document, takes addresses and ports, and checks for conflicts.
  ///
  /// A namespace named in the document is not looked at: the member is read-only to clients
  /// (reference: hns, 1.5).
  mutating func createEndpoint(
    id wanted: GUID, network handle: GUID?, _ settings: JSON
  ) throws(HCNError) -> GUID {
    let endpoint = try newEndpoint(id: wanted, network: handle, settings)
    nextOrdinal += 1
    insert(endpoint)
    return endpoint.id
  }

  /// The endpoint a create call makes, not yet added.
  ///
  /// It stands apart from the call so that nothing holds a copy of the network while its tables are
  /// changed.
  private func newEndpoint(
    id wanted: GUID, network handle: GUID?, _ settings: JSON
  ) throws(HCNError) -> EndpointObject {
    let reader = try DocumentReader(try V1Translation.endpoint(settings), .invalidEndpoint)
    var stated = try reader.guid("HostComputeNetwork")
    if stated == nil, let name = settings["VirtualNetworkName"]?.string { stated = networkNames[name] }
    guard let networkID = handle ?? stated else {
      throw HCNError(.networkNotFound, detail: "the document names no network")
    }
    let network = try existing(network: networkID)
    let name = try reader.text("Name") ?? ""
    let id = try identity(
      .endpoint, wanted: wanted, document: reader.objectID(), owner: networkID, name: name,
      taken: .objectAlreadyExists)
    var endpoint = try readEndpoint(reader, id: id, ordinal: nextOrdinal, network: network)
    endpoint.v1Members = V1Translation.ownEndpointMembers(settings)
    if endpoint.name.isEmpty { endpoint.name = Self.defaultEndpointName }
    try takeAddresses(&endpoint, network)
    try takeMAC(&endpoint, network)
    if endpoint.dns.isEmpty { endpoint.dns = network.dns }
    if endpoint.routes.isEmpty { endpoint.routes = inheritedRoutes(endpoint, network) }
    if network.driver == .l2bridge, !endpoint.policies.contains(where: { $0.type == PolicyName.l2Driver }) {
      endpoint.policies.append(Policy(type: PolicyName.l2Driver, settings: [:]))
    }
    endpoint.policies = try withPorts(endpoint.policies, endpoint: id)
    try checkReferences(of: endpoint.policies, network)
    return endpoint
  }

  /// Reads the document of an endpoint as it stands; addresses are checked against the network.
  ///
  /// In a restored document, which comes with a pool of policies, an absent IpSubnet means none; in a
  /// client's, the one that fits.
  func readEndpoint(
    _ reader: DocumentReader, id: GUID, ordinal: Int64, network: NetworkObject,
    restoring pool: PolicyPool? = nil
  ) throws(HCNError) -> EndpointObject {
    let isRestored = pool != nil
    var endpoint = EndpointObject(id: id, ordinal: ordinal, network: network.id)
    endpoint.name = try reader.text("Name") ?? ""
    endpoint.owner = try reader.text("Owner") ?? ""
    endpoint.additionalParams = reader.value("AdditionalParams")
    endpoint.policies = try endpointPolicies(reader, network.driver, pool)
    endpoint.dns = try reader.dns()
    endpoint.routes = try reader.routes()
    endpoint.mac = try reader.mac("MacAddress") ?? MACAddress(0)
    endpoint.flags = try reader.word("Flags") ?? 0
    endpoint.schemaVersion = try reader.schemaVersion()
    for part in try reader.children("IpConfigurations") {
      guard let address = try part.address("IpAddress") else { continue }
      let length = try part.whole("PrefixLength", upTo: 128).map { Int($0) } ?? 0
      var place = try placed(address, length, network, isRestored: isRestored)
      if let stated = try part.guid("IpSubnetId") {
        let parts = network.subnet(of: address)?.ipSubnets ?? []
        guard parts.contains(where: { $0.id == stated && $0.prefix.contains(address) }) else {
          throw HCNError(.subnetNotFound, detail: "\(address) does not lie in the IP subnet \(stated)")
        }
        place.ipSubnet = stated
      } else if isRestored, configuration.schemaMinor >= Self.ipSubnetSchema {
        place.ipSubnet = nil
      }
      endpoint.ipConfigurations.append(place)
    }
    return endpoint
  }

  func endpointPolicies(
    _ reader: DocumentReader, _ driver: NetworkDriver, _ pool: PolicyPool? = nil
  ) throws(HCNError) -> [Policy] {
    let policies = PolicyReader(
      configuration: configuration, driver: driver, forms: PolicyForm.endpoint, pool: pool)
    return try policies.policies(reader.list("Policies"))
  }

  // MARK: Addresses

  /// An address with its place in the network: the prefix length of the subnet unless one is stated,
  /// and the narrowest IpSubnet that holds it (reference: hns, 6.2).
  private func placed(
    _ address: IPAddress, _ length: Int, _ network: NetworkObject, isRestored: Bool = false
  ) throws(HCNError) -> IPConfiguration {
    let width = address.family.bitWidth
    guard length <= width else {
      throw HCNError(.invalidPrefix, detail: "\(address) has the prefix length \(length)")
    }
    guard let subnet = network.subnet(of: address) else {
      guard network.subnets.isEmpty else {
        throw HCNError(.invalidIP, detail: "\(address) lies in no subnet of the network")
      }
      return IPConfiguration(address: address, length: length == 0 ? width : length)
    }
    if !isRestored, length == width, subnet.prefix.length != width,
      !configuration.version.has(.slash32EndpointPrefixes)
    {
      throw HCNError(
        .invalidPrefix, detail: "HNS \(configuration.version) takes no prefix length of \(width)")
    }
    let part = subnet.ipSubnets.filter { $0.prefix.contains(address) }
      .max { $0.prefix.length < $1.prefix.length }
    return IPConfiguration(
      address: address, length: length == 0 ? subnet.prefix.length : length, ipSubnet: part?.id)
  }

  /// Checks stated addresses, or takes one of each family the network has a subnet of.
  ///
  /// Only stated addresses are taken where there are any. With a DHCP server, and on a transparent
  /// network without subnets, an endpoint has no address of its own accord; elsewhere a network
  /// without a subnet, or one whose subnets are full, is refused as lacking a subnet, which is this
  /// project's choice of code.
  private func takeAddresses(
    _ endpoint: inout EndpointObject, _ network: NetworkObject
  ) throws(HCNError) {
    try checkAddresses(endpoint, network)
    guard endpoint.ipConfigurations.isEmpty, !network.usesDHCP else { return }
    let subnets = network.subnets
    guard !subnets.isEmpty else {
      guard network.driver == .transparent else {
        throw HCNError(.subnetNotFound, detail: "the network has no subnet to take an address from")
      }
      return
    }
    for family in AddressFamily.allCases {
      let matching = subnets.filter { $0.prefix.family == family }
      guard !matching.isEmpty else { continue }
      var address: IPAddress?
      for subnet in matching where address == nil {
        address = freeAddress(in: subnet, of: network, for: endpoint.id)
      }
      guard let address else {
        throw HCNError(
          .subnetNotFound,
          detail: "no address is free in \(matching.map { "\($0.prefix)" }.joined(separator: ", "))")
      }
      endpoint.ipConfigurations.append(try placed(address, 0, network))
    }
  }

  /// Refuses addresses that are held, reserved, or stated twice.
  func checkAddresses(_ endpoint: EndpointObject, _ network: NetworkObject) throws(HCNError) {
    var own: Set<IPAddress> = []
    for configuration in endpoint.ipConfigurations {
      let address = configuration.address
      func refuse(_ reason: String) -> HCNError {
        HCNError(.addressInvalidOrReserved, detail: "\(address) \(reason)")
      }
      guard own.insert(address).inserted else { throw refuse("is stated twice") }
      if let holder = network.addresses[address] { throw refuse("is held by the endpoint \(holder)") }
      if hostAddresses.contains(address) { throw refuse("is the host's own") }
      if network.subnet(of: address)?.isReserved(address) ?? false {
        throw refuse("is the network's, the gateway's or the broadcast address")
      }
    }
  }

  /// Checks a stated MAC address, or takes one of the network's pool.
  ///
  /// The code for a MAC address in use and for an exhausted pool is this project's choice.
  private func takeMAC(_ endpoint: inout EndpointObject, _ network: NetworkObject) throws(HCNError) {
    guard endpoint.mac.value != 0 else {
      guard let mac = freeMAC(of: network, for: endpoint.id) else {
        throw HCNError(.invalidEndpoint, detail: "no address is free in the network's MAC pool")
      }
      endpoint.mac = mac
      return
    }
    try checkMAC(endpoint, network)
  }

  func checkMAC(_ endpoint: EndpointObject, _ network: NetworkObject) throws(HCNError) {
    guard !endpoint.mac.isMulticast else {
      throw HCNError(.invalidEndpoint, detail: "\(endpoint.mac) is the address of a group")
    }
    if let holder = network.macs[endpoint.mac] {
      throw HCNError(.invalidEndpoint, detail: "\(endpoint.mac) is held by the endpoint \(holder)")
    }
  }

  /// The default routes of the subnets the endpoint has addresses in.
  private func inheritedRoutes(_ endpoint: EndpointObject, _ network: NetworkObject) -> [Route] {
    var routes: [Route] = []
    for configuration in endpoint.ipConfigurations {
      for route in network.subnet(of: configuration.address)?.routes ?? []
      where route.isDefault && !routes.contains(route) {
        routes.append(route)
      }
    }
    return routes
  }

  // MARK: Published ports

  /// The policies with an external port for every mapping, checked against the host's other mappings
  /// (reference: hns, 6.5).
  ///
  /// - Parameters:
  ///   - policies: The whole list the endpoint shall have.
  ///   - endpoint: The endpoint, whose own ports of now do not count as taken.
  /// - Returns: The policies, each mapping with its port.
  /// - Throws: ``HCNErrorCode/portAlreadyExists`` for a port that is taken or when none is free.
  func withPorts(_ policies: [Policy], endpoint: GUID) throws(HCNError) -> [Policy] {
    var result = policies
    var taken = Set(policies.compactMap { $0.mapping?.externalPort == 0 ? nil : $0.mapping?.key })
    var seen: Set<PortMapping.Key> = []
    for (index, policy) in policies.enumerated() {
      guard var mapping = policy.mapping else { continue }
      if mapping.externalPort == 0 {
        guard let port = freePort(for: mapping, taken: taken, endpoint: endpoint) else {
          throw HCNError(.portAlreadyExists, detail: "no port of the dynamic range is free")
        }
        mapping.externalPort = port
        taken.insert(mapping.key)
        let settings = PolicyReader.numbered(policy.settings.object ?? JSONObject(), mapping)
        result[index] = Policy(type: policy.type, settings: settings, mapping: mapping)
      }
      let holder = publishedPorts[mapping.key]
      guard seen.insert(mapping.key).inserted, holder == nil || holder == endpoint else {
        throw HCNError(
          .portAlreadyExists,
          detail: "\(mapping.protocol) port \(mapping.externalPort) of the host is published already")
      }
    }
    return result
  }

  // MARK: Insertion and removal

  /// Adds a checked endpoint.
  mutating func insert(_ endpoint: EndpointObject) {
    endpoints[endpoint.id] = endpoint
    networks[endpoint.network]?.endpoints.insert(endpoint.id)
    for configuration in endpoint.ipConfigurations {
      networks[endpoint.network]?.addresses[configuration.address] = endpoint.id
    }
    networks[endpoint.network]?.macs[endpoint.mac] = endpoint.id
    for policy in endpoint.policies {
      if let mapping = policy.mapping { publishedPorts[mapping.key] = endpoint.id }
    }
  }

  mutating func deleteEndpoint(_ id: GUID) throws(HCNError) {
    let endpoint = try existing(endpoint: id)
    if let namespace = endpoint.namespace { take(endpoint: id, outOf: namespace) }
    dropReferences(to: id)
    for policy in endpoint.policies {
      if let mapping = policy.mapping { publishedPorts[mapping.key] = nil }
    }
    networks[endpoint.network]?.endpoints.remove(id)
    for configuration in endpoint.ipConfigurations {
      networks[endpoint.network]?.addresses[configuration.address] = nil
    }
    networks[endpoint.network]?.macs[endpoint.mac] = nil
    endpoints[id] = nil
  }
}
