package import JSONText

/// A policy of an endpoint, network or subnet: its meaning, and its settings as written in documents.
package struct HCNPolicy: Hashable, Sendable {
  /// The meaning of the policy.
  ///
  /// Hosts have very many policies, so the large cases are indirect.
  private indirect enum Content: Sendable {
    case acl(PortACL, settings: JSON)
    case mapping(PortMapping, settings: JSON)
    case other(name: String, settings: JSON)
  }

  private enum Form: Sendable {
    case settings(JSON)
    /// As a client wrote it, not yet read.
    case document(JSON)
    case read(Content)
    /// An ACL given as a value, in a list; its settings are created when needed.
    case listed(ACLList, Int)
  }

  /// The type; nil for an unknown type.
  package let type: PolicyType?
  private let form: Form

  /// Makes a policy with uninterpreted settings.
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

  /// Reads a policy of an endpoint's document; an invalid ACL or port mapping is not interpreted.
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

  /// A policy as a client wrote it; its contents are unknown until it is read.
  package init(document: JSON) {
    type = nil
    form = .document(document)
  }

  /// An ACL given as a value.
  package init(listed list: ACLList, at index: Int) {
    type = .acl
    form = .listed(list, index)
  }

  /// The settings, as HNS returns them.
  package var settings: JSON {
    switch form {
    case .settings(let settings), .read(.acl(_, let settings)), .read(.mapping(_, let settings)),
      .read(.other(_, let settings)):
      settings
    case .document(let document): document["Settings"] ?? [:]
    case .listed(let list, let index): list.acls[index].settings
    }
  }

  /// The ACL; nil for any other type.
  package var acl: PortACL? {
    switch form {
    case .read(.acl(let acl, _)): acl
    case .listed(let list, let index): list.acls[index]
    case .settings, .document, .read(.mapping), .read(.other): nil
    }
  }

  /// Whether the policy is an ACL that refers to IP sets.
  package var namesSets: Bool {
    switch form {
    case .read(.acl(let acl, _)): !acl.localSets.isEmpty || !acl.remoteSets.isEmpty
    case .listed(let list, let index):
      !list.acls[index].localSets.isEmpty || !list.acls[index].remoteSets.isEmpty
    case .settings, .document, .read(.mapping), .read(.other): false
    }
  }

  /// The port mapping; nil for any other type.
  package var mapping: PortMapping? {
    if case .read(.mapping(let mapping, _)) = form { mapping } else { nil }
  }

  /// The name of the type as documents spell it.
  package var typeName: String {
    if case .read(.other(let name, _)) = form { return name }
    if case .document(let document) = form { return document["Type"]?.string ?? "" }
    return type?.rawValue ?? ""
  }

  /// The list that contains an ACL given as a value.
  package var list: ACLList? { if case .listed(let list, _) = form { list } else { nil } }

  /// The list that contains an ACL given as a value, if the ACL is at a certain position in it.
  package func list(at position: Int) -> ACLList? {
    if case .listed(let list, position) = form { list } else { nil }
  }

  /// Whether the policy is the ACL at a position of a list.
  package func isListed(in list: ACLList, at position: Int) -> Bool {
    if case .listed(let own, position) = form { own === list } else { false }
  }

  package static func == (left: Self, right: Self) -> Bool {
    if case .listed(let list, let position) = left.form, right.isListed(in: list, at: position) {
      return true
    }
    return left.type == right.type && left.typeName == right.typeName && left.acl == right.acl
      && left.mapping == right.mapping
      && left.settings == right.settings
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(typeName)
    hasher.combine(settings)
  }

  /// The policy as written in documents.
  package var document: JSON {
    if case .document(let document) = form { return document }
    return ["Type": .string(typeName), "Settings": settings]
  }

  /// Whether a remove request for `other` means this policy: the whole settings are compared, the
  /// order of members does not count, and ACLs are compared by meaning
  /// (reference: hns, 6.6).
  package func isRemoved(by other: HCNPolicy) -> Bool {
    guard type == other.type, typeName == other.typeName else { return false }
    if let acl, let otherACL = other.acl { return acl == otherACL }
    return settings.sorted == other.settings.sorted
  }
}

/// ACLs given as values in one call.
package final class ACLList: Sendable {
  package let acls: [PortACL]

  /// Makes a list.
  package init(_ acls: [PortACL]) { self.acls = acls }

  /// The policies of the list.
  package var policies: [HCNPolicy] { acls.indices.map { HCNPolicy(listed: self, at: $0) } }
}

extension [HCNPolicy] {
  /// The list that is still complete and holds every ACL; nil if there is none.
  package var wholeList: ACLList? {
    guard let first = firstIndex(where: { $0.type == .acl }), let list = self[first].list(at: 0) else {
      return nil
    }
    let end = first + list.acls.count
    guard end <= count, (first..<end).allSatisfy({ self[$0].isListed(in: list, at: $0 - first) }),
      !self[end...].contains(where: { $0.type == .acl })
    else { return nil }
    return list
  }

  /// The ACLs, in their order; a list that is still complete is reused.
  package var acls: [PortACL] { wholeList?.acls ?? compactMap { $0.type == .acl ? $0.acl : nil } }
}
