package import HostModel
package import JSONText

/// What a change does to its object.
package enum ChangeAction: String, Sendable, Hashable, CaseIterable {
  case create
  case update
  case delete
}

/// What kind of thing a change is about.
package enum ChangeKind: String, Sendable, Hashable, CaseIterable {
  case network
  case endpoint
  case namespace
  case portMapping
  case acl
  case firewallRule
  case vfpRule
  case container
}

/// One thing that differs between two hosts.
package struct Change: Sendable, Hashable {
  package var action: ChangeAction
  package var kind: ChangeKind
  /// The object concerned: a network's, endpoint's or container's name.
  package var target: String
  /// The name of the thing itself; for a rule the rule's.
  package var name: String
  /// The component that enforces it; rules only.
  package var enforcement: EnforcementPoint?
  /// What it was; nil for a creation.
  package var before: JSON?
  /// What it becomes; nil for a deletion.
  package var after: JSON?
}

/// One thing a host states, comparable with what another host states of the same thing.
package struct HostItem: Sendable, Hashable {
  /// What makes two items the same thing.
  struct Key: Hashable {
    var kind: ChangeKind
    var owner: String
    var target: String
    var name: String
    var enforcement: EnforcementPoint?
    /// Which of several things of the same name.
    var occurrence: Int
  }

  package var kind: ChangeKind
  package var target: String
  package var name: String
  package var enforcement: EnforcementPoint?
  package var value: JSON
  /// Whose object it is or belongs to, where that tells things of one name apart; otherwise empty.
  package var owner = ""
}

/// What a plan deletes and creates under the same name, because the host cannot change it in place.
struct MadeAnew {
  /// Networks by name.
  var networks: Set<String> = []
  /// Endpoints by name, with all that belongs to them.
  var endpoints: Set<String> = []

  func contains(_ item: HostItem, of owner: String) -> Bool {
    item.kind == .network
      ? networks.contains(item.name) : item.owner == owner && endpoints.contains(item.target)
  }
}

extension Change {
  /// What leads from one list of items to another: deletions in reverse order, then creations and
  /// updates in the order of the later list.
  ///
  /// - Parameters:
  ///   - before: What was stated.
  ///   - after: What is stated.
  ///   - isMadeAnew: Tells what is deleted and created even when it states the same.
  package static func between(
    _ before: [HostItem], _ after: [HostItem], isMadeAnew: (HostItem) -> Bool = { _ in false }
  ) -> [Change] {
    let old = keyed(before)
    let new = keyed(after)
    let oldValues = Dictionary(
      uniqueKeysWithValues: old.filter { !isMadeAnew($0.1) }.map { ($0.0, $0.1.value) })
    let newKeys = Set(new.filter { !isMadeAnew($0.1) }.map(\.0))
    var changes: [Change] = []
    for (key, item) in old.reversed() where !newKeys.contains(key) {
      changes.append(Change(.delete, item, before: item.value, after: nil))
    }
    for (key, item) in new {
      switch oldValues[key] {
      case nil: changes.append(Change(.create, item, before: nil, after: item.value))
      case let value? where value != item.value:
        changes.append(Change(.update, item, before: value, after: item.value))
      default: continue
      }
    }
    return changes
  }

  private init(_ action: ChangeAction, _ item: HostItem, before: JSON?, after: JSON?) {
    self.init(
      action: action, kind: item.kind, target: item.target, name: item.name, enforcement: item.enforcement,
      before: before, after: after)
  }

  private static func keyed(_ items: [HostItem]) -> [(HostItem.Key, HostItem)] {
    var seen: [HostItem.Key: Int] = [:]
    return items.map { item in
      var key = HostItem.Key(
        kind: item.kind, owner: item.owner, target: item.target, name: item.name,
        enforcement: item.enforcement, occurrence: 0)
      let occurrence = seen[key, default: 0]
      seen[key] = occurrence + 1
      key.occurrence = occurrence
      return (key, item)
    }
  }
}
