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
      guard let own = endpoint.address(family) else { continue }
      for number in [IPProtocol.udp, .tcp] {
        let blocks = try rulesThatBlockDNS(number, from: own, to: .all(family), at: index)
        guard !blocks.isEmpty else { return }
        for rule in blocks where !rules.contains(rule) { rules.append(rule) }
      }
    }
    guard !rules.isEmpty else { return }
    let remedy = addition(
      of: [Self.queries(to: nil)], to: endpoint.name, instead: rules,
      more: ", and list the DNS servers in the network's dns.servers",
      general: "allow udp and tcp 53 out to the DNS servers, and list these in the network's dns.servers")
    reportBlockedDNS(by: rules, at: endpoint.name, remedy) {
      "\($0) cannot query any DNS server: \(PendingFinding.names(rules)) "
        + "\(rules.count == 1 ? "blocks" : "block") port 53 to every address, and no server is specified"
    }
  }

  private mutating func findBlockedServers(
    _ index: Int, _ endpoint: HostTopology.Endpoint
  ) throws(BudgetExceeded) {
    var blocked: [String] = []
    var servers = AddressSet()
    var rules: [String] = []
    for server in endpoint.dnsServers {
      guard let own = endpoint.address(server.family) else { continue }
      var protocols: [String] = []
      for number in [IPProtocol.udp, .tcp] {
        var blocks = rulesThatBlockDNSService(number, server, at: index)
        if blocks == nil {
          blocks = try rulesThatBlockDNS(number, from: own, to: AddressSet(server), at: index)
        }
        guard let blocks, !blocks.isEmpty else { continue }
        protocols.append("\(number)")
        for rule in blocks where !rules.contains(rule) { rules.append(rule) }
      }
      guard !protocols.isEmpty else { continue }
      blocked.append("\(server) over \(protocols.joined(separator: " and "))")
      servers = servers.union(AddressSet(server))
    }
    guard !rules.isEmpty else { return }
    let list = blocked.joined(separator: ", ")
    let remedy = addition(
      of: [Self.queries(to: servers)], to: endpoint.name, instead: rules,
      general: "allow udp and tcp 53 out to the DNS servers before the block")
    reportBlockedDNS(by: rules, at: endpoint.name, remedy) {
      "\($0) cannot query the DNS server\(blocked.count == 1 ? "" : "s") \(list): "
        + "\(PendingFinding.names(rules)) \(rules.count == 1 ? "blocks" : "block") port 53"
    }
  }

  /// The rules that block queries from an address to some servers; empty unless all are blocked.
  private mutating func rulesThatBlockDNS(
    _ number: IPProtocol, from own: IPAddress, to servers: AddressSet, at index: Int
  ) throws(BudgetExceeded) -> [String] {
    let box = PacketBox(
      protocols: ProtocolSet([number]), local: AddressSet(own), remote: servers,
      remotePorts: PortSet([PortRange(53)]))
    let answers = try analysis.answers(box, index, own.family, .out, within: budget)
    return answers.allSatisfy { $0.action == .block } ? answers.map(\.rule) : []
  }

  /// The rules that block queries to a server that load balancers stand for; empty unless all of its backends
  /// are blocked, nil for any other server.
  private mutating func rulesThatBlockDNSService(
    _ number: IPProtocol, _ server: IPAddress, at index: Int
  ) -> [String]? {
    let topology = subject.evaluator.topology
    guard topology.loadBalancers.contains(where: { $0.addresses.contains(server) }) else { return nil }
    var evaluator = subject.evaluator
    let query = PacketQuery(from: .endpoint(index), to: .address(server), protocol: number, port: 53)
    guard let trace = try? evaluator.trace(query), !trace.backends.isEmpty else { return nil }
    guard trace.verdict == .block else { return [] }
    return trace.backends.compactMap(\.rule).reduce(into: []) { rules, rule in
      if !rules.contains(rule) { rules.append(rule) }
    }
  }

  /// The ACL that allows queries to some servers, or to any.
  private static func queries(to servers: AddressSet?) -> ProposedACL {
    ProposedACL(
      name: "allow-dns", direction: .out,
      match: RuleMatch(
        protocols: ProtocolSet([.tcp, .udp]), remoteAddresses: servers,
        remotePorts: PortSet([PortRange(53)])))
  }

  /// Reports an endpoint whose queries are blocked by some rules.
  private mutating func reportBlockedDNS(
    by rules: [String], at name: String, _ remedy: RuleRemedy,
    text: @escaping (_ endpoints: String) -> String
  ) {
    guard let first = rules.first else { return }
    let others = Array(rules.dropFirst())
    report(
      PendingFinding(
        .dnsBlocked, at: name, location: location(of: first, at: name), rule: first, related: others,
        notes: notes(about: others, at: name), help: remedy.help, edits: remedy.edits,
        isAboutEndpoint: ReservedRuleName.isDefault(first), text: text))
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
        let requests = ProposedACL(
          name: "allow-dhcp", direction: .out,
          match: RuleMatch(
            protocols: box.protocols, localPorts: box.localPorts, remotePorts: box.remotePorts))
        let remedy = linter.addition(
          of: [requests], to: endpoint.name, instead: [first],
          general: "allow udp out from local port 68 to remote port 67")
        linter.report(
          PendingFinding(
            .dhcpBlocked, at: endpoint.name, location: linter.location(of: first, at: endpoint.name),
            rule: first, help: remedy.help, edits: remedy.edits,
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
          let acl = ProposedACL(
            name: "allow-neighbors-\(side)", direction: direction,
            match: RuleMatch(protocols: box.protocols, remoteAddresses: remote))
          let remedy = linter.addition(
            of: [acl], to: endpoint.name, instead: [first],
            general: "allow icmpv6 \(side) from the subnet and fe80::/10, or from everywhere")
          linter.report(
            PendingFinding(
              .blocksNeighborDiscovery, at: endpoint.name,
              location: linter.location(of: first, at: endpoint.name),
              rule: first, help: remedy.help, edits: remedy.edits,
              isAboutEndpoint: ReservedRuleName.isDefault(first)
            ) { "neighbor discovery \(side) fails at \($0): '\(first)' blocks icmpv6, so IPv6 fails" })
        }
      }
    }
  }
}
