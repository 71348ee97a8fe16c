package import Diagnostics
package import FilterEngine
package import HostModel
import NetworkTypes

/// Finds the ends of packets, and says why a text stands for none.
package enum PeerView {
  /// The end a text stands for.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - directory: The names of the host.
  ///   - topology: What is where on the host.
  ///   - names: Every name, in alphabetical order.
  ///   - file: The file the host comes from.
  /// - Throws: The diagnostic of a text that stands for none.
  package static func find(
    _ text: String, _ directory: PeerDirectory, _ topology: HostTopology,
    names: @autoclosure () -> [String], file: String?
  ) throws(Diagnostic) -> Peer {
    switch directory.find(text) {
    case .peer(let peer): return peer
    case .ambiguous(let places):
      let ids = places.map { topology.endpoints[$0].toldApart }
      throw Diagnostic(
        .ambiguousPeer, "several endpoints are called '\(printable(text))'", file: file,
        remedy: "name one by its id: \(ids.joined(separator: ", "))")
    case .unknown:
      let names = names()
      throw Diagnostic(
        .unknownPeer, "there is no endpoint, container or pod '\(printable(text))'", file: file,
        remedy: NearMiss.nearest(to: text, among: names).map { "did you mean '\(printable($0))'?" }
          ?? listing(names))
    }
  }

  /// What there is to name.
  static func listing(_ names: [String]) -> String {
    "an address, host, or one of: \(Listing.text(names.map(printable), limit: 10))"
  }
}

extension HostTopology.Endpoint {
  /// The endpoint's id with its owner, if it has one.
  var toldApart: String { owner.isEmpty ? id.lowercase : "\(id.lowercase) of \(printable(owner))" }
}
