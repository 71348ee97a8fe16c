import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

extension V1Requests {
  /// The document that creates a network, from the one that the call sends.
  func network(_ operation: Operation) throws(NotExportable) -> JSON {
    guard case .createNetwork(let network) = operation.call else {
      throw NotExportable(reason: "only the documents of a new plan can be written for HNS v1")
    }
    var object: JSONObject = ["ID": .string(network.id.uppercase)]
    if !network.owner.isEmpty { object.append("Owner", .string(network.owner)) }
    object.append("Name", .string(network.name))
    object.append("Type", .string(network.mode.rawValue))
    object.append("AdditionalParams", network.additionalParams)
    var policies: [JSON] = []
    for policy in network.policies {
      switch policy.type {
      case .netAdapterName: object.append("NetworkAdapterName", policy.settings["NetworkAdapterName"])
      case .sourceMACAddress: object.append("SourceMac", policy.settings["SourceMacAddress"])
      case .automaticDNS: object.append("AutomaticDNS", policy.settings["Enable"])
      case .interfaceConstraint: object.append("InterfaceConstraint", policy.settings)
      case .drMACAddress?, .providerAddress?:
        // HNS itself makes them, and no client of v1 sends them (reference: hns, 6.2).
        guard let driver = network.mode.driver, let type = policy.type,
          PolicyTable.network.adds(type, on: driver)
        else { fallthrough }
      default: policies.append(try flat(policy, PolicyTable.network))
      }
    }
    if !network.macPool.isEmpty { object.append("MacPools", .array(network.macPool.map(\.document))) }
    for (key, value) in try dnsMembers(network.dns) { object.append(key, .string(value)) }
    if !policies.isEmpty { object.append("Policies", .array(policies)) }
    var subnets: [JSON] = []
    for ipam in network.ipams {
      guard ipam.type == .static else {
        throw NotExportable(reason: "HNS v1 has no member for the address assignment \(ipam.type.rawValue)")
      }
      for subnet in ipam.subnets { subnets.append(try document(of: subnet)) }
    }
    if !subnets.isEmpty { object.append("Subnets", .array(subnets)) }
    if network.flags != 0 { object.append("Flags", .number(network.flags)) }
    return .object(object)
  }

  private func document(of subnet: Subnet) throws(NotExportable) -> JSON {
    var object = JSONObject()
    if !subnet.id.isZero { object.append("ID", .string(subnet.id.uppercase)) }
    object.append("AddressPrefix", .string("\(subnet.prefix)"))
    object.append(
      "GatewayAddress", try gateway(of: subnet.routes, subnet.prefix.family).map { .string("\($0)") })
    var policies: [JSON] = []
    for policy in subnet.policies { policies.append(try flat(policy, PolicyTable.subnet)) }
    if !policies.isEmpty { object.append("Policies", .array(policies)) }
    if !subnet.ipSubnets.isEmpty { object.append("IpSubnets", .array(subnet.ipSubnets.map(\.document))) }
    if subnet.flags != 0 { object.append("Flags", .number(subnet.flags)) }
    return .object(object)
  }

  /// The only gateway that routes can have in schema 1.
  func gateway(of routes: [HCNRoute], _ family: AddressFamily) throws(NotExportable) -> IPAddress? {
    let own = routes.filter { $0.nextHop.family == family }
    for route in own {
      guard route == .default(via: route.nextHop), own.count == 1 else {
        throw NotExportable(
          reason: "HNS v1 has no member for the route to \(route.destination) by \(route.nextHop)")
      }
    }
    return own.first?.nextHop
  }

  /// The change of the name servers of a network.
  func dns(of network: HostComputeNetwork) throws(NotExportable) -> JSON {
    var object: JSONObject = ["ID": .string(network.id.uppercase)]
    let members = try dnsMembers(network.dns)
    for key in ["DNSSuffix", "DNSServerList", "DNSDomain"] {
      let value = members.first { $0.0 == key }?.1 ?? ""
      if key != "DNSDomain" || !value.isEmpty { object.append(key, .string(value)) }
    }
    return .object(object)
  }

  /// The members for DNS settings that are stated; the lists are texts with commas.
  func dnsMembers(_ dns: DNSSettings) throws(NotExportable) -> [(String, String)] {
    guard dns.options.isEmpty else { throw NotExportable(reason: "HNS v1 has no member for DNS options") }
    for name in dns.search + dns.servers where name.contains(",") {
      throw NotExportable(reason: "HNS v1 writes names in a list with commas, and '\(name)' contains one")
    }
    return [
      ("DNSSuffix", dns.search.joined(separator: ",")), ("DNSServerList", dns.servers.joined(separator: ",")),
      ("DNSDomain", dns.domain),
    ].filter { !$0.1.isEmpty }
  }
}
