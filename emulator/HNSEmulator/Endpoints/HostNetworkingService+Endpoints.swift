import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// The name of an endpoint whose document has none (reference: hns, 1.5).
  static let defaultEndpointName = "Ethernet"

  /// The minor schema version that added IpSubnets to endpoints (reference: hns, 1.5).
  static let ipSubnetSchema = 3

  /// Creates an endpoint: parses the document, assigns addresses and ports, and checks for conflicts.
  ///
  /// Whether it joins a namespace that the document names is the assumption `namespaceOnCreate` (reference: hns,
  /// 1.5).
  mutating func createEndpoint(
    id requestedID: GUID, network handle: GUID?, _ document: JSON
  ) throws(HCNError) -> GUID {
    let translated = try V1Translation.endpoint(document)
    let reader = try DocumentReader(translated ?? document, .invalidEndpoint)
    var named = try reader.guid("HostComputeNetwork")
    if named == nil, let name = document["VirtualNetworkName"]?.string { named = networkNames[name] }
    guard let network = handle ?? named else {
      throw HCNError(.networkNotFound, detail: "the document does not specify a network")
    }
    guard networks[network] != nil else { throw missing(.network, network) }
    var stated = try HostComputeEndpoint(reader, network: network)
    stated.id = statedID(requestedID, try reader.objectID())
    let namespace = try namespace(of: reader, isRemote: stated.isRemote)
    let id = try makeEndpoint(
      stated, isFromV1: translated != nil, v1Members: V1Translation.ownEndpointMembers(document, v1Form))
    if let namespace { try changeResources(ofNamespace: namespace, .add, .endpoint(id)) }
    return id
  }

  /// The namespace that a new endpoint joins; all zeros are none.
  private func namespace(of reader: DocumentReader, isRemote: Bool) throws(HCNError) -> GUID? {
    guard configuration.assumptions.namespaceOnCreate == .joined,
      let id = try reader.guid("HostComputeNamespace"), id != .zero
    else { return nil }
    guard namespaces[id]?.isImplicit == false else { throw missing(.namespace, id) }
    guard !isRemote else {
      throw HCNError(.invalidRemoteEndpointOperation, detail: "the endpoint is on another host")
    }
    return id
  }

  /// Creates an endpoint from its typed document.
  mutating func makeEndpoint(
    _ wanted: HostComputeEndpoint, isFromV1: Bool = false, v1Members: JSONObject = JSONObject()
  ) throws(HCNError) -> GUID {
    var endpoint = try newEndpoint(wanted, v1Members)
    endpoint.isFromV1 = isFromV1
    nextOrdinal += 1
    insert(endpoint)
    return endpoint.id
  }

  /// The endpoint of a create call, not yet added.
  ///
  /// It is separate so that no copy of the network is alive while its tables are changed.
  private func newEndpoint(
    _ wanted: HostComputeEndpoint, _ v1Members: JSONObject
  ) throws(HCNError) -> EndpointObject {
    let network = try existing(network: wanted.network)
    let id = try newID(
      .endpoint, requested: wanted.id, document: nil, owner: network.id, name: wanted.name,
      errorIfTaken: .objectAlreadyExists)
    var endpoint = try endpoint(wanted, id: id, ordinal: nextOrdinal, network)
    endpoint.v1Members = v1Members
    if endpoint.name.isEmpty { endpoint.name = Self.defaultEndpointName }
    try takeAddresses(&endpoint, network)
    try takeMAC(&endpoint, network)
    if endpoint.routes.isEmpty { endpoint.routes = inheritedRoutes(endpoint, network) }
    if endpoint.dns.isEmpty { endpoint.dns = inheritedDNS(endpoint, network) }
    if PolicyTable.endpoint.adds(.l2Driver, on: network.driver),
      !endpoint.policies.contains(where: { $0.type == .l2Driver })
    {
      // Most endpoints have no other policies, and then all share one list.
      if endpoint.policies.isEmpty {
        endpoint.policies = Self.l2DriverPolicies
      } else {
        endpoint.policies += Self.l2DriverPolicies
      }
    }
    endpoint.policies = try withPorts(endpoint.policies, endpoint: id)
    try checkReferences(of: endpoint.policies, network)
    return endpoint
  }

  /// The DNS settings for an endpoint without any: those of its network, or else those of the host, with the
  /// gateway as the first server if the endpoint asks for the internal DNS (reference: hns, 6.2 and 10.3).
  private func inheritedDNS(_ endpoint: EndpointObject, _ network: NetworkObject) -> DNSSettings {
    guard network.dns.isEmpty, !endpoint.isRemote else { return network.dns }
    var settings = configuration.dns.settings
    if endpoint.v1Members["EnableInternalDNS"] == true,
      let gateway = endpoint.routes.first(where: \.isDefault)
    {
      settings.servers.insert("\(gateway.nextHop)", at: 0)
    }
    return settings
  }

  /// The policies that every l2bridge endpoint has (reference: hns, 1.8).
  private static let l2DriverPolicies = [Policy(type: .l2Driver, settings: [:])]

  /// The endpoint as requested; addresses are checked against the network.
  ///
  /// In a restored document an absent IpSubnet means none; in a client's document, the one that fits.
  func endpoint(
    _ stated: HostComputeEndpoint, id: GUID, ordinal: Int64, _ network: NetworkObject,
    isRestored: Bool = false
  ) throws(HCNError) -> EndpointObject {
    var endpoint = EndpointObject(id: id, ordinal: ordinal, network: network.id)
    endpoint.name = stated.name
    endpoint.owner = stated.owner
    endpoint.additionalParams = stated.additionalParams
    if !stated.policies.isEmpty {
      let reader = PolicyReader(configuration: configuration, driver: network.driver, table: .endpoint)
      endpoint.policies = try reader.validated(stated.policies)
    }
    endpoint.dns = stated.dns
    endpoint.routes = stated.routes
    endpoint.mac = stated.mac ?? MACAddress(0)
    endpoint.flags = stated.flags
    endpoint.schemaVersion = stated.schemaVersion
    for part in stated.addresses {
      let address = part.address
      guard !endpoint.isRemote else {
        endpoint.ipConfigurations.append(try Self.remote(part, network))
        continue
      }
      var ipConfiguration = try placed(address, part.length, network, isRestored: isRestored)
      if let wanted = part.ipSubnet {
        let parts = network.subnet(of: address)?.ipSubnets ?? []
        guard parts.contains(where: { $0.id == wanted && $0.prefix.contains(address) }) else {
          throw HCNError(.subnetNotFound, detail: "\(address) is not in IP subnet \(wanted)")
        }
        ipConfiguration.ipSubnet = wanted
      } else if isRestored, configuration.schemaMinor >= Self.ipSubnetSchema {
        ipConfiguration.ipSubnet = nil
      }
      endpoint.ipConfigurations.append(ipConfiguration)
    }
    return endpoint
  }

  // MARK: Addresses

  /// An address of an endpoint on another host, which is taken from no subnet (reference: hns, 10.1).
  private static func remote(
    _ part: IPConfiguration, _ network: NetworkObject
  ) throws(HCNError) -> IPConfiguration {
    let width = part.address.family.bitWidth
    guard (0...width).contains(part.length) else {
      throw HCNError(.invalidPrefix, detail: "\(part.address) has the prefix length \(part.length)")
    }
    var result = part
    result.ipSubnet = nil
    if part.length == 0 { result.length = network.subnet(of: part.address)?.prefix.length ?? width }
    return result
  }

  /// An address with its prefix length, by default that of the subnet, and with the narrowest IpSubnet that
  /// contains it (reference: hns, 6.2).
  private func placed(
    _ address: IPAddress, _ length: Int, _ network: NetworkObject, isRestored: Bool = false
  ) throws(HCNError) -> IPConfiguration {
    let width = address.family.bitWidth
    guard (0...width).contains(length) else {
      throw HCNError(.invalidPrefix, detail: "\(address) has the prefix length \(length)")
    }
    guard let subnet = network.subnet(of: address) else {
      guard network.subnets.isEmpty else {
        throw HCNError(.invalidIP, detail: "\(address) is not in any subnet of the network")
      }
      return IPConfiguration(address: address, length: length == 0 ? width : length)
    }
    if !isRestored, length == width, subnet.prefix.length != width,
      !configuration.version.has(.slash32EndpointPrefixes)
    {
      throw HCNError(
        .invalidPrefix, detail: "HNS \(configuration.version) does not support a prefix length of \(width)")
    }
    return Self.placed(address, length, in: subnet)
  }

  private static func placed(_ address: IPAddress, _ length: Int, in subnet: Subnet) -> IPConfiguration {
    var part: IPSubnet?
    for candidate in subnet.ipSubnets where candidate.prefix.contains(address) {
      if part.map({ candidate.prefix.length > $0.prefix.length }) ?? true { part = candidate }
    }
    return IPConfiguration(
      address: address, length: length == 0 ? subnet.prefix.length : length, ipSubnet: part?.id)
  }

  /// Checks the given addresses, or assigns one of each family the network has a subnet of.
  ///
  /// If any address is given, none is assigned. With a DHCP server, and on a network without subnets that does
  /// not need them, no address is assigned; otherwise a network without a subnet, or with full subnets, causes the
  /// error for a missing subnet, which is this project's choice of code.
  private func takeAddresses(
    _ endpoint: inout EndpointObject, _ network: NetworkObject
  ) throws(HCNError) {
    try checkAddresses(endpoint, network)
    guard endpoint.ipConfigurations.isEmpty, !network.usesDHCP else { return }
    guard network.ipams.contains(where: { !$0.subnets.isEmpty }) else {
      guard network.driver == .transparent else {
        throw HCNError(.subnetNotFound, detail: "the network has no subnet to take an address from")
      }
      return
    }
    for family in AddressFamily.allCases {
      if var ipConfiguration = try freeIPConfiguration(of: family, network, for: endpoint.id) {
        if endpoint.isRemote { ipConfiguration.ipSubnet = nil }
        endpoint.ipConfigurations.append(ipConfiguration)
      }
    }
  }

  /// A free address in the first subnet of a family that has one; nil if the network has no such subnet.
  private func freeIPConfiguration(
    of family: AddressFamily, _ network: NetworkObject, for endpoint: GUID
  ) throws(HCNError) -> IPConfiguration? {
    var isWanted = false
    for ipam in network.ipams {
      for subnet in ipam.subnets where subnet.prefix.family == family && !subnet.isUnspecified {
        if let address = freeAddress(in: subnet, of: network, for: endpoint) {
          return Self.placed(address, 0, in: subnet)
        }
        isWanted = true
      }
    }
    guard isWanted else { return nil }
    let full = network.subnets.filter { $0.prefix.family == family }.map { "\($0.prefix)" }
    throw HCNError(.subnetNotFound, detail: "no address is free in \(full.joined(separator: ", "))")
  }

  /// Refuses addresses that are in use, reserved, or given twice.
  ///
  /// Endpoints on other hosts can have any address, each also that of another (reference: hns, 10.1).
  func checkAddresses(_ endpoint: EndpointObject, _ network: NetworkObject) throws(HCNError) {
    var own: Set<IPAddress> = []
    let isOne = endpoint.ipConfigurations.count == 1
    for configuration in endpoint.ipConfigurations {
      let address = configuration.address
      func refuse(_ reason: String) -> HCNError {
        HCNError(.addressInvalidOrReserved, detail: "\(address) \(reason)")
      }
      guard isOne || own.insert(address).inserted else { throw refuse("is given twice") }
      let others = endpoint.isRemote ? nil : network.remoteAddresses[address]?.min()
      if let holder = network.addresses[address] ?? others, !mayShare(holder, endpoint, network) {
        throw refuse("is in use by endpoint \(holder)")
      }
      guard !endpoint.isRemote else { continue }
      if isOfHost(address) { throw refuse("is the host's own") }
      if network.subnet(of: address)?.isReserved(address) ?? false {
        throw refuse("is the network's, the gateway's or the broadcast address")
      }
    }
  }

  /// Whether two endpoints can have one address: one of this host and one of another (reference: hns, 10.1).
  private func mayShare(_ holder: GUID, _ endpoint: EndpointObject, _ network: NetworkObject) -> Bool {
    guard let other = endpoints[holder], other.isRemote != endpoint.isRemote else { return false }
    return configuration.sharesRemoteAddresses(network.driver)
  }

  /// Checks the given MAC address, or assigns one from the network's pool.
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
      throw HCNError(.invalidEndpoint, detail: "\(endpoint.mac) is a multicast address")
    }
    if !endpoint.isRemote, let holder = network.macs[endpoint.mac] {
      throw HCNError(.invalidEndpoint, detail: "\(endpoint.mac) is in use by endpoint \(holder)")
    }
  }

  /// The default routes of the subnets that contain the endpoint's addresses.
  private func inheritedRoutes(_ endpoint: EndpointObject, _ network: NetworkObject) -> [HCNRoute] {
    // An endpoint with one address shares the list of its subnet if that has only default routes.
    if endpoint.ipConfigurations.count == 1 {
      let own = network.subnet(of: endpoint.ipConfigurations[0].address)?.routes ?? []
      if own.count < 2, own.allSatisfy({ $0.isDefault && !$0.nextHop.isUnspecified }) { return own }
    }
    var routes: [HCNRoute] = []
    for configuration in endpoint.ipConfigurations {
      for route in network.subnet(of: configuration.address)?.routes ?? []
      where route.isDefault && !route.nextHop.isUnspecified && !routes.contains(route) {
        routes.append(route)
      }
    }
    return routes
  }

  // MARK: Insertion and removal

  /// Adds a validated endpoint.
  mutating func insert(_ endpoint: EndpointObject) {
    endpoints[endpoint.id] = endpoint
    if let index = networks.index(forKey: endpoint.network) { networks.values[index].record(endpoint) }
    publishPorts(of: endpoint)
  }

  mutating func deleteEndpoint(_ id: GUID) throws(HCNError) {
    guard let endpoint = endpoints.removeValue(forKey: id) else { throw missing(.endpoint, id) }
    if let namespace = endpoint.namespace { take(endpoint: id, outOf: namespace) }
    dropReferences(to: id)
    releasePorts(of: endpoint)
    if let index = networks.index(forKey: endpoint.network) { networks.values[index].release(endpoint) }
  }
}
