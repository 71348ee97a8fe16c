package import Diagnostics
package import HostModel
package import NetworkProfile
package import NetworkTypes

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
  /// The new ACLs of endpoints.
  package var additions: [ACLAddition]

  /// Creates an edit.
  package init(_ changes: [Change], adding additions: [ACLAddition] = []) {
    self.changes = changes
    self.additions = additions
  }

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
      let name = mended.endpoints[index].name
      for addition in additions where addition.endpoint == name.value {
        mended.endpoints[index].acls.append(addition.declaration(at: name.location))
      }
    }
    return mended
  }
}

/// An ACL that an edit adds to an endpoint.
package struct ACLAddition: Sendable, Hashable {
  /// The endpoint, which is a container or pod with one network.
  package var endpoint: String
  /// The name, which no other ACL of the profile has.
  package var name: String
  package var direction: Direction
  package var action: RuleAction
  /// What it matches; it has no local addresses.
  package var match: RuleMatch
  /// The priority, before all others.
  package var priority: UInt16

  /// The ACL as a profile declares it.
  package var text: String {
    func list(_ entries: [String]) -> String { "[\(entries.joined(separator: ", "))]" }
    var members = ["name: \(name)", "direction: \(direction)", "action: \(action)"]
    if let protocols = match.protocols {
      members.append("protocols: \(list(protocols.protocols.map(\.description)))")
    }
    if let ports = match.localPorts { members.append("localPorts: \(list(ports.ranges.map(\.description)))") }
    if let addresses = match.remoteAddresses {
      members.append("remoteAddresses: \(list(addresses.prefixes.map { Self.quoted($0.listed) }))")
    }
    if let ports = match.remotePorts {
      members.append("remotePorts: \(list(ports.ranges.map(\.description)))")
    }
    members.append("priority: \(priority)")
    return "{\(members.joined(separator: ", "))}"
  }

  /// An address as YAML: in a flow list a colon may need quotes.
  private static func quoted(_ text: String) -> String { text.contains(":") ? "\"\(text)\"" : text }

  fileprivate func declaration(at location: SourceRange) -> ACLDeclaration {
    ACLDeclaration(
      name: Located(name, at: location), direction: direction, action: action, match: match,
      priority: priority)
  }
}
