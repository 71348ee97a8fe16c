package import HNSEmulator
package import HostModel
package import JSONText
package import NetworkTypes
package import PolicyCompiler

/// The objects of a host as its documents state them.
package struct HostReading: Sendable {
  package var networks: [NetworkRecord] = []
  package var endpoints: [EndpointRecord] = []
  package var namespaces: [NamespaceRecord] = []
  /// Where in ``networks`` an id stands.
  package private(set) var networkIndex: [GUID: Int] = [:]
  /// Where in ``namespaces`` an id stands.
  package private(set) var namespaceIndex: [GUID: Int] = [:]

  /// Reads every network, endpoint and namespace of a host.
  ///
  /// - Parameters:
  ///   - host: The host.
  ///   - ledger: Whose ACLs are whose, where the host keeps no Ids.
  /// - Throws: The error of the first call that fails.
  package init(_ host: some HostNetworking, ledger: OwnershipLedger = OwnershipLedger()) throws(HCNError) {
    for id in try host.enumerate(.network, query: HCN.queryAll) {
      networkIndex[id] = networks.count
      networks.append(NetworkRecord(id: id, document: try host.properties(.network, id, query: HCN.queryAll)))
    }
    for id in try host.enumerate(.namespace, query: HCN.queryAll) {
      namespaceIndex[id] = namespaces.count
      namespaces.append(
        NamespaceRecord(id: id, document: try host.properties(.namespace, id, query: HCN.queryAll)))
    }
    var lists: [[PortACL]: Int] = [:]
    var known: [UnsafeRawPointer: HostACL] = [:]
    for id in try host.enumerate(.endpoint, query: HCN.queryAll) {
      let document = try host.properties(.endpoint, id, query: HCN.queryAll)
      var record = EndpointRecord(id: id, document: document, known: &known)
      ledger.identify(&record)
      let acls = record.acls.map(\.acl)
      record.aclList = lists[acls] ?? lists.count
      lists[acls] = record.aclList
      endpoints.append(record)
    }
  }

  /// The network of an endpoint.
  package func network(of endpoint: EndpointRecord) -> NetworkRecord? {
    networkIndex[endpoint.network].map { networks[$0] }
  }

  /// The namespace an endpoint is in.
  package func namespace(of endpoint: EndpointRecord) -> NamespaceRecord? {
    endpoint.namespace.flatMap { namespaceIndex[$0] }.map { namespaces[$0] }
  }

  /// The cell of the driver by isolation table an endpoint is in.
  ///
  /// Nil for a mode that is no container driver. An endpoint in no namespace counts as process
  /// isolated.
  package func cell(of endpoint: EndpointRecord) -> PlatformCell? {
    guard let driver = network(of: endpoint)?.driver else { return nil }
    let isGuest = namespace(of: endpoint)?.isGuest ?? false
    return PlatformCell(driver: driver, isolation: isGuest ? .hyperv : .process)
  }
}

/// A network as its document states it.
package struct NetworkRecord: Sendable {
  package var id: GUID
  package var name: String
  package var owner: String
  package var driver: NetworkDriver?
  package var document: JSON

  init(id: GUID, document: JSON) {
    self.id = id
    self.document = document
    name = document["Name"]?.string ?? ""
    owner = document["Owner"]?.string ?? ""
    driver = Self.driver(document["Type"])
  }

  /// The driver of a `Type` member; NAT is zero and therefore left out of documents
  /// (reference: hns, 0 rule 4).
  static func driver(_ type: JSON?) -> NetworkDriver? {
    switch type {
    case nil: .nat
    case .string(let name): NetworkDriver(documentName: name)
    case .integer(let number): NetworkDriver.allCases.first { $0.documentNumber == number }
    default: nil
    }
  }
}

/// An endpoint as its document states it.
package struct EndpointRecord: Sendable {
  package var id: GUID
  package var name: String
  package var owner: String
  package var network: GUID
  /// The namespace it is in; nil for none.
  package var namespace: GUID?
  package var addresses: [(address: IPAddress, prefixLength: Int)]
  package var mac: String
  package var gateways: [String]
  package var dnsServers: [String]
  package var dnsSearch: [String]
  /// Every policy in document order, ACLs included.
  package var policies: [JSON]
  /// The ACLs in document order; an ACL this program cannot read is not among them.
  package var acls: [HostACL]
  /// A number for the ACLs: that of every endpoint of the reading with the same ones.
  var aclList = 0

  /// Reads a document.
  ///
  /// - Parameter known: ACLs by where their settings stand in memory, which documents share; each keeps its
  ///   settings, so that no other can come to stand there.
  init(id: GUID, document: JSON, known: inout [UnsafeRawPointer: HostACL]) {
    self.id = id
    name = document["Name"]?.string ?? ""
    owner = document["Owner"]?.string ?? ""
    network = document["HostComputeNetwork"]?.string.flatMap { GUID($0) } ?? .zero
    namespace = document["HostComputeNamespace"]?.string.flatMap { GUID($0) }.flatMap { $0.isZero ? nil : $0 }
    addresses = (document["IpConfigurations"]?.array ?? []).compactMap { entry in
      guard let address = entry["IpAddress"]?.string.flatMap({ IPAddress($0) }) else { return nil }
      return (address, Int(entry["PrefixLength"]?.integer ?? Int64(address.family.bitWidth)))
    }
    mac = document["MacAddress"]?.string ?? ""
    gateways = (document["Routes"]?.array ?? []).compactMap { $0["NextHop"]?.string }
    dnsServers = (document["Dns"]?["ServerList"]?.array ?? []).compactMap(\.string)
    dnsSearch = (document["Dns"]?["Search"]?.array ?? []).compactMap(\.string)
    policies = document["Policies"]?.array ?? []
    acls = policies.compactMap { policy in
      guard policy["Type"]?.string?.uppercased() == "ACL", let settings = policy["Settings"] else {
        return nil
      }
      let place: UnsafeRawPointer? = settings.object.flatMap { object in
        object.members.withUnsafeBufferPointer { $0.baseAddress.map { UnsafeRawPointer($0) } }
      }
      if let place, let acl = known[place] { return acl }
      guard let acl = try? PortACL(settings: settings) else { return nil }
      let read = HostACL(acl: acl, settings: settings)
      if let place { known[place] = read }
      return read
    }
  }
}

/// An ACL on a host: what it means and how its document puts it.
package struct HostACL: Sendable {
  package private(set) var acl: PortACL
  package let settings: JSON
  /// The profile's rules it stands for; nil when another agent owns it.
  package private(set) var identity: RuleIdentity?

  init(acl: PortACL, settings: JSON) {
    self.acl = acl
    self.settings = settings
    identity = acl.id.flatMap { RuleIdentity(id: $0) }
  }

  /// Gives the ACL the Id it is known by, where its document has none.
  mutating func identify(as id: String?) {
    acl.id = id
    identity = id.flatMap { RuleIdentity(id: $0) }
  }
}

/// A namespace as its document states it.
package struct NamespaceRecord: Sendable {
  package var id: GUID
  package var owner: String
  package var type: String
  package var compartmentId: UInt32
  package var endpoints: [GUID]
  package var containers: [String]

  init(id: GUID, document: JSON) {
    self.id = id
    owner = document["Owner"]?.string ?? ""
    type = document["Type"]?.string ?? "Host"
    compartmentId = UInt32(clamping: document["NamespaceId"]?.integer ?? 0)
    let resources = document["Resources"]?.array ?? []
    func ids(_ type: String) -> [String] {
      resources.filter { $0["Type"]?.string == type }.compactMap { $0["Data"]?["Id"]?.string }
    }
    endpoints = ids("Endpoint").compactMap { GUID($0) }
    containers = ids("Container")
  }

  /// Whether it is a namespace inside a utility VM.
  package var isGuest: Bool { type.hasPrefix("Guest") }
}
