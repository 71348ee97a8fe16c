/// Selects tests by name.
package struct TestFilter: Sendable {
  /// The text as given by the user.
  package let text: String
  private let pattern: [Unicode.Scalar]
  private let isGlob: Bool

  /// Creates a filter.
  ///
  /// A text with `*` (anything) or `?` (one character) must match the whole name; any other text must be
  /// a part of it. Case matters.
  ///
  /// - Parameter text: The text.
  package init(_ text: String) {
    self.text = text
    pattern = Array(text.unicodeScalars)
    isGlob = text.contains("*") || text.contains("?")
  }

  /// Whether a test is selected.
  ///
  /// - Parameter name: The test's name.
  package func matches(_ name: String) -> Bool {
    isGlob ? fits(Array(name.unicodeScalars)) : text.isEmpty || contains(Array(name.unicodeScalars))
  }

  private func contains(_ name: [Unicode.Scalar]) -> Bool {
    guard name.count >= pattern.count else { return false }
    return (0...name.count - pattern.count).contains { name[$0..<$0 + pattern.count].elementsEqual(pattern) }
  }

  /// Backtracks only to the last star, so the time is bounded by the product of the lengths.
  private func fits(_ name: [Unicode.Scalar]) -> Bool {
    var position = 0
    var next = 0
    var star: (next: Int, position: Int)?
    while position < name.count {
      if next < pattern.count, pattern[next] == "*" {
        star = (next, position)
        next += 1
      } else if next < pattern.count, pattern[next] == "?" || pattern[next] == name[position] {
        next += 1
        position += 1
      } else if let last = star {
        next = last.next + 1
        position = last.position + 1
        star = (last.next, position)
      } else {
        return false
      }
    }
    return pattern[next...].allSatisfy { $0 == "*" }
  }
}
