/// Why the text of a latency or a fault cannot be parsed.
package struct PlanTextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text, what is wrong with it, and how to write it.
  package let description: String

  init(_ text: String, _ reason: String) { description = "'\(text)': \(reason)" }
}
