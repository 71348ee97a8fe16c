import NetworkTypes
package import HostModel
package import PacketSpace

/// Packets of a query between two ends that all get one verdict by one rule.
package struct PacketPart: Sendable {
  /// Where they come from.
  package var sender: PacketRoute.Place
  /// Where they go.
  package var receiver: PacketRoute.Place
  /// The published port that leads to the receiver.
  package var published: PortMapping?
  /// The packets as they are sent: local is the destination they are sent to, remote the sender.
  package var packets: PacketBox
  /// The verdict.
  package var verdict: Verdict
  /// The name of the rule that decided; nil where nothing filters.
  package var rule: String?
}

extension PacketEvaluator {
  /// Judges every packet of a query exactly: the parts are disjoint and together hold every packet that
  /// some filter of the host sees.
  ///
  /// - Parameter set: The query.
  /// - Returns: The parts by sender and receiver.
  /// - Throws: ``PacketProblem`` when no packet of the query can be judged.
  package mutating func parts(_ set: PacketQuerySet) throws(PacketProblem) -> [PacketPart] { [] }
}
