package import Diagnostics
package import FilterEngine
package import HostModel
package import NetworkTypes

/// Why a test cannot be evaluated.
package struct TestProblem: Hashable, Sendable {
  /// The kind of problem.
  package enum Kind: Hashable, Sendable {
    /// The file has no tests.
    case noTests
    /// No test matches the filter.
    case noneSelected(String, names: [String])
    /// The packet cannot be evaluated.
    case packet(PacketProblem)
    /// The set contains no packets.
    case emptySet
    /// A name is unknown; these are the available names.
    case unknownPeer(String, names: [String])
    /// A packet has one address, but this is an address set.
    case addressSet(String)
    /// A name matches several endpoints, given by their index in the topology.
    case ambiguousPeer(String, [Int])
    /// A name matches several services with these addresses.
    case ambiguousService(String, [IPAddress])
    /// A service is the sender, but sends nothing.
    case sendingService(String)
    /// A packet without a port goes to a service that has no port of the protocol, or several.
    case servicePort(NamedService, IPProtocol)
    /// Neither end has the rule; these are the available rules.
    case unknownRule(String, names: [String])
    /// The enforcement point filters neither end.
    case unknownPoint(EnforcementPoint)
    /// Two contradictory expectations about one packet.
    case contradiction(Contradiction)
  }

  /// Two contradictory expectations about one packet.
  package enum Contradiction: Hashable, Sendable {
    /// It should be both allowed and blocked.
    case verdicts
    /// Two different rules should match.
    case rules
    /// An enforcement point should both allow and block it.
    case points(EnforcementPoint)
    /// It should be allowed, but an enforcement point should block it.
    case blockedAndAllowed(EnforcementPoint)
    /// It should be blocked, but every enforcement point on its path should allow it.
    case allowedAndBlocked
  }

  /// The kind of problem.
  package var kind: Kind
  /// Its location; nil for the whole file.
  package var location: SourceRange?
  /// The location of the contradicting test.
  package var other: SourceRange?
}
