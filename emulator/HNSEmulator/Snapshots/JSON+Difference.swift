import JSONText

extension JSON {
  /// The first difference from an expected document; the order of members is ignored.
  func firstDifference(from expected: JSON, at path: @autoclosure () -> String) -> SnapshotError? {
    // Equal parts are skipped before a path is built for them.
    guard self != expected else { return nil }
    switch (self, expected) {
    case (.object(let mine), .object(let theirs)):
      func memberPath(of key: String) -> String {
        let path = path()
        return path.isEmpty ? key : "\(path).\(key)"
      }
      for member in mine.members {
        guard let value = theirs[member.key] else {
          return SnapshotError(path: memberPath(of: member.key), reason: "is an unknown member")
        }
        if let difference = member.value.firstDifference(from: value, at: memberPath(of: member.key)) {
          return difference
        }
      }
      let missing = theirs.members.first { mine[$0.key] == nil }
      return missing.map { SnapshotError(path: memberPath(of: $0.key), reason: "is missing") }
    case (.array(let mine), .array(let theirs)):
      for (index, (element, other)) in zip(mine, theirs).enumerated() {
        if let difference = element.firstDifference(from: other, at: "\(path())[\(index)]") {
          return difference
        }
      }
      guard mine.count != theirs.count else { return nil }
      return SnapshotError(
        path: path(), reason: "has \(mine.count) elements, not \(theirs.count)")
    default: return SnapshotError(path: path(), reason: "must be \(expected.text()), not \(text())")
    }
  }
}
