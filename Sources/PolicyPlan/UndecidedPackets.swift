package import HostModel
package import NetworkTypes

/// Packets of which it is not known whether their verdicts change.
package struct UndecidedPackets: Hashable, Sendable {
  /// The sender or receiver: an endpoint, `host`, or `outside`.
  package var endpoint: String
  /// The direction as the endpoint sees it.
  package var direction: Direction
  /// What the source of a host lacks; nil if the comparison exceeded the work limit.
  package var gap: HostGap?
}
