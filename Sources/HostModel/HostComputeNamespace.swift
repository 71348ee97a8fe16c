package import JSONText
package import NetworkTypes

/// The type of a namespace (reference: hns, 1.6).
package enum NamespaceType: String, CaseIterable, Hashable, Sendable {
  case host = "Host"
  case hostDefault = "HostDefault"
  case guest = "Guest"
  case guestDefault = "GuestDefault"

  /// Whether the namespace is in a utility VM.
  package var isGuest: Bool { self == .guest || self == .guestDefault }
}

/// A namespace of an HCN document (reference: hns, 1.6 and 1.10).
package struct HostComputeNamespace: Hashable, Sendable {
  /// What a namespace lists, in the order it was added.
  package enum Resource: Hashable, Sendable {
    case container(String)
    case endpoint(GUID)

    /// The settings of a request to add or remove the resource.
    package var request: JSON {
      switch self {
      case .container(let id): ["ContainerId": .string(id)]
      case .endpoint(let id): ["EndpointId": .string(id.uppercase)]
      }
    }

    /// The resource type in requests.
    package var kind: String {
      switch self {
      case .container: "Container"
      case .endpoint: "Endpoint"
      }
    }

    /// The resource as written in documents; ids of endpoints in upper case (reference: hns, 6.1).
    package var document: JSON { document(id: \.uppercase) }

    /// The resource with the id of an endpoint in another spelling.
    package func document(id spelling: (GUID) -> String) -> JSON {
      switch self {
      case .container(let id): ["Type": "Container", "Data": ["Id": .string(id)]]
      case .endpoint(let id): ["Type": "Endpoint", "Data": ["Id": .string(spelling(id))]]
      }
    }
  }

  /// The compartment of a namespace, if one is open.
  package struct OpenCompartment: Hashable, Sendable {
    package var number: UInt32
    package var guid: GUID

    package init(number: UInt32, guid: GUID) {
      self.number = number
      self.guid = guid
    }
  }

  package var id: GUID
  package var name = ""
  package var owner = ""
  /// The version of the service; 0 in documents of clients.
  package var version: Int64 = 0
  package var compartment: OpenCompartment?
  package var type: NamespaceType
  package var resources: [Resource] = []
  package var schemaVersion = SchemaVersion()
  package var author: DocumentAuthor

  /// A namespace with default values.
  package init(id: GUID, type: NamespaceType, author: DocumentAuthor = .service) {
    self.id = id
    self.type = type
    self.author = author
  }

  /// The endpoints it lists.
  package var endpoints: [GUID] {
    resources.compactMap { if case .endpoint(let id) = $0 { id } else { nil } }
  }

  /// The containers it lists.
  package var containers: [String] {
    resources.compactMap { if case .container(let id) = $0 { id } else { nil } }
  }

  /// The document: members with default values are left out, and by the service the type Host too, which is
  /// number 0 (reference: hns, 0 rule 4).
  package var document: JSON {
    var writer = DocumentWriter()
    writer.put("ID", id.uppercase)
    writer.put("Name", name)
    if author == .client { writer.set("Owner", .string(owner)) } else { writer.put("Owner", owner) }
    writer.put("Version", version)
    if let compartment {
      writer.put("NamespaceId", compartment.number)
      writer.put("NamespaceGuid", compartment.guid.uppercase)
    }
    if author == .client || type != .host { writer.put("Type", type.rawValue) }
    writer.put("Resources", resources.map(\.document))
    if author == .service { writer.set("Health", ["Extra": [:]]) }
    writer.set("SchemaVersion", schemaVersion.document)
    if author == .service { writer.put("State", 1) }
    return writer.document
  }
}
