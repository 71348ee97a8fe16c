import JSONText

/// What an update changes in the members that the line of an object does not spell out.
enum MemberChanges {
  /// A line for each member that differs.
  ///
  /// - Parameters:
  ///   - before: The object as it was.
  ///   - after: The object as it becomes.
  ///   - members: The members to compare, each with its name for people.
  static func lines(_ before: JSON?, _ after: JSON?, _ members: [(key: String, title: String)]) -> [String] {
    guard let before, let after else { return [] }
    return members.filter { before[$0.key] != after[$0.key] }.map { member in
      "      \(member.title): was \(words(before[member.key])); becomes \(words(after[member.key]))"
    }
  }

  private static func words(_ value: JSON?) -> String {
    let text = value?.string ?? (value?.array ?? []).compactMap(\.string).joined(separator: ", ")
    return text.isEmpty ? "none" : printable(text)
  }
}
