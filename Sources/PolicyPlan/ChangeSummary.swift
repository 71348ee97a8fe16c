import HostModel
import NetworkTypes

/// How much a list of changes changes: every object once, and rules apart from them.
///
/// An endpoint whose rules change is one object to update; an object that is deleted and created under the
/// same name is one to replace. Rules are those of Windows Firewall and VFP: the ACLs they are made from are
/// not counted again.
package struct ChangeSummary: Sendable, Hashable {
  /// What happens to an object.
  package enum Action: String, Sendable, Hashable, CaseIterable {
    case create, update, replace, delete
  }

  /// The objects by action and kind: networks, endpoints, namespaces, containers and load balancers.
  package private(set) var objects: [Action: [ChangeKind: Int]] = [:]
  /// The rules of each enforcement point by action.
  package private(set) var rules: [ChangeKind: [ChangeAction: Int]] = [:]
  /// How many rules Windows lists for the created ones of Windows Firewall: one for each protocol of a list.
  package private(set) var listedFirewallRules = 0
  /// The port mappings by action.
  package private(set) var portMappings: [ChangeAction: Int] = [:]

  /// How many objects an action applies to.
  package func count(_ action: Action) -> Int { objects[action]?.values.reduce(0, +) ?? 0 }

  /// How many objects of a kind change.
  package func count(_ kind: ChangeKind) -> Int { objects.values.reduce(0) { $0 + ($1[kind] ?? 0) } }

  /// How many rules of both enforcement points an action applies to.
  package func rules(_ action: ChangeAction) -> Int { rules.values.reduce(0) { $0 + ($1[action] ?? 0) } }

  private struct Object: Hashable {
    var target: String
    var kind: ChangeKind
    var name: String
  }

  /// Counts changes.
  package init(_ changes: ChangeList) {
    for (action, kinds) in changes.counts {
      for kind in [ChangeKind.firewallRule, .vfpRule] { rules[kind, default: [:]][action] = kinds[kind] }
      if let number = kinds[.portMapping] { portMappings[action] = number }
    }
    omitRestored(changes)
    countListed(changes)
    var actions: [Object: Action] = [:]
    var changed: Set<String> = []
    for group in changes.groups {
      if group.subject == .endpoint, group.rules != nil { changed.insert(group.target) }
      for item in group.head + group.tail {
        guard Self.kinds.contains(item.kind) else {
          if group.subject == .endpoint { changed.insert(group.target) }
          continue
        }
        let object = Object(target: group.target, kind: item.kind, name: item.name)
        switch (actions[object], item.action) {
        case (.delete?, .create): actions[object] = .replace
        case (_, .create): actions[object] = .create
        case (_, .update): actions[object] = .update
        case (_, .delete): actions[object] = .delete
        }
      }
    }
    for (object, action) in actions { objects[action, default: [:]][object.kind, default: 0] += 1 }
    let listed = Set(actions.keys.filter { $0.kind == .endpoint }.map(\.target))
    let updated = changed.subtracting(listed).count
    if updated > 0 { objects[.update, default: [:]][.endpoint, default: 0] += updated }
  }

  /// Rules and port mappings that a replaced object has again are not changes.
  private mutating func omitRestored(_ changes: ChangeList) {
    struct Key: Hashable {
      var target: String
      var kind: ChangeKind
      var value: HostStatement
    }
    var deleted: [Key: Int] = [:]
    for group in changes.groups where group.replacement != nil {
      for item in changes.items(of: group) {
        let isRule = item.kind == .firewallRule || item.kind == .vfpRule
        guard isRule || item.kind == .portMapping else { continue }
        if let before = item.before, item.after == nil {
          deleted[Key(target: group.target, kind: item.kind, value: before), default: 0] += 1
        } else if let after = item.after, item.before == nil {
          let key = Key(target: group.target, kind: item.kind, value: after)
          guard let count = deleted[key], count > 0 else { continue }
          deleted[key] = count - 1
          for action in [ChangeAction.create, .delete] {
            if isRule {
              rules[item.kind, default: [:]][action, default: 0] -= 1
            } else {
              portMappings[action, default: 0] -= 1
            }
          }
        }
      }
    }
    rules = rules.mapValues { $0.filter { $0.value > 0 } }.filter { !$0.value.isEmpty }
    portMappings = portMappings.filter { $0.value > 0 }
  }

  /// Counts what Windows lists; nothing if objects are replaced, whose rules are partly restored.
  private mutating func countListed(_ changes: ChangeList) {
    guard !changes.groups.contains(where: { $0.replacement != nil }) else { return }
    func count(_ items: [ObjectChange]) -> Int {
      items.reduce(0) { sum, item in
        guard item.kind == .firewallRule, item.action == .create, let rule = item.after?.rule else {
          return sum
        }
        let protocols = rule.match.protocols ?? .allProtocols
        return sum + (protocols == .allProtocols ? 1 : protocols.protocols.count)
      }
    }
    let sets = changes.ruleSets.map(count)
    listedFirewallRules = changes.groups.reduce(0) { sum, group in
      sum + count(group.head) + count(group.tail) + (group.rules.map { sets[$0] } ?? 0)
    }
  }

  private static let kinds: Set<ChangeKind> = [
    .network, .endpoint, .namespace, .container, .remoteEndpoint, .sourceVIP, .loadBalancer,
    .hostFirewallRule, .hostFirewall,
  ]
}
