import HostModel
import JSONText
import NetworkTypes

/// A policy of an endpoint, network or subnet as the service keeps it.
struct Policy: Hashable {
  /// What the policy says.
  ///
  /// Very many policies are kept, so that the large cases stand behind a reference.
  private indirect enum Content {
    case acl(PortACL, settings: JSON)
    case mapping(PortMapping, settings: JSON)
  }

  private enum Form {
    case settings(JSON)
    case read(Content)
    /// An ACL that came as a value, as one of a list; its settings are made when somebody asks for them.
    case listed(ACLList, Int)
  }

  let type: PolicyType
  private let form: Form

  init(type: PolicyType, settings: JSON) {
    self.type = type
    form = .settings(settings)
  }

  /// An ACL of a document, which is echoed as it was written.
  init(type: PolicyType, settings: JSON, acl: PortACL) {
    self.type = type
    form = .read(.acl(acl, settings: settings))
  }

  init(type: PolicyType, settings: JSON, mapping: PortMapping) {
    self.type = type
    form = .read(.mapping(mapping, settings: settings))
  }

  /// An ACL that came as a value.
  init(listed list: ACLList, at index: Int) {
    type = .acl
    form = .listed(list, index)
  }

  /// The settings as they are echoed.
  var settings: JSON {
    switch form {
    case .settings(let settings), .read(.acl(_, let settings)), .read(.mapping(_, let settings)): settings
    case .listed(let list, let index): list.acls[index].settings
    }
  }

  /// What an ACL says; nil for any other type.
  var acl: PortACL? {
    switch form {
    case .read(.acl(let acl, _)): acl
    case .listed(let list, let index): list.acls[index]
    case .settings, .read(.mapping): nil
    }
  }

  /// Whether the policy is an ACL that names IP sets.
  var namesSets: Bool {
    switch form {
    case .read(.acl(let acl, _)): acl.namesSets
    case .listed(let list, let index):
      !list.acls[index].localSets.isEmpty || !list.acls[index].remoteSets.isEmpty
    case .settings, .read(.mapping): false
    }
  }

  /// What a port mapping says; nil for any other type.
  var mapping: PortMapping? { if case .read(.mapping(let mapping, _)) = form { mapping } else { nil } }

  /// The list an ACL that came as a value is one of, if it stands there at a place.
  func list(at place: Int) -> ACLList? {
    if case .listed(let list, place) = form { list } else { nil }
  }

  /// Whether the policy is the ACL at a place of a list.
  func isListed(in list: ACLList, at place: Int) -> Bool {
    if case .listed(let own, place) = form { own === list } else { false }
  }

  static func == (left: Self, right: Self) -> Bool {
    if case .listed(let list, let place) = left.form, right.isListed(in: list, at: place) { return true }
    return left.type == right.type && left.acl == right.acl && left.mapping == right.mapping
      && left.settings == right.settings
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(type)
    hasher.combine(settings)
  }

  /// The policy as documents have it.
  var document: JSON { ["Type": .string(type.rawValue), "Settings": settings] }

  /// Whether a remove request for `other` means this policy: the whole settings are compared, the
  /// order of members does not count, and ACLs are compared by what they say
  /// (reference: hns, 6.6).
  func isRemoved(by other: Policy) -> Bool {
    guard type == other.type else { return false }
    if let acl, let otherACL = other.acl { return acl == otherACL }
    return settings.sorted == other.settings.sorted
  }
}

/// ACLs that came as values in one call.
final class ACLList: Sendable {
  let acls: [PortACL]

  init(_ acls: [PortACL]) { self.acls = acls }

  /// The policies of the list.
  var policies: [Policy] { acls.indices.map { Policy(listed: self, at: $0) } }
}

extension [Policy] {
  /// The ACLs, in their order; a list that came as a whole and still stands as a whole goes out as it is.
  var acls: [PortACL] {
    guard let first = firstIndex(where: { $0.type == .acl }) else { return [] }
    if let list = self[first].list(at: 0), first + list.acls.count <= count {
      let end = first + list.acls.count
      let isWhole = (first..<end).allSatisfy { self[$0].isListed(in: list, at: $0 - first) }
      if isWhole, !self[end...].contains(where: { $0.type == .acl }) { return list.acls }
    }
    return self[first...].compactMap { $0.type == .acl ? $0.acl : nil }
  }
}

extension JSON {
  /// Whether arrays and objects stand in each other more than so many times.
  func isDeeper(than limit: Int) -> Bool {
    switch self {
    case .array(let elements): limit == 0 || elements.contains { $0.isDeeper(than: limit - 1) }
    case .object(let object): limit == 0 || object.members.contains { $0.value.isDeeper(than: limit - 1) }
    default: false
    }
  }

}
