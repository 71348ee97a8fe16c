package import JSONText
public import NetworkTypes

/// A published port: the settings of a PortMapping policy (reference: hns, 6.5).
public struct PortMapping: Hashable, Sendable {
  /// TCP or UDP.
  public var `protocol`: IPProtocol
  /// The container's port.
  public var internalPort: UInt16
  /// The port on the host; 0 leaves the choice to the service.
  public var externalPort: UInt16
  /// The external address; nil means the host's own.
  public var vip: IPAddress?
  /// NatFlags: 1 local routed VIP, 2 IPv6.
  public var flags: UInt32 = 0

  /// Whether the host gets a route to the switch for the port (reference: hns, 6.5).
  package var isLocalRouted: Bool { flags & 1 != 0 }

  package init(
    protocol: IPProtocol, internalPort: UInt16, externalPort: UInt16, vip: IPAddress? = nil,
    flags: UInt32 = 0
  ) {
    self.protocol = `protocol`
    self.internalPort = internalPort
    self.externalPort = externalPort
    self.vip = vip
    self.flags = flags
  }

  /// Reads the settings of a policy as HNS returns them; nil for others.
  package init?(settings: JSON) {
    guard let number = settings["Protocol"]?.integer.flatMap({ UInt8(exactly: $0) }),
      let internalPort = settings["InternalPort"]?.integer.flatMap({ UInt16(exactly: $0) }),
      let externalPort = (settings["ExternalPort"] ?? 0).integer.flatMap({ UInt16(exactly: $0) }),
      let flags = (settings["Flags"] ?? 0).integer.flatMap({ UInt32(exactly: $0) })
    else { return nil }
    var vip: IPAddress?
    if let text = settings["VIP"]?.string, !text.isEmpty {
      guard let address = IPAddress(text) else { return nil }
      vip = address
    }
    self.init(
      protocol: IPProtocol(number), internalPort: internalPort, externalPort: externalPort, vip: vip,
      flags: flags)
  }

  /// The key that must be unique among the mappings of a host (reference: hns, 6.5).
  package struct Key: Hashable, Sendable {
    package let `protocol`: IPProtocol
    package let port: UInt16
    package let vip: IPAddress?
    package let family: AddressFamily

    package init(protocol: IPProtocol, port: UInt16, vip: IPAddress?, family: AddressFamily) {
      self.protocol = `protocol`
      self.port = port
      self.vip = vip
      self.family = family
    }
  }

  /// The family the mapping is for: that of its VIP, otherwise from NatFlags (2 is IPv6).
  public var family: AddressFamily { vip?.family ?? (flags & 2 != 0 ? .ipv6 : .ipv4) }

  /// The name of the Windows Firewall allow rule that the service creates for the port; the text is this
  /// project's choice.
  public var firewallRuleName: String { "Published port \(externalPort):\(internalPort)/\(`protocol`)" }

  package var key: Key { Key(protocol: `protocol`, port: externalPort, vip: vip, family: family) }
}
