import HostModel

/// What the settings of one policy type look like, and which hosts know the type.
struct PolicyForm: Sendable {
  /// One member of the settings.
  struct Member: Sendable {
    let key: String
    let kind: MemberKind
    let isRequired: Bool

    init(_ key: String, _ kind: MemberKind, required: Bool = false) {
      self.key = key
      self.kind = kind
      isRequired = required
    }
  }

  /// What a member's value must be.
  indirect enum MemberKind: Sendable {
    case text
    case texts
    case flag
    case whole(Int64)
    /// A whole number of 64 bits without a sign.
    case wide
    case address
    case prefix
    case mac
    case guid
    case object
    case objects
    /// Objects of one form.
    case list(PolicyForm)
    /// One of the words in any case, or its number.
    case word([String])
    /// Anything; the sources differ about it, or the type is checked by code of its own.
    case any
  }

  /// The type in its documented spelling.
  let name: String
  /// The number documents may use instead of the name; nil where the reference has none.
  let number: Int64?
  /// The lowest minor number of a 2.x schema that has the type.
  let schemaMinor: Int
  /// The feature that gates the type, where clients test for one.
  let feature: HNSFeature?
  let members: [Member]

  init(
    _ name: String, _ number: Int64?, since schemaMinor: Int = 0, feature: HNSFeature? = nil,
    _ members: [Member] = []
  ) {
    self.name = name
    self.number = number
    self.schemaMinor = schemaMinor
    self.feature = feature
    self.members = members
  }

  /// Whether a host knows the type.
  func isKnown(to configuration: HostConfiguration) -> Bool {
    configuration.schemaMinor >= schemaMinor && feature.map { configuration.version.has($0) } ?? true
  }
}

extension PolicyForm {
  private static let word = Int64(UInt32.max)
  private static let short = Int64(UInt16.max)

  /// The types of endpoint policies (reference: hns, 1.8; numbers beyond the confirmed ones inferred).
  static let endpoint: [PolicyForm] = [
    PolicyForm(
      "PortMapping", 0,
      [
        .init("Protocol", .any), .init("InternalPort", .whole(short)), .init("ExternalPort", .whole(short)),
        .init("VIP", .text), .init("Flags", .whole(word)),
      ]),
    PolicyForm("ACL", 1),
    PolicyForm("QOS", 2, [.init("MaximumOutgoingBandwidthInBytes", .wide)]),
    PolicyForm("L2Driver", 3),
    PolicyForm(
      "OutBoundNAT", 4,
      [
        .init("VirtualIP", .text), .init("Exceptions", .texts), .init("Destinations", .texts),
        .init("Flags", .whole(word)), .init("MaxPortPoolUsage", .whole(short)),
      ]),
    PolicyForm(
      "SDNRoute", 5,
      [
        .init("DestinationPrefix", .prefix, required: true), .init("NextHop", .address),
        .init("NeedEncap", .flag), .init("AutomaticEndpointMonitor", .flag),
      ]),
    l4Proxy(6),
    PolicyForm(
      "L4WFPPROXY", 7, since: 5, feature: .l4WfpProxy,
      [
        .init("InboundProxyPort", .text), .init("OutboundProxyPort", .text), .init("FilterTuple", .object),
        .init("UserSID", .text), .init("InboundExceptions", .object), .init("OutboundExceptions", .object),
      ]),
    PolicyForm("ProviderAddress", 8, [.init("ProviderAddress", .address, required: true)]),
    PolicyForm("PortName", 9, [.init("Name", .text)]),
    PolicyForm("EncapOverhead", 10, [.init("Overhead", .whole(short))]),
    interfaceConstraint(11),
    PolicyForm(
      "Encryption", 12, since: 1,
      [
        .init("EncryptionMethodType", .word(["Ipsec"])), .init("AuthenticationMethods", .objects),
        .init("Name", .text), .init("Endpoints1", .any), .init("Endpoints2", .any),
        .init("ProtocolType", .any), .init("Endpoint1Ports", .any), .init("Endpoint2Ports", .any),
      ]),
    PolicyForm("VLAN", 13, since: 4, [.init("IsolationId", .whole(word), required: true)]),
    PolicyForm("InterfaceParameters", 14, since: 4, [.init("Mtu", .whole(short))]),
    PolicyForm(
      "Iov", 15, since: 9,
      [
        .init("IovOffloadWeight", .whole(word)), .init("QueuePairsRequested", .whole(word)),
        .init("InterruptModeration", .any),
      ]),
    PolicyForm(
      "TierAcl", 16, since: 10, feature: .tierAcl,
      [
        .init("Name", .text), .init("Direction", .word(["In", "Out"]), required: true),
        .init("Order", .whole(short)), .init("TierAclRules", .list(tierRule)),
      ]),
    PolicyForm(
      "Firewall", 18, since: 16,
      [
        .init("VmType", .any), .init("FirewallPolicyFlags", .any), .init("VmCreatorId", .guid),
        .init("PolicyFlags", .any),
      ]),
  ]

  /// The types of network policies (reference: hns, 1.9; numbers beyond the confirmed ones inferred).
  static let network: [PolicyForm] = [
    PolicyForm("SourceMacAddress", 0, [.init("SourceMacAddress", .mac, required: true)]),
    PolicyForm("NetAdapterName", 1, [.init("NetworkAdapterName", .text, required: true)]),
    interfaceConstraint(2),
    PolicyForm(
      "VSwitchExtension", 3,
      [.init("ExtensionID", .guid, required: true), .init("Enable", .flag)]),
    PolicyForm("ProviderAddress", 4, [.init("ProviderAddress", .address, required: true)]),
    PolicyForm("DrMacAddress", 5, [.init("Address", .mac, required: true)]),
    PolicyForm("AutomaticDNS", 6, [.init("Enable", .flag)]),
    PolicyForm(
      "RemoteSubnetRoute", 7, feature: .remoteSubnet,
      [
        .init("DestinationPrefix", .prefix, required: true),
        .init("IsolationId", .whole(word), required: true),
        .init("ProviderAddress", .address, required: true),
        .init("DistributedRouterMacAddress", .mac, required: true),
      ]),
    PolicyForm("VxlanPort", 8, feature: .vxlanPort, [.init("Port", .whole(short), required: true)]),
    PolicyForm("HostRoute", 9, feature: .hostRoute),
    PolicyForm(
      "SetPolicy", 10, feature: .setPolicy,
      [
        .init("Id", .text, required: true), .init("Name", .text), .init("Values", .text),
        .init("PolicyType", .word(["IPSET", "NESTEDIPSET"]), required: true),
      ]),
    l4Proxy(11),
    PolicyForm("LayerConstraint", 12, [.init("LayerId", .guid, required: true)]),
    PolicyForm("NetworkACL", 13, feature: .networkACL),
    PolicyForm(
      "NeighborDiscovery", nil,
      [
        .init("TargetIpPrefix", .prefix), .init("SenderIpAddress", .address),
        .init("SenderMacAddress", .mac),
      ]),
  ]

  /// The types of subnet policies (reference: hns, 1.9).
  static let subnet: [PolicyForm] = [
    PolicyForm("VLAN", 0, [.init("IsolationId", .whole(word), required: true)]),
    PolicyForm("VSID", 1, [.init("IsolationId", .whole(word), required: true)]),
  ]

  /// A rule of a tier (reference: hns, 1.8).
  private static let tierRule = PolicyForm(
    "TierAclRule", nil,
    [
      .init("Id", .text), .init("Protocols", .text),
      .init("TierAclRuleAction", .word(["Allow", "Block", "Pass"]), required: true),
      .init("LocalAddresses", .text), .init("RemoteAddresses", .text), .init("LocalPorts", .text),
      .init("RemotePorts", .text), .init("Priority", .whole(short)),
    ])

  private static func l4Proxy(_ number: Int64) -> PolicyForm {
    PolicyForm(
      "L4Proxy", number, feature: .l4Proxy,
      [
        .init("IP", .text), .init("Port", .text), .init("Protocol", .whole(word)),
        .init("ExceptionList", .texts), .init("Exceptions", .texts), .init("Destination", .text),
        .init("OutboundNat", .flag), .init("OutboundNAT", .flag),
      ])
  }

  private static func interfaceConstraint(_ number: Int64) -> PolicyForm {
    PolicyForm(
      "InterfaceConstraint", number,
      [
        .init("InterfaceGuid", .guid), .init("InterfaceLuid", .any), .init("InterfaceIndex", .whole(word)),
        .init("InterfaceMediaType", .whole(word)), .init("InterfaceAlias", .text),
        .init("InterfaceDescription", .text),
      ])
  }
}
