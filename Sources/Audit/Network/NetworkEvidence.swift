package import Diagnostics
import FilterEngine
import NetworkTypes

/// What a host does with a packet: the rule that decides, where it is written, and the packet.
///
/// Most findings have none, so that it is a class: they need room for a reference only.
package final class NetworkEvidence: Sendable {
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
  package let source: String
  /// The endpoint whose rule decides, or `host`.
  package let endpoint: String
  /// The rule; nil if nothing filters the packet.
  package let rule: String?
  /// Where the profile has the rule; nil for a state and a capture, and for a rule of the platform.
  package let ruleLocation: SourceRange?
  /// The verdict on the packet.
  package let verdict: String
  package let packet: Packet
  /// The packet as the evaluator takes it.
  let query: PacketQuery

  init(
    source: String, endpoint: String, rule: String?, ruleLocation: SourceRange?, verdict: String,
    packet: Packet, query: PacketQuery
  ) {
    self.source = source
    self.endpoint = endpoint
    self.rule = rule
    self.ruleLocation = ruleLocation
    self.verdict = verdict
    self.packet = packet
    self.query = query
  }

  /// The same packet with the rule of other evidence, which does not apply to it.
  func bypassing(_ other: NetworkEvidence) -> NetworkEvidence {
    NetworkEvidence(
      source: source, endpoint: other.endpoint, rule: other.rule, ruleLocation: other.ruleLocation,
      verdict: verdict, packet: packet, query: query)
  }

  /// The rule with its place, in words: the file of the host, with the line where it has one.
  ///
  /// It is the subject of a sentence about what is allowed or blocked.
  var ruleText: String {
    let place = source + (ruleLocation.map { ":\($0.line)" } ?? "")
    guard let rule else { return "the absence of filters at \(endpoint) (\(place))" }
    return "rule '\(rule)' of \(endpoint) (\(place))"
  }
}
