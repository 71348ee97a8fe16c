import HNSEmulator
package import HostModel
import JSONText
import NetworkTypes
import PolicyCompiler

/// Everything a host states, as items that can be compared with those of another host.
///
/// Things are named as a reader names them, not by their ids, so that two hosts that were built apart
/// compare as equal when they state the same.
package struct HostContents: Sendable {
  package var items: [HostItem]

  /// Lists what a reading states.
  ///
  /// - Parameters:
  ///   - reading: The objects of the host.
  ///   - build: The host's build.
  ///   - assumptions: The host's assumptions.
  package init(_ reading: HostReading, build: WindowsBuild, assumptions: Assumptions) {
    var items: [HostItem] = []
    var rules = RuleItems(build: build, assumptions: assumptions)
    func add(_ found: [HostItem], of owner: String) {
      items += found.map { item in
        var owned = item
        owned.owner = owner
        return owned
      }
    }
    for network in reading.networks {
      // The name of a network is unique on a host, whoever owns it.
      items.append(
        HostItem(kind: .network, target: network.name, name: network.name, value: Self.value(of: network)))
    }
    for endpoint in reading.endpoints {
      add(Self.items(of: endpoint, in: reading, rules: &rules), of: endpoint.owner)
    }
    for namespace in reading.namespaces where namespace.endpoints.isEmpty && !namespace.owner.isEmpty {
      // A namespace has no name of its own; that of its pod stands in front of its containers'.
      let target =
        namespace.containers.first?.split(separator: "/").first.map(String.init) ?? namespace.id.uppercase
      add(Self.items(of: namespace, target: target), of: namespace.owner)
    }
    self.items = items
  }

  /// What a host states that is not a profile's: networks and endpoints of other owners, and the ACLs
  /// of others on the profile's own endpoints.
  static func items(in reading: HostReading, notOf desired: DesiredHost) -> [HostItem] {
    var items: [HostItem] = []
    for network in reading.networks where network.owner != desired.owner {
      items.append(
        HostItem(kind: .network, target: network.name, name: network.name, value: value(of: network)))
    }
    for endpoint in reading.endpoints {
      guard endpoint.owner == desired.owner else {
        let value = value(of: endpoint, in: reading, cell: reading.cell(of: endpoint))
        items.append(HostItem(kind: .endpoint, target: endpoint.name, name: endpoint.name, value: value))
        continue
      }
      for acl in endpoint.acls where acl.identity?.profile != desired.profile {
        items.append(
          HostItem(
            kind: .acl, target: endpoint.name, name: RuleDocument.name(acl.acl.id),
            value: RuleDocument.acl(acl.acl)))
      }
    }
    return items
  }

  private static func items(
    of endpoint: EndpointRecord, in reading: HostReading, rules: inout RuleItems
  ) -> [HostItem] {
    let target = endpoint.name
    let cell = reading.cell(of: endpoint)
    var items = [
      HostItem(
        kind: .endpoint, target: target, name: target, value: value(of: endpoint, in: reading, cell: cell))
    ]
    let ports = PublishedPort.of(endpoint)
    for port in ports {
      items.append(HostItem(kind: .portMapping, target: target, name: port.name, value: port.value))
    }
    for item in rules.items(of: endpoint.acls.map(\.acl), ports, cell) {
      var own = item
      own.target = target
      items.append(own)
    }
    return items + (reading.namespace(of: endpoint).map { Self.items(of: $0, target: target) } ?? [])
  }

  private static func items(of namespace: NamespaceRecord, target: String) -> [HostItem] {
    let own = HostItem(
      kind: .namespace, target: target, name: target, value: ["type": .string(namespace.type)])
    return [own]
      + namespace.containers.map { container in
        HostItem(kind: .container, target: target, name: container, value: ["id": .string(container)])
      }
  }

  private static func value(of network: NetworkRecord) -> JSON {
    let statement = NetworkStatement(network.network)
    var object = JSONObject()
    object.append("driver", .string(network.network.driver.rawValue))
    object.append("adapter", statement.adapter.map { .string($0) })
    object.append(
      "subnets",
      .array(
        statement.subnets.map { subnet in
          var entry = JSONObject()
          entry.append("prefix", .string(subnet.prefix))
          entry.append("gateway", subnet.gateway.map { .string($0) })
          entry.append("vsid", subnet.vsid.map { .integer($0) })
          entry.append("vlan", subnet.vlan.map { .integer($0) })
          return .object(entry)
        }))
    if statement.isDHCP { object.append("dhcp", true) }
    object.append("macPool", statement.macPool.map { .string($0) })
    object.append("vxlanPort", statement.vxlanPort.map { .integer($0) })
    if !statement.dnsServers.isEmpty { object.append("dnsServers", .strings(statement.dnsServers)) }
    if !statement.dnsSearch.isEmpty { object.append("dnsSearch", .strings(statement.dnsSearch)) }
    object.append("owner", .string(network.owner))
    return .object(object)
  }

  private static func value(
    of endpoint: EndpointRecord, in reading: HostReading, cell: PlatformCell?
  ) -> JSON {
    var object = JSONObject()
    object.append("network", .string(reading.network(of: endpoint)?.name ?? endpoint.network.uppercase))
    object.append("driver", cell.map { .string($0.driver.rawValue) })
    object.append("isolation", cell.map { .string($0.isolation.rawValue) })
    object.append("addresses", .strings(endpoint.addresses.map { "\($0.address)/\($0.prefixLength)" }))
    object.append("mac", .string(endpoint.mac))
    object.append("gateways", .strings(endpoint.gateways))
    let others = endpoint.policies.filter { $0.type != .acl && $0.type != .portMapping }
    object.append("policies", .array(others.map(\.document)))
    object.append("owner", .string(endpoint.owner))
    return .object(object)
  }
}

/// A published port as a PortMapping policy states it.
struct PublishedPort: Hashable {
  var external: Int64
  var `internal`: Int64
  var `protocol`: IPProtocol

  var isIPv6: Bool

  var name: String { "\(external):\(self.internal)/\(self.protocol)" + (isIPv6 ? " (IPv6)" : "") }

  var value: JSON {
    [
      "external": .integer(external), "internal": .integer(self.internal),
      "protocol": .string(self.protocol.description), "family": .string(isIPv6 ? "ipv6" : "ipv4"),
    ]
  }

  static func of(_ endpoint: EndpointRecord) -> [PublishedPort] {
    endpoint.policies.compactMap(\.mapping).map { mapping in
      PublishedPort(
        external: Int64(mapping.externalPort), internal: Int64(mapping.internalPort),
        protocol: mapping.protocol, isIPv6: Int64(mapping.flags) & HCN.ipv6Mapping != 0)
    }
  }

  /// The inbound allow rules HNS makes for port mappings on nat; they match the container's port,
  /// because the address translation comes first (reference: hns, 6.5; windows-firewall-and-vfp, 4.3).
  static func firewallRules(_ ports: [PublishedPort], cell: PlatformCell) -> [FirewallRule] {
    guard cell.driver == .nat else { return [] }
    return ports.compactMap { port in
      guard let number = UInt16(exactly: port.internal), let external = UInt16(exactly: port.external) else {
        return nil
      }
      let mapping = PortMapping(protocol: port.protocol, internalPort: number, externalPort: external)
      return FirewallRule(
        name: mapping.firewallRuleName, direction: .in, action: .allow,
        match: RuleMatch(protocols: ProtocolSet([port.protocol]), localPorts: PortSet(number, number)),
        origin: .published(mapping))
    }
  }
}

/// The ACLs of endpoints and the rules they become, as items that name no endpoint yet.
///
/// Endpoints with equal ACLs share one list, so that a host of many alike costs little more than one.
private struct RuleItems {
  private struct Key: Hashable {
    var acls: [PortACL]
    var ports: [PublishedPort]
    var cell: PlatformCell?
  }

  let build: WindowsBuild
  let assumptions: Assumptions
  private var known: [Key: [HostItem]] = [:]

  init(build: WindowsBuild, assumptions: Assumptions) {
    self.build = build
    self.assumptions = assumptions
  }

  mutating func items(of acls: [PortACL], _ ports: [PublishedPort], _ cell: PlatformCell?) -> [HostItem] {
    let key = Key(acls: acls, ports: ports, cell: cell)
    if let items = known[key] { return items }
    let items = makeItems(of: acls, ports, cell)
    known[key] = items
    return items
  }

  private func makeItems(of acls: [PortACL], _ ports: [PublishedPort], _ cell: PlatformCell?) -> [HostItem] {
    var items = acls.map { acl in
      HostItem(
        kind: .acl, target: "",
        name: "\(RuleDocument.name(acl.id)) (\(acl.ruleType?.rawValue ?? "no RuleType"))",
        value: RuleDocument.acl(acl))
    }
    guard let cell else { return items }
    let rules = PortACL.program(
      acls, driver: cell.driver, families: cell.filteredFamilies(build), assumptions: assumptions)
    if cell.programmablePoints.contains(.windowsFirewall) {
      items += (PublishedPort.firewallRules(ports, cell: cell) + rules.firewall).map { rule in
        HostItem(
          kind: .firewallRule, target: "", name: RuleDocument.name(rule.origin, rule.name),
          enforcement: .windowsFirewall,
          value: RuleDocument.firewall(rule))
      }
    }
    if cell.programmablePoints.contains(.vfp) {
      items += rules.vfp.map { rule in
        HostItem(
          kind: .vfpRule, target: "", name: RuleDocument.name(rule.origin, rule.name), enforcement: .vfp,
          value: RuleDocument.vfp(rule))
      }
    }
    return items
  }
}
