package import NetworkTypes

/// A behavior of Windows that differs between builds and decides about packets.
package enum BuildBehavior: String, Sendable, Hashable, CaseIterable {
  /// Unsolicited inbound traffic of process-isolated containers is blocked.
  case inboundBlock
  /// The same for Hyper-V isolation.
  case hypervInboundBlock
  /// A published port has a firewall rule also on networks other than nat.
  case publishedPortRules
  /// ACLs of nat endpoints take effect.
  case natACLs
  /// Switch ACLs of nat endpoints take effect.
  case natSwitchACLs
  /// Endpoints of l2bridge networks have IPv6.
  case bridgeIPv6
  /// The host has rules for DNS at the gateways of nat networks.
  case gatewayDNS
  /// Once an endpoint has ACLs, what none of them matches is blocked.
  case implicitDeny

  /// Whether a build behaves so.
  ///
  /// - Parameters:
  ///   - build: The build.
  ///   - assumptions: The assumptions of the host.
  package func holds(on build: WindowsBuild, _ assumptions: Assumptions) -> Bool {
    switch self {
    case .inboundBlock, .publishedPortRules: build.deniesInboundByDefault
    case .hypervInboundBlock:
      build.deniesInboundByDefault && assumptions.hypervInboundBefore1709 == .block
    case .natACLs: Self.nat.enforcesACLs(build, assumptions)
    case .natSwitchACLs: Self.nat.hasVFP(build, assumptions)
    case .bridgeIPv6:
      PlatformCell(driver: .l2bridge, isolation: .process).addressFamilies(build).contains(.ipv6)
    case .gatewayDNS: build.build >= WindowsBuild.firstWithGatewayDNS
    case .implicitDeny: assumptions.implicitDeny == .anyAcl
    }
  }

  private static let nat = PlatformCell(driver: .nat, isolation: .process)

  /// Whether the behavior can decide about packets of endpoints in a cell.
  ///
  /// - Parameters:
  ///   - cell: The cell.
  ///   - direction: The direction as the endpoint sees it.
  ///   - family: The address family.
  package func applies(to cell: PlatformCell, _ direction: Direction, _ family: AddressFamily) -> Bool {
    switch self {
    case .inboundBlock: cell.isolation == .process && direction == .in
    case .hypervInboundBlock: cell.isolation == .hyperv && direction == .in
    case .publishedPortRules: cell.isolation == .process && cell.driver != .nat && direction == .in
    case .natACLs, .natSwitchACLs: cell == Self.nat
    case .bridgeIPv6: cell.driver == .l2bridge && family == .ipv6
    case .gatewayDNS: cell.driver == .nat && direction == .out
    case .implicitDeny: true
    }
  }

  /// The behavior as a clause about builds that have it, and one about builds that do not.
  package var clauses: (with: String, without: String) {
    switch self {
    case .inboundBlock:
      (
        "unsolicited inbound traffic of process-isolated containers is blocked by default",
        "unsolicited inbound tcp, udp, icmp and igmp of process-isolated containers is allowed by default"
      )
    case .hypervInboundBlock:
      (
        "unsolicited inbound traffic of Hyper-V isolated containers is blocked by default",
        "unsolicited inbound traffic of Hyper-V isolated containers is allowed by default"
      )
    case .publishedPortRules:
      (
        "a published port has an allow rule in Windows Firewall on every network",
        "a published port has an allow rule in Windows Firewall only on nat networks"
      )
    case .natACLs: ("ACLs on nat endpoints take effect", "ACLs on nat endpoints are stored without effect")
    case .natSwitchACLs:
      (
        "ACLs of type Switch on nat endpoints take effect",
        "ACLs of type Switch on nat endpoints are stored without effect"
      )
    case .bridgeIPv6:
      ("endpoints of l2bridge networks have IPv6", "endpoints of l2bridge networks have no IPv6")
    case .gatewayDNS:
      (
        "HNS allows DNS to the gateway of a nat network",
        "HNS has no firewall rules for DNS at the gateway of a nat network"
      )
    case .implicitDeny:
      (
        "once an endpoint has ACLs, what none of them matches is blocked",
        "what no ACL of an endpoint matches has the platform's default"
      )
    }
  }

  /// The sections of the reference.
  package var source: String {
    switch self {
    case .inboundBlock, .hypervInboundBlock: "network-isolation; windows-firewall-and-vfp 5"
    case .publishedPortRules: "hns 6.5; windows-firewall-and-vfp 4.3"
    case .natACLs: "windows-firewall-and-vfp 4.3"
    case .natSwitchACLs: "windows-firewall-and-vfp 10.4"
    case .bridgeIPv6: "windows-firewall-and-vfp 5, 9"
    case .gatewayDNS: "windows-firewall-and-vfp 4.4, 10.4"
    case .implicitDeny: "windows-firewall-and-vfp 4.3, 7"
    }
  }
}

extension WindowsBuild {
  /// The first build on which HNS makes firewall rules for DNS at the gateways of nat networks; that earlier
  /// builds make none is this project's choice (reference: windows-firewall-and-vfp, 4.4).
  package static let firstWithGatewayDNS = 17763

  /// Whether Microsoft documents that ACLs block what none of them matches.
  ///
  /// For builds before Windows Server 2025 the sources disagree (reference: windows-firewall-and-vfp, 4.3).
  package var documentsImplicitDeny: Bool { build >= 26100 }
}
