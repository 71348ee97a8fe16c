import Diagnostics
import HostModel
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

  /// Warns of load balancers without direct server return that need more blocks of ports than the host has.
  ///
  /// Each address and port of a service has a load balancer; those of external addresses and of node ports
  /// never use direct server return (reference: windows-firewall-and-vfp, 10.2).
  mutating func checkPortBlocks() {
    for proto in [IPProtocol.tcp, .udp] {
      var needed = 0
      var last: SourceRange?
      for service in services {
        for port in service.ports where port.protocol == proto {
          needed +=
            (service.isDSR ? 0 : 1) + service.externalAddresses.count + (port.nodePort == nil ? 0 : 1)
          last = port.port.location
        }
      }
      guard needed > 0, let last else { continue }
      let taken =
        (host.listens + host.excludedPorts).filter { $0.value.protocol == proto }.map(\.value.ports)
        + usage.published.keys.filter { $0.protocol == proto }.map { PortRange($0.port) }
      let blocks = PortBlocks(
        protocol: proto, available: PortBlocks.available(besides: taken), needed: needed)
      guard blocks.missing > 0, let problem = blocks.problem else { continue }
      report(
        .portBlocksExhausted, problem, at: last,
        help: "use direct server return where the host has it, or fewer external addresses and node ports")
    }
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
