package import Diagnostics
package import FilterEngine
package import HostModel
import NetworkTypes
import PolicyViews

/// Finds the ends of packets, and describes why a text is not one.
package enum PeerReader {
  /// The end that a text specifies.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - directory: The names of the host.
  ///   - topology: The topology of the host.
  ///   - names: All names, in alphabetical order.
  ///   - file: The file that the host comes from.
  /// - Throws: The diagnostic of an unknown or ambiguous text.
  package static func find(
    _ text: String, _ directory: PeerDirectory, _ topology: HostTopology,
    names: @autoclosure () -> [String], file: String?
  ) throws(Diagnostic) -> Peer {
    switch directory.find(text) {
    case .peer(let peer): return peer
    case .ambiguous(let candidates):
      let ids = candidates.map { topology.endpoints[$0].qualifiedName }
      throw Diagnostic(
        .ambiguousPeer, "several endpoints are named '\(printable(text))'", file: file,
        help: "use the id of one: \(ids.joined(separator: ", "))")
    case .unknown:
      let names = names()
      throw Diagnostic(
        .unknownPeer, "there is no endpoint, container or pod '\(printable(text))'", file: file,
        help: NearMiss.nearest(to: text, among: names).map { "did you mean '\(printable($0))'?" }
          ?? listing(names))
    }
  }

  /// The available names.
  static func listing(_ names: [String]) -> String {
    // The host comes first, so that a long list contains it.
    let isHost = { (name: String) in name == PeerDirectory.host }
    let ordered = names.filter(isHost) + names.filter { !isHost($0) }
    return "specify an address or one of: \(Listing.text(ordered.map(printable), limit: 10))"
  }
}
