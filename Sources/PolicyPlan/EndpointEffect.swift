package import NetworkTypes
package import PacketSpace

/// What a plan does to the packets of one endpoint.
package struct EndpointEffect: Sendable, Hashable {
  /// What becomes of the endpoint.
  package enum Outcome: Sendable, Hashable {
    /// It is gone: nothing reaches it or leaves it.
    case removed
    /// It is new, and these packets pass.
    case created(inbound: Admission, outbound: Admission)
    /// It stays; which verdicts change is in the plan's verdict changes.
    case kept(losesLastACL: Bool)
    /// What a plan that an earlier version saved says of it.
    case stated([String])
  }

  /// The endpoint's name.
  package var endpoint: String
  /// What becomes of it.
  package var outcome: Outcome
  /// The address families that its filters bind and that its packets can have.
  package var families: [AddressFamily]
  /// Whether it has ACLs that do not bind IPv6.
  package var leavesIPv6Open: Bool
  /// Whether it is not known which verdicts change, because finding out took more work than it may.
  package var isUndecided = false

  /// States an effect.
  ///
  /// - Parameters:
  ///   - endpoint: The endpoint's name.
  ///   - outcome: What becomes of it.
  ///   - families: The address families that its filters bind and that its packets can have.
  ///   - leavesIPv6Open: Whether it has ACLs that do not bind IPv6.
  package init(
    endpoint: String, outcome: Outcome, families: [AddressFamily] = [], leavesIPv6Open: Bool = false
  ) {
    self.endpoint = endpoint
    self.outcome = outcome
    self.families = families
    self.leavesIPv6Open = leavesIPv6Open
  }
}

/// The packets of one direction that an endpoint's filters admit; endpoints with equal filters share one.
package final class Admission: Sendable, Hashable {
  /// The packets as boxes without one in common; nil when they are too scattered to be worth it.
  package let boxes: [PacketBox]?

  /// States what is admitted.
  ///
  /// - Parameter boxes: Boxes without a packet in common; nil when there are too many.
  package init(_ boxes: [PacketBox]?) { self.boxes = boxes }

  package static func == (left: Admission, right: Admission) -> Bool {
    left === right || left.boxes == right.boxes
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(boxes?.count) }
}

/// What decides where no rule of a profile's ACLs, and none of another owner, matches.
package enum DefaultAction: Sendable, Hashable {
  case allow
  case block
  /// These protocols are allowed, and every other one is blocked.
  case allowOnly(ProtocolSet)
  /// The implicit deny, which the assumption of this name decides.
  case implicitDeny
  /// What a plan that an earlier version saved says.
  case stated(String)
}

/// A change of the default action of one direction of an endpoint.
package struct DefaultActionChange: Sendable, Hashable {
  package var endpoint: String
  package var direction: Direction
  package var before: DefaultAction
  package var after: DefaultAction

  /// States a change.
  ///
  /// - Parameters:
  ///   - endpoint: The endpoint's name.
  ///   - direction: The direction as the endpoint sees it.
  ///   - before: The default action as it was.
  ///   - after: The default action as it becomes.
  package init(endpoint: String, direction: Direction, before: DefaultAction, after: DefaultAction) {
    self.endpoint = endpoint
    self.direction = direction
    self.before = before
    self.after = after
  }
}
