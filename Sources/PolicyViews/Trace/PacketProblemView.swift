package import Diagnostics
package import FilterEngine
package import HostModel
package import NetworkTypes

/// Says why a packet cannot be evaluated.
package enum PacketProblemView {
  /// What is wrong with a word for a part of a packet.
  ///
  /// - Parameters:
  ///   - problem: What is wrong.
  ///   - word: The word.
  ///   - file: The file the host comes from.
  ///   - help: What to write instead, where that is more than the word; a near miss comes first.
  package static func diagnostic(
    _ problem: PacketWordProblem, _ word: String, file: String?, help: String? = nil
  ) -> Diagnostic {
    let isProtocol = problem.reason == .notAProtocol
    // No number is near a name.
    let near =
      isProtocol && word.first?.isNumber != true
      ? NearMiss.nearest(to: word, among: IPProtocol.named.map(\.name)) : nil
    return Diagnostic(
      isProtocol ? .unknownProtocol : .invalidPort, problem.message(printable(word)), file: file,
      remedy: near.map { "did you mean '\($0)'?" } ?? help ?? problem.help)
  }

  /// The problem as a diagnostic.
  ///
  /// - Parameters:
  ///   - problem: The problem.
  ///   - topology: What is where on the host.
  ///   - file: The file the host comes from.
  ///   - place: Where the packet is written, if it is.
  package static func diagnostic(
    _ problem: PacketProblem, _ topology: HostTopology, file: String?, at place: Place? = nil
  ) -> Diagnostic {
    func make(_ code: DiagnosticCode, _ message: String, _ remedy: String?) -> Diagnostic {
      Diagnostic(code, message, file: file, at: place, remedy: remedy)
    }
    func name(_ family: AddressFamily) -> String { family == .ipv4 ? "IPv4" : "IPv6" }
    func title(_ index: Int) -> String { printable(topology.endpoints[index].name) }
    switch problem {
    case .mixedFamilies(let from, let to):
      return make(.mixedFamilies, "no packet goes from \(name(from)) to \(name(to))", nil)
    case .noEndpoint(let address):
      return make(
        .noEndpoint, "neither end of the packet is on this host: \(address) belongs to no endpoint",
        "name an endpoint, a container, a pod or host at one end")
    case .notAttached(let index):
      return make(
        .endpointNotAttached, "endpoint \(title(index)) is not attached, so no rules of it act yet",
        "put it into a namespace and start a container there")
    case .ambiguousAddress(let address, let endpoints):
      return make(
        .ambiguousPeer, "\(address) is held by \(endpoints.map(title).joined(separator: " and "))",
        "name one of them")
    case .noPackets:
      return make(
        .noEndpoint, "no packet of the query is sent or received on this host",
        "name an endpoint, a container, a pod or host at one end")
    case .tooScattered:
      return make(
        .queryTooWide, "the rules cut the query into more parts than can be told",
        "ask about fewer ends, protocols or ports at a time")
    case .unknownHostAddress(let family):
      return make(
        .unknownHostAddress, "the host sends, and no \(name(family)) address of it is known",
        "state it under host.addresses, or name the address at that end")
    }
  }
}
