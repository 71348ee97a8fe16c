package import HostModel
package import NetworkTypes

/// An ordered list of matches; the first one a packet matches is found.
package struct PacketClassifier: Sendable {
  private let matches: [RuleMatch]
  package init(_ matches: [RuleMatch]) { self.matches = matches }
  package func firstMatch(_ packet: Packet) -> Int? { matches.firstIndex { $0.matches(packet) } }
}
