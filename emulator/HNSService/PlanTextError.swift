/// Why the text of a latency or a fault is not understood.
package struct PlanTextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The reason with the remedy, in words that follow the text itself.
  package let description: String

  init(_ text: String, _ reason: String) { description = "'\(text)': \(reason)" }
}
