import HostModel
import JSONText
import NetworkTypes

/// Builds an object of a document of schema 1, which omits nothing: zeros, false, empty lists and empty
/// objects are written (reference: hns, 0 rule 4 and 4.4).
struct V1Writer {
  private var object = JSONObject()

  mutating func put(_ key: String, _ value: JSON) { object.append(key, value) }

  mutating func put(_ key: String, _ text: String) { put(key, .string(text)) }

  mutating func put(_ key: String, _ number: some BinaryInteger) { put(key, .number(number)) }

  mutating func put(_ key: String, _ flag: Bool) { put(key, .bool(flag)) }

  mutating func put(_ member: JSONObject.Member?) {
    if let member { object.append(member.key, member.value) }
  }

  var document: JSON { .object(object) }
}

extension HostNetworkingService {
  /// Whether documents of schema 1 are in alphabetical order, with lowercase type names.
  ///
  /// They were observed so on HNS 9.2, and in schema order on Windows 11 (reference: hns, 4.4). Later
  /// captures show that it depends on the kind of object too (reference: hns, 10.3).
  var hasAlphabeticalV1: Bool {
    switch configuration.assumptions.v1Layout {
    case .alphabetical: true
    case .schema: false
    case .byBuild: configuration.build.build < 22000
    }
  }

  /// A document in the member order of this host.
  func arranged(_ document: JSON) -> JSON { hasAlphabeticalV1 ? document.sorted : document }

  private func typeName(_ name: String) -> String { hasAlphabeticalV1 ? name.lowercased() : name }

  /// An id that belongs to an object, such as that of the activity that created it.
  func ownID(_ purpose: String, _ id: GUID) -> GUID {
    var digest = SeededDigest(configuration.seed, purpose)
    digest.combine(id)
    return digest.guid
  }

  /// The time of an object's last change as a Windows file time, in units of 100 nanoseconds since 1601.
  ///
  /// The service reads no clock: times count up from the first hour of 2020 in the order of creation.
  private func updateTime(_ ordinal: Int64) -> Int64 { 132_223_104_000_000_000 + ordinal * 10_000_000 }

  func health(_ ordinal: Int64) -> JSON {
    ["LastErrorCode": 0, "LastUpdateTime": .integer(updateTime(ordinal))]
  }

  private func resources(_ id: GUID, _ allocators: [JSON] = []) -> JSON {
    [
      "AdditionalParams": [:], "AllocationOrder": .number(allocators.count), "Allocators": .array(allocators),
      "CompartmentOperationTime": 0, "Flags": 0, "Health": [:],
      "ID": .string(ownID("activity", id).uppercase),
      "PortOperationTime": 0, "State": 1, "SwitchOperationTime": 0, "VfpOperationTime": 0,
      "parentId": .string(ownID("parent", id).uppercase),
    ]
  }

  // MARK: Networks

  /// The document of a network in schema 1 (reference: hns, 4.2 and 8.2).
  func v1Document(of network: NetworkObject) -> JSON {
    var writer = V1Writer()
    writer.put("ID", network.id.uppercase)
    writer.put("Name", network.name)
    if !network.owner.isEmpty { writer.put("Owner", network.owner) }
    writer.put("Version", configuration.version.packed)
    writer.put("AdditionalParams", network.additionalParams ?? [:])
    writer.put("Resources", resources(network.id, allocators(of: network)))
    writer.put("State", 1)
    writer.put("ActivityId", ownID("activity", network.id).uppercase)
    writer.put("Health", health(network.ordinal))
    writer.put("Type", typeName(network.mode.rawValue))
    writer.put("NetworkAdapterName", network.adapter ?? "")
    writer.put("SourceMac", text(network, .sourceMACAddress, "SourceMacAddress"))
    writer.put("Policies", v1Policies(of: network))
    writer.put("MacPools", .array(network.macPool.map { $0.document }))
    writer.put("Subnets", .array(network.subnets.map { v1Document(of: $0) }))
    writer.put("DNSSuffix", network.dns.search.joined(separator: ","))
    writer.put("DNSServerList", network.dns.servers.joined(separator: ","))
    if !network.dns.domain.isEmpty { writer.put("DNSDomain", network.dns.domain) }
    writer.put("DNSServerCompartment", network.v1Members["DNSServerCompartment"] ?? 0)
    writer.put("ManagementIP", managementIP(of: network))
    writer.put(
      "AutomaticDNS",
      network.policies.contains { $0.type == .automaticDNS && $0.settings["Enable"] == true })
    writer.put("IPv6", network.subnets.contains { $0.prefix.family == .ipv6 })
    writer.put("Flags", network.flags)
    writer.put("IsolateSwitch", network.flags & NetworkObject.isolateSwitchFlag != 0)
    writer.put("LayeredOn", (network.layer ?? .zero).uppercase)
    writer.put("Extensions", .array(v1Extensions(of: network)))
    writer.put("MaxConcurrentEndpoints", network.v1Members["MaxConcurrentEndpoints"] ?? 0)
    writer.put("CurrentEndpointCount", network.endpointCount)
    writer.put("TotalEndpoints", network.endpointCount)
    if network.driver == .nat {
      writer.put("NatName", "NAT" + network.id.uppercase)
      writer.put("GatewayMac", MACAddress(network.macPool.first?.lowerBound ?? 0).description)
    }
    if let mac = network.policies.first(where: { $0.type == .drMACAddress }) {
      writer.put("DrMacAddress", mac.settings["Address"] ?? "")
    }
    return arranged(writer.document)
  }

  private func text(_ network: NetworkObject, _ type: PolicyType, _ member: String) -> String {
    network.policies.first { $0.type == type }?.settings[member]?.string ?? ""
  }

  /// The address that clients wait for after creating an l2bridge or overlay network (reference: hns, 6.2).
  private func managementIP(of network: NetworkObject) -> String {
    guard network.hasManagementIP, network.mode.usesAdapter else { return "" }
    let stated = text(network, .providerAddress, "ProviderAddress")
    return stated.isEmpty ? managementAddress(.ipv4)?.description ?? "" : stated
  }

  /// The policies without a member in schema 1.
  private func v1Policies(of network: NetworkObject) -> JSON {
    let members: Set<PolicyType?> = [
      .netAdapterName, .sourceMACAddress, .automaticDNS, .drMACAddress, .providerAddress,
    ]
    return .array(
      network.policies.filter { !members.contains($0.type) }
        .map { .object(V1PolicyTranslation.flat(network: $0)) })
  }

  private func v1Document(of subnet: Subnet) -> JSON {
    [
      "ID": .string(subnet.id.uppercase), "AdditionalParams": [:],
      "AddressPrefix": .string("\(subnet.prefix)"),
      "Flags": .number(subnet.flags), "GatewayAddress": .string(subnet.gateway?.description ?? ""),
      "Health": [:],
      "IpSubnets": .array(
        subnet.ipSubnets.map { part in
          [
            "ID": .string(part.id.uppercase), "AdditionalParams": [:], "Flags": .number(part.flags),
            "Health": [:],
            "IpAddressPrefix": .string("\(part.prefix)"), "ObjectType": 6, "Policies": [], "State": 0,
          ]
        }),
      "ObjectType": 5,
      "Policies": .array(subnet.policies.map { .object(V1PolicyTranslation.flat(network: $0)) }), "State": 0,
    ]
  }

  /// The switch extensions of the network's build: capture is enabled, and VFP if the driver filters with it
  /// (reference: hns, 8.2).
  private func v1Extensions(of network: NetworkObject) -> [JSON] {
    let isNew = configuration.build.build >= 20348
    let extensions: [(GUID, String, Bool)] = [
      (Self.switchExtensions[0], "Microsoft Windows Filtering Platform", false),
      (
        Self.switchExtensions[isNew ? 2 : 1],
        isNew ? "Microsoft Azure VFP Switch Filter Extension" : "Microsoft Azure VFP Switch Extension",
        network.driver.filtersWithVFP
      ),
      (Self.switchExtensions[isNew ? 4 : 3], "Microsoft NDIS Capture", true),
    ]
    return extensions.map { id, name, isEnabled in
      [
        "Id": .string(id.uppercase), "IsEnabled": .bool(network.extensions[id] ?? isEnabled),
        "Name": .string(name),
      ]
    }
  }

  // MARK: Endpoints

  /// The document of an endpoint in schema 1 (reference: hns, 4.2 and 8.3).
  func v1Document(of endpoint: EndpointObject) -> JSON {
    var writer = V1Writer()
    writer.put("ID", endpoint.id.lowercase)
    writer.put("Name", endpoint.name)
    if !endpoint.owner.isEmpty { writer.put("Owner", endpoint.owner) }
    writer.put("Version", configuration.version.packed)
    writer.put("AdditionalParams", endpoint.additionalParams ?? [:])
    writer.put("Resources", resources(endpoint.id, allocators(of: endpoint)))
    writer.put("State", state(of: endpoint).rawValue)
    writer.put("ActivityId", ownID("activity", endpoint.id).uppercase)
    writer.put("Health", health(endpoint.ordinal))
    writer.put("CreateProcessingStartTime", updateTime(endpoint.ordinal))
    writer.put("VirtualNetwork", endpoint.network.uppercase)
    writer.put("VirtualNetworkName", networks[endpoint.network]?.name ?? "")
    writer.put("Policies", .array(endpoint.policies.map { .object(V1PolicyTranslation.flat(endpoint: $0)) }))
    writer.put("MacAddress", endpoint.mac.description)
    putAddresses(of: endpoint, into: &writer)
    writer.put("DNSServerList", endpoint.dns.servers.joined(separator: ","))
    writer.put("DNSSuffix", endpoint.dns.search.joined(separator: ","))
    if !endpoint.dns.domain.isEmpty { writer.put("DNSDomain", endpoint.dns.domain) }
    writer.put("EnableInternalDNS", endpoint.v1Members["EnableInternalDNS"] ?? false)
    for (member, flag) in EndpointObject.flagMembers where flag != 8 {
      writer.put(member, endpoint.flags & flag != 0)
    }
    writer.put("EnableLowInterfaceMetric", endpoint.flags & 8 != 0)
    writer.put("Flags", endpoint.flags)
    writer.put(
      "EncapOverhead",
      endpoint.policies.first { $0.type == .encapOverhead }?.settings["Overhead"] ?? 0)
    if let name = endpoint.v1Members["PortFriendlyName"] { writer.put("PortFriendlyName", name) }
    if let namespace = visibleNamespace(of: endpoint) {
      writer.put("Namespace", ["ID": .string(namespace.uppercase)])
    }
    let containers = endpoint.namespace.flatMap { namespaces[$0] }?.containers ?? []
    writer.put("SharedContainers", .strings(state(of: endpoint).isAttached ? containers : []))
    return arranged(writer.document)
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
    // Observed only with the newer layout.
    if !hasAlphabeticalV1, let part = (first ?? endpoint.ipConfigurations.first)?.ipSubnet {
      writer.put("IPSubnetId", part.uppercase)
    }
    guard let second = endpoint.ipConfigurations.first(where: { $0.address.family == .ipv6 }) else { return }
    writer.put("IPv6Address", second.address.description)
    writer.put("IPv6PrefixLength", second.length)
    writer.put("GatewayAddressV6", gateway(.ipv6))
  }

  // MARK: Namespaces, load balancers and routes

  /// The document of a namespace in schema 1: number 0 and no GUID while no compartment is open, and an
  /// all-zero schema version except for the default one (reference: hns, 1.10 and 8.4).
  func v1Document(of namespace: NamespaceObject) -> JSON {
    let compartment = compartment(of: namespace)
    let isDefault = namespace.type == .hostDefault || namespace.type == .guestDefault
    var writer = V1Writer()
    writer.put("ID", namespace.id.uppercase)
    if !namespace.name.isEmpty { writer.put("Name", namespace.name) }
    if !namespace.owner.isEmpty { writer.put("Owner", namespace.owner) }
    writer.put("Version", configuration.version.packed)
    writer.put("AdditionalParams", [:] as JSON)
    writer.put("Resources", resources(namespace.id))
    writer.put("State", 1)
    writer.put("ActivityId", ownID("activity", namespace.id).uppercase)
    writer.put("Health", health(namespace.ordinal))
    writer.put("IsDefault", isDefault)
    writer.put("CompartmentId", compartment?.id ?? 0)
    if let compartment { writer.put("CompartmentGuid", compartment.guid.uppercase) }
    writer.put("ResourceList", .array(namespace.resources.map(\.document)))
    writer.put("Containers", .strings(namespace.containers))
    writer.put("Policies", [])
    writer.put("Flags", 0)
    if !isDefault { writer.put("SchemaVersion", ["Major": 0, "Minor": 0]) }
    return arranged(writer.document)
  }

  /// A load balancer as a policy list (reference: hns, 4.2, 4.3 and 8.4).
  func v1Document(of balancer: LoadBalancerObject) -> JSON {
    let policies = balancer.ports.map { port -> JSON in
      [
        "Type": "ELB", "Protocol": .number(port.protocol), "InternalPort": .number(port.internalPort),
        "ExternalPort": .number(port.externalPort),
        "SourceVIP": .string(balancer.sourceVIP?.description ?? ""),
        "VIPs": .strings(balancer.frontendVIPs.map(\.description)), "ILB": .bool(port.flags & 1 != 0),
        "IsDSR": .bool(balancer.flags & HostComputeLoadBalancer.directServerReturnFlag != 0),
        "LocalRoutedVip": .bool(port.flags & 2 != 0),
      ]
    }
    return policyList(
      balancer.id, balancer.ordinal, balancer.endpoints, policies, network: balancer.network,
      flags: balancer.flags,
      state: HostComputeLoadBalancer.state)
  }

  /// A route as a policy list.
  func v1Document(of route: RouteObject) -> JSON {
    let policies = route.settings.map { policy -> JSON in
      .object(V1PolicyTranslation.flat(endpoint: policy))
    }
    return policyList(
      route.id, route.ordinal, route.endpoints, policies, network: route.network, flags: 0,
      state: HostComputeLoadBalancer.state)
  }

  private func policyList(
    _ id: GUID, _ ordinal: Int64, _ endpoints: [GUID], _ policies: [JSON], network: GUID?, flags: UInt32,
    state: Int64
  ) -> JSON {
    var writer = V1Writer()
    writer.put("ID", id.uppercase)
    writer.put("Version", configuration.version.packed)
    writer.put("AdditionalParams", [:] as JSON)
    writer.put("Resources", resources(id))
    writer.put("State", state)
    writer.put("ActivityId", ownID("activity", id).uppercase)
    writer.put("Health", health(ordinal))
    if let network { writer.put("HostComputeNetwork", network.uppercase) }
    writer.put("References", .strings(endpoints.map { "/endpoints/" + $0.lowercase }))
    writer.put("Policies", .array(policies))
    writer.put("Flags", flags)
    writer.put("IsApplied", true)
    return arranged(writer.document)
  }
}
