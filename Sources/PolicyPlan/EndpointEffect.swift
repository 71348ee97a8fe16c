package import NetworkTypes
package import PacketSpace

/// The effect of a plan on the packets of one endpoint.
package struct EndpointEffect: Sendable, Hashable {
  /// What happens to the endpoint.
  package enum Outcome: Sendable, Hashable {
    /// It is removed: all its traffic ends.
    case removed
    /// It is new, and these packets are allowed.
    case created(inbound: AdmittedPackets, outbound: AdmittedPackets)
    /// It is kept; the changed verdicts are in the plan's verdict changes.
    case kept(losesLastACL: Bool)
    /// The text of a plan saved by an earlier version.
    case stated([String])
  }

  /// The endpoint's name.
  package var endpoint: String
  /// What happens to it.
  package var outcome: Outcome
  /// The address families that its filters apply to and its packets can have.
  package var families: [AddressFamily]
  /// Whether it has ACLs that do not apply to IPv6.
  package var leavesIPv6Open: Bool
  /// Whether the changed verdicts are unknown, because the comparison exceeded the work limit.
  package var isUndecided = false
  /// What the source of the host lacks, and for which packets; empty if nothing.
  package var unknownBecause: [String] = []

  /// Whether some of the changed verdicts are unknown, for either reason.
  package var isUnknown: Bool { isUndecided || !unknownBecause.isEmpty }

  /// Creates an effect.
  ///
  /// - Parameters:
  ///   - endpoint: The endpoint's name.
  ///   - outcome: What happens to it.
  ///   - families: The address families that its filters apply to and its packets can have.
  ///   - leavesIPv6Open: Whether it has ACLs that do not apply to IPv6.
  package init(
    endpoint: String, outcome: Outcome, families: [AddressFamily] = [], leavesIPv6Open: Bool = false
  ) {
    self.endpoint = endpoint
    self.outcome = outcome
    self.families = families
    self.leavesIPv6Open = leavesIPv6Open
  }
}

/// The packets of one direction that an endpoint's filters allow; endpoints with equal filters share one
/// value.
package final class AdmittedPackets: Sendable, Hashable {
  /// The packets as disjoint boxes; nil if they are too scattered, or undecided.
  package let boxes: [PacketBox]?
  /// Whether there are no boxes because computing them exceeded the work limit.
  package let isUndecided: Bool

  /// Creates an admission.
  ///
  /// - Parameters:
  ///   - boxes: Disjoint boxes; nil if there are too many, or if they are undecided.
  ///   - isUndecided: Whether computing them exceeded the work limit.
  package init(_ boxes: [PacketBox]?, isUndecided: Bool = false) {
    self.boxes = boxes
    self.isUndecided = isUndecided
  }

  package static func == (left: AdmittedPackets, right: AdmittedPackets) -> Bool {
    left === right || left.boxes == right.boxes && left.isUndecided == right.isUndecided
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(boxes?.count) }
}

/// The action if no rule of a profile's ACLs, and none of another owner, matches.
package enum DefaultAction: Sendable, Hashable {
  case allow
  case block
  /// These protocols are allowed, and all others are blocked.
  case allowOnly(ProtocolSet)
  /// The implicit deny, which depends on the assumption of this name.
  case implicitDeny
  /// The text of a plan saved by an earlier version.
  case stated(String)
}

/// A change of the default action of one direction of an endpoint.
package struct DefaultActionChange: Sendable, Hashable {
  package var endpoint: String
  package var direction: Direction
  package var before: DefaultAction
  package var after: DefaultAction

  /// Creates a change.
  ///
  /// - Parameters:
  ///   - endpoint: The endpoint's name.
  ///   - direction: The direction as the endpoint sees it.
  ///   - before: The old default action.
  ///   - after: The new default action.
  package init(endpoint: String, direction: Direction, before: DefaultAction, after: DefaultAction) {
    self.endpoint = endpoint
    self.direction = direction
    self.before = before
    self.after = after
  }
}
