package import JSONText
package import NetworkTypes

/// A route of the software-defined network in an HCN document (reference: hns, 1.7).
package struct HostComputeRoute: Hashable, Sendable {
  /// The two names that clients use for the list of settings.
  package enum ListName: String, Sendable {
    case setting = "Setting"
    case routes = "Routes"
  }

  package var id: GUID
  package var name = ""
  package var owner = ""
  /// The version of the service.
  package var version: Int64 = 0
  package var network: GUID?
  package var endpoints: [GUID] = []
  /// Policies of type SDNRoute.
  package var settings: [HCNPolicy] = []
  /// The name under which the settings were given and are returned.
  package var listName = ListName.setting
  package var schemaVersion = SchemaVersion()
  package var author = DocumentAuthor.service

  /// A route with default values.
  package init(id: GUID) { self.id = id }

  /// The document as the service writes it.
  package var document: JSON {
    var writer = DocumentWriter()
    writer.put("ID", id.uppercase)
    writer.put("Name", name)
    writer.put("Owner", owner)
    writer.put("Version", version)
    writer.put("HostComputeNetwork", network.map { author.text(network: $0) } ?? "")
    writer.put("HostComputeEndpoints", texts: endpoints.map(\.lowercase))
    writer.put(listName.rawValue, settings.map(\.settings))
    writer.set("Health", ["Extra": [:]])
    writer.set("SchemaVersion", schemaVersion.document)
    writer.put("State", 1)
    return writer.document
  }
}
