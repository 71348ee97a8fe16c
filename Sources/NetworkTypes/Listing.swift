/// Lists that are written out in part.
package enum Listing {
  /// Entries in one line: `a, b`, and of many the first with the number of the others: `a, b and 4 more`.
  ///
  /// - Parameters:
  ///   - entries: The entries.
  ///   - limit: How many are written out.
  ///   - separator: What stands between them.
  package static func text(
    _ entries: some Collection<String>, limit: Int, separator: String = ", "
  ) -> String {
    let shown = entries.prefix(limit).joined(separator: separator)
    return rest(of: entries.count, limit: limit).map { "\(shown) \($0)" } ?? shown
  }

  /// What stands for the entries that are not written out: `and 4 more`; nil where all are.
  ///
  /// - Parameters:
  ///   - count: How many entries there are.
  ///   - limit: How many are written out.
  ///   - noun: What they are, said after the number.
  package static func rest(of count: Int, limit: Int, _ noun: String? = nil) -> String? {
    guard count > limit else { return nil }
    return "and \(count - limit) more" + (noun.map { " \($0)" } ?? "")
  }
}
