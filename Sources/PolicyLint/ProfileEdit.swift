package import Diagnostics
package import NetworkProfile

/// A change of a profile that a finding proposes: what its help says, as data.
package struct ProfileEdit: Sendable, Hashable {
  /// The change of one ACL, which is identified by the location of its name.
  package enum Change: Sendable, Hashable {
    case remove(SourceRange)
    case setPriority(SourceRange, UInt16)

    /// The ACL.
    package var location: SourceRange {
      switch self {
      case .remove(let location), .setPriority(let location, _): location
      }
    }
  }

  /// The changes, at most one per ACL.
  package var changes: [Change]

  /// Creates an edit.
  package init(_ changes: [Change]) { self.changes = changes }

  /// The profile after the edit.
  package func applied(to profile: Profile) -> Profile {
    var mended = profile
    let changes = Dictionary(changes.map { ($0.location, $0) }) { first, _ in first }
    // The ACLs of a list after the edit; nil if it does not concern them.
    func applied(to acls: [ACLDeclaration]) -> [ACLDeclaration]? {
      guard acls.contains(where: { changes[$0.name.location] != nil }) else { return nil }
      return acls.compactMap { acl in
        switch changes[acl.name.location] {
        case nil: return acl
        case .remove: return nil
        case .setPriority(_, let priority):
          var acl = acl
          acl.priority = priority
          return acl
        }
      }
    }
    for index in mended.aclSets.indices {
      if let acls = applied(to: mended.aclSets[index].acls) { mended.aclSets[index].acls = acls }
    }
    for index in mended.endpoints.indices {
      if let acls = applied(to: mended.endpoints[index].acls) { mended.endpoints[index].acls = acls }
    }
    return mended
  }
}
