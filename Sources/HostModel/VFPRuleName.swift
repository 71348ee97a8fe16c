package import NetworkTypes

/// The name of a rule that HNS programs on a VFP port for a policy, and the group that contains it.
public struct VFPRuleName: Hashable, Sendable {
  /// The friendly name.
  public var name: String
  /// The layer, family and direction.
  public var group: VFPGroup

  /// A rule of outbound NAT on the port of the endpoint: `SNAT_TCP_OUTBOUNDNAT_<number>_<address>`.
  ///
  /// One for TCP is known; that UDP has one of the same form, and the number, here 0, are this project's choice
  /// (reference: windows-firewall-and-vfp, 3.5 and 10.5).
  ///
  /// - Parameters:
  ///   - protocol: TCP or UDP; VFP's NAT translates nothing else.
  ///   - address: The source address that it gives packets.
  package static func outboundNAT(_ protocol: IPProtocol, to address: IPAddress) -> VFPRuleName {
    VFPRuleName(
      name: "SNAT_\(natWord(`protocol`))_OUTBOUNDNAT_0_\(address)",
      group: VFPGroup(layer: .slbNAT, family: address.family, direction: .out))
  }

  /// The pool of ports of a rule of outbound NAT: `SLB_NATPOOL_IPV4_TCP_`, then without separators the endpoint's
  /// address, the one it is translated to, an id and 0.
  ///
  /// Whose id it is, here the endpoint's, is not known (reference: windows-firewall-and-vfp, 3.5).
  ///
  /// - Parameters:
  ///   - protocol: TCP or UDP.
  ///   - endpoint: The endpoint.
  ///   - own: Its address.
  ///   - address: The source address that the rule gives packets.
  package static func natPool(
    _ protocol: IPProtocol, of endpoint: GUID, own: IPAddress, to address: IPAddress
  ) -> String {
    "SLB_NATPOOL_\(address.family == .ipv4 ? "IPV4" : "IPV6")_\(natWord(`protocol`))_"
      + "\(own)\(address)\(endpoint.uppercase)0"
  }

  private static func natWord(_ number: IPProtocol) -> String { number == .tcp ? "TCP" : "UDP" }

  /// A published port on the port of its endpoint: `NAT_<id>_<address>_<port>_<protocol>`
  /// (reference: windows-firewall-and-vfp, 3.5).
  ///
  /// - Parameters:
  ///   - mapping: The published port.
  ///   - endpoint: The endpoint.
  ///   - host: The host's own address, at which a port without an address is published; nil if it is not known.
  package static func published(
    _ mapping: PortMapping, of endpoint: GUID, on host: IPAddress?
  ) -> VFPRuleName {
    let address = (mapping.vip ?? host).map { "\($0)" } ?? ""
    return VFPRuleName(
      name: "NAT_\(endpoint.uppercase)_\(address)_\(mapping.externalPort)_\(mapping.protocol.number)",
      group: VFPGroup(layer: .slbNAT, family: mapping.family, direction: .in))
  }

  /// The encapsulation of packets to a subnet of another host: `REMOTESUBNETROUTE…` in VNET_ENCAP_LAYER.
  ///
  /// What follows the word, here the subnet, is this project's choice; so is the same rule in ENCAP of the host's
  /// port where no distributed router has one (reference: windows-firewall-and-vfp, 3.5; hns, 10.4).
  ///
  /// - Parameters:
  ///   - prefix: The subnet.
  ///   - layer: The layer.
  package static func remoteSubnet(_ prefix: IPPrefix, in layer: VFPLayer) -> VFPRuleName {
    VFPRuleName(
      name: "REMOTESUBNETROUTE_\(prefix)",
      group: VFPGroup(layer: layer, family: prefix.family, direction: .out))
  }
}
