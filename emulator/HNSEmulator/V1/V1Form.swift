import HostModel
import JSONText
import NetworkTypes

/// The form of documents of schema 1 on a host: the order of their members and the spelling of their ids
/// (reference: hns, 4.4, 8.2 to 8.4 and 10.3).
///
/// Both depend on the kind of object and on the version of the service. Versions that are not documented are
/// like the nearest earlier one that is, unless a member states otherwise.
struct V1Form: Sendable {
  /// The order of the members of an object.
  enum Order: Sendable {
    /// As the schema lists them.
    case schema
    /// Alphabetical, in nested objects too.
    case alphabetical
    /// Alphabetical, and `Resources` after all others.
    case resourcesLast
  }

  private let version: HNSVersion
  private let layout: Assumptions.V1Layout

  init(_ configuration: HostConfiguration) {
    version = configuration.version
    layout = configuration.assumptions.v1Layout
  }

  // MARK: Versions

  /// Whether documents are those of 1607 and 1703, which have few members.
  var isOldest: Bool { version < HNSVersion(5, 1) }

  /// Whether the service is older than Windows Server 2019: all ids are in lower case, and MAC addresses are
  /// written as clients spelled them.
  ///
  /// This is documented for 1709 and 1803 (reference: hns, 10.3).
  var keepsSpelling: Bool { version < HNSVersion(9, 0) }

  /// Whether nat networks have a VLAN of their own and the flag NonPersistent, and documents of endpoints are
  /// in the order of the schema.
  var isNewest: Bool { version >= HNSVersion(13, 3) }

  /// Whether members of endpoints that are empty or zero are left out, as in captures of HNS 15.0.
  var leavesOutEmptyMembers: Bool { version >= HNSVersion(15, 0) }

  /// Whether namespaces other than the default one have an all-zero schema version, as in every capture except
  /// those of HNS 13.3.
  var writesZeroSchemaVersion: Bool { version < HNSVersion(13, 0) || version >= HNSVersion(14, 0) }

  // MARK: Order

  /// The order of networks, namespaces and policy lists: `Resources` moved to the end with HNS 10.3.
  var objects: Order {
    switch layout {
    case .alphabetical: .alphabetical
    case .schema: .schema
    case .byBuild: version < HNSVersion(10, 3) ? .alphabetical : .resourcesLast
    }
  }

  /// The order of endpoints: that of the schema from HNS 13.3 on.
  var endpoints: Order {
    switch layout {
    case .alphabetical: .alphabetical
    case .schema: .schema
    case .byBuild: isNewest ? .schema : .alphabetical
    }
  }

  /// The order of the response around an object: `Success` is first from HNS 10.3 on.
  var response: Order { objects == .alphabetical ? .alphabetical : .schema }

  // MARK: Ids

  /// The text of an id, other than those below.
  func id(_ id: GUID) -> String { keepsSpelling ? id.lowercase : id.uppercase }

  /// The text of an endpoint's own id, which is in upper case on Windows Server 2019 only.
  func endpointID(_ id: GUID) -> String {
    version >= HNSVersion(9, 0) && version < HNSVersion(10, 0) ? id.uppercase : id.lowercase
  }

  /// The text of the id of a network, an IpSubnet or a namespace in the document of an endpoint.
  func idOfEndpointDocument(_ id: GUID) -> String { isNewest ? id.lowercase : self.id(id) }
}

extension JSON {
  /// The document with its members in an order; documents are built in the order of the schema.
  func arranged(_ order: V1Form.Order) -> JSON {
    switch order {
    case .schema: return self
    case .alphabetical: return sorted
    case .resourcesLast:
      guard case .object(var object) = sorted else { return self }
      let resources = object["Resources"]
      object["Resources"] = nil
      object.append("Resources", resources)
      return .object(object)
    }
  }
}
