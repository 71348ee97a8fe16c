public import NetworkTypes

/// The rules of one port of a load balancer at one of its addresses, on every port of the switch.
///
/// Their names and groups are those that Microsoft's own checker expects of load balancers with direct server
/// return. What others program is in no source; here they have the same rules but for those in LB_DSR
/// (reference: windows-firewall-and-vfp, 10.2 and 10.6).
public struct LoadBalancerRules: Hashable, Sendable {
  /// What a rule of a load balancer is for.
  public enum Role: Sendable, Hashable, CaseIterable {
    /// A pod of this host sends to the service: LB_DSR on the port of every pod, with direct server return only.
    case client
    /// The service's packets arrive at a backend: `NAT_…` on the port of a pod that is one.
    case backend
    /// A backend answers: `ALLOW_NAT_…` on the port of a pod that is one.
    case reply
    /// The host sends to the service, or a packet from outside arrives: `LB_HOST_…` on the host's port if a
    /// backend is on another host; otherwise, in SLB_LB_LAYER, `NAT_…` for one backend and `LB_…` for several.
    case host
    /// A packet of the host turns around to a backend of this host: `HairPin_…` on the host's port.
    case hairpin
  }

  /// The word in the names, here the first eight digits of the load balancer's id.
  ///
  /// The sources say only that it has no other characters than letters, digits and underscores.
  public var word: String
  /// The virtual address; for a node port one of the host's addresses.
  public var address: IPAddress
  /// The management address, which is the host's first; the virtual address where the host's own is not known.
  public var management: IPAddress
  /// The protocol.
  public var `protocol`: IPProtocol
  /// The port that clients dial.
  public var externalPort: UInt16
  /// The port of the backends.
  public var internalPort: UInt16
  /// Whether backends answer clients directly.
  public var isDSR: Bool
  /// The number of backends on this host.
  public var localBackends: Int
  /// The number of backends on other hosts.
  public var remoteBackends: Int

  /// The rule with a role; nil if there is none.
  ///
  /// A load balancer without backends has no rules, by this project's choice.
  ///
  /// - Parameter role: The role.
  /// - Returns: The name and the group.
  public func rule(_ role: Role) -> VFPRuleName? {
    guard localBackends + remoteBackends > 0 else { return nil }
    let number = `protocol`.number
    func made(_ layer: VFPLayer, _ direction: Direction, _ name: String) -> VFPRuleName {
      VFPRuleName(
        name: name, group: VFPGroup(layer: layer, family: address.family, direction: direction))
    }
    switch role {
    case .client:
      guard isDSR else { return nil }
      return made(
        .loadBalancerDSR, .out,
        "LB_DSR_\(word)_\(management)_\(address)_\(externalPort)_\(internalPort)_\(number)")
    case .backend:
      guard localBackends > 0 else { return nil }
      return made(.slbNAT, .in, "NAT_\(word)_\(address)_\(externalPort)_\(number)")
    case .reply:
      guard localBackends > 0 else { return nil }
      return made(.slbNAT, .out, "ALLOW_NAT_\(word)_\(address)_\(externalPort)_\(number)")
    case .host:
      guard remoteBackends == 0 else {
        return made(
          .loadBalancer, .out, "LB_HOST_\(word)_\(address)_\(externalPort)_\(internalPort)_\(number)")
      }
      return made(
        .slbLoadBalancer, .out,
        "\(localBackends == 1 ? "NAT" : "LB")_\(word)_\(address)_\(externalPort)_\(externalPort)_\(number)")
    case .hairpin:
      guard localBackends > 0 else { return nil }
      return made(
        .slbHairpin, .in, "HairPin_\(word)_\(address)_\(externalPort)_\(externalPort)_\(number)")
    }
  }
}

extension HostTopology {
  /// The addresses that a load balancer has rules for: its own, or for a node port every address of the host.
  ///
  /// That a node port has rules for each address is this project's choice: the sources have hosts with one.
  ///
  /// - Parameter balancer: The load balancer.
  package func frontends(of balancer: LoadBalancer) -> [IPAddress] {
    guard balancer.addresses.isEmpty else { return balancer.addresses }
    return hostAddresses.filter { $0.family == balancer.family && $0.special == nil }
  }

  /// The rules of one port of a load balancer.
  ///
  /// - Parameters:
  ///   - balancer: The load balancer.
  ///   - port: The port.
  ///   - address: One of its addresses, or for a node port one of the host's.
  package func rules(
    of balancer: LoadBalancer, _ port: LoadBalancer.Port, at address: IPAddress
  ) -> LoadBalancerRules {
    let management = addresses.first { $0.family == address.family }
    let remote = balancer.backends.count { endpoints[$0].isRemote }
    return LoadBalancerRules(
      word: LoadBalancerRules.word(of: balancer.id), address: address, management: management ?? address,
      protocol: port.protocol, externalPort: port.externalPort, internalPort: port.internalPort,
      isDSR: balancer.isDSR, localBackends: balancer.backends.count - remote, remoteBackends: remote)
  }
}

extension LoadBalancerRules {
  /// The word of a load balancer in the names of its rules.
  ///
  /// - Parameter id: The load balancer.
  package static func word(of id: GUID) -> String { String(id.uppercase.prefix(8)) }
}
