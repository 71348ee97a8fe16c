/// Lists that are truncated: `and N more`.
package enum Listing {
  /// Entries on one line: `a, b`, or if there are too many, the first ones: `a, b and 4 more`.
  ///
  /// - Parameters:
  ///   - entries: The entries.
  ///   - limit: The maximum number of entries to list.
  ///   - separator: The separator between entries.
  package static func text(
    _ entries: some Collection<String>, limit: Int, separator: String = ", "
  ) -> String {
    let shown = entries.prefix(limit).joined(separator: separator)
    return rest(of: entries.count, limit: limit).map { "\(shown) \($0)" } ?? shown
  }

  /// All entries as in a sentence: `a`, `a and b`, `a, b and c`.
  package static func sentence(_ entries: [String]) -> String {
    guard entries.count > 1, let last = entries.last else { return entries.first ?? "" }
    return "\(entries.dropLast().joined(separator: ", ")) and \(last)"
  }

  /// The suffix for entries that are not listed: `and 4 more`; nil if all are.
  ///
  /// - Parameters:
  ///   - count: How many entries there are.
  ///   - limit: The maximum number of entries to list.
  ///   - noun: What one of them is, placed after the number; with an s if there are several.
  package static func rest(of count: Int, limit: Int, _ noun: String? = nil) -> String? {
    guard count > limit else { return nil }
    let rest = count - limit
    return "and \(rest) more" + (noun.map { " \($0)\(rest == 1 ? "" : "s")" } ?? "")
  }

  /// A number of things: `1 request`, `2 requests`.
  ///
  /// - Parameters:
  ///   - count: How many there are.
  ///   - noun: What one of them is.
  package static func number(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
