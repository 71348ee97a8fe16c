package import Diagnostics
package import FilterEngine
package import HostModel

/// Why a test states nothing that could hold or fail.
package struct TestProblem: Hashable, Sendable {
  /// What is wrong.
  package enum Kind: Hashable, Sendable {
    /// The file has no tests.
    case noTests
    /// The filter leaves none of the tests.
    case noneSelected(String, names: [String])
    /// The packet cannot be judged.
    case packet(PacketProblem)
    /// The set holds no packet at all.
    case emptySet
    /// A name stands for no end of a packet; these are the names there are.
    case unknownPeer(String, names: [String])
    /// A packet has one address, and this is a set of them.
    case addressSet(String)
    /// A name stands for several endpoints, by their places in the topology.
    case ambiguousPeer(String, [Int])
    /// A name stands for an address set and for an end of a packet.
    case ambiguousName(String)
    /// Neither end has the rule; these are the rules there are.
    case unknownRule(String, names: [String])
    /// Neither end is filtered by the point.
    case unknownPoint(EnforcementPoint)
    /// Two statements about one packet that cannot both hold.
    case contradiction(Contradiction)
  }

  /// Two statements about one packet that cannot both hold.
  package enum Contradiction: Hashable, Sendable {
    /// It is to pass and to be blocked.
    case verdicts
    /// One rule is to decide and another.
    case rules
    /// An enforcement point is to allow and to block it.
    case points(EnforcementPoint)
    /// It is to pass, and an enforcement point is to block it.
    case blockedAndAllowed(EnforcementPoint)
    /// It is to be blocked, and every enforcement point on its way is to allow it.
    case allowedAndBlocked
  }

  /// What is wrong.
  package var kind: Kind
  /// Where; nil for the whole file.
  package var place: Place?
  /// The other of two statements.
  package var other: Place?
}
