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

    /// The resource as written in documents; ids of endpoints in upper case (reference: hns, 6.1).
    package var document: JSON {
      switch self {
      case .container(let id): ["Type": "Container", "Data": ["Id": .string(id)]]
      case .endpoint(let id): ["Type": "Endpoint", "Data": ["Id": .string(id.uppercase)]]
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

  /// A namespace with default values.
  package init(id: GUID, type: NamespaceType) {
    self.id = id
    self.type = type
  }

  /// The endpoints it lists.
  package var endpoints: [GUID] {
    resources.compactMap { if case .endpoint(let id) = $0 { id } else { nil } }
  }

  /// The containers it lists.
  package var containers: [String] {
    resources.compactMap { if case .container(let id) = $0 { id } else { nil } }
  }

  /// The document as the service writes it: members with default values are left out, as is the type Host,
  /// which is number 0 (reference: hns, 0 rule 4).
  package var document: JSON {
    var object: JSONObject = ["ID": .string(id.uppercase)]
    if !name.isEmpty { object.append("Name", .string(name)) }
    if !owner.isEmpty { object.append("Owner", .string(owner)) }
    if version != 0 { object.append("Version", .integer(version)) }
    if let compartment {
      if compartment.number != 0 { object.append("NamespaceId", .whole(compartment.number)) }
      object.append("NamespaceGuid", .string(compartment.guid.uppercase))
    }
    if type != .host { object.append("Type", .string(type.rawValue)) }
    if !resources.isEmpty { object.append("Resources", .array(resources.map(\.document))) }
    object.append("Health", ["Extra": [:]])
    object.append("SchemaVersion", schemaVersion.document)
    object.append("State", 1)
    return .object(object)
  }
}
