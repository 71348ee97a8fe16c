import HostModel
package import JSONText
import NetworkTypes
package import PolicyPlan

/// The JSON of the items of a host in plans, differences and saved plans.
extension HostStatement {
  package var document: JSON {
    switch self {
    case .network(let network): network.document
    case .endpoint(let endpoint): endpoint.document
    case .namespace(let type): ["type": .string(type.rawValue)]
    case .container(let id): ["id": .string(id)]
    case .portMapping(let port):
      [
        "external": .integer(port.external), "internal": .integer(port.internal),
        "protocol": .string(port.protocol.description), "family": .string(port.isIPv6 ? "ipv6" : "ipv4"),
      ]
    case .loadBalancer(let balancer): balancer.document
    case .rule(let rule): rule.document
    case .firewall(let firewall):
      .object(
        JSONObject(
          firewall.members.map { member in
            .init(member.name, member.values.count == 1 ? .string(member.values[0]) : .strings(member.values))
          }))
    }
  }

  /// Reads an item of a kind; nil if the document is not one.
  init?(_ kind: ChangeKind, document: JSON) {
    switch kind {
    case .network:
      guard let network = NormalizedNetwork(document: document) else { return nil }
      self = .network(network)
    case .endpoint, .remoteEndpoint, .sourceVIP:
      guard let endpoint = EndpointStatement(document: document) else { return nil }
      self = .endpoint(endpoint)
    case .namespace:
      guard let type = document["type"]?.string.flatMap({ NamespaceType(rawValue: $0) }) else { return nil }
      self = .namespace(type)
    case .container:
      guard let id = document["id"]?.string else { return nil }
      self = .container(id)
    case .portMapping:
      guard let external = document["external"]?.integer, let inner = document["internal"]?.integer,
        let proto = document["protocol"]?.string.flatMap({ IPProtocol(name: $0) ?? IPProtocol(decimal: $0) })
      else { return nil }
      self = .portMapping(
        PublishedPort(
          external: external, internal: inner, protocol: proto, isIPv6: document["family"] == "ipv6"))
    case .loadBalancer:
      guard let balancer = LoadBalancerStatement(document: document) else { return nil }
      self = .loadBalancer(balancer)
    // No plan changes the host's own firewall.
    case .hostFirewallRule, .hostFirewall: return nil
    case .acl, .firewallRule, .vfpRule:
      guard let rule = RuleStatement(kind, document: document) else { return nil }
      self = .rule(rule)
    }
  }
}

extension IPProtocol {
  fileprivate init?(decimal text: String) {
    guard let number = UInt8(text) else { return nil }
    self.init(number)
  }
}

extension NormalizedNetwork {
  fileprivate var document: JSON {
    var object = JSONObject()
    object.append("driver", .string(driver.rawValue))
    object.append("adapter", adapter.map { .string($0) })
    object.append(
      "subnets",
      .array(
        subnets.map { subnet in
          var entry = JSONObject()
          entry.append("prefix", .string(subnet.prefix))
          entry.append("gateway", subnet.gateway.map { .string($0) })
          entry.append("vsid", subnet.vsid.map { .integer($0) })
          entry.append("vlan", subnet.vlan.map { .integer($0) })
          return .object(entry)
        }))
    if isDHCP { object.append("dhcp", true) }
    object.append("macPool", macPool.map { .string($0) })
    object.append("vxlanPort", vxlanPort.map { .integer($0) })
    if !dnsServers.isEmpty { object.append("dnsServers", .strings(dnsServers)) }
    if !dnsSearch.isEmpty { object.append("dnsSearch", .strings(dnsSearch)) }
    object.append("owner", .string(owner))
    return .object(object)
  }

  fileprivate init?(document: JSON) {
    guard let driver = document["driver"]?.string.flatMap({ NetworkDriver(rawValue: $0) }) else { return nil }
    self.init(driver: driver)
    adapter = document["adapter"]?.string
    for subnet in document["subnets"]?.array ?? [] {
      guard let prefix = subnet["prefix"]?.string else { return nil }
      subnets.append(
        Subnet(
          prefix: prefix, gateway: subnet["gateway"]?.string, vsid: subnet["vsid"]?.integer,
          vlan: subnet["vlan"]?.integer))
    }
    isDHCP = document["dhcp"] == true
    macPool = document["macPool"]?.string
    vxlanPort = document["vxlanPort"]?.integer
    dnsServers = document.texts("dnsServers")
    dnsSearch = document.texts("dnsSearch")
    owner = document["owner"]?.string ?? ""
  }
}

extension EndpointStatement {
  fileprivate var document: JSON {
    var object = JSONObject()
    object.append("network", .string(network))
    object.append("driver", cell.map { .string($0.driver.rawValue) })
    object.append("isolation", cell.map { .string($0.isolation.rawValue) })
    object.append("addresses", .strings(addresses.map(\.text)))
    object.append("mac", .string(mac?.description ?? ""))
    object.append("gateways", .strings(gateways.map(\.description)))
    object.append("policies", .array(policies.map(\.document)))
    object.append("owner", .string(owner))
    return .object(object)
  }

  fileprivate init?(document: JSON) {
    guard let network = document["network"]?.string else { return nil }
    let driver = document["driver"]?.string.flatMap { NetworkDriver(rawValue: $0) }
    let isolation = document["isolation"]?.string.flatMap { Isolation(rawValue: $0) }
    var addresses: [IPConfiguration] = []
    for text in document.texts("addresses") {
      let parts = text.split(separator: "/")
      guard parts.count == 2, let address = IPAddress(parts[0]), let length = Int(parts[1]),
        (0...address.family.bitWidth).contains(length)
      else {
        return nil
      }
      addresses.append(IPConfiguration(address: address, length: length))
    }
    let gateways = document.texts("gateways")
    let read = gateways.compactMap { IPAddress($0) }
    guard read.count == gateways.count else { return nil }
    self.init(
      network: network,
      cell: driver.flatMap { driver in isolation.map { PlatformCell(driver: driver, isolation: $0) } },
      addresses: addresses, mac: document["mac"]?.string.flatMap { MACAddress($0) }, gateways: read,
      policies: (document["policies"]?.array ?? []).map { HCNPolicy(endpoint: $0) },
      owner: document["owner"]?.string ?? "")
  }
}

extension IPConfiguration {
  /// The address with its prefix length.
  var text: String { "\(address)/\(length)" }
}

extension JSON {
  /// The strings of a list member.
  func texts(_ member: String) -> [String] { (self[member]?.array ?? []).compactMap(\.string) }
}
