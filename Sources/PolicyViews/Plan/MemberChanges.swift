/// The changes of an update in members that an object's own line does not show.
enum MemberChanges {
  /// A line for each member that differs.
  ///
  /// - Parameters:
  ///   - before: The object before the update.
  ///   - after: The object after the update.
  ///   - members: The members to compare, each with its title.
  static func lines<Value>(
    _ before: Value, _ after: Value, _ members: [(title: String, texts: (Value) -> [String])]
  ) -> [String] {
    members.compactMap { member in
      let (was, becomes) = (member.texts(before), member.texts(after))
      return was == becomes ? nil : "      \(member.title): was \(text(was)); becomes \(text(becomes))"
    }
  }

  private static func text(_ texts: [String]) -> String {
    let text = texts.joined(separator: ", ")
    return text.isEmpty ? "none" : printable(text)
  }
}
