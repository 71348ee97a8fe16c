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

  /// The ACLs of a list after the edit.
  package func applied(to acls: [ACLDeclaration]) -> [ACLDeclaration] {
    acls.compactMap { acl in
      var acl = acl
      for change in changes where change.location == acl.name.location {
        switch change {
        case .remove: return nil
        case .setPriority(_, let priority): acl.priority = priority
        }
      }
      return acl
    }
  }

  /// The profile after the edit.
  package func applied(to profile: Profile) -> Profile {
    var mended = profile
    let locations = Set(changes.map(\.location))
    func isConcerned(_ acls: [ACLDeclaration]) -> Bool {
      acls.contains { locations.contains($0.name.location) }
    }
    for index in mended.aclSets.indices where isConcerned(mended.aclSets[index].acls) {
      mended.aclSets[index].acls = applied(to: mended.aclSets[index].acls)
    }
    for index in mended.endpoints.indices where isConcerned(mended.endpoints[index].acls) {
      mended.endpoints[index].acls = applied(to: mended.endpoints[index].acls)
    }
    return mended
  }
}
