package import HostModel
package import JSONText
package import NetworkTypes

/// The owners of ACLs on hosts whose HNS does not store Ids: those before HNS 7.2.
///
/// It is stored in the state next to the objects, because no document of such a host can contain it.
package struct OwnershipLedger: Sendable, Hashable {
  /// The ACLs with their Ids, by endpoint id in lower case.
  private var entries: [String: [PortACL]] = [:]

  /// An empty ledger.
  package init() {}

  /// Whether nothing is known about any endpoint.
  var isEmpty: Bool { entries.isEmpty }

  /// Reads the ledger from the annotations of a state; invalid entries are skipped.
  package init(annotations: JSONObject) {
    for member in annotations["ownership"]?.object?.members ?? [] {
      entries[member.key] = (member.value.array ?? []).compactMap { try? PortACL(settings: $0) }
    }
  }

  /// Writes the ledger into the annotations of a state.
  package func write(to annotations: inout JSONObject) {
    let members = entries.sorted { $0.key < $1.key }.map { key, acls in
      JSONObject.Member(key, .array(acls.map(\.settings)))
    }
    annotations["ownership"] = members.isEmpty ? nil : .object(JSONObject(members))
  }

  /// The known ACLs of an endpoint; setting an empty list removes the entry.
  package subscript(endpoint: GUID) -> [PortACL] {
    get { entries[endpoint.lowercase] ?? [] }
    set { entries[endpoint.lowercase] = newValue.isEmpty ? nil : newValue }
  }

  /// Sets the known Ids of an endpoint's ACLs that have none.
  func identify(_ endpoint: inout EndpointRecord) {
    var known = self[endpoint.id]
    guard !known.isEmpty else { return }
    for index in endpoint.acls.indices where endpoint.acls[index].acl.id == nil {
      let withoutID = endpoint.acls[index].acl
      guard let match = known.firstIndex(where: { $0.withoutID == withoutID }) else { continue }
      endpoint.acls[index].identify(as: known.remove(at: match).id)
    }
  }
}
