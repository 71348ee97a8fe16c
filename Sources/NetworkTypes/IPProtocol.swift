/// An IP protocol number, 0 to 255.
///
/// The names are those of the assigned-numbers registry, plus the two pseudo protocol numbers that VFP uses
/// for VXLAN (reference: windows-firewall-and-vfp, 3.2).
public struct IPProtocol: Hashable, Sendable, Comparable {
  /// The protocol number.
  public let number: UInt8

  /// Makes a protocol from its number.
  ///
  /// - Parameter number: The protocol number.
  public init(_ number: UInt8) { self.number = number }

  /// ICMP for IPv4.
  public static let icmp = IPProtocol(1)
  /// IGMP.
  public static let igmp = IPProtocol(2)
  /// TCP.
  public static let tcp = IPProtocol(6)
  /// UDP.
  public static let udp = IPProtocol(17)
  /// GRE.
  public static let gre = IPProtocol(47)
  /// ICMP for IPv6.
  public static let icmpv6 = IPProtocol(58)
  /// SCTP.
  public static let sctp = IPProtocol(132)
  /// VFP's pseudo-number for encrypted VXLAN; only its decapsulation rules use it.
  public static let encryptedVXLAN = IPProtocol(251)
  /// VFP's pseudo-number for VXLAN.
  public static let vxlan = IPProtocol(252)

  /// Whether the protocol has ports that a rule can match: TCP and UDP only.
  public var hasPorts: Bool { self == .tcp || self == .udp }

  /// By number.
  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }

  /// The protocols that have a name, with their lower-case names.
  public static let named: [(name: String, protocol: IPProtocol)] = [
    ("icmp", .icmp), ("igmp", .igmp), ("ipip", IPProtocol(4)), ("tcp", .tcp), ("egp", IPProtocol(8)),
    ("udp", .udp), ("dccp", IPProtocol(33)), ("ipv6", IPProtocol(41)), ("rsvp", IPProtocol(46)),
    ("gre", .gre), ("esp", IPProtocol(50)), ("ah", IPProtocol(51)), ("icmpv6", .icmpv6),
    ("eigrp", IPProtocol(88)), ("ospf", IPProtocol(89)), ("pim", IPProtocol(103)),
    ("vrrp", IPProtocol(112)), ("l2tp", IPProtocol(115)), ("sctp", .sctp),
    ("udplite", IPProtocol(136)),
  ]

  /// The protocol of a name, in any case; nil for an unknown name.
  ///
  /// - Parameter name: The name, such as `tcp`.
  public init?(name: some StringProtocol) {
    let lowered = name.lowercased()
    if lowered == "icmpv4" {
      self = .icmp
      return
    }
    guard let match = Self.named.first(where: { $0.name == lowered }) else { return nil }
    self = match.protocol
  }
}

extension IPProtocol: CustomStringConvertible {
  /// The name, if there is one, otherwise the number.
  public var description: String {
    Self.named.first { $0.protocol == self }?.name ?? "\(number)"
  }
}
