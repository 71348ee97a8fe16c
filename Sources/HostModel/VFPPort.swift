public import NetworkTypes

/// A port of a virtual switch with everything that VFP holds on it: layers, groups and rules.
///
/// ``SwitchPort`` is what filters an endpoint's packets; this is what the tools for VFP list.
public struct VFPPort: Hashable, Sendable {
  /// Who is behind the port.
  public enum Kind: Hashable, Sendable {
    /// An endpoint of a container.
    case pod(endpoint: GUID)
    /// The host's own virtual adapter.
    case host
    /// The distributed router of an overlay switch.
    case router
    /// The adapter of the switch.
    case external
  }

  /// Who is behind the port.
  public var kind: Kind
  /// The port's name, a GUID.
  public var id: GUID
  /// The friendly name (reference: windows-firewall-and-vfp, 10.1.6).
  public var name: String
  /// The network that the port belongs to; for other ports than those of pods the oldest on the switch.
  public var network: GUID
  /// The id of the switch.
  public var switchID: GUID
  /// The id of the adapter behind the port.
  public var nicID: GUID
  /// The name of the adapter: that of the endpoint, of the network or of the physical adapter.
  public var nicName: String
  /// The MAC address, if the port has one.
  public var mac: MACAddress?
  /// The layers in the order in which VFP lists them; empty if VFP is disabled on the port.
  public var layers: [VFPLayer]
  /// The groups, those without rules included.
  public var groups: [VFPGroup]
  /// The rules by group and then by priority.
  public var rules: [VFPRule] = []
  /// The name of each rule, a GUID; nil for rules without one (reference: windows-firewall-and-vfp, 10.1.4).
  public var ruleIDs: [GUID?] = []

  package init(
    kind: Kind, id: GUID, name: String, network: GUID, switchID: GUID, nicID: GUID, nicName: String,
    mac: MACAddress?, layers: [VFPLayer], groups: [VFPGroup] = []
  ) {
    self.kind = kind
    self.id = id
    self.name = name
    self.network = network
    self.switchID = switchID
    self.nicID = nicID
    self.nicName = nicName
    self.mac = mac
    self.layers = layers
    self.groups = groups
  }

  /// The endpoint behind the port of a pod.
  public var endpoint: GUID? { if case .pod(let endpoint) = kind { endpoint } else { nil } }
}

extension VFPPort.Kind {
  /// The layers of a port in the order in which VFP lists them, by its kind and network.
  ///
  /// Those of overlay ports are captured, on Windows Server 2022 and 2025. Those of l2bridge and l2tunnel follow
  /// the assumption `bridgeLayers`. On nat, ICS and transparent networks the extension of the switch is disabled.
  /// Other builds have the same layers, and LB_DSR where the service has direct server return; both are this
  /// project's choice (reference: windows-firewall-and-vfp, 10.1.2, 10.4; hns, 8.2).
  ///
  /// - Parameters:
  ///   - driver: The driver of the network.
  ///   - version: The version of the service.
  ///   - assumptions: The host's assumptions.
  package func layers(
    _ driver: NetworkDriver, _ version: HNSVersion, _ assumptions: Assumptions
  ) -> [VFPLayer] {
    guard driver.filtersWithVFP else { return [] }
    let encapsulates = driver.encapsulates(assumptions)
    let known: [VFPLayer] =
      switch self {
      case .pod: [.loadBalancerDSR, .endpointACL, .vnetEncap, .slbNAT, .slbDecap, .vnetPARoute]
      case .host: [.loadBalancer, .encap, .decapIn, .slbLoadBalancer, .vnetPARoute, .slbHairpin]
      case .router: [.vnetEncap, .vnetPARoute, .remoteSubnetHairpin]
      case .external: []
      }
    return known.filter { layer in
      switch layer {
      case .vnetEncap, .encap, .decapIn: encapsulates
      case .loadBalancerDSR: version.has(.dsr)
      default: true
      }
    }
  }
}

extension NetworkDriver {
  /// Whether VFP ports of a network have layers for encapsulation.
  ///
  /// - Parameter assumptions: The host's assumptions.
  package func encapsulates(_ assumptions: Assumptions) -> Bool {
    self == .overlay || filtersWithVFP && assumptions.bridgeLayers == .asOnOverlay
  }
}

extension VFPLayer {
  /// The groups that a layer has without rules, as captured
  /// (reference: windows-firewall-and-vfp, 10.1.3).
  package var standingGroups: [VFPGroup] {
    switch self {
    case .vnetPARoute:
      AddressFamily.allCases.map { VFPGroup(layer: self, family: $0, direction: .out) }
    case .vnetEncap:
      [.in, .out].map { VFPGroup(layer: self, family: .ipv4, direction: $0) }
    case .remoteSubnetHairpin: [VFPGroup(layer: self, family: .ipv4, direction: .in)]
    default: []
    }
  }
}
