import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

extension Linter {
  /// A service that the host may probe.
  private struct Service: Hashable, Comparable {
    var `protocol`: IPProtocol
    var port: UInt16

    static func < (left: Self, right: Self) -> Bool {
      (left.protocol, left.port) < (right.protocol, right.port)
    }

    var text: String { "\(self.protocol) \(port)" }
  }

  /// Finds endpoints whose services their own host cannot reach, so its health probes would fail.
  ///
  /// Every port that containers listen on must be open to the host; if none are given, one of the
  /// published ports, or else one of the ports that rules allow. Checked only where the default action is
  /// block, and not where a published port is already reported as unreachable.
  mutating func findBlockedNodes() {
    for (index, endpoint) in attached where !closedToAll.contains(endpoint.name) {
      let (services, each) = services(of: endpoint)
      guard !services.isEmpty, let ends = analysis.hostAddress(towards: index) else { continue }
      asking(.nodeNotAllowed, at: endpoint.name) { linter throws(BudgetExceeded) in
        try linter.findBlocked(services, each: each, ends, index, endpoint.name)
      }
    }
  }

  private mutating func findBlocked(
    _ services: [Service], each: Bool, _ ends: (host: IPAddress, endpoint: IPAddress), _ index: Int,
    _ endpoint: String
  ) throws(BudgetExceeded) {
    var blocked: [Service] = []
    for service in services {
      let box = PacketBox(
        protocols: ProtocolSet([service.protocol]), local: AddressSet(ends.endpoint),
        remote: AddressSet(ends.host), localPorts: PortSet([PortRange(service.port)]))
      let answers = try analysis.answers(box, index, ends.host.family, .in, within: budget)
      guard !answers.isEmpty else { return }
      // A rule that blocks the host explicitly is intended.
      if answers.contains(where: {
        $0.action == .allow || $0.rule != ReservedRuleName.defaultIn.rawValue && $0.answer.source == .acl
      }) {
        guard each else { return }
        continue
      }
      blocked.append(service)
    }
    guard !blocked.isEmpty else { return }
    let inbound = ReservedRuleName.defaultIn.rawValue
    let list = PacketFormatter.list(blocked.map(\.text))
    let ports = Dictionary(grouping: blocked, by: \.protocol)
      .mapValues { PortSet($0.map { PortRange($0.port) }) }
    let protocols = Dictionary(grouping: ports.keys) { ports[$0] ?? PortSet() }.values.map { $0.sorted() }
    let acls = protocols.sorted { $0[0] < $1[0] }.map { members in
      ProposedACL(
        name: protocols.count == 1 ? "allow-host" : "allow-host-\(members[0])", direction: .in,
        match: RuleMatch(
          protocols: ProtocolSet(members), remoteAddresses: AddressSet(ends.host),
          localPorts: ports[members[0]]))
    }
    let remedy = addition(
      of: acls, to: endpoint, instead: [inbound],
      general: "allow the ports from \(ends.host), the host's own address there")
    report(
      PendingFinding(
        .nodeNotAllowed, at: endpoint, location: location(of: inbound, at: endpoint), rule: inbound,
        help: remedy.help, edits: remedy.edits
      ) { "the host cannot reach \(list) of \($0), so its health probes would fail" })
  }

  /// The services of an endpoint, and whether all of them must be open.
  private func services(of endpoint: HostTopology.Endpoint) -> ([Service], each: Bool) {
    let declaration = subject.profile?.endpoints.first { $0.name.value == endpoint.name }
    if let declaration, case .pod(let containers) = declaration.workload {
      let listens = Set(
        containers.flatMap(\.listens).map { Service(protocol: $0.value.protocol, port: $0.value.port) })
      if !listens.isEmpty { return (listens.sorted(), true) }
    }
    let published = Set(endpoint.mappings.map { Service(protocol: $0.protocol, port: $0.internalPort) })
    if !published.isEmpty { return (published.sorted(), false) }
    guard let declaration, let profile = subject.profile else { return ([], false) }
    var allowed: Set<Service> = []
    let acls = declaration.acls + declaration.aclSets.flatMap { profile.aclSets[$0.value].acls }
    for acl in acls where acl.direction == .in && acl.action == .allow {
      for range in acl.match.localPorts?.ranges ?? [] {
        for number in (acl.match.protocols ?? .allProtocols).intersection(.withPorts).protocols {
          allowed.insert(Service(protocol: number, port: range.lower))
        }
      }
    }
    return (allowed.sorted(), false)
  }
}
