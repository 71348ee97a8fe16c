import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// The document of a network in schema 1 (reference: hns, 4.2, 8.2 and 10.3).
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - isDetailed: Whether the switch it is on is included as `Layer`.
  func v1Document(of network: NetworkObject, isDetailed: Bool = false) -> JSON {
    let form = v1Form
    var writer = V1Writer()
    writer.put("ID", form.id(network.id))
    writer.put("Name", network.name)
    if !network.owner.isEmpty { writer.put("Owner", network.owner) }
    writer.put("Version", configuration.version.packed)
    if !form.isOldest {
      writer.put("AdditionalParams", network.additionalParams ?? [:])
      writer.put("Resources", resources(network.id, allocators(of: network)))
      writer.put("State", 1)
      writer.put("ActivityId", ownText("activity", network.id))
      writer.put("Health", health(network.ordinal))
    }
    writer.put("Type", network.v1Members["Type"] ?? .string(network.mode.rawValue))
    if network.mode.usesAdapter {
      writer.put("NetworkAdapterName", network.adapter ?? "")
      writer.put("ManagementIP", managementIP(of: network))
    }
    writer.put("Policies", v1Policies(of: network))
    writer.put("MacPools", network.v1Members["MacPools"] ?? .array(network.macPool.map(\.document)))
    writer.put("Subnets", .array(network.subnets.map { v1Document(of: $0) }))
    writer.put("MaxConcurrentEndpoints", network.v1Members["MaxConcurrentEndpoints"] ?? 0)
    writer.put("CurrentEndpointCount", network.endpointCount)
    writer.put("TotalEndpoints", network.endpointCount)
    if form.isOldest {
      putOldMembers(of: network, into: &writer)
    } else {
      writer.put("IPv6", network.subnets.contains { $0.prefix.family == .ipv6 })
      writer.put("Flags", network.flags)
      writer.put("LayeredOn", form.id(layeredOn(network)))
      writer.put("Extensions", .array(v1Extensions(of: network)))
      putTranslationMembers(of: network, into: &writer)
    }
    putStatedMembers(of: network, into: &writer)
    if isDetailed { writer.put("Layer", layer(of: network)) }
    return writer.document.arranged(form.objects)
  }

  /// The members that are present only if they are stated, or that only some drivers have.
  private func putStatedMembers(of network: NetworkObject, into writer: inout V1Writer) {
    let sourceMAC = text(network, .sourceMACAddress, "SourceMacAddress")
    if !sourceMAC.isEmpty { writer.put("SourceMac", sourceMAC) }
    if !network.dns.search.isEmpty {
      writer.put("DNSSuffix", network.dns.search.joined(separator: ","))
    }
    if !network.dns.servers.isEmpty {
      writer.put("DNSServerList", network.dns.servers.joined(separator: ","))
    }
    if !network.dns.domain.isEmpty { writer.put("DNSDomain", network.dns.domain) }
    if let compartment = network.v1Members["DNSServerCompartment"] {
      writer.put("DNSServerCompartment", compartment)
    } else if PolicyTable.network.adds(.drMACAddress, on: network.driver) {
      writer.put("DNSServerCompartment", 0)
    }
    if network.policies.contains(where: { $0.type == .automaticDNS && $0.settings["Enable"] == true }) {
      writer.put("AutomaticDNS", true)
    }
    if network.flags & NetworkObject.isolateSwitchFlag != 0 { writer.put("IsolateSwitch", true) }
    if let mac = network.policies.first(where: { $0.type == .drMACAddress }) {
      writer.put("DrMacAddress", mac.settings["Address"] ?? "")
    }
  }

  /// The members that only 1607 and 1703 have; the values of the external interface are this project's choice.
  private func putOldMembers(of network: NetworkObject, into writer: inout V1Writer) {
    writer.put("SwitchGuid", ownText("switch", network.layer ?? network.id))
    guard network.mode == .nat else { return }
    writer.put("ExternalInterfaceAddress", managementAddress(.ipv4)?.description ?? "")
    writer.put("ExternalInterfaceIndex", 0)
    writer.put("NATName", "H" + v1Form.id(network.id))
  }

  /// The members that only nat and ICS networks have.
  ///
  /// NAT is connection sharing (ICS) from Windows Server 2019 on, until HNS 13.3 has an allocator of its own;
  /// the name before is that of 1607.
  private func putTranslationMembers(of network: NetworkObject, into writer: inout V1Writer) {
    let form = v1Form
    let isICS = network.mode == .ics || network.mode == .constrainedICS
    guard network.mode == .nat || isICS else { return }
    if !isICS, form.isNewest {
      writer.put("NatName", "NAT" + form.id(ownID("nat", network.id)))
      return
    }
    writer.put(
      "NatName",
      form.keepsSpelling && !isICS ? "H" + form.id(network.id) : "ICS" + form.id(ownID("nat", network.id)))
    writer.put("GatewayMac", MACAddress(network.macPool.first?.lowerBound ?? 0).description)
    guard isICS else { return }
    writer.put("SwitchGuid", ownText("switch", network.layer ?? network.id))
    writer.put("SwitchName", network.name)
  }

  /// The network whose switch this one shares; nat networks from HNS 13.3 on show a GUID of their own.
  private func layeredOn(_ network: NetworkObject) -> GUID {
    if let layer = network.layer { return layer }
    return network.mode == .nat && v1Form.isNewest ? ownID("layer", network.id) : .zero
  }

  private func text(_ network: NetworkObject, _ type: PolicyType, _ member: String) -> String {
    network.policies.first { $0.type == type }?.settings[member]?.string ?? ""
  }

  /// The address that clients wait for after creating an l2bridge or overlay network (reference: hns, 6.2).
  private func managementIP(of network: NetworkObject) -> String {
    guard network.hasManagementIP else { return "" }
    let stated = text(network, .providerAddress, "ProviderAddress")
    return stated.isEmpty ? managementAddress(.ipv4)?.description ?? "" : stated
  }

  /// The policies without a member in schema 1, and the VLAN of a nat network.
  private func v1Policies(of network: NetworkObject) -> JSON {
    let members: Set<PolicyType?> = [
      .netAdapterName, .sourceMACAddress, .automaticDNS, .drMACAddress, .providerAddress,
    ]
    var policies = network.policies.filter { !members.contains($0.type) }
      .map { JSON.object(V1PolicyTranslation.flat(network: $0)) }
    if let vlan = network.v1Members["VLAN"] { policies.append(["Type": "VLAN", "VLAN": vlan]) }
    return .array(policies)
  }

  private func v1Document(of subnet: Subnet) -> JSON {
    let form = v1Form
    let gateway = JSON.string(subnet.gateway?.description ?? "")
    let policies = JSON.array(subnet.policies.map { .object(V1PolicyTranslation.flat(network: $0)) })
    if form.isOldest {
      var result: JSONObject = ["AddressPrefix": .string("\(subnet.prefix)"), "GatewayAddress": gateway]
      if !subnet.policies.isEmpty { result.append("Policies", policies) }
      return .object(result)
    }
    return [
      "ID": .string(form.id(subnet.id)), "AdditionalParams": [:],
      "AddressPrefix": .string("\(subnet.prefix)"),
      "Flags": .number(subnet.flags), "GatewayAddress": gateway,
      "Health": [:],
      "IpSubnets": .array(
        subnet.ipSubnets.map { part in
          [
            "ID": .string(form.id(part.id)), "AdditionalParams": [:], "Flags": .number(part.flags),
            "Health": [:],
            "IpAddressPrefix": .string("\(part.prefix)"), "ObjectType": 6, "Policies": [], "State": 0,
          ]
        }),
      "ObjectType": 5, "Policies": policies, "State": 0,
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
        "Id": .string(v1Form.id(id)), "IsEnabled": .bool(network.extensions[id] ?? isEnabled),
        "Name": .string(name),
      ]
    }
  }
}

extension HostNetworkingService {
  /// Assigns what nat networks have from HNS 13.3 on: the flag NonPersistent if no flag is stated, and
  /// the lowest VLAN that no other nat network has (reference: hns, 1.4 and 10.3).
  func assignNATMembers(_ network: inout NetworkObject) {
    guard network.mode == .nat, v1Form.isNewest else { return }
    if network.flags == 0 { network.flags = NetworkObject.nonPersistentFlag }
    let taken = Set(networks.values.compactMap { $0.v1Members["VLAN"]?.integer })
    network.v1Members["VLAN"] = .integer((1...).first { !taken.contains($0) } ?? 1)
  }
}
