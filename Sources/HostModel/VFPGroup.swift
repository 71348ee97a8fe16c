public import NetworkTypes

/// A group of a VFP layer: one direction and one address family.
public struct VFPGroup: Hashable, Sendable, Comparable {
  /// The layer.
  public var layer: VFPLayer
  /// The address family the group is for.
  public var family: AddressFamily
  /// The direction as the port sees it.
  public var direction: Direction

  /// Makes a group.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - family: The address family.
  ///   - direction: The direction.
  public init(layer: VFPLayer = .endpointACL, family: AddressFamily, direction: Direction) {
    self.layer = layer
    self.family = family
    self.direction = direction
  }

  /// The name that VFP shows, such as `ACL_ENDPOINT_GROUP_IPV4_IN`.
  ///
  /// Of LB and REMOTESUBNETROUTE_HAIRPIN_LAYER one group is known, without a family in its name; the name for
  /// IPv6 is this project's choice. So are the names in layers of which no group is known, which HNS may leave
  /// empty (reference: windows-firewall-and-vfp, 3.5, 10.1.3 and 10.2).
  public var name: String {
    let suffix = direction == .in ? "IN" : "OUT"
    let upper = family == .ipv4 ? "IPV4" : "IPV6"
    let mixed = family == .ipv4 ? "IPv4" : "IPv6"
    return switch layer {
    case .loadBalancerDSR: "LB_DSR_\(mixed)_\(suffix)"
    case .endpointACL: "ACL_ENDPOINT_GROUP_\(upper)_\(suffix)"
    case .vnetEncap: "VNET_GROUP_ENCAP_\(upper)_\(suffix)"
    case .slbNAT: "SLB_GROUP_NAT_\(mixed)_\(suffix)"
    case .slbDecap: "SLB_GROUP_DECAP_\(mixed)_\(suffix)"
    case .loadBalancer: family == .ipv4 ? "LB_\(suffix)" : "LB_\(mixed)_\(suffix)"
    case .encap: family == .ipv4 ? "ENCAP_\(suffix)" : "ENCAP_\(mixed)_\(suffix)"
    case .decapIn: family == .ipv4 ? "DECAP_\(suffix)" : "DECAP_\(mixed)_\(suffix)"
    case .slbLoadBalancer: "SLB_GROUP_LB_\(mixed)_\(suffix)"
    case .vnetPARoute: "VNET_GROUP_PA_ROUTE_\(upper)_\(suffix)"
    case .slbHairpin: "SLB_GROUP_HAIRPIN_\(mixed)_\(suffix)"
    case .remoteSubnetHairpin:
      "REMOTESUBNETROUTE_HAIRPIN_GROUP" + (family == .ipv4 ? "" : "_\(upper)")
        + (direction == .in ? "" : "_OUT")
    }
  }

  /// The priority: 1 for ACLs, 100 for encapsulation, 200 for routing, as captured; 1 elsewhere, by this
  /// project's choice (reference: windows-firewall-and-vfp, 3.3 and 10.1.3).
  public var priority: UInt16 {
    switch layer {
    case .vnetEncap, .remoteSubnetHairpin: 100
    case .vnetPARoute: 200
    default: 1
    }
  }

  /// Whether the longest prefix of the destination decides, and not the priority of the rules
  /// (reference: windows-firewall-and-vfp, 10.1.3).
  public var matchesLongestPrefix: Bool { layer == .vnetEncap || layer == .remoteSubnetHairpin }

  /// By layer, family, direction.
  public static func < (left: Self, right: Self) -> Bool {
    left.sortKey < right.sortKey
  }

  /// The position of the group among those of a port.
  var sortKey: UInt64 {
    UInt64(layer.position) * 4 + (family == .ipv4 ? 0 : 2) + (direction == .in ? 0 : 1)
  }
}

extension VFPLayer {
  /// The position among the layers of a port: by priority, hairpin layers last, as VFP lists them
  /// (reference: windows-firewall-and-vfp, 10.1.2).
  var position: UInt8 {
    switch self {
    case .loadBalancerDSR: 0
    case .endpointACL: 1
    case .vnetEncap: 2
    case .slbNAT: 3
    case .slbDecap: 4
    case .loadBalancer: 5
    case .encap: 6
    case .decapIn: 7
    case .slbLoadBalancer: 8
    case .vnetPARoute: 9
    case .slbHairpin: 10
    case .remoteSubnetHairpin: 11
    }
  }
}
