package import JSONText
package import NetworkTypes

/// A network of an HCN document (reference: hns, 1.2).
///
/// Members that a document leaves out have the default value.
package struct HostComputeNetwork: Hashable, Sendable {
  package var id: GUID
  package var name = ""
  package var owner = ""
  /// The version of the service; 0 in documents of clients.
  package var version: Int64 = 0
  package var additionalParams: JSON?
  package var mode: NetworkMode
  package var policies: [HCNPolicy] = []
  /// The MAC addresses for endpoints, as numbers.
  package var macPool: [ClosedRange<UInt64>] = []
  package var dns = DNSSettings()
  package var ipams: [IPAM] = []
  package var flags: UInt32 = 0
  /// `Health.Extra`, which only the service writes.
  package var healthExtra = JSONObject()
  package var schemaVersion = SchemaVersion()
  package var author: DocumentAuthor

  /// A network with default values.
  package init(id: GUID, mode: NetworkMode, author: DocumentAuthor = .service) {
    self.id = id
    self.mode = mode
    self.author = author
  }

  /// A network of a driver of containers with default values.
  package init(id: GUID, driver: NetworkDriver, author: DocumentAuthor = .service) {
    self.init(id: id, mode: NetworkMode(driver), author: author)
  }

  /// The subnets of all groups, in order.
  package var subnets: [Subnet] { ipams.flatMap(\.subnets) }

  /// The document.
  ///
  /// The service leaves out the type NAT and the IPAM type Static, because they are number 0
  /// (reference: hns, 0 rule 4).
  package var document: JSON {
    var writer = DocumentWriter()
    writer.put("ID", author.text(network: id))
    switch author {
    case .service, .stateFile:
      writer.put("Name", name)
      writer.put("Owner", owner)
    case .client:
      writer.set("Owner", .string(owner))
      writer.set("Name", .string(name))
    }
    writer.put("Version", version)
    writer.set("AdditionalParams", additionalParams)
    if author == .client || mode != .nat { writer.put("Type", mode.rawValue) }
    writer.put("Policies", policies.map(\.document))
    if !macPool.isEmpty { writer.set("MacPool", ["Ranges": .array(macPool.map(\.document))]) }
    if !dns.isEmpty { writer.set("Dns", dns.document) }
    writer.put("Ipams", ipams.map { document(of: $0) })
    writer.put("Flags", flags)
    if author != .client { writer.set("Health", ["Extra": .object(healthExtra)]) }
    writer.set("SchemaVersion", schemaVersion.document)
    if author != .client { writer.put("State", 1) }
    return writer.document
  }

  private func document(of ipam: IPAM) -> JSON {
    var object = JSONObject()
    if author == .client || ipam.type != .static { object.append("Type", .string(ipam.type.rawValue)) }
    if !ipam.subnets.isEmpty { object.append("Subnets", .array(ipam.subnets.map(\.document))) }
    return .object(object)
  }
}
