package import HostModel

/// The effect of a change on its object.
package enum ChangeAction: String, Sendable, Hashable, CaseIterable {
  case create
  case update
  case delete
}

/// The kind of thing that is changed.
package enum ChangeKind: String, Sendable, Hashable, CaseIterable {
  case network
  case endpoint
  case namespace
  case portMapping
  case acl
  case firewallRule
  case vfpRule
  case container
  case remoteEndpoint
  case sourceVIP
  case loadBalancer
  /// A captured rule of Windows Firewall on the host.
  case hostFirewallRule
  /// A captured profile of Windows Firewall on the host, or that its source has none.
  case hostFirewall
}

/// What a group of changes belongs to.
package enum ChangeSubject: Sendable, Hashable {
  case network
  /// An endpoint with its namespace, containers and rules.
  case endpoint
  /// An endpoint that only services need.
  case serviceEndpoint
  /// The load balancers of one name.
  case service
  /// The host itself.
  case host
}

/// A difference between two hosts.
package struct Change: Sendable, Hashable {
  /// The affected object: a network's, endpoint's or container's name.
  package var target: String
  /// What differs.
  package var item: ObjectChange
  /// Why the object is deleted and created under the same name; nil if it is not.
  package var replacement: ReplacementReason?

  /// Creates a change.
  ///
  /// - Parameters:
  ///   - target: The affected object.
  ///   - item: What differs.
  ///   - replacement: Why the object is deleted and created under the same name.
  package init(target: String, item: ObjectChange, replacement: ReplacementReason? = nil) {
    self.target = target
    self.item = item
    self.replacement = replacement
  }

  package var kind: ChangeKind { item.kind }
  package var name: String { item.name }
  package var enforcement: EnforcementPoint? { item.enforcement }
  package var action: ChangeAction { item.action }
  package var before: HostStatement? { item.before }
  package var after: HostStatement? { item.after }
}

/// A difference in one thing, whatever object it belongs to.
///
/// Copies share their memory, because endpoints have many rules in common.
package struct ObjectChange: Sendable, Hashable {
  private struct Content: Sendable, Hashable {
    var kind: ChangeKind
    var name: String
    var enforcement: EnforcementPoint?
    var before: HostStatement?
    var after: HostStatement?
  }

  private final class Storage: Sendable {
    let content: Content

    init(_ content: Content) { self.content = content }
  }

  private var storage: Storage

  package var kind: ChangeKind { storage.content.kind }
  /// The name of the thing; for a rule the rule's.
  package var name: String { storage.content.name }
  /// The component that enforces it; rules only.
  package var enforcement: EnforcementPoint? { storage.content.enforcement }
  /// The old value; nil for a creation.
  package var before: HostStatement? {
    get { storage.content.before }
    set {
      var content = storage.content
      content.before = newValue
      storage = Storage(content)
    }
  }
  /// The new value; nil for a deletion.
  package var after: HostStatement? { storage.content.after }

  /// The identity of the memory that copies share; it is unique as long as this change exists.
  package var identity: ObjectIdentifier { ObjectIdentifier(storage) }

  /// Creates a difference; at least one of the two values must be given.
  ///
  /// - Parameters:
  ///   - kind: What kind of thing it is.
  ///   - name: Its name.
  ///   - enforcement: The component that enforces it; rules only.
  ///   - before: The old value; nil for a creation.
  ///   - after: The new value; nil for a deletion.
  package init(
    kind: ChangeKind, name: String, enforcement: EnforcementPoint?, before: HostStatement?,
    after: HostStatement?
  ) {
    storage = Storage(
      Content(kind: kind, name: name, enforcement: enforcement, before: before, after: after))
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.storage === right.storage || left.storage.content == right.storage.content
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(name)
    hasher.combine(enforcement)
  }

  init(_ item: HostObject, before: HostStatement?, after: HostStatement?) {
    self.init(
      kind: item.kind, name: item.name, enforcement: item.enforcement, before: before, after: after)
  }

  /// What the change does.
  package var action: ChangeAction { before == nil ? .create : after == nil ? .delete : .update }
}

/// The changes of a plan or a difference: deletions first, in reverse order, then creations and updates.
///
/// Equal rule sets of different endpoints are stored once.
package struct ChangeList: Sendable {
  /// The changes of one network, endpoint or service.
  package struct Group: Sendable {
    package var target: String
    package var subject: ChangeSubject
    /// Why the object is deleted and created under the same name; nil if it is not.
    package var replacement: ReplacementReason?
    /// The changes before those of rules.
    package var head: [ObjectChange]
    /// The index of the changes of rules in ``ChangeList/ruleSets``; nil for none.
    package var rules: Int?
    /// The changes after those of rules.
    package var tail: [ObjectChange]
  }

  /// The groups, those of deletions first.
  package private(set) var groups: [Group] = []
  /// The changes of rules that groups refer to.
  package private(set) var ruleSets: [[ObjectChange]] = []

  /// No changes.
  package init() {}

  /// Creates a list from changes.
  ///
  /// - Parameter changes: The changes, deletions first.
  package init(_ changes: [Change]) {
    var positions: [[ObjectChange]: Int] = [:]
    var run: [Change] = []
    func end(_ list: inout ChangeList) {
      guard let first = run.first else { return }
      let items = run.map(\.item)
      let start = items.firstIndex { $0.kind.isRule } ?? items.count
      let end = items[start...].firstIndex { !$0.kind.isRule } ?? items.count
      let rules = Array(items[start..<end])
      var position: Int?
      if !rules.isEmpty {
        position = positions[rules] ?? list.add(ruleSet: rules)
        positions[rules] = position
      }
      list.append(
        Group(
          target: first.target, subject: first.kind.subject, replacement: first.replacement,
          head: Array(items[..<start]), rules: position, tail: Array(items[end...])))
      run = []
    }
    for change in changes {
      if let last = run.last,
        last.target != change.target || last.replacement != change.replacement
          || last.kind.subject != change.kind.subject
          || (last.action == .delete) != (change.action == .delete)
      {
        end(&self)
      }
      run.append(change)
    }
    end(&self)
  }

  /// Adds a set of changes of rules, and returns its index.
  mutating func add(ruleSet: [ObjectChange]) -> Int {
    ruleSets.append(ruleSet)
    return ruleSets.count - 1
  }

  /// Adds a group at the end, unless it is empty.
  mutating func append(_ group: Group) {
    var group = group
    if let rules = group.rules, ruleSets[rules].isEmpty { group.rules = nil }
    guard !group.head.isEmpty || group.rules != nil || !group.tail.isEmpty else { return }
    groups.append(group)
  }

  /// The changes of a group.
  ///
  /// - Parameter group: One of ``groups``.
  package func items(of group: Group) -> [ObjectChange] {
    group.rules.map { group.head + ruleSets[$0] + group.tail } ?? group.head + group.tail
  }

  /// The number of changes by action and kind.
  package var counts: [ChangeAction: [ChangeKind: Int]] {
    var counts: [ChangeAction: [ChangeKind: Int]] = [:]
    func add(_ items: [ObjectChange], times: Int) {
      for item in items { counts[item.action, default: [:]][item.kind, default: 0] += times }
    }
    var uses = Array(repeating: 0, count: ruleSets.count)
    for group in groups {
      add(group.head, times: 1)
      add(group.tail, times: 1)
      if let rules = group.rules { uses[rules] += 1 }
    }
    for (items, times) in zip(ruleSets, uses) where times > 0 { add(items, times: times) }
    return counts
  }

  /// The list with load balancers deleted and created instead of updated, as for a version of HNS that cannot
  /// modify them.
  ///
  /// - Parameters:
  ///   - before: The earlier contents.
  ///   - after: The later contents.
  package func replacingLoadBalancers(from before: HostInventory, to after: HostInventory) -> ChangeList {
    let updated = groups.filter { $0.subject == .service }.flatMap { group in
      group.head.filter { $0.before != nil && $0.after != nil }.map {
        Replacements.LoadBalancerName(target: group.target, name: $0.name)
      }
    }
    return replacing(Set(updated), from: before, to: after)
  }

  /// The list with some load balancers deleted and created instead of updated.
  func replacing(
    _ names: Set<Replacements.LoadBalancerName>, from before: HostInventory, to after: HostInventory
  ) -> ChangeList {
    guard !names.isEmpty else { return self }
    func isReplaced(_ target: String, _ name: String) -> Bool {
      names.contains(Replacements.LoadBalancerName(target: target, name: name))
    }
    func replaced(_ inventory: HostInventory) -> [HostObject] {
      inventory.sections.filter { $0.subject == .service }.flatMap(\.head)
        .filter { isReplaced($0.target, $0.name) }
    }
    func group(_ object: HostObject, _ change: ObjectChange) -> Group {
      Group(
        target: object.target, subject: .service, replacement: .notModifiable, head: [change], rules: nil,
        tail: [])
    }
    var list = self
    for position in list.groups.indices where list.groups[position].subject == .service {
      let target = list.groups[position].target
      list.groups[position].head.removeAll { isReplaced(target, $0.name) }
    }
    list.groups.removeAll { $0.head.isEmpty && $0.rules == nil && $0.tail.isEmpty }
    let deletions = replaced(before).reversed()
    list.groups.insert(
      contentsOf: deletions.map { group($0, ObjectChange($0, before: $0.value, after: nil)) }, at: 0)
    for object in replaced(after) {
      list.append(group(object, ObjectChange(object, before: nil, after: object.value)))
    }
    return list
  }

  /// The changes of some objects.
  ///
  /// - Parameter targets: The names of the objects.
  package func only(_ targets: Set<String>) -> ChangeList {
    var part = self
    part.groups.removeAll { !targets.contains($0.target) }
    return part
  }
}

extension ChangeList: Sequence {
  package struct Iterator: IteratorProtocol {
    fileprivate let list: ChangeList
    private var group = 0
    private var item = 0
    private var items: [ObjectChange] = []

    fileprivate init(_ list: ChangeList) {
      self.list = list
      items = list.groups.first.map(list.items) ?? []
    }

    package mutating func next() -> Change? {
      while item == items.count {
        guard group + 1 < list.groups.count else { return nil }
        group += 1
        item = 0
        items = list.items(of: list.groups[group])
      }
      defer { item += 1 }
      let own = list.groups[group]
      return Change(target: own.target, item: items[item], replacement: own.replacement)
    }
  }

  package func makeIterator() -> Iterator { Iterator(self) }

  /// Whether nothing changes.
  package var isEmpty: Bool { groups.isEmpty }

  /// How many changes there are.
  package var count: Int { counts.values.reduce(0) { $0 + $1.values.reduce(0, +) } }
}

extension ChangeList: Hashable {
  package static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }

  package func hash(into hasher: inout Hasher) { hasher.combine(groups.map(\.target)) }
}

extension ChangeKind {
  /// Whether it is an ACL or a rule created from ACLs.
  package var isRule: Bool { self == .acl || self == .firewallRule || self == .vfpRule }

  /// What such a change belongs to.
  package var subject: ChangeSubject {
    switch self {
    case .network: .network
    case .remoteEndpoint, .sourceVIP: .serviceEndpoint
    case .loadBalancer: .service
    case .hostFirewallRule, .hostFirewall: .host
    case .endpoint, .namespace, .portMapping, .acl, .firewallRule, .vfpRule, .container: .endpoint
    }
  }
}
