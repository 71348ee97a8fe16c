import Diagnostics
package import HostModel
package import NetworkTypes

/// One entry of `tests`: checked here, run by the commands that evaluate packets.
package struct TestDeclaration: Sendable {
  /// What the test states.
  package enum Claim: Sendable {
    case packet(PacketExpectation)
    /// Every packet of the set has the verdict.
    case always(PacketSetExpectation)
    /// No packet of the set has the verdict.
    case never(PacketSetExpectation)
  }

  package var name: Located<String>
  package var claim: Claim
}

/// A packet with its expected verdict.
package struct PacketExpectation: Sendable {
  /// Who sends it: an address, an endpoint, a container of a pod (`pod/container`), a host-process pod, or
  /// `host`.
  package var from: Located<String>
  package var to: Located<String>
  package var `protocol`: IPProtocol
  /// The destination port.
  package var port: UInt16?
  package var sourcePort: UInt16?
  package var icmpType: UInt8?
  package var expect: RuleAction
  /// The rule that must decide: an ACL name, `default-in`, `default-out` or `published`.
  package var rule: Located<String>?
  /// The expected verdict of each enforcement point alone.
  package var via: [EnforcementPoint: RuleAction]
}

/// A set of peers: addresses, names, and everything except a set.
package indirect enum PeerSet: Sendable {
  case addresses(AddressSet)
  case named(Located<String>)
  case union([PeerSet])
  case complement(PeerSet)

  /// The names in it.
  package var names: [Located<String>] {
    switch self {
    case .addresses: []
    case .named(let name): [name]
    case .union(let members): members.flatMap(\.names)
    case .complement(let inner): inner.names
    }
  }
}

/// A set of packets with the verdict that all, or none, of them must get; nil members match any.
package struct PacketSetExpectation: Sendable {
  package var from: PeerSet?
  package var to: PeerSet?
  package var protocols: ProtocolSet?
  package var ports: PortSet?
  package var sourcePorts: PortSet?
  package var icmpTypes: IntervalSet<UInt8>?
  package var verdict: RuleAction
}

/// A `kind: PolicyTests` document: tests of a profile or state in a separate file.
///
/// The names in its tests are those of the subject and are not resolved here.
package struct PolicyTests: Sendable {
  /// The path of the profile or state, as written.
  package var subject: Located<String>
  package var tests: [TestDeclaration]
}
