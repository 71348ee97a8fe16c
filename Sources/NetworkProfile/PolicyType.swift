import HostModel

/// An HNS endpoint policy that a profile passes through (reference: hns, 1.8).
struct PolicyType: Sendable {
  /// What a member of a policy's settings holds.
  indirect enum Shape: Sendable {
    case text
    case truth
    /// A whole number up to a highest value.
    case number(UInt64)
    case list(Shape)
    case object([Member])
    /// One of a few words.
    case words([String])
    case address
    case identifier
  }

  struct Member: Sendable {
    var name: String
    var shape: Shape
    var isRequired = false
  }

  /// What a host needs to have the policy.
  enum Gate: Sendable {
    case none
    case feature(HNSFeature, since: String)
    /// The first build whose HCN schema has it, with that schema's version.
    case schema(String, build: Int)
  }

  var name: String
  var gate: Gate = .none
  var members: [Member]
  /// Whether an endpoint can have several of it.
  var isRepeatable = false
  /// Whether it changes what happens to packets, which plans and traces do not look at.
  var changesPackets = false

  private static let u16 = Shape.number(0xffff)
  private static let u32 = Shape.number(0xffff_ffff)
  private static let u64 = Shape.number(.max)

  private static func member(_ name: String, _ shape: Shape, required: Bool = false) -> Member {
    Member(name: name, shape: shape, isRequired: required)
  }

  private static func texts(_ names: String...) -> [Member] { names.map { member($0, .text) } }

  private static let tierRule: [Member] =
    texts("Id", "Protocols", "LocalAddresses", "RemoteAddresses", "LocalPorts", "RemotePorts") + [
      member("TierAclRuleAction", .words(["Allow", "Block", "Pass"]), required: true),
      member("Priority", u16),
    ]

  private static let exceptions = Shape.object([
    member("IpAddressExceptions", .list(.text)), member("PortExceptions", .list(.text)),
  ])

  /// Every type a profile can name, in the order of the reference.
  static let all: [PolicyType] = [
    PolicyType(name: "QOS", members: [member("MaximumOutgoingBandwidthInBytes", u64, required: true)]),
    PolicyType(name: "L2Driver", members: []),
    PolicyType(
      name: "L4Proxy", gate: .feature(.l4Proxy, since: "13.1, or a minor version that has it"),
      members: texts("IP", "Port", "Destination") + [
        member("Protocol", u32), member("ExceptionList", .list(.text)), member("Exceptions", .list(.text)),
        member("OutboundNat", .truth), member("OutboundNAT", .truth),
      ], isRepeatable: true, changesPackets: true),
    PolicyType(
      name: "L4WFPPROXY", gate: .feature(.l4WfpProxy, since: "13.2"),
      members: texts("InboundProxyPort", "OutboundProxyPort", "UserSID") + [
        member(
          "FilterTuple",
          .object(
            texts("Protocols", "LocalAddresses", "RemoteAddresses", "LocalPorts", "RemotePorts") + [
              member("Priority", u16)
            ])),
        member("InboundExceptions", exceptions), member("OutboundExceptions", exceptions),
      ], isRepeatable: true, changesPackets: true),
    PolicyType(name: "ProviderAddress", members: [member("ProviderAddress", .address, required: true)]),
    PolicyType(name: "PortName", members: [member("Name", .text, required: true)]),
    PolicyType(name: "EncapOverhead", members: [member("Overhead", u16, required: true)]),
    PolicyType(
      name: "InterfaceConstraint",
      members: texts("InterfaceAlias", "InterfaceDescription") + [
        member("InterfaceGuid", .identifier), member("InterfaceLuid", u64), member("InterfaceIndex", u32),
        member("InterfaceMediaType", u32),
      ]),
    PolicyType(
      name: "Encryption", gate: .schema("2.1", build: 19041),
      members: texts("Name", "ProtocolType") + [
        member("EncryptionMethodType", .words(["Ipsec"]), required: true),
        member(
          "AuthenticationMethods",
          .list(
            .object([
              member("Type", .words(["PresharedKey", "Certificate"]), required: true),
              member("Settings", .object(texts("Key", "CertificateName"))),
            ])), required: true),
        member("Endpoints1", .list(.text)), member("Endpoints2", .list(.text)),
        member("Endpoint1Ports", .list(.text)), member("Endpoint2Ports", .list(.text)),
      ], isRepeatable: true, changesPackets: true),
    PolicyType(
      name: "VLAN", gate: .schema("2.4", build: 19041), members: [member("IsolationId", u32, required: true)]),
    PolicyType(
      name: "InterfaceParameters", gate: .schema("2.4", build: 19041),
      members: [member("Mtu", u16, required: true)]),
    PolicyType(
      name: "Iov", gate: .schema("2.9", build: 20348),
      members: [
        member("IovOffloadWeight", u32), member("QueuePairsRequested", u32),
        member("InterruptModeration", u32),
      ]),
    PolicyType(
      name: "TierAcl", gate: .feature(.tierAcl, since: "14.0"),
      members: [
        member("Name", .text, required: true), member("Direction", .words(["In", "Out"]), required: true),
        member("Order", u16, required: true),
        member("TierAclRules", .list(.object(tierRule)), required: true),
      ], isRepeatable: true, changesPackets: true),
    PolicyType(
      name: "Firewall", gate: .schema("2.16", build: 26100),
      members: [
        member("VmType", .words(["Invalid", "Host", "WSA", "WSL"])), member("FirewallPolicyFlags", u32),
        member("VmCreatorId", .identifier), member("PolicyFlags", u32),
      ], changesPackets: true),
  ]

  /// Types that the profile has a key for, with that key.
  static let withOwnKey = [
    ("ACL", "acls"), ("PortMapping", "publish"), ("OutBoundNAT", "outboundNat"), ("SDNRoute", "routes"),
  ]
}
