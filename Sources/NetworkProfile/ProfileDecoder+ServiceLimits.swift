package import Diagnostics
package import HostModel
import NetworkTypes

/// What a host does with services only up to a limit, or from an update on.
extension ProfileDecoder {
  /// Warns, once, of direct server return on build 17763 before the revision that installers ask for.
  ///
  /// HNS reports the feature from version 9.3 on, but an update of 2020 brought it, and installers ask for
  /// revision 1432: whether an earlier one has it is not documented, so it is planned all the same
  /// (reference: windows-firewall-and-vfp, 10.2).
  mutating func checkRevision(at location: SourceRange) {
    guard host.windows.build == 17763, !serviceUsage.warnedOfRevision else { return }
    let needed = 1432
    let revision = host.windows.revision
    guard revision.map({ $0 < needed }) ?? true else { return }
    serviceUsage.warnedOfRevision = true
    report(
      .dsrRevision,
      "direct server return on build 17763 needs an update, revision \(needed) or later, "
        + (revision.map { "but the host has \($0)" } ?? "which is assumed"),
      at: location, notes: hostNotes,
      help: revision == nil
        ? "specify the revision, as in 'windows: \"17763.\(needed)\"', or write 'dsr: false'"
        : "update the host, or write 'dsr: false'")
  }

  /// Refuses load balancers without direct server return that need more blocks of ports than the host has, or
  /// warns of them, as the assumption `exhaustedPortBlocks` says (reference: hns, 6.5 and 6.10).
  ///
  /// A plan counts the load balancers that are on the host already, too.
  mutating func checkPortBlocks() {
    let balancers = services.flatMap(\.loadBalancers)
    let held = (host.listens + host.excludedPorts).map(\.value)
    for proto in [IPProtocol.tcp, .udp] {
      let published = usage.published.keys.filter { $0.protocol == proto }
        .map { PortMapping(protocol: proto, internalPort: $0.port, externalPort: $0.port) }
      let blocks = PortBlocks(
        proto, held: held, published: published, balancers: balancers.lazy.map(\.document))
      guard blocks.missing > 0, let problem = blocks.problem,
        let last = balancers.last(where: { $0.document.neededBlocks(proto) > 0 })
      else { continue }
      let diagnostic = Diagnostic.portBlocksExhausted(problem, host.assumptions, at: last.location)
      if diagnostic.severity == .error { errors += 1 }
      collector.report(diagnostic)
    }
  }

  /// Refuses a source VIP outside the subnets of an overlay network, on which it is the address of an endpoint
  /// of this host (reference: hns, 10.1).
  mutating func checkSourceVIP(of service: ServiceDeclaration) {
    guard let source = service.sourceVIP, let network = service.network,
      networkFacts[network].driver == .overlay,
      !networks[network].subnets.contains(where: { $0.prefix.value.contains(source.value) })
    else { return }
    let name = networks[network].name
    report(
      .addressOutsideSubnet,
      "the source VIP \(source.value) is not in any subnet of network '\(name.value)', whose endpoint has it",
      at: source.location, notes: [.init("the network is here", name.location)],
      help: "use an address of the network's subnets that no endpoint has")
  }

  /// Warns of a virtual address that HNS may assign to an endpoint: a plan, which knows, refuses it then.
  mutating func checkNotAssignable(_ address: IPAddress, at location: SourceRange) {
    let assigned = endpoints.first { endpoint in
      endpoint.addresses.isEmpty
        && networks[endpoint.network].subnets.contains { $0.prefix.value.contains(address) }
    }
    guard let assigned else { return }
    report(
      .vipAssignable,
      "HNS assigns an address of network '\(networks[assigned.network].name.value)' to "
        + "'\(assigned.name.value)', which can be the virtual address \(address)",
      at: location, notes: [.init("the endpoint is here", assigned.name.location)],
      help: "use an address outside the subnets of the networks")
  }
}

extension Diagnostic {
  /// The diagnostic for load balancers that need more blocks of ports than the host has.
  ///
  /// - Parameters:
  ///   - problem: ``PortBlocks/problem``.
  ///   - assumptions: Those of the host, which decide whether HNS refuses them.
  ///   - location: Where the last of them is written.
  ///   - notes: What else there is to say.
  ///   - help: What would help besides.
  package static func portBlocksExhausted(
    _ problem: String, _ assumptions: Assumptions, at location: SourceRange, notes: [Note] = [],
    help: String = ""
  ) -> Diagnostic {
    Diagnostic(
      .portBlocksExhausted, problem, at: location, notes: notes,
      help: "use direct server return where the host has it, or fewer external addresses and node ports"
        + help,
      severity: assumptions.exhaustedPortBlocks == .refused ? .error : .warning)
  }
}
