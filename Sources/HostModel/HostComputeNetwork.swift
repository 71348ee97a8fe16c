package import JSONText
package import NetworkTypes

/// A network of an HCN document (reference: hns, 1.2).
///
/// Members that a document leaves out have the default value.
package struct HostComputeNetwork: Hashable, Sendable {
  /// Who writes a document.
  ///
  /// It determines the order of the members, and whether members with default values are written.
  package enum Writer: Hashable, Sendable {
    case service
    case client
  }

  package var id: GUID
  package var name = ""
  package var owner = ""
  /// The version of the service; 0 in documents of clients.
  package var version: Int64 = 0
  package var additionalParams: JSON?
  package var driver: NetworkDriver
  package var policies: [HCNPolicy] = []
  /// The MAC addresses for endpoints, as numbers.
  package var macPool: [ClosedRange<UInt64>] = []
  package var dns = DNSSettings()
  package var ipams: [IPAM] = []
  package var flags: UInt32 = 0
  /// `Health.Extra`, which only the service writes.
  package var healthExtra = JSONObject()
  package var schemaVersion = SchemaVersion()
  package var writer: Writer

  /// A network with default values.
  package init(id: GUID, driver: NetworkDriver, writer: Writer = .service) {
    self.id = id
    self.driver = driver
    self.writer = writer
  }

  /// The subnets of all groups, in order.
  package var subnets: [Subnet] { ipams.flatMap(\.subnets) }

  /// The document.
  ///
  /// The service leaves out the type NAT and the IPAM type Static, because they are number 0
  /// (reference: hns, 0 rule 4); ids are in upper case (reference: hns, 0 rule 7).
  package var document: JSON {
    var object: JSONObject = ["ID": .string(id.uppercase)]
    func put(_ key: String, _ elements: [JSON]) {
      if !elements.isEmpty { object.append(key, .array(elements)) }
    }
    switch writer {
    case .service:
      if !name.isEmpty { object.append("Name", .string(name)) }
      if !owner.isEmpty { object.append("Owner", .string(owner)) }
    case .client:
      object.append("Owner", .string(owner))
      object.append("Name", .string(name))
    }
    if version != 0 { object.append("Version", .integer(version)) }
    object.append("AdditionalParams", additionalParams)
    if writer == .client || driver != .nat { object.append("Type", .string(driver.documentName)) }
    put("Policies", policies.map(\.document))
    if !macPool.isEmpty { object.append("MacPool", ["Ranges": .array(macPool.map(\.document))]) }
    if !dns.isEmpty { object.append("Dns", dns.document) }
    put("Ipams", ipams.map { document(of: $0) })
    if flags != 0 { object.append("Flags", .whole(flags)) }
    if writer == .service { object.append("Health", ["Extra": .object(healthExtra)]) }
    object.append("SchemaVersion", schemaVersion.document)
    if writer == .service { object.append("State", 1) }
    return .object(object)
  }

  private func document(of ipam: IPAM) -> JSON {
    var object = JSONObject()
    if writer == .client || ipam.type != .static { object.append("Type", .string(ipam.type.rawValue)) }
    if !ipam.subnets.isEmpty { object.append("Subnets", .array(ipam.subnets.map(\.document))) }
    return .object(object)
  }
}
