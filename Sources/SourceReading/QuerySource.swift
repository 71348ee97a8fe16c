package import Diagnostics
package import FilterEngine
import HNSEmulator
package import HNSStore
import HostModel
package import NetworkProfile
import NetworkTypes
import PolicyPlan
package import PolicyViews
package import Reachability

/// What packets are evaluated against: a host and, if it was made from a profile, where its rules are
/// written.
package struct QuerySource {
  /// The file as the user named it.
  package let file: String
  /// Evaluates packets against the dataplane.
  package var evaluator: PacketEvaluator
  /// The names of the host.
  package let directory: PeerDirectory
  /// Where rules are written.
  package let origins: RuleOrigins
  /// The profile; nil for a state.
  package let profile: Profile?

  /// Uses a host, with the profile it was made from; endpoints whose container has not started are evaluated as
  /// if it ran.
  package init(_ host: HostState, file: String, profile: Profile?) {
    self.file = file
    self.profile = profile
    evaluator =
      HostWithRuleNames(
        host.service.withContainersStarted(), ledger: OwnershipLedger(annotations: host.annotations)
      ).evaluator
    directory = PeerDirectory(evaluator.topology)
    origins = RuleOrigins(profile: profile, file: file, topology: evaluator.topology)
  }

  /// Uses a state as it is.
  package init(_ state: HostState, file: String) { self.init(state, file: file, profile: nil) }

  /// Plans a profile against an empty host and applies it in memory.
  package init(_ profile: Profile, file: String, session: SourceReader<some SourceReport>) throws {
    let profile = try session.resolved(profile, on: nil, file: file)
    let desired = try session.desired(profile, on: nil, file: file)
    self.init(try session.host(desired, on: nil, file: file), file: file, profile: profile)
  }

  /// Reads a state, a capture or a profile.
  package init(_ path: String, session: SourceReader<some SourceReport>) throws {
    try self.init(try session.document(path), file: path, session: session)
  }

  /// Uses a state, a capture or a profile that was read.
  package init(_ document: SourceDocument, file: String, session: SourceReader<some SourceReport>) throws {
    switch document {
    case .profile(let profile, _): try self.init(profile, file: file, session: session)
    case .state(let state): self.init(state, file: file)
    }
  }

  /// Every name that a peer or a set of peers can have, in alphabetical order.
  package var names: [String] {
    (directory.names + (profile?.addressSets ?? []).map(\.name.value) + [MatrixPeerList.outside]).sorted()
  }

  /// The party of a matrix with a name that the host itself does not have, such as `outside`; nil for none.
  ///
  /// - Parameter name: The name, as a matrix prints it.
  package func party(_ name: String) -> MatrixPeer? {
    let sets = (profile?.addressSets ?? []).map { ($0.name.value, $0.addresses) }
    return MatrixPeerList(evaluator.topology, sets: sets).peers.first { $0.name == name }
  }

  /// The ends of packets that a text refers to: one, or every endpoint of a container or pod.
  ///
  /// - Throws: A diagnostic, without a file, if the text does not refer to any.
  package func peers(_ text: String) throws(Diagnostic) -> [Peer] {
    try PeerReader.find(text, directory, evaluator.topology, names: names)
  }

  /// The ends that a text refers to as senders; a service sends nothing.
  ///
  /// - Throws: A diagnostic, without a file, if the text does not refer to any.
  package func senders(_ text: String) throws(Diagnostic) -> [Peer] {
    try PeerReader.findSenders(text, directory, evaluator.topology, names: names)
  }
}
