package import FilterEngine
package import NetworkTypes
package import PacketSpace

/// Packets of one endpoint and direction whose verdict changes, with the rules responsible.
package struct VerdictChange: Sendable, Hashable {
  /// Another end on the host whose own filters decide, whatever those of the endpoint do.
  package struct OtherEnd: Sendable, Hashable {
    /// The endpoint's name, or `host`.
    package var name: String
    /// The rule that blocks; nil if the endpoint is not attached.
    package var rule: String?
    /// Whether the verdict is unknown instead of block.
    package var isUnknown: Bool

    package init(name: String, rule: String?, isUnknown: Bool) {
      self.name = name
      self.rule = rule
      self.isUnknown = isUnknown
    }
  }

  /// The verdicts of both hosts on a packet; nil on a host without the endpoint.
  package struct Verdicts: Sendable, Hashable {
    package var before: Verdict?
    package var after: Verdict?

    package init(before: Verdict?, after: Verdict?) {
      self.before = before
      self.after = after
    }
  }

  /// Who sends the packets, or receives them.
  package enum Sender: Sendable, Hashable {
    /// The endpoint, also for packets that it receives.
    case endpoint
    /// The host, to load balancers.
    case host
    /// Anybody outside the host, to load balancers.
    case outside
  }

  /// Whether load balancers take the packets on one of the hosts only.
  package enum Balancing: String, Sendable, Hashable {
    /// On the host after.
    case begins
    /// On the host before.
    case ends
  }

  /// What becomes of the packets.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case newlyAllowed, newlyBlocked, newlyMixed, newlyUnknown
  }

  /// The name of the sender of packets from outside.
  package static let outside = "outside"

  /// The endpoint's name; of packets to load balancers also `host` or `outside`.
  package var endpoint: String
  /// Who sends the packets.
  package var sender = Sender.endpoint
  /// Whether load balancers begin or cease to take the packets; nil if neither.
  package var balancing: Balancing?
  /// The direction as the endpoint sees it.
  package var direction: Direction
  /// How the verdict of the endpoint's own filters changes.
  package var change: PathDifference.Change
  /// The packets, as a few disjoint boxes.
  package var packets: [PacketBox]
  /// Example packets, the simplest first; at least one.
  package var witnesses: [PacketWitness]
  /// The name of the rule that matched before; nil if the endpoint did not exist, or if the backends of a
  /// service differ.
  package var before: String?
  /// The name of the rule that matches after; nil if the endpoint no longer exists, or if the backends of a
  /// service differ.
  package var after: String?
  /// Whether the verdict on some of the packets changes, and on the examples, with the filters of both ends;
  /// otherwise only the endpoint's own filters change.
  package var isEndToEnd = true
  /// Whether the endpoint's own filters leave the verdict unknown, if these alone count: only they change, or
  /// only one enforcement point is compared.
  package var leavesUnknown = false
  /// The verdicts on the first example, with the filters of both ends; nil if only one enforcement point is
  /// compared.
  package var verdicts: Verdicts?
  /// The other ends that block some of the packets, before and after.
  package var otherEnds: [OtherEnd] = []
  /// The number of addresses on the host whose filters are not taken into account, because there are many.
  package var uncomparedPeers = 0

  /// What becomes of the packets: whether they are allowed afterwards, by the backends of a service if one
  /// takes them.
  package var kind: Kind {
    switch isEndToEnd ? verdicts?.after : nil {
    case .mixed?: .newlyMixed
    case .unknown?: .newlyUnknown
    case nil where leavesUnknown: .newlyUnknown
    default: change == .newlyAllowed ? .newlyAllowed : .newlyBlocked
    }
  }

  /// Creates a change; see the members.
  package init(
    endpoint: String, direction: Direction, change: PathDifference.Change, packets: [PacketBox],
    witnesses: [PacketWitness], before: String?, after: String?
  ) {
    self.endpoint = endpoint
    self.direction = direction
    self.change = change
    self.packets = packets
    self.witnesses = witnesses
    self.before = before
    self.after = after
  }
}
