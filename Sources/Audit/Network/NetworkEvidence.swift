package import Diagnostics
import FilterEngine
import NetworkTypes

/// What a host does with a packet: the rule that decides, where it is written, and the packet.
package struct NetworkEvidence: Sendable {
  /// A packet that shows it, in the form of a line for `hnsctl trace --packets`.
  package struct Packet: Sendable {
    package var from: String
    package var to: String
    package var `protocol`: String
    package var port: UInt16
    package var sourcePort: UInt16

    /// The packet in words.
    package var text: String { "\(self.protocol) from \(from) port \(sourcePort) to \(to) port \(port)" }
  }

  /// The profile, state or capture.
  package var source: String
  /// The endpoint whose rule decides, or `host`.
  package var endpoint: String
  /// The rule; nil if nothing filters the packet.
  package var rule: String?
  /// Where the profile has the rule; nil for a state and a capture, and for a rule of the platform.
  package var ruleLocation: SourceRange?
  /// The verdict on the packet.
  package var verdict: String
  package var packet: Packet
  /// The packet as the evaluator takes it.
  var query: PacketQuery

  /// The rule with its place, in words.
  var ruleText: String {
    guard let rule else { return "no rule of \(endpoint)" }
    return "rule '\(rule)' of \(endpoint)" + (ruleLocation.map { " (\(source):\($0.line))" } ?? "")
  }
}
