package import Diagnostics
package import FilterEngine
package import HostModel
package import NetworkTypes

extension DiagnosticCode {
  /// The code of an invalid address.
  package init(_ reason: AddressProblem.Reason) {
    switch reason {
    case .hostBitsSet: self = .hostBitsSet
    case .inverted: self = .invertedRange
    case .mixedFamilies: self = .mixedFamilies
    case .invalid: self = .invalidAddress
    }
  }
}

/// Describes why a packet cannot be evaluated.
package enum PacketProblemView {
  /// The diagnostic of an invalid word for a part of a packet.
  ///
  /// - Parameters:
  ///   - problem: The problem.
  ///   - word: The word.
  ///   - file: The file that the host comes from.
  ///   - help: What to write instead, if more than the word must change; a near miss has precedence.
  package static func diagnostic(
    _ problem: PacketFieldError, _ word: String, file: String?, help: String? = nil
  ) -> Diagnostic {
    let isProtocol = problem.reason == .notAProtocol
    // A number is never a misspelled name.
    let near =
      isProtocol && word.first?.isNumber != true
      ? NearMiss.nearest(to: word, among: IPProtocol.named.map(\.name)) : nil
    return Diagnostic(
      isProtocol ? .unknownProtocol : .invalidPort, problem.message(printable(word)), file: file,
      help: near.map { "did you mean '\($0)'?" } ?? help ?? problem.help)
  }

  /// The problem as a diagnostic.
  ///
  /// - Parameters:
  ///   - problem: The problem.
  ///   - topology: The topology of the host.
  ///   - file: The file that the host comes from.
  ///   - location: Where the packet is written, if known.
  package static func diagnostic(
    _ problem: PacketProblem, _ topology: HostTopology, file: String?, at location: SourceRange? = nil
  ) -> Diagnostic {
    func make(_ code: DiagnosticCode, _ message: String, _ help: String?) -> Diagnostic {
      Diagnostic(code, message, file: file, at: location, help: help)
    }
    func name(_ family: AddressFamily) -> String { family == .ipv4 ? "IPv4" : "IPv6" }
    func title(_ index: Int) -> String { printable(topology.endpoints[index].name) }
    switch problem {
    case .mixedFamilies(let from, let to):
      return make(
        .mixedFamilies, "a packet cannot go from \(name(from)) to \(name(to))",
        "use an \(name(to)) source or an \(name(from)) destination")
    case .noEndpoint(let address):
      return make(
        .noEndpoint, "neither end of the packet is on this host: no endpoint has the address \(address)",
        "use an endpoint, a container, a pod or host at one end")
    case .notAttached(let index):
      return make(
        .endpointNotAttached,
        "endpoint \(title(index)) is not in a namespace, so its rules do not take effect",
        "add it to a namespace with HcnModifyNamespace (ResourceType Endpoint), and start a container there with "
          + "HcnModifyNamespace (ResourceType Container); or attach it with POST /endpoints/ID/attach of HNSCall"
      )
    case .ambiguousAddress(let address, let endpoints):
      return make(
        .ambiguousPeer,
        "\(address) is the address of several endpoints: \(endpoints.map(title).joined(separator: " and "))",
        "use the name of one of them")
    case .cannotOccur(let address, let special, let isSource):
      return make(
        .impossiblePacket, Self.message(address, special, isSource: isSource),
        special == .loopback && isSource
          ? "use the container, pod or host that sends; within it every packet to \(address) is allowed"
          : "use the address, or the name, of the \(isSource ? "sender" : "receiver")")
    case .noPackets:
      return make(
        .noEndpoint, "no packet of the query is sent or received on this host",
        "use an endpoint, a container, a pod or host at one end")
    case .tooScattered:
      return make(
        .queryTooWide, "the query exceeded its budget",
        "query fewer endpoints, protocols or ports at a time, or raise --budget")
    case .unknownHostAddress(let family):
      return make(
        .unknownHostAddress, "the host is the sender, but its \(name(family)) address is unknown",
        "set it in host.addresses, or give the address instead of host")
    }
  }
}

// MARK: Services

extension PacketProblemView {
  /// The diagnostic of a packet to a service without a port, where the service has none of the protocol or
  /// several.
  ///
  /// - Parameters:
  ///   - service: The service.
  ///   - proto: The protocol of the packet.
  ///   - file: The file that the host comes from.
  ///   - location: Where the packet is written, if known.
  package static func port(
    of service: NamedService, _ proto: IPProtocol, file: String?, at location: SourceRange? = nil
  ) -> Diagnostic {
    let own = service.ports.filter { $0.protocol == proto }
    let count = own.isEmpty ? "no port" : "several ports"
    let listed = Listing.text(
      (own.isEmpty ? service.ports : own).map { "\($0.port)/\($0.protocol)" }, limit: 10)
    return Diagnostic(
      .invalidPacket, "\(printable(service.name)) has \(count) of \(proto), so the packet needs a port",
      file: file, at: location, help: "give one of its ports: \(listed)")
  }

  /// The diagnostic of the name of several services.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - addresses: The addresses of the services.
  ///   - file: The file that the host comes from.
  ///   - location: Where the packet is written, if known.
  package static func ambiguousService(
    _ name: String, _ addresses: [IPAddress], file: String? = nil, at location: SourceRange? = nil
  ) -> Diagnostic {
    Diagnostic(
      .ambiguousPeer, "several services are named '\(printable(name))'", file: file, at: location,
      help: "use the address of one: \(Listing.text(addresses.map(\.description), limit: 10))")
  }

  /// The diagnostic of a service as a sender.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - file: The file that the host comes from.
  ///   - location: Where the packet is written, if known.
  package static func sendingService(
    _ name: String, file: String? = nil, at location: SourceRange? = nil
  ) -> Diagnostic {
    Diagnostic(
      .impossiblePacket, "'\(printable(name))' is a service, which receives packets but sends none",
      file: file, at: location, help: "use the pod, container or address that sends")
  }
}

extension PacketProblemView {
  /// Why no filter sees a packet with a special address.
  private static func message(_ address: IPAddress, _ special: SpecialAddress, isSource: Bool) -> String {
    switch special {
    case .loopback where isSource:
      "no packet arrives from \(address): loopback never leaves the compartment of its sender"
    case .loopback: "no packet from outside arrives at \(address): loopback never leaves its compartment"
    case .multicast: "\(address) is a multicast address, from which nothing is sent"
    case .limitedBroadcast: "\(address) is the broadcast address, from which nothing is sent"
    case .unspecified: "\(address) is unspecified: no packet is sent \(isSource ? "from" : "to") it"
    }
  }
}

extension HostTopology.Endpoint {
  /// The endpoint's id with its owner, if it has one.
  package var qualifiedName: String {
    owner.isEmpty ? id.lowercase : "\(id.lowercase) of \(printable(owner))"
  }
}
