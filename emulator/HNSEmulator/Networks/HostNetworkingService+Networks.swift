import HostModel
import JSONText
public import NetworkTypes

extension HostNetworkingService {
  /// Creates a network: parses the document, assigns what it leaves to the service, and checks it against the
  /// existing networks.
  mutating func createNetwork(id requestedID: GUID, _ settings: JSON) throws(HCNError) -> GUID {
    let reader = try networkReader(settings)
    let id = try freeNetworkID(requestedID, try reader.objectID(), name: try reader.text("Name") ?? "")
    return try makeNetwork(
      HostComputeNetwork(reader, id: id), v1Members: V1Translation.ownNetworkMembers(settings, v1Form))
  }

  /// The id of a new network; its name must be unused.
  func freeNetworkID(_ requestedID: GUID, _ stated: GUID?, name: String) throws(HCNError) -> GUID {
    let id = try newID(
      .network, requested: requestedID, document: stated, name: name, errorIfTaken: .networkAlreadyExists)
    if !name.isEmpty, networkNames[name] != nil {
      throw HCNError(.networkAlreadyExists, detail: "a network named '\(name)' already exists")
    }
    return id
  }

  /// Creates a network from its typed document.
  mutating func makeNetwork(
    _ wanted: HostComputeNetwork, v1Members: JSONObject = JSONObject()
  ) throws(HCNError) -> GUID {
    var network = try self.network(wanted, ordinal: nextOrdinal)
    network.v1Members = v1Members
    assignNATMembers(&network)
    notify(ServiceNotification(.networkPreCreate, object: network.id, flags: network.flags))
    try fill(&network)
    try check(network)
    nextOrdinal += 1
    insert(network)
    updateRouterCompartment()
    notify(ServiceNotification(.networkCreate, object: network.id, flags: network.flags))
    return network.id
  }

  /// A reader of the document of a network of either schema (reference: hns, 0 rule 2).
  private func networkReader(_ settings: JSON) throws(HCNError) -> DocumentReader {
    try DocumentReader(try V1Translation.network(settings), .invalidNetwork)
  }

  /// A network as this host stores it, from the requested one.
  func network(_ stated: HostComputeNetwork, ordinal: Int64) throws(HCNError) -> NetworkObject {
    var network = NetworkObject(id: stated.id, ordinal: ordinal, mode: stated.mode)
    network.name = stated.name
    network.owner = stated.owner
    network.additionalParams = stated.additionalParams
    let policies = PolicyReader(configuration: configuration, driver: network.driver, table: .network)
    network.policies = try policies.validated(stated.policies)
    for (index, range) in stated.macPool.enumerated() {
      guard !stated.macPool[..<index].contains(where: { $0.overlaps(range) }) else {
        throw HCNError(.invalidNetwork, detail: "the MAC ranges overlap")
      }
    }
    network.macPool = stated.macPool
    network.dns = stated.dns
    network.flags = stated.flags
    network.healthExtra = stated.healthExtra
    network.schemaVersion = stated.schemaVersion
    for part in stated.ipams {
      var ipam = IPAM(type: part.type)
      for subnet in part.subnets {
        ipam.subnets.append(try self.subnet(subnet, network: network.id, driver: network.driver))
      }
      network.ipams.append(ipam)
    }
    return network
  }

  // MARK: Values the service assigns

  /// Assigns the values a document leaves to the service (reference: hns, 6.2).
  ///
  /// The real service assigns the management address a while later; here it is assigned at once, unless
  /// ``defersManagementIP`` is set.
  private func fill(_ network: inout NetworkObject) throws(HCNError) {
    if network.macPool.isEmpty { network.macPool = [drawnMACBlock(network.id)] }
    if network.driver == .nat { try fillSubnets(&network) }
    if network.mode.usesAdapter, network.layer == nil {
      if network.adapter == nil, let adapter = chosenAdapter(network.mode) {
        network.policies.append(
          Policy(type: .netAdapterName, settings: ["NetworkAdapterName": .string(adapter)]))
      }
      try checkVirtualNames(network)
    }
    guard PolicyTable.network.adds(.drMACAddress, on: network.driver) else { return }
    if defersManagementIP { network.hasManagementIP = false } else { assignManagementIP(&network) }
    if !network.policies.contains(where: { $0.type == .drMACAddress }) {
      var digest = SeededDigest(configuration.seed, "router")
      digest.combine(network.id)
      let mac = MACAddress(0x0015_5d00_0000 | UInt64(truncatingIfNeeded: digest.bits) & 0xff_ffff)
      network.policies.append(
        Policy(type: .drMACAddress, settings: ["Address": .string("\(mac)")]))
    }
  }

  /// Gives a NAT network what its document leaves out: a subnet, and the gateway of each.
  ///
  /// Instead of the prefix of all addresses, which docker sends, HNS picks a subnet (reference: hns, 10.4). Only
  /// the first is replaced, and such a prefix of IPv6 is left out: that HNS picks one is in no source.
  private func fillSubnets(_ network: inout NetworkObject) throws(HCNError) {
    let unspecified = network.subnets.first { $0.isUnspecified && $0.prefix.family == .ipv4 }
    for group in network.ipams.indices {
      let subnets = network.ipams[group].subnets
      network.ipams[group].subnets = []
      for subnet in subnets {
        guard subnet.isUnspecified else {
          network.ipams[group].subnets.append(subnet)
          continue
        }
        guard subnet.id == unspecified?.id else { continue }
        var drawn = try drawnSubnet(network.id)
        drawn.policies = subnet.policies
        drawn.flags = subnet.flags
        network.ipams[group].subnets.append(drawn)
      }
    }
    if network.subnets.isEmpty { network.ipams = [IPAM(subnets: [try drawnSubnet(network.id)])] }
    for (group, ipam) in network.ipams.enumerated() {
      for (index, subnet) in ipam.subnets.enumerated() where subnet.gateway?.isUnspecified ?? true {
        network.ipams[group].subnets[index].routes.removeAll { $0.isDefault && $0.nextHop.isUnspecified }
        network.ipams[group].subnets[index].routes += firstHost(subnet.prefix)
      }
    }
  }

  /// The adapter for a network whose document does not name one: a free one, or else the one of the oldest network
  /// of its type, which is this project's choice; nil if there is neither.
  ///
  /// If the adapters of the host are not known, any name is accepted: Ethernet is the first, and after it comes the
  /// next name that Windows gives to adapters.
  private func chosenAdapter(_ mode: NetworkMode) -> String? {
    func isFree(_ adapter: String) -> Bool { adapterUsers[NetworkObject.plainName(adapter)] == nil }
    let isKnown = !configuration.adapters.isEmpty
    if let free = (isKnown ? configuration.adapters : ["Ethernet"]).first(where: isFree) { return free }
    let similar = networks.values.filter { $0.mode == mode && !$0.switchAdapters.isEmpty }
    if let oldest = similar.min(by: { $0.ordinal < $1.ordinal }) {
      return oldest.switchAdapters.joined(separator: ",")
    }
    return isKnown ? nil : (2...).lazy.map { "Ethernet \($0)" }.first(where: isFree)
  }

  /// Refuses a new network on `vEthernet (NAME)` if no network uses the adapter NAME.
  private func checkVirtualNames(_ network: NetworkObject) throws(HCNError) {
    guard let stated = network.adapter, NetworkObject.isVirtualName(stated),
      !configuration.adapters.isEmpty, !configuration.adapters.contains(stated),
      network.switchAdapters.allSatisfy({ adapterUsers[$0] == nil })
    else { return }
    throw HCNError(.adapterNotFound, detail: "the host has no adapter named '\(stated)'")
  }

  /// Sets the host's management address as the provider address of an l2bridge or overlay network.
  private func assignManagementIP(_ network: inout NetworkObject) {
    network.hasManagementIP = true
    guard !network.policies.contains(where: { $0.type == .providerAddress }),
      let address = managementAddress(.ipv4)
    else { return }
    let index =
      network.policies.firstIndex { $0.type == .drMACAddress } ?? network.policies.endIndex
    network.policies.insert(
      Policy(type: .providerAddress, settings: ["ProviderAddress": .string("\(address)")]),
      at: index)
  }

  /// The networks without their management address yet, in the order of their creation.
  public var networksAwaitingManagementIP: [GUID] {
    networks.values.filter { !$0.hasManagementIP }.sorted { $0.ordinal < $1.ordinal }.map(\.id)
  }

  /// Assigns the management address to a network that lacks it; other networks are unchanged.
  mutating func assignManagementIP(network id: GUID) throws(HCNError) {
    var network = try existing(network: id)
    guard !network.hasManagementIP else { return }
    assignManagementIP(&network)
    networks[id] = network
  }

  /// The host's management address of a family: the first one configured.
  func managementAddress(_ family: AddressFamily) -> IPAddress? {
    configuration.addresses.first { $0.family == family }
  }

  /// A block of 4,096 addresses starting at 00-15-5D-XX-X0-00 (reference: hns, 1.2), preferably one that no
  /// other network uses.
  func drawnMACBlock(_ network: GUID) -> ClosedRange<UInt64> {
    var digest = SeededDigest(configuration.seed, "macPool")
    digest.combine(network)
    let taken = Set(networks.values.flatMap { $0.macPool.map { $0.lowerBound >> 12 } })
    let permutation = SeededPermutation(size: 4096, digest: digest)
    let block = permutation.first { !taken.contains(0x0015_5d00_0000 >> 12 | $0) } ?? 0
    let start = 0x0015_5d00_0000 | block << 12
    return start...start | 0xfff
  }

  /// A private /20 from 172.16.0.0/12 or else 192.168.0.0/16 for a NAT network without a subnet, not
  /// overlapping the other networks or the host's addresses; its first host is the gateway (reference: hns,
  /// 6.2).
  private func drawnSubnet(_ network: GUID) throws(HCNError) -> Subnet {
    var digest = SeededDigest(configuration.seed, "subnet")
    digest.combine(network)
    let taken = networks.values.flatMap { $0.subnets.filter { !$0.isUnspecified }.map(\.prefix.range) }
    let blocks: [(base: UInt128, count: UInt64)] = [(0xac10_0000, 256), (0xc0a8_0000, 16)]
    for (base, count) in blocks {
      for index in SeededPermutation(size: count, digest: digest) {
        let prefix = IPPrefix(
          containing: IPAddress(.ipv4, base + UInt128(index) << 12), length: 20)
        if taken.contains(where: { $0.overlaps(prefix.range) })
          || configuration.addresses.contains(where: { prefix.contains($0) })
        {
          continue
        }
        return try subnet(Subnet(prefix: prefix), network: network, driver: .nat)
      }
    }
    throw HCNError(.invalidSubnet, detail: "every private block is in use")
  }

  /// The default route of a NAT subnet without one: as far as this project knows, WinNAT uses the first host
  /// address.
  private func firstHost(_ prefix: IPPrefix) -> [HCNRoute] {
    guard prefix.length < prefix.family.bitWidth - 1, let first = prefix.address.next else { return [] }
    return [.default(via: first)]
  }

  // MARK: Checks

  /// Checks a network for consistency and against the other networks.
  ///
  /// The adapter must exist if the host's adapters are known; networks of one type share a switch, and the
  /// adapter of another type is taken (reference: hns, 6.9 and 10.2). An overlay subnet needs a VSID.
  func check(_ network: NetworkObject) throws(HCNError) {
    let subnets = network.subnets
    let version = configuration.version
    guard configuration.schemaMinor >= network.mode.schemaMinor else {
      throw HCNError(
        .invalidNetworkType,
        detail: "networks of type \(network.mode.rawValue) do not exist on HNS \(version)")
    }
    if Set(subnets.map(\.prefix.family)).count > 1, !configuration.takesDualStack(network.driver) {
      throw HCNError(
        .invalidSubnet,
        detail: "by the assumption dualStackBefore2004, HNS \(version) refuses dual-stack networks")
    }
    if network.flags & NetworkObject.disableHostPortFlag != 0, !version.has(.disableHostPort) {
      throw HCNError(.invalidNetwork, detail: "HNS \(version) does not support the flag DisableHostPort")
    }
    for (index, subnet) in subnets.enumerated() {
      if !subnet.isUnspecified,
        subnets[..<index].contains(where: {
          !$0.isUnspecified && $0.prefix.range.overlaps(subnet.prefix.range)
        })
      {
        throw HCNError(.invalidSubnet, detail: "\(subnet.prefix) overlaps another subnet of the network")
      }
      if network.driver == .overlay, !subnet.policies.contains(where: { $0.type == .vsid }) {
        throw HCNError(
          .invalidNetwork, detail: "the overlay subnet \(subnet.prefix) needs a policy of type VSID")
      }
    }
    guard Set(subnets.map(\.id)).count == subnets.count else {
      throw HCNError(.invalidSubnet, detail: "two subnets have the same id")
    }
    try checkSets(network.policies)
    guard network.mode.usesAdapter else { return }
    if let layer = network.layer {
      guard networks[layer] != nil else {
        throw HCNError(.layerNotFound, detail: "the network to layer on, \(layer), does not exist")
      }
      return
    }
    try checkAdapters(network)
  }

  /// Checks the adapters of a network's switch.
  ///
  /// A switch is that of its adapters: a network that names only some members of a team, or more, is refused like
  /// one of another type; the code of a refusal by the name `vEthernet ()` is the observed one (reference: hns,
  /// 10.2).
  private func checkAdapters(_ network: NetworkObject) throws(HCNError) {
    let adapters = network.switchAdapters
    guard !adapters.isEmpty else {
      throw HCNError(
        .adapterNotFound,
        detail: "networks of type \(network.mode.rawValue) need an adapter, and none is free")
    }
    guard Set(adapters).count == adapters.count else {
      throw HCNError(.invalidNetwork, detail: "the team of the network names an adapter twice")
    }
    if !configuration.adapters.isEmpty {
      let known = Set(configuration.adapters.map { NetworkObject.plainName($0) })
      for adapter in adapters where !known.contains(adapter) {
        throw HCNError(.adapterNotFound, detail: "the host has no adapter named '\(adapter)'")
      }
    }
    for adapter in adapters {
      for user in adapterUsers[adapter] ?? [] where user != network.id {
        guard let other = networks[user] else { continue }
        if other.mode == network.mode, Set(other.switchAdapters) == Set(adapters) { continue }
        let isVirtual = network.adapter.map { NetworkObject.isVirtualName($0) } ?? false
        throw HCNError(
          isVirtual ? .invalidArgument : .adapterNotFound,
          detail: "adapter '\(adapter)' is in use by network \(user) of type \(other.mode.rawValue)")
      }
    }
  }

  /// Adds a validated network.
  mutating func insert(_ network: NetworkObject) {
    networks[network.id] = network
    if !network.name.isEmpty { networkNames[network.name] = network.id }
    for adapter in network.switchAdapters { adapterUsers[adapter, default: []].insert(network.id) }
  }

  /// Removes a network from the users of its adapters.
  mutating func releaseAdapters(of network: NetworkObject) {
    for adapter in network.switchAdapters {
      adapterUsers[adapter]?.remove(network.id)
      if adapterUsers[adapter]?.isEmpty ?? false { adapterUsers[adapter] = nil }
    }
  }

  mutating func deleteNetwork(_ id: GUID) throws(HCNError) {
    let network = try existing(network: id)
    notify(ServiceNotification(.networkPreDelete, object: id, flags: network.flags))
    let ordinals = network.endpoints.compactMap { endpoints[$0] }.sorted { $0.ordinal < $1.ordinal }
    for endpoint in ordinals { try deleteEndpoint(endpoint.id) }
    dropReferences(toNetwork: id)
    networks[id] = nil
    if networkNames[network.name] == id { networkNames[network.name] = nil }
    releaseAdapters(of: network)
    updateRouterCompartment()
    notify(ServiceNotification(.networkDelete, object: id, flags: network.flags))
  }
}
