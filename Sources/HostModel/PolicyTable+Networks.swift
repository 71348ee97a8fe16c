extension PolicyTable {
  private typealias Member = PolicySchema.Member

  /// The drivers for whose networks the service adds a provider address and a router MAC address
  /// (reference: hns, 6.2).
  private static let routed: Set<NetworkDriver> = [.l2bridge, .overlay]

  /// The policies of networks (reference: hns, 1.9; numbers beyond the confirmed ones inferred).
  package static let network = PolicyTable([
    PolicySchema(.sourceMACAddress, 0, [Member("SourceMacAddress", .mac, .always)]),
    PolicySchema(
      .netAdapterName, 1, addedOn: [.transparent, .l2bridge, .l2tunnel, .overlay],
      [Member("NetworkAdapterName", .text, .always)]),
    interfaceConstraint(2),
    PolicySchema(
      .vSwitchExtension, 3, repeatable: true,
      [Member("ExtensionID", .identifier, .always), Member("Enable", .boolean)]),
    providerAddress(4, addedOn: routed),
    PolicySchema(.drMACAddress, 5, addedOn: routed, [Member("Address", .mac, .always)]),
    PolicySchema(.automaticDNS, 6, [Member("Enable", .boolean)]),
    PolicySchema(
      .remoteSubnetRoute, 7, feature: .remoteSubnet, repeatable: true,
      [
        Member("DestinationPrefix", .prefix, .always), Member("IsolationId", .u32, .always),
        Member("ProviderAddress", .address, .always), Member("DistributedRouterMacAddress", .mac, .always),
      ]),
    PolicySchema(.vxlanPort, 8, feature: .vxlanPort, [Member("Port", .u16, .always)]),
    PolicySchema(.hostRoute, 9, feature: .hostRoute),
    PolicySchema(
      .setPolicy, 10, feature: .setPolicy, repeatable: true,
      [
        Member("Id", .text, .always), Member("Name", .text), Member("Values", .text),
        Member("PolicyType", .enumeration(["IPSET", "NESTEDIPSET"]), .always),
      ]),
    l4Proxy(11),
    PolicySchema(.layerConstraint, 12, [Member("LayerId", .identifier, .always)]),
    PolicySchema(
      .networkACL, 13, feature: .networkACL, repeatable: true, packets: .unevaluatedFilter, acl),
    PolicySchema(
      .neighborDiscovery, nil, repeatable: true,
      [
        Member("TargetIpPrefix", .prefix), Member("SenderIpAddress", .address),
        Member("SenderMacAddress", .mac),
      ]),
  ])

  /// The policies of subnets (reference: hns, 1.9).
  package static let subnet = PolicyTable([
    PolicySchema(
      .vlan, 0, v1: .init("VLAN", members: ["VLAN": "IsolationId"]), [Member("IsolationId", .u32, .always)]),
    PolicySchema(
      .vsid, 1, v1: .init("VSID", members: ["VSID": "IsolationId"]), [Member("IsolationId", .u32, .always)]),
  ])
}
