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
  /// Why their verdict on a host is unknown if it has no gap; nil otherwise.
  package var unknownBecause: String?

  /// Why nothing is known, in words.
  package var reason: String { gap?.description(endpoint) ?? unknownBecause ?? Self.budgetReason }

  /// The reason if the comparison exceeded the work limit.
  package static let budgetReason = "the comparison exceeded its budget"
}
