package import Diagnostics
package import FilterEngine
package import HostModel
import NetworkTypes
import PolicyViews

/// Finds the ends of packets, and describes why a text is not one.
package enum PeerReader {
  /// The ends that a text specifies: one, or every endpoint of a container or pod.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - directory: The names of the host.
  ///   - topology: The topology of the host.
  ///   - names: All names that are accepted, in alphabetical order.
  /// - Throws: The diagnostic of an invalid, unknown or ambiguous text, without a file.
  package static func find(
    _ text: String, _ directory: PeerDirectory, _ topology: HostTopology,
    names: @autoclosure () -> [String]
  ) throws(Diagnostic) -> [Peer] {
    let finding = directory.find(text)
    if let peers = finding.peers { return peers }
    switch finding {
    case .ambiguous(let candidates):
      let ids = candidates.map { topology.endpoints[$0].qualifiedName }
      throw Diagnostic(
        .ambiguousPeer, "several endpoints are named '\(printable(text))'",
        help: "use the id of one: \(ids.joined(separator: ", "))")
    default:
      if let problem = addressProblem(text) { throw problem }
      let names = names()
      throw Diagnostic(
        .unknownPeer, "there is no endpoint, container or pod '\(printable(text))'",
        help: NearMiss.nearest(to: text, among: names).map { "did you mean '\(printable($0))'?" }
          ?? listing(names))
    }
  }

  /// The diagnostic of a text that was intended as an address, a prefix or a range; nil for any other text.
  static func addressProblem(_ text: String) -> Diagnostic? {
    guard
      let problem = AddressProblem(
        text, shown: printable(text), kind: "an address, a prefix or a range", wildcard: "write any"),
      problem.reason != .invalid || problem.help != nil || AddressProblem.isAddressLike(text)
    else { return nil }
    return Diagnostic(DiagnosticCode(problem.reason), problem.message, help: problem.help)
  }

  /// The available names.
  static func listing(_ names: [String]) -> String {
    // The host comes first, so that a long list contains it.
    let isHost = { (name: String) in name == PeerDirectory.host }
    let ordered = names.filter(isHost) + names.filter { !isHost($0) }
    return "specify an address or one of: \(Listing.text(ordered.map(printable), limit: 10))"
  }
}
