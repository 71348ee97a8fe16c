package import FilterEngine
package import NetworkTypes

/// The result for the packets of one service from one peer to another.
package struct MatrixCell: Hashable, Sendable {
  /// Packets with one verdict by one rule; nil means all packets of the cell.
  package struct Part: Hashable, Sendable {
    /// The verdict.
    package var verdict: Verdict
    /// The matching rule; nil if nothing filters.
    package var rule: String?
    /// The senders among those of the peer.
    package var from: AddressSet?
    /// The receivers among those of the peer.
    package var to: AddressSet?
    /// The ports among those of the service.
    package var ports: PortSet?
  }

  /// Why the cell is empty.
  package enum UnevaluatedReason: String, Hashable, Sendable {
    /// Both ends are in the same compartment, where nothing is filtered.
    case sameCompartment
    /// The two ends have no common address family for the protocol.
    case noCommonFamily
    /// Neither end is on the host.
    case notOnHost
    /// An end has no open compartment, so its rules do not take effect yet.
    case notAttached
    /// The host is the sender, but its address is unknown.
    case unknownHostAddress
    /// Several endpoints have the address.
    case ambiguousAddress
    /// No packet has such addresses: loopback does not leave its compartment, and nothing is sent from a
    /// multicast or broadcast address.
    case cannotOccur
  }

  /// Whether packets to an endpoint behind NAT, sent from outside, can reach it through a published port;
  /// nothing else does.
  package enum NATAccess: String, Hashable, Sendable, CaseIterable {
    /// A published port maps to every port of the service.
    case published
    /// Published ports map to some ports of the service.
    case partlyPublished
    /// No published port maps to the service.
    case notPublished
  }

  /// The verdict on a whole cell.
  package enum Summary: String, Hashable, Sendable, CaseIterable {
    case allow, block, unknown, mixed, some, none
  }

  /// The parts, which are disjoint; empty if there are no packets.
  package var parts: [Part]
  /// Why the cell is empty.
  package var unevaluatedReason: UnevaluatedReason?
  /// How its packets get through NAT; nil if they need not.
  package var natAccess: NATAccess?
  /// Whether the receiver is a service: without a rule, its backends can differ in theirs.
  package var isOfService = false

  /// The cell of two ends in the same compartment.
  package static let sameCompartment = MatrixCell(.sameCompartment)

  init(parts: [Part]) { self.parts = parts }

  init(_ unevaluatedReason: UnevaluatedReason) {
    parts = []
    self.unevaluatedReason = unevaluatedReason
  }

  /// The verdict on the whole cell; `some` if parts differ.
  package var summary: Summary {
    guard let first = parts.first else { return .none }
    guard parts.allSatisfy({ $0.verdict == first.verdict }) else { return .some }
    switch first.verdict {
    case .allow: return .allow
    case .block: return .block
    case .unknown: return .unknown
    case .mixed: return .mixed
    }
  }

  /// The rule that matches all its packets; nil if there are several or nothing filters.
  package var rule: String? {
    guard let first = parts.first, parts.allSatisfy({ $0.rule == first.rule }) else { return nil }
    return first.rule
  }
}
