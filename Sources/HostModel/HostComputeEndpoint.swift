package import JSONText
package import NetworkTypes

/// An endpoint of an HCN document (reference: hns, 1.5).
///
/// Members that a document leaves out have the default value.
package struct HostComputeEndpoint: Hashable, Sendable {
  /// Who writes a document, which determines the order of its members.
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
  package var network: GUID
  /// The namespace it is in, which only the service writes.
  package var namespace: GUID?
  package var policies: [HCNPolicy] = []
  package var addresses: [IPConfiguration] = []
  package var dns = DNSSettings()
  package var routes: [HCNRoute] = []
  package var mac: MACAddress?
  package var flags: UInt32 = 0
  package var schemaVersion = SchemaVersion()
  /// The state, which only the service writes.
  package var state: Int64?
  package var writer: Writer

  /// An endpoint with default values.
  package init(id: GUID, network: GUID, writer: Writer = .service) {
    self.id = id
    self.network = network
    self.writer = writer
  }

  /// The document: members with default values are left out (reference: hns, 0 rule 4).
  ///
  /// The endpoint's id is written in lower case, all others in upper case (reference: hns, 1.5 and 6.1).
  package var document: JSON {
    var object: JSONObject = ["ID": .string(id.lowercase)]
    func put(_ key: String, _ text: String) { if !text.isEmpty { object.append(key, .string(text)) } }
    func put(_ key: String, _ elements: [JSON]) {
      if !elements.isEmpty { object.append(key, .array(elements)) }
    }
    switch writer {
    case .service:
      put("Name", name)
      put("Owner", owner)
    case .client:
      object.append("Owner", .string(owner))
      object.append("Name", .string(name))
    }
    if version != 0 { object.append("Version", .integer(version)) }
    object.append("AdditionalParams", additionalParams)
    put("HostComputeNetwork", network.uppercase)
    put("HostComputeNamespace", namespace?.uppercase ?? "")
    put("Policies", policies.map(\.document))
    put("IpConfigurations", addresses.map(\.document))
    if !dns.isEmpty { object.append("Dns", dns.document) }
    put("Routes", routes.map(\.document))
    put("MacAddress", mac?.description ?? "")
    if flags != 0 { object.append("Flags", .whole(flags)) }
    if writer == .service { object.append("Health", ["Extra": [:]]) }
    object.append("SchemaVersion", schemaVersion.document)
    object.append("State", state.map { .integer($0) })
    return .object(object)
  }
}
