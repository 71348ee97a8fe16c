import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace
import PolicyCompiler

extension Linter {
  /// Finds endpoints that are filtered for one address family and open for the other.
  ///
  /// On networks where ACLs filter both families: an endpoint with addresses of both, whose blocks in a
  /// direction all specify addresses of one family, while the default action allows the other family.
  /// Blocks of addresses that exist in only one family, link-local services and Azure's wireserver, are
  /// ignored. On transparent networks, where containers assign themselves IPv6 addresses that ACLs do not
  /// filter: any endpoint that blocks something.
  mutating func findFamilyGaps() {
    guard let profile = subject.profile, let desired = subject.desired else { return }
    let build = profile.host.windows
    for endpoint in desired.endpoints
    where endpoint.cell.addressFamilies(build) != endpoint.cell.filteredFamilies(build)
      && endpoint.policy.entries.contains(where: { $0.acl.action == .block })
    {
      reportUnbound(endpoint.name)
    }
    let topology = subject.evaluator.topology
    let addresses = Dictionary(topology.endpoints.map { ($0.name, $0.addresses) }) { first, _ in first }
    for rules in profileRules {
      asking(.familyGap, at: rules.endpoint) { linter throws(BudgetExceeded) in
        try linter.findGap(rules, addresses: addresses[rules.endpoint] ?? [])
      }
    }
  }

  private mutating func reportUnbound(_ name: String) {
    report(
      PendingFinding(
        .familyGap, at: name, location: location(ofEndpoint: name),
        help: "turn IPv6 off on the network, or use a driver whose ACLs filter IPv6"
      ) { "the rules of \($0) do not filter IPv6, which a container on a transparent network can use" })
  }

  private mutating func findGap(_ rules: ProfileRules, addresses: [IPAddress]) throws(BudgetExceeded) {
    guard rules.families.count == 2, Set(addresses.map(\.family)).count == 2 else { return }
    let blocks = rules.rules.filter { $0.acl.action == .block && !$0.acl.match.isAboutLocalServices }
    guard let first = blocks.first?.acl, let family = first.match.families.first,
      blocks.allSatisfy({ $0.acl.match.families == [family] })
    else { return }
    let other: AddressFamily = family == .ipv4 ? .ipv6 : .ipv4
    guard try isOpenByDefault(rules, other) else { return }
    func title(_ family: AddressFamily) -> String { family == .ipv4 ? "IPv4" : "IPv6" }
    let side = first.direction == .in ? "inbound" : "outbound"
    let name = first.name.value
    report(
      PendingFinding(
        .familyGap, at: rules.endpoint, location: first.name.location, rule: name,
        related: blocks.dropFirst().map(\.acl.name.value),
        notes: blocks.dropFirst().map {
          Diagnostic.Note("'\($0.acl.name.value)' is here", $0.acl.name.location)
        },
        help: "add the \(title(other)) addresses, remove the addresses, or block by default",
        isAboutEndpoint: false
      ) {
        "the \(side) blocks of \($0) match only \(title(family)) addresses, and the default action allows "
          + "\(title(other))"
      })
  }
}

extension Linter {
  /// Whether the default action, not a rule, allows some TCP packet of a family.
  private func isOpenByDefault(_ rules: ProfileRules, _ family: AddressFamily) throws(BudgetExceeded) -> Bool
  {
    let policy = PacketPolicy(
      firstMatchOf: rules.policy.rules, unmatched: rules.policy.unmatched, families: [family])
    let box = PacketBox(
      protocols: ProtocolSet([.tcp]), local: .all(family), remote: .all(family))
    let parts = try PacketPath(policy).partition(of: try PacketSet(box, within: budget), within: budget)
    return parts.contains { part in
      guard part.action == .allow else { return false }
      switch part.matchedRule.rule {
      case .unmatched: return true
      case .rule(let identity): return identity >= rules.rules.count
      }
    }
  }
}

extension RuleMatch {
  /// Whether every peer is a link-local address or Azure's wireserver, which have no IPv6 counterpart.
  fileprivate var isAboutLocalServices: Bool {
    guard let remoteAddresses else { return false }
    let services = AddressSet.prefix("169.254.0.0/16").union(.prefix("168.63.129.16/32"))
    return remoteAddresses.subtracting(services).isEmpty
  }
}
