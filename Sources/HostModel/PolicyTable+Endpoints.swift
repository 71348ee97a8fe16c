extension PolicyTable {
  private typealias Member = PolicySchema.Member

  /// The policies of endpoints (reference: hns, 1.8; numbers beyond the confirmed ones inferred).
  package static let endpoint = PolicyTable([
    PolicySchema(
      .portMapping, 0, v1: .init("NAT"), repeatable: true, packets: .evaluated,
      [
        Member("Protocol", .u32).unchecked, Member("InternalPort", .u16), Member("ExternalPort", .u16),
        Member("VIP", .text), Member("Flags", .u32),
      ]),
    PolicySchema(.acl, 1, v1: .init("ACL"), repeatable: true, packets: .evaluated, acl),
    PolicySchema(.qos, 2, v1: .init("QOS"), [Member("MaximumOutgoingBandwidthInBytes", .u64, .inProfiles)]),
    PolicySchema(.l2Driver, 3, v1: .init("L2Driver"), addedOn: [.l2bridge]),
    PolicySchema(
      .outboundNAT, 4,
      v1: .init("OutBoundNAT", members: ["VIP": "VirtualIP", "ExceptionList": "Exceptions"]),
      repeatable: true, packets: .evaluated,
      [
        Member("VirtualIP", .address), Member("Exceptions", .list(.addressOrPrefix)),
        Member("Destinations", .list(.addressOrPrefix)),
        Member("Flags", .u32), Member("MaxPortPoolUsage", .u16),
      ]),
    PolicySchema(
      .sdnRoute, 5, v1: .init("ROUTE"), repeatable: true,
      [
        Member("DestinationPrefix", .prefix, .always), Member("NextHop", .address),
        Member("NeedEncap", .boolean), Member("AutomaticEndpointMonitor", .boolean),
      ]),
    l4Proxy(6),
    PolicySchema(
      .l4WFPProxy, 7, since: 5, feature: .l4WFPProxy, repeatable: true, packets: .unevaluated,
      texts("InboundProxyPort", "OutboundProxyPort", "UserSID") + [
        Member(
          "FilterTuple",
          .object(
            texts("Protocols", "LocalAddresses", "RemoteAddresses", "LocalPorts", "RemotePorts")
              + [Member("Priority", .u16)])
        ).checkedShallowly,
        Member("InboundExceptions", exceptions).checkedShallowly,
        Member("OutboundExceptions", exceptions).checkedShallowly,
      ]),
    providerAddress(8),
    PolicySchema(.portName, 9, [Member("Name", .text, .inProfiles)]),
    PolicySchema(.encapOverhead, 10, [Member("Overhead", .u16, .inProfiles)]),
    interfaceConstraint(11),
    PolicySchema(
      .encryption, 12, since: 1, repeatable: true, packets: .unevaluated,
      [
        Member("Name", .text), Member("ProtocolType", .text).unchecked,
        Member("EncryptionMethodType", .enumeration(["Ipsec"]), .inProfiles),
        Member(
          "AuthenticationMethods",
          .list(
            .object([
              Member("Type", .enumeration(["PresharedKey", "Certificate"]), .inProfiles),
              Member("Settings", .object(texts("Key", "CertificateName"))),
            ])), .inProfiles
        ).checkedShallowly,
        Member("Endpoints1", .list(.text)).unchecked, Member("Endpoints2", .list(.text)).unchecked,
        Member("Endpoint1Ports", .list(.text)).unchecked, Member("Endpoint2Ports", .list(.text)).unchecked,
      ]),
    PolicySchema(
      .vlan, 13, since: 4, v1: .init("VLAN", members: ["VLAN": "IsolationId"]),
      [Member("IsolationId", .u32, .always)]),
    PolicySchema(.interfaceParameters, 14, since: 4, [Member("Mtu", .u16, .inProfiles)]),
    PolicySchema(
      .iov, 15, since: 9,
      [
        Member("IovOffloadWeight", .u32), Member("QueuePairsRequested", .u32),
        Member("InterruptModeration", .u32).unchecked,
      ]),
    PolicySchema(
      .tierACL, 16, since: 10, feature: .tierACL, repeatable: true, packets: .unevaluatedFilter,
      [
        Member("Name", .text, .inProfiles), Member("Direction", .enumeration(["In", "Out"]), .always),
        Member("Order", .u16, .inProfiles), Member("TierAclRules", .list(.object(tierRule)), .inProfiles),
      ]),
    // Its settings are in no source (reference: hns, 10.4).
    PolicySchema(.vmNic, 17, packets: .none),
    PolicySchema(
      .firewall, 18, since: 16, packets: .unevaluated,
      [
        Member("VmType", .enumeration(["Invalid", "Host", "WSA", "WSL"])).unchecked,
        Member("FirewallPolicyFlags", .u32).unchecked, Member("VmCreatorId", .identifier),
        Member("PolicyFlags", .u32).unchecked,
      ]),
  ])

  /// The members of an ACL in the order in which HNS returns them; other code reads them
  /// (reference: hns, 1.8.1).
  static let acl =
    (texts("Protocols", "LocalAddresses", "RemoteAddresses", "LocalPorts", "RemotePorts")
    + [
      Member("Priority", .u16), Member("Id", .text), Member("Action", .enumeration(["Allow", "Block"])),
      Member("Direction", .enumeration(["In", "Out"])), Member("RuleType", .enumeration(["Host", "Switch"])),
    ]).map(\.unchecked)

  /// A rule of a tier.
  private static let tierRule =
    texts("Id", "Protocols", "LocalAddresses", "RemoteAddresses", "LocalPorts", "RemotePorts") + [
      Member("TierAclRuleAction", .enumeration(["Allow", "Block", "Pass"]), .always),
      Member("Priority", .u16),
    ]

  private static let exceptions = PolicySchema.Shape.object([
    Member("IpAddressExceptions", .list(.text)), Member("PortExceptions", .list(.text)),
  ])

  private static func texts(_ names: String...) -> [PolicySchema.Member] { names.map { Member($0, .text) } }

  // MARK: Types that networks have too

  static func l4Proxy(_ number: Int64) -> PolicySchema {
    PolicySchema(
      .l4Proxy, number, feature: .l4Proxy,
      v1: .init("PROXY", members: ["ExceptionList": "Exceptions", "OutboundNat": "OutboundNAT"]),
      repeatable: true, packets: .unevaluated,
      texts("IP", "Port", "Destination") + [
        Member("Protocol", .u32), Member("ExceptionList", .list(.text)), Member("Exceptions", .list(.text)),
        Member("OutboundNat", .boolean), Member("OutboundNAT", .boolean),
      ])
  }

  static func interfaceConstraint(_ number: Int64) -> PolicySchema {
    PolicySchema(
      .interfaceConstraint, number,
      texts("InterfaceAlias", "InterfaceDescription") + [
        Member("InterfaceGuid", .identifier), Member("InterfaceLuid", .u64).unchecked,
        Member("InterfaceIndex", .u32), Member("InterfaceMediaType", .u32),
      ])
  }

  static func providerAddress(_ number: Int64, addedOn drivers: Set<NetworkDriver> = []) -> PolicySchema {
    PolicySchema(
      .providerAddress, number, v1: .init("PA", "VNET", members: ["PA": "ProviderAddress"]), addedOn: drivers,
      [Member("ProviderAddress", .address, .always)])
  }
}

extension PolicySchema.Shape {
  static let u16 = PolicySchema.Shape.number(0xffff)
  static let u32 = PolicySchema.Shape.number(0xffff_ffff)
  static let u64 = PolicySchema.Shape.number(.max)
}
