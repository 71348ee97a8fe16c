import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

extension Linter {
  /// Finds endpoints that cannot query their configured DNS servers or, where none is configured, any server.
  mutating func findBlockedDNS() {
    for (index, endpoint) in attached {
      asking(.dnsBlocked, at: endpoint.name) { linter throws(BudgetExceeded) in
        guard endpoint.dnsServers.isEmpty else { return try linter.findBlockedServers(index, endpoint) }
        // DHCP gives an endpoint its servers together with its address.
        if !endpoint.addresses.isEmpty { try linter.findBlockedDNSPort(index, endpoint) }
      }
    }
  }

  /// Finds an endpoint whose rules block port 53 to every address.
  private mutating func findBlockedDNSPort(
    _ index: Int, _ endpoint: HostTopology.Endpoint
  ) throws(BudgetExceeded) {
    var rules: [String] = []
    for family in Set(endpoint.addresses.map(\.family)).sorted() {
      for number in [IPProtocol.udp, .tcp] {
        let box = PacketBox(
          protocols: ProtocolSet([number]),
          local: endpoint.address(family).map { AddressSet($0) } ?? .all(family),
          remote: .all(family), remotePorts: PortSet([PortRange(53)]))
        let answers = try analysis.answers(box, index, family, .out, within: budget)
        guard !answers.isEmpty, answers.allSatisfy({ $0.action == .block }) else { return }
        for answer in answers where !rules.contains(answer.rule) { rules.append(answer.rule) }
      }
    }
    guard let first = rules.first else { return }
    let name = endpoint.name
    report(
      PendingFinding(
        .dnsBlocked, at: name, location: location(of: first, at: name), rule: first,
        related: Array(rules.dropFirst()), notes: notes(about: Array(rules.dropFirst()), at: name),
        help: "allow udp and tcp 53 out to the DNS servers, and list these in the network's dns.servers",
        isAboutEndpoint: ReservedRuleName.isDefault(first)
      ) {
        "\($0) cannot query any DNS server: \(PendingFinding.names(rules)) "
          + "\(rules.count == 1 ? "blocks" : "block") port 53 to every address, and no server is specified"
      })
  }

  private mutating func findBlockedServers(
    _ index: Int, _ endpoint: HostTopology.Endpoint
  ) throws(BudgetExceeded) {
    var blocked: [String] = []
    var rules: [String] = []
    for server in endpoint.dnsServers {
      guard let own = endpoint.address(server.family) else { continue }
      var protocols: [String] = []
      for number in [IPProtocol.udp, .tcp] {
        let box = PacketBox(
          protocols: ProtocolSet([number]), local: AddressSet(own), remote: AddressSet(server),
          remotePorts: PortSet([PortRange(53)]))
        let answers = try analysis.answers(box, index, server.family, .out, within: budget)
        guard !answers.isEmpty, answers.allSatisfy({ $0.action == .block }) else { continue }
        protocols.append("\(number)")
        for answer in answers where !rules.contains(answer.rule) { rules.append(answer.rule) }
      }
      if !protocols.isEmpty { blocked.append("\(server) over \(protocols.joined(separator: " and "))") }
    }
    guard let first = rules.first else { return }
    let list = blocked.joined(separator: ", ")
    let name = endpoint.name
    report(
      PendingFinding(
        .dnsBlocked, at: name, location: location(of: first, at: name), rule: first,
        related: Array(rules.dropFirst()), notes: notes(about: Array(rules.dropFirst()), at: name),
        help: "allow udp and tcp 53 out to the DNS servers before the block",
        isAboutEndpoint: ReservedRuleName.isDefault(first)
      ) { "\($0) cannot query the DNS server \(list): \(PendingFinding.names(rules)) blocks port 53" })
  }

  /// Finds endpoints that need an address from DHCP but cannot request it.
  mutating func findBlockedDHCP() {
    let topology = subject.evaluator.topology
    for (index, endpoint) in attached
    where endpoint.addresses.isEmpty && topology.networks[endpoint.network].driver == .transparent {
      asking(.dhcpBlocked, at: endpoint.name) { linter throws(BudgetExceeded) in
        let box = PacketBox(
          protocols: ProtocolSet([.udp]), local: .all(.ipv4),
          remote: AddressSet(IPAddress(.ipv4, 0xffff_ffff)),
          localPorts: PortSet([PortRange(68)]), remotePorts: PortSet([PortRange(67)]))
        let answers = try linter.analysis.answers(box, index, .ipv4, .out, within: linter.budget)
        guard let first = answers.first(where: { $0.action == .block })?.rule,
          answers.allSatisfy({ $0.action == .block })
        else { return }
        linter.report(
          PendingFinding(
            .dhcpBlocked, at: endpoint.name, location: linter.location(of: first, at: endpoint.name),
            rule: first,
            help: "allow udp out from local port 68 to remote port 67",
            isAboutEndpoint: ReservedRuleName.isDefault(first)
          ) { "\($0) cannot request an address by DHCP: '\(first)' blocks udp from port 68 to port 67" })
      }
    }
  }

  /// Finds endpoints with IPv6 addresses whose rules block ICMPv6 of neighbors.
  ///
  /// Rules cannot match ICMP types, so neighbor discovery works only where all of ICMPv6 is allowed.
  /// Neighbors are the subnet, link-local addresses and link-local multicast groups.
  mutating func findBlockedNeighborDiscovery() {
    let topology = subject.evaluator.topology
    let build = subject.evaluator.build
    for (index, endpoint) in attached {
      guard cell(of: endpoint).filteredFamilies(build).contains(.ipv6),
        let own = endpoint.address(.ipv6)
      else { continue }
      let subnets = topology.networks[endpoint.network].subnets.map(\.prefix.range)
        .filter { $0.family == .ipv6 && $0.contains(own) }
      let neighbors = AddressSet(subnets).union(.prefix("fe80::/10"))
      for direction in Direction.allCases {
        asking(.blocksNeighborDiscovery, at: endpoint.name) { linter throws(BudgetExceeded) in
          let remote = direction == .in ? neighbors : neighbors.union(.prefix("ff02::/16"))
          let box = PacketBox(
            protocols: ProtocolSet([.icmpv6]),
            local: AddressSet(own).union(direction == .in ? .prefix("ff02::1:ff00:0/104") : AddressSet()),
            remote: remote)
          let answers = try linter.analysis.answers(box, index, .ipv6, direction, within: linter.budget)
          guard let first = answers.first(where: { $0.action == .block })?.rule,
            answers.allSatisfy({ $0.action == .block })
          else { return }
          let side = direction == .in ? "in" : "out"
          linter.report(
            PendingFinding(
              .blocksNeighborDiscovery, at: endpoint.name,
              location: linter.location(of: first, at: endpoint.name),
              rule: first,
              help: "allow icmpv6 \(side) from the subnet and fe80::/10, or from everywhere",
              isAboutEndpoint: ReservedRuleName.isDefault(first)
            ) { "neighbor discovery \(side) fails at \($0): '\(first)' blocks icmpv6, so IPv6 fails" })
        }
      }
    }
  }
}
