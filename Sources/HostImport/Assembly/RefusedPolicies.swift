import Diagnostics
import HNSEmulator
import NetworkTypes

/// The policies of objects that were not taken over, reported once for each reason.
struct RefusedPolicies {
  /// What several policies have in common.
  struct Kind: Hashable {
    var type: String
    /// What has them: `endpoint`.
    var object: String
    var reason: String
  }

  /// The policies of one kind.
  struct Group {
    var kind: Kind
    var policies = 0
    var objects = 0
    /// The first object that has one.
    var first: CapturedObject

    /// The group as a sentence.
    var message: String {
      let name = first.name.isEmpty ? first.id.lowercase : first.name
      let owner =
        objects == 1
        ? "the \(kind.object) \(name)" : "\(objects) \(kind.object)s, the first of which is \(name),"
      return policies == 1
        ? "a policy of type '\(kind.type)' of \(owner) was not taken over: \(kind.reason)"
        : "\(policies) policies of type '\(kind.type)' of \(owner) were not taken over: \(kind.reason)"
    }
  }

  /// The groups in the order in which they were found.
  private(set) var groups: [Group] = []
  private var positions: [Kind: Int] = [:]

  /// Adds the policies of an object.
  mutating func add(_ refused: [RefusedPolicy], of object: CapturedObject) {
    var seen: Set<Int> = []
    for policy in refused {
      let kind = Kind(type: policy.type, object: object.title, reason: policy.reason)
      let position = positions[kind] ?? groups.count
      if position == groups.count {
        positions[kind] = position
        groups.append(Group(kind: kind, first: object))
      }
      groups[position].policies += 1
      if seen.insert(position).inserted { groups[position].objects += 1 }
    }
  }
}

extension HostAssembly {
  /// Reports the policies that were not taken over.
  mutating func reportRefusedPolicies() {
    for group in refusedPolicies.groups { report(.captureUnread, group.message, at: group.first.place) }
  }
}
