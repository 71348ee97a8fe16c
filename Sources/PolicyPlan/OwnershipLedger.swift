package import HostModel
package import JSONText
package import NetworkTypes

/// Who owns which ACL on hosts whose HNS keeps no Ids: those before HNS 7.2.
///
/// It is kept in the state beside the objects, because no document of such a host has a place for it.
package struct OwnershipLedger: Sendable, Hashable {
  /// By endpoint id in lower case: the ACLs with the Ids they would carry.
  private var entries: [String: [PortACL]] = [:]

  /// A ledger that knows nothing.
  package init() {}

  /// Reads the ledger from the annotations of a state; what is not a ledger entry is left out.
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

  /// The ACLs known of an endpoint; setting an empty list forgets it.
  package subscript(endpoint: GUID) -> [PortACL] {
    get { entries[endpoint.lowercase] ?? [] }
    set { entries[endpoint.lowercase] = newValue.isEmpty ? nil : newValue }
  }

  /// Gives the ACLs of an endpoint that carry no Id the ones the ledger knows them by.
  func identify(_ endpoint: inout EndpointRecord) {
    var known = self[endpoint.id]
    guard !known.isEmpty else { return }
    for index in endpoint.acls.indices where endpoint.acls[index].acl.id == nil {
      let anonymous = endpoint.acls[index].acl
      guard let match = known.firstIndex(where: { $0.anonymous == anonymous }) else { continue }
      endpoint.acls[index].identify(as: known.remove(at: match).id)
    }
  }
}
