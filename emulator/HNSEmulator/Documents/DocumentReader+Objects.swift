import HostModel
import JSONText
import NetworkTypes

// The only readers of the documents of objects. Policies, and ids that the document leaves out, depend on the
// host and are resolved when the object is created.

extension HostComputeEndpoint {
  /// Reads the document of an endpoint; its id is zero, because the call can give one too.
  init(_ reader: DocumentReader, network: GUID) throws(HCNError) {
    self.init(id: .zero, network: network, author: .client)
    name = try reader.text("Name") ?? ""
    owner = try reader.text("Owner") ?? ""
    additionalParams = reader.value("AdditionalParams")
    policies = try reader.policies()
    dns = try reader.dns()
    routes = try reader.routes()
    mac = try reader.mac("MacAddress")
    flags = try reader.word("Flags") ?? 0
    schemaVersion = try reader.schemaVersion()
    for part in try reader.children("IpConfigurations") {
      // Clients that leave the address to DHCP may send the unspecified one.
      guard let address = try part.address("IpAddress"), !address.isUnspecified else { continue }
      let length = try part.integer("PrefixLength", upTo: 128).map { Int($0) } ?? 0
      addresses.append(
        IPConfiguration(address: address, length: length, ipSubnet: try part.guid("IpSubnetId")))
    }
  }
}

extension HostComputeNetwork {
  /// Reads the document of a network.
  init(_ reader: DocumentReader, id: GUID) throws(HCNError) {
    self.init(id: id, mode: try Self.mode(reader), author: .client)
    name = try reader.text("Name") ?? ""
    owner = try reader.text("Owner") ?? ""
    additionalParams = reader.value("AdditionalParams")
    policies = try reader.policies()
    for range in try reader.child("MacPool")?.children("Ranges") ?? [] {
      guard let start = try range.mac("StartMacAddress"), let end = try range.mac("EndMacAddress"),
        start <= end
      else { throw HCNError(.invalidNetwork, detail: "a MAC range needs a start and an end after it") }
      macPool.append(start.value...end.value)
    }
    dns = try reader.dns()
    flags = try reader.word("Flags") ?? 0
    healthExtra = try reader.child("Health")?.child("Extra")?.object ?? JSONObject()
    schemaVersion = try reader.schemaVersion()
    for part in try reader.children("Ipams") {
      var ipam = IPAM(
        type: try part.enumeration("Type", IPAMType.self, unknown: .invalidNetwork) ?? .static)
      for child in try part.children("Subnets") { ipam.subnets.append(try Subnet(child)) }
      ipams.append(ipam)
    }
  }

  /// The mode of a network; a document without a type means number 0, NAT (reference: hns, 0 rule 4).
  private static func mode(_ reader: DocumentReader) throws(HCNError) -> NetworkMode {
    try reader.enumeration("Type", NetworkMode.self, unknown: .invalidNetworkType) ?? .nat
  }
}

extension Subnet {
  /// Reads a subnet; an id that the document leaves out is zero.
  init(_ reader: DocumentReader) throws(HCNError) {
    let prefix = try reader.prefix("IpAddressPrefix")
    self.init(
      id: try reader.objectID() ?? .zero, prefix: prefix, routes: try reader.routes(),
      flags: try reader.word("Flags") ?? 0)
    policies = try reader.policies()
    ipSubnets = try reader.ipSubnets()
  }
}

extension HostComputeNamespace {
  /// Reads the document of a namespace, without its resources.
  init(_ reader: DocumentReader, id: GUID) throws(HCNError) {
    let type: NamespaceType =
      if reader.value("Type") == .string("") { .host } else {
        try reader.enumeration("Type", NamespaceType.self, unknown: .invalidArgument) ?? .host
      }
    self.init(id: id, type: type, author: .client)
    name = try reader.text("Name") ?? ""
    owner = try reader.text("Owner") ?? ""
    schemaVersion = try reader.schemaVersion()
  }

  /// Reads the resources in the document of a namespace.
  static func resources(_ reader: DocumentReader) throws(HCNError) -> [Resource] {
    var result: [Resource] = []
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

extension HostComputeLoadBalancer {
  /// Reads the document of a load balancer; `VirtualIPs` of 2018 is read as `FrontendVIPs`.
  init(_ reader: DocumentReader, id: GUID) throws(HCNError) {
    self.init(id: id)
    name = try reader.text("Name") ?? ""
    owner = try reader.text("Owner") ?? ""
    schemaVersion = try reader.schemaVersion()
    network = try reader.guid("HostComputeNetwork")
    endpoints = try reader.endpoints()
    flags = try reader.word("Flags") ?? 0
    sourceVIP = try reader.address("SourceVIP")
    let frontends = try reader.texts("FrontendVIPs") + reader.texts("VirtualIPs")
    for text in frontends where !text.isEmpty {
      guard let address = IPAddress(text) else {
        throw HCNError(.invalidIP, detail: "the frontend '\(text)' is not an address")
      }
      frontendVIPs.append(address)
    }
    for part in try reader.children("PortMappings") { ports.append(try Port(part)) }
  }
}

extension HostComputeLoadBalancer.Port {
  fileprivate init(_ reader: DocumentReader) throws(HCNError) {
    let internalPort = try reader.integer("InternalPort", upTo: 65535) ?? 0
    guard internalPort != 0 else { throw HCNError(.invalidInternalPort) }
    let externalPort = try reader.integer("ExternalPort", upTo: 65535) ?? 0
    guard externalPort != 0 else { throw reader.failure("ExternalPort", "must be a port from 1 to 65535") }
    let number = try reader.word("Protocol") ?? 0
    guard (1...255).contains(number) else {
      throw reader.failure("Protocol", "must be the number of an IP protocol")
    }
    self.init(
      protocol: number, internalPort: UInt16(internalPort), externalPort: UInt16(externalPort),
      distributionType: UInt32(try reader.integer("DistributionType", upTo: 2) ?? 0),
      flags: try reader.word("Flags") ?? 0)
  }
}

extension HostComputeRoute {
  /// Parses the document of a route.
  ///
  /// Its settings are given as `Setting` or as `Routes`; both are accepted, and the given one is returned
  /// (reference: hns, 1.7 and 9).
  init(_ reader: DocumentReader, id: GUID) throws(HCNError) {
    self.init(id: id)
    name = try reader.text("Name") ?? ""
    owner = try reader.text("Owner") ?? ""
    schemaVersion = try reader.schemaVersion()
    network = try reader.guid("HostComputeNetwork")
    endpoints = try reader.endpoints()
    if reader.value("Setting") == nil, reader.value("Routes") != nil { listName = .routes }
    settings = try reader.list(listName.rawValue).map {
      HCNPolicy(document: ["Type": .string(PolicyType.sdnRoute.rawValue), "Settings": $0])
    }
  }
}

extension HostComputeGuestNetworkService {
  /// Reads the document of a guest network service.
  init(_ reader: DocumentReader, id: GUID) throws(HCNError) {
    self.init(id: id)
    name = try reader.text("Name") ?? ""
    owner = try reader.text("Owner") ?? ""
    virtualMachine = try reader.guid("VirtualMachineId")
    mirroredInterfaces = try reader.list("MirroredInterfaces")
    mirrorsHost = try reader.flag("MirrorHostNetworking") ?? false
    serverInformation = try reader.child("GnsRpcServerInformation").map { .object($0.object) }
    flags = try reader.word("Flags") ?? 0
    state = try reader.enumeration("State", State.self, unknown: .invalidArgument) ?? .created
    schemaVersion = try reader.schemaVersion()
  }
}

extension DocumentReader {
  /// The policies, not yet read.
  func policies() throws(HCNError) -> [HCNPolicy] { try list("Policies").map { HCNPolicy(document: $0) } }

  /// The IpSubnets; an id that the document leaves out is zero.
  func ipSubnets() throws(HCNError) -> [IPSubnet] {
    var result: [IPSubnet] = []
    for child in try children("IpSubnets") {
      result.append(
        IPSubnet(
          id: try child.objectID() ?? .zero, prefix: try child.prefix("IpAddressPrefix"),
          flags: try child.word("Flags") ?? 0))
    }
    return result
  }

  /// The endpoints of a load balancer or route, each once.
  fileprivate func endpoints() throws(HCNError) -> [GUID] {
    var result: [GUID] = []
    var seen: Set<GUID> = []
    for text in try texts("HostComputeEndpoints") {
      guard let id = GUID(text) else {
        throw HCNError(.guidConversionFailure, detail: "'\(text)' is not the id of an endpoint")
      }
      if seen.insert(id).inserted { result.append(id) }
    }
    return result
  }
}
