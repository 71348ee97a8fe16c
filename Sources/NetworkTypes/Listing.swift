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

  /// The suffix for entries that are not listed: `and 4 more`; nil if all are.
  ///
  /// - Parameters:
  ///   - count: How many entries there are.
  ///   - limit: The maximum number of entries to list.
  ///   - noun: What they are, placed after the number.
  package static func rest(of count: Int, limit: Int, _ noun: String? = nil) -> String? {
    guard count > limit else { return nil }
    return "and \(count - limit) more" + (noun.map { " \($0)" } ?? "")
  }
}
