package import HostModel
package import NetworkTypes
package import PacketSpace

/// One of the two hosts of a comparison.
package enum ComparedHost: Hashable, Sendable, CaseIterable { case before, after }

/// Packets of which it is not known whether their verdicts change.
package struct UndecidedPackets: Hashable, Sendable {
  /// The sender or receiver: an endpoint, `host`, or `outside`.
  package var endpoint: String
  /// The direction as the endpoint sees it.
  package var direction: Direction
  /// The packets as disjoint boxes; nil for all of the endpoint and direction.
  package var packets: [PacketBox]?
  /// What the source of a host lacks; nil if the comparison exceeded the work limit.
  package var gap: HostGap?
  /// The hosts whose source lacks it, or on which the verdict is unknown; empty if the comparison exceeded the
  /// work limit.
  package var hosts: Set<ComparedHost> = []
  /// Why their verdict is unknown where no part of a source is missing; nil otherwise.
  ///
  /// If only some packets are undecided, their verdict is unknown on both hosts, and what is not known decides
  /// whether it changes.
  package var unknownBecause: String?

  /// Whether the comparison exceeded the work limit.
  package var isOverBudget: Bool { gap == nil && unknownBecause == nil }

  /// Why it is not known, in words.
  package var reason: String {
    let reason = gap?.description(endpoint) ?? unknownBecause ?? Self.budgetReason
    guard let packets else { return reason }
    return "for \(PacketFormatter(direction: direction).text(PacketRegion(packets))), \(reason)"
  }

  /// The reason if the comparison exceeded the work limit.
  package static let budgetReason = "the comparison exceeded its budget"
}
