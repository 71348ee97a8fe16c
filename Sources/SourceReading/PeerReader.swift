package import Diagnostics
package import FilterEngine
package import HostModel
package import NetworkTypes
import PolicyViews

/// Finds the ends of packets, and describes why a text is not one.
package enum PeerReader {
  /// The ends that a text specifies: one, or every endpoint of a container or pod.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - directory: The names of the host.
  ///   - topology: The topology of the host.
  ///   - canReceive: Whether the text can be a service, which receives packets and sends none.
  ///   - names: All names that are accepted, in alphabetical order.
  /// - Throws: The diagnostic of an invalid, unknown or ambiguous text, without a file.
  package static func find(
    _ text: String, _ directory: PeerDirectory, _ topology: HostTopology, canReceive: Bool = true,
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
    case .ambiguousService(let addresses):
      throw PacketProblemView.ambiguousService(text, addresses)
    case .unknown, .peer, .endpoints, .addresses:
      let isService = ServiceName.service(text) != nil
      if !isService, let problem = addressProblem(text) { throw problem }
      let all = names()
      let names = isService ? all.filter { ServiceName.service($0) != nil } : all
      let kinds = isService ? "service" : "endpoint, container or pod"
      if isService, names.isEmpty {
        throw Diagnostic(
          .unknownPeer, "there is no service '\(printable(text))'", help: "no load balancer here has a name")
      }
      let service = names.first { canReceive && $0 == ServiceName.destination(text) }
      throw Diagnostic(
        .unknownPeer, "there is no \(kinds) '\(printable(text))'",
        help: (service ?? NearMiss.nearest(to: text, among: names)).map { "did you mean '\(printable($0))'?" }
          ?? listing(names))
    }
  }

  /// The ends that can send; see ``find(_:_:_:names:)``.
  ///
  /// - Throws: Also the diagnostic of a service, which receives packets and sends none.
  package static func findSenders(
    _ text: String, _ directory: PeerDirectory, _ topology: HostTopology,
    names: @autoclosure () -> [String]
  ) throws(Diagnostic) -> [Peer] {
    guard directory.service(text) == nil else { throw PacketProblemView.sendingService(text) }
    return try find(text, directory, topology, canReceive: false, names: names())
  }

  /// The destination port of a packet, which may be left out where a service has only one.
  ///
  /// - Parameters:
  ///   - port: The port as given.
  ///   - text: The destination.
  ///   - proto: The protocol.
  ///   - directory: The names of the host.
  /// - Throws: The diagnostic of a service with no port of the protocol, or several.
  package static func port(
    _ port: UInt16?, of text: String, _ proto: IPProtocol, _ directory: PeerDirectory
  ) throws(Diagnostic) -> UInt16? {
    guard port == nil, proto.hasPorts, let service = directory.service(text) else { return port }
    if let only = service.onlyPort(of: proto) { return only }
    throw PacketProblemView.port(of: service, proto, file: nil)
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
