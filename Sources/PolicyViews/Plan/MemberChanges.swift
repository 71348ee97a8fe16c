import JSONText

/// The changes of an update in members that an object's own line does not show.
enum MemberChanges {
  /// A line for each member that differs.
  ///
  /// - Parameters:
  ///   - before: The object before the update.
  ///   - after: The object after the update.
  ///   - members: The members to compare, each with its title.
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
