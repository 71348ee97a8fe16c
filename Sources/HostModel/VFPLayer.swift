/// A layer of VFP ports, by the name that HNS gives it
/// (reference: windows-firewall-and-vfp, 3.5 and 10.1.2).
public enum VFPLayer: String, Sendable, Hashable, CaseIterable {
  /// Load balancers with direct server return, at the client's port.
  case loadBalancerDSR = "LB_DSR"
  /// Endpoint ACLs of type Switch.
  case endpointACL = "ACL_ENDPOINT_LAYER"
  /// Encapsulation, at the ports of pods and of the distributed router.
  case vnetEncap = "VNET_ENCAP_LAYER"
  /// Port mappings, outbound NAT, and what load balancers send to this endpoint.
  case slbNAT = "SLB_NAT_LAYER"
  /// Decapsulation of what load balancers forward.
  case slbDecap = "SLB_DECAP_LAYER_STATEFUL"
  /// Load balancers with backends on other hosts, at the host's port.
  case loadBalancer = "LB"
  /// Encapsulation at the host's port.
  case encap = "ENCAP"
  /// Decapsulation at the host's port.
  case decapIn = "DECAP_IN"
  /// Load balancers whose backends are all on this host, at the host's port.
  case slbLoadBalancer = "SLB_LB_LAYER"
  /// Routing by the provider's addresses.
  case vnetPARoute = "VNET_PA_ROUTE_LAYER"
  /// Packets of the host that come back to backends of this host.
  case slbHairpin = "SLB_HAIRPIN_LAYER"
  /// Packets between remote subnets that turn around at the distributed router.
  case remoteSubnetHairpin = "REMOTESUBNETROUTE_HAIRPIN_LAYER"

  /// The flags of a layer (reference: windows-firewall-and-vfp, 3.2 and 10.1.2).
  public struct Flags: OptionSet, Sendable, Hashable {
    /// The number that VFP prints.
    public let rawValue: UInt8

    /// Makes flags from their number.
    ///
    /// - Parameter rawValue: The number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// What no rule matches passes; without it the layer drops it.
    public static let defaultAllow = Flags(rawValue: 1)
    /// The layer is for packets that leave through the port they came from.
    public static let hairpin = Flags(rawValue: 2)
    /// The layer removes the tenant network identifier.
    public static let clearTNI = Flags(rawValue: 4)
    /// Flows follow a change of the port's addresses.
    public static let updatesFlows = Flags(rawValue: 8)
  }

  /// The flags, as captured.
  ///
  /// Of DECAP_IN and SLB_LB_LAYER the captures keep the priority only; that they let pass what no rule matches
  /// is this project's choice, because a host without load balancers would have no network otherwise.
  public var flags: Flags {
    switch self {
    case .endpointACL: []
    case .vnetEncap: .clearTNI
    case .slbNAT, .slbDecap: [.defaultAllow, .updatesFlows]
    case .slbHairpin, .remoteSubnetHairpin: [.hairpin, .defaultAllow]
    case .loadBalancerDSR, .loadBalancer, .encap, .decapIn, .slbLoadBalancer, .vnetPARoute: .defaultAllow
    }
  }

  /// The priority, as captured: outbound packets meet low numbers first, inbound ones last
  /// (reference: windows-firewall-and-vfp, 10.1.2 and 10.4).
  public var priority: UInt16 {
    switch self {
    case .loadBalancerDSR: 7
    case .endpointACL: 15
    case .vnetEncap: 40
    case .slbNAT: 50
    case .slbDecap: 100
    case .loadBalancer: 300
    case .encap: 500
    case .decapIn: 600
    case .slbLoadBalancer: 700
    case .vnetPARoute: 2000
    case .slbHairpin: 101
    case .remoteSubnetHairpin: 35
    }
  }
}
