import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// The document of an endpoint in schema 1 (reference: hns, 4.2, 8.3 and 10.3).
  ///
  /// Older versions write every member; newer ones have fewer, and from HNS 15.0 on those that are empty or zero
  /// are left out. Flags that are not set are never written as members of their own.
  func v1Document(of endpoint: EndpointObject) -> JSON {
    let form = v1Form
    var writer = V1Writer()
    writer.put("ID", form.endpointID(endpoint.id))
    writer.put("Name", endpoint.name)
    if !endpoint.owner.isEmpty { writer.put("Owner", endpoint.owner) }
    writer.put("Version", configuration.version.packed)
    writer.put("AdditionalParams", endpoint.additionalParams ?? [:])
    writer.put("Resources", resources(endpoint.id, allocators(of: endpoint)))
    writer.put("State", state(of: endpoint).rawValue)
    if !form.isNewest {
      writer.put("ActivityId", ownText("activity", endpoint.id))
      writer.put("Health", health(endpoint.ordinal))
      writer.put("CreateProcessingStartTime", updateTime(endpoint.ordinal))
    }
    let network = networks[endpoint.network]
    if !form.isNewest, let network {
      writer.put("Type", network.v1Members["Type"] ?? .string(network.mode.rawValue))
    }
    writer.put("VirtualNetwork", form.idOfEndpointDocument(endpoint.network))
    writer.put("VirtualNetworkName", network?.name ?? "")
    if !form.leavesOutEmptyMembers || !endpoint.policies.isEmpty {
      writer.put(
        "Policies", .array(endpoint.policies.map { .object(V1PolicyTranslation.flat(endpoint: $0)) }))
    }
    writer.put("MacAddress", endpoint.v1Members["MacAddress"] ?? .string(endpoint.mac.description))
    putAddresses(of: endpoint, into: &writer)
    writer.put("DNSServerList", endpoint.dns.servers.joined(separator: ","))
    writer.put("DNSSuffix", endpoint.dns.search.joined(separator: ","))
    if !endpoint.dns.domain.isEmpty { writer.put("DNSDomain", endpoint.dns.domain) }
    if let namespace = visibleNamespace(of: endpoint) {
      writer.put("Namespace", ["ID": .string(form.idOfEndpointDocument(namespace))])
    }
    let overhead = encapsulationOverhead(of: endpoint, network)
    if !form.leavesOutEmptyMembers || overhead != 0 { writer.put("EncapOverhead", overhead) }
    let containers = endpoint.namespace.flatMap { namespaces[$0] }?.containers ?? []
    writer.put("SharedContainers", .strings(state(of: endpoint).isAttached ? containers : []))
    putFlags(of: endpoint, into: &writer)
    return writer.document.arranged(form.endpoints)
  }

  /// The overhead of the EncapOverhead policy; without one, 50 on overlay networks.
  private func encapsulationOverhead(of endpoint: EndpointObject, _ network: NetworkObject?) -> JSON {
    let stated = endpoint.policies.first { $0.type == .encapOverhead }?.settings["Overhead"]
    return stated ?? (network?.driver == .overlay ? 50 : 0)
  }

  /// The members for flags; two are written on older versions even if they are false, and bits without a member
  /// of their own are written as `Flags`.
  private func putFlags(of endpoint: EndpointObject, into writer: inout V1Writer) {
    let isInternalDNS = endpoint.v1Members["EnableInternalDNS"] ?? false
    if !v1Form.isNewest || isInternalDNS == true { writer.put("EnableInternalDNS", isInternalDNS) }
    let isLowMetric = endpoint.flags & EndpointObject.lowMetricFlag != 0
    if !v1Form.isNewest || isLowMetric { writer.put("EnableLowInterfaceMetric", isLowMetric) }
    var known = EndpointObject.lowMetricFlag
    for (member, flag) in EndpointObject.flagMembers where flag != EndpointObject.lowMetricFlag {
      known |= flag
      if endpoint.flags & flag != 0 { writer.put(member, true) }
    }
    if endpoint.flags & ~known != 0 { writer.put("Flags", endpoint.flags) }
    if let name = endpoint.v1Members["PortFriendlyName"] { writer.put("PortFriendlyName", name) }
  }

  /// The first address of each family with its gateway; for an endpoint of the host, the unspecified address
  /// is shown as the gateway (reference: hns, 6.4).
  private func putAddresses(of endpoint: EndpointObject, into writer: inout V1Writer) {
    let isOfHost =
      endpoint.namespace.flatMap { namespaces[$0] }.map { $0.isImplicit && $0.type == .hostDefault } ?? false
    func gateway(_ family: AddressFamily) -> String {
      if isOfHost { return family == .ipv4 ? "0.0.0.0" : "::" }
      return endpoint.routes.first { $0.isDefault && $0.nextHop.family == family }?.nextHop.description ?? ""
    }
    let first = endpoint.ipConfigurations.first { $0.address.family == .ipv4 }
    writer.put("IPAddress", first?.address.description ?? "")
    writer.put("PrefixLength", first?.length ?? 0)
    writer.put("GatewayAddress", gateway(.ipv4))
    let form = v1Form
    if form.isNewest, let part = (first ?? endpoint.ipConfigurations.first)?.ipSubnet {
      writer.put("IPSubnetId", form.idOfEndpointDocument(part))
    }
    guard let second = endpoint.ipConfigurations.first(where: { $0.address.family == .ipv6 }) else { return }
    writer.put("IPv6Address", second.address.description)
    writer.put("IPv6PrefixLength", second.length)
    writer.put("GatewayAddressV6", gateway(.ipv6))
  }
}
