import JSONText
import PolicyPlan

/// Something that is deleted and created under the same name, as one thing to a reader.
enum Replacement {
  /// The changes of one network or endpoint with each deletion and creation of the same thing joined to
  /// an update, or left out where both state the same.
  ///
  /// - Parameter changes: The changes of one network or endpoint.
  /// - Returns: The changes, and whether the network or endpoint itself is made anew.
  static func folded(_ changes: [Change]) -> (changes: [Change], isMadeAnew: Bool) {
    func isWhole(_ change: Change) -> Bool { change.kind == .endpoint || change.kind == .network }
    guard changes.contains(where: { isWhole($0) && $0.action == .delete }),
      changes.contains(where: { isWhole($0) && $0.action == .create })
    else { return (changes, false) }
    struct Key: Hashable {
      var kind: ChangeKind
      var name: String
      var layerGroup: String
    }
    func key(_ change: Change) -> Key {
      let group = (change.before ?? change.after)?["group"]?.string ?? ""
      return Key(kind: change.kind, name: change.name, layerGroup: group)
    }
    var deleted = Dictionary(grouping: changes.filter { $0.action == .delete }, by: key)
    var result: [Change] = []
    for change in changes where change.action != .delete {
      guard change.action == .create, var queue = deleted[key(change)], !queue.isEmpty else {
        result.append(change)
        continue
      }
      let old = queue.removeFirst()
      deleted[key(change)] = queue
      guard isWhole(change) || old.before != change.after else { continue }
      var update = change
      update.action = .update
      update.before = old.before
      result.append(update)
    }
    return (changes.filter { deleted[key($0)]?.contains($0) ?? false } + result, true)
  }
}
