package import JSONText

/// A policy of an endpoint, network or subnet: what it says, and its settings as documents have them.
package struct HCNPolicy: Hashable, Sendable {
  /// What the policy says.
  ///
  /// Very many policies are kept, so that the large cases stand behind a reference.
  private indirect enum Content: Sendable {
    case acl(PortACL, settings: JSON)
    case mapping(PortMapping, settings: JSON)
    case other(name: String, settings: JSON)
  }

  private enum Form: Sendable {
    case settings(JSON)
    case read(Content)
    /// An ACL that came as a value, as one of a list; its settings are made when somebody asks for them.
    case listed(ACLList, Int)
  }

  /// The type; nil for one that this project does not know.
  package let type: PolicyType?
  private let form: Form

  /// Makes a policy whose settings are not looked into.
  package init(type: PolicyType, settings: JSON) {
    self.type = type
    form = .settings(settings)
  }

  /// An ACL of a document, which is echoed as it was written.
  package init(type: PolicyType, settings: JSON, acl: PortACL) {
    self.type = type
    form = .read(.acl(acl, settings: settings))
  }

  /// A port mapping of a document.
  package init(type: PolicyType, settings: JSON, mapping: PortMapping) {
    self.type = type
    form = .read(.mapping(mapping, settings: settings))
  }

  /// Reads a policy of an endpoint's document; an ACL or a port mapping that cannot be read is not looked into.
  package init(endpoint document: JSON) {
    let settings = document["Settings"] ?? [:]
    let name = document["Type"]?.string ?? ""
    type = PolicyTable.endpoint[name]?.type
    switch type {
    case .acl?:
      let acl = try? PortACL(settings: settings)
      form = acl.map { Form.read(.acl($0, settings: settings)) } ?? .settings(settings)
    case .portMapping?:
      let mapping = PortMapping(settings: settings)
      form = mapping.map { Form.read(.mapping($0, settings: settings)) } ?? .settings(settings)
    case nil: form = .read(.other(name: name, settings: settings))
    case .some: form = .settings(settings)
    }
  }

  /// An ACL that came as a value.
  package init(listed list: ACLList, at index: Int) {
    type = .acl
    form = .listed(list, index)
  }

  /// The settings as they are echoed.
  package var settings: JSON {
    switch form {
    case .settings(let settings), .read(.acl(_, let settings)), .read(.mapping(_, let settings)),
      .read(.other(_, let settings)):
      settings
    case .listed(let list, let index): list.acls[index].settings
    }
  }

  /// What an ACL says; nil for any other type.
  package var acl: PortACL? {
    switch form {
    case .read(.acl(let acl, _)): acl
    case .listed(let list, let index): list.acls[index]
    case .settings, .read(.mapping), .read(.other): nil
    }
  }

  /// Whether the policy is an ACL that names IP sets.
  package var namesSets: Bool {
    switch form {
    case .read(.acl(let acl, _)): !acl.localSets.isEmpty || !acl.remoteSets.isEmpty
    case .listed(let list, let index):
      !list.acls[index].localSets.isEmpty || !list.acls[index].remoteSets.isEmpty
    case .settings, .read(.mapping), .read(.other): false
    }
  }

  /// What a port mapping says; nil for any other type.
  package var mapping: PortMapping? {
    if case .read(.mapping(let mapping, _)) = form { mapping } else { nil }
  }

  /// The name of the type as documents spell it.
  package var typeName: String {
    if case .read(.other(let name, _)) = form { return name }
    return type?.rawValue ?? ""
  }

  /// The list an ACL that came as a value is one of.
  package var list: ACLList? { if case .listed(let list, _) = form { list } else { nil } }

  /// The list an ACL that came as a value is one of, if it stands there at a place.
  package func list(at place: Int) -> ACLList? {
    if case .listed(let list, place) = form { list } else { nil }
  }

  /// Whether the policy is the ACL at a place of a list.
  package func isListed(in list: ACLList, at place: Int) -> Bool {
    if case .listed(let own, place) = form { own === list } else { false }
  }

  package static func == (left: Self, right: Self) -> Bool {
    if case .listed(let list, let place) = left.form, right.isListed(in: list, at: place) { return true }
    return left.type == right.type && left.typeName == right.typeName && left.acl == right.acl
      && left.mapping == right.mapping
      && left.settings == right.settings
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(typeName)
    hasher.combine(settings)
  }

  /// The policy as documents have it.
  package var document: JSON { ["Type": .string(typeName), "Settings": settings] }

  /// Whether a remove request for `other` means this policy: the whole settings are compared, the
  /// order of members does not count, and ACLs are compared by what they say
  /// (reference: hns, 6.6).
  package func isRemoved(by other: HCNPolicy) -> Bool {
    guard type == other.type, typeName == other.typeName else { return false }
    if let acl, let otherACL = other.acl { return acl == otherACL }
    return settings.sorted == other.settings.sorted
  }
}

/// ACLs that came as values in one call.
package final class ACLList: Sendable {
  package let acls: [PortACL]

  /// Makes a list.
  package init(_ acls: [PortACL]) { self.acls = acls }

  /// The policies of the list.
  package var policies: [HCNPolicy] { acls.indices.map { HCNPolicy(listed: self, at: $0) } }
}

extension [HCNPolicy] {
  /// The ACLs, in their order; a list that came as a whole and still stands as a whole goes out as it is.
  package var acls: [PortACL] {
    guard let first = firstIndex(where: { $0.type == .acl }) else { return [] }
    if let list = self[first].list(at: 0), first + list.acls.count <= count {
      let end = first + list.acls.count
      let isWhole = (first..<end).allSatisfy { self[$0].isListed(in: list, at: $0 - first) }
      if isWhole, !self[end...].contains(where: { $0.type == .acl }) { return list.acls }
    }
    return self[first...].compactMap { $0.type == .acl ? $0.acl : nil }
  }
}
