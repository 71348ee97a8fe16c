package import JSONText
package import NetworkTypes

/// An endpoint of an HCN document (reference: hns, 1.5).
///
/// Members that a document leaves out have the default value.
package struct HostComputeEndpoint: Hashable, Sendable {
  package var id: GUID
  package var name = ""
  package var owner = ""
  /// The version of the service; 0 in documents of clients.
  package var version: Int64 = 0
  package var additionalParams: JSON?
  package var network: GUID
  /// The namespace it is in, which only the service writes.
  package var namespace: GUID?
  /// Whether the document of an endpoint in no namespace has all zeros in its place.
  package var writesZeroNamespace = false
  package var policies: [HCNPolicy] = []
  package var addresses: [IPConfiguration] = []
  package var dns = DNSSettings()
  package var routes: [HCNRoute] = []
  package var mac: MACAddress?
  package var flags: UInt32 = 0
  package var schemaVersion = SchemaVersion()
  /// The state, which only the service writes.
  package var state: Int64?
  package var author: DocumentAuthor

  /// The bit of the flags for an endpoint on another host (reference: hns, 1.5).
  package static let remoteFlag: UInt32 = 1

  /// Whether the endpoint is on another host.
  package var isRemote: Bool { flags & Self.remoteFlag != 0 }

  /// An endpoint with default values.
  package init(id: GUID, network: GUID, author: DocumentAuthor = .service) {
    self.id = id
    self.network = network
    self.author = author
  }

  /// The document: members with default values are left out (reference: hns, 0 rule 4).
  ///
  /// The ids of the endpoint and of its network are written in lower case, all others in upper case
  /// (reference: hns, 1.5, 6.1 and 10.3).
  package var document: JSON {
    var writer = DocumentWriter()
    writer.put("ID", id.lowercase)
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
    writer.put("HostComputeNetwork", author.text(network: network))
    writer.put(
      "HostComputeNamespace", (namespace ?? (writesZeroNamespace ? .zero : nil))?.uppercase ?? "")
    writer.put("Policies", policies.map(\.document))
    writer.put("IpConfigurations", addresses.map(\.document))
    if !dns.isEmpty { writer.set("Dns", dns.document) }
    writer.put("Routes", routes.map(\.document))
    writer.put("MacAddress", mac?.description ?? "")
    writer.put("Flags", flags)
    if author != .client { writer.set("Health", ["Extra": [:]]) }
    writer.set("SchemaVersion", schemaVersion.document)
    writer.set("State", state.map { .integer($0) })
    return writer.document
  }
}
