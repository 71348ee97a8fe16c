public import NetworkTypes

/// What the platform does for one combination of driver and isolation.
///
/// The table and its defaults are Microsoft's (reference: network-isolation, both tables).
public struct PlatformCell: Hashable, Sendable {
  /// The network driver.
  public let driver: NetworkDriver
  /// The isolation mode.
  public let isolation: Isolation

  /// Makes a cell.
  ///
  /// - Parameters:
  ///   - driver: The network driver.
  ///   - isolation: The isolation mode.
  public init(driver: NetworkDriver, isolation: Isolation) {
    self.driver = driver
    self.isolation = isolation
  }

  /// The ten cells in the order of Microsoft's table.
  public static let all: [PlatformCell] = NetworkDriver.allCases.flatMap { driver in
    Isolation.allCases.map { PlatformCell(driver: driver, isolation: $0) }
  }

  /// The enforcement points at which port ACLs can be changed; empty if they cannot be
  /// (marked X in the table).
  public var programmablePoints: [EnforcementPoint] {
    switch (isolation, driver.filtersWithVFP) {
    case (.process, true): [.windowsFirewall, .vfp]
    case (.process, false): [.windowsFirewall]
    case (.hyperv, true): [.vfp]
    case (.hyperv, false): []
    }
  }

  /// Whether the port ACLs of endpoints in this cell take effect on a build.
  ///
  /// ACLs on nat need an update only on Windows Server 2025, which the revision shows; if none is specified,
  /// the update is assumed to be installed (reference: windows-firewall-and-vfp, 4.3).
  ///
  /// - Parameters:
  ///   - build: The host's build.
  ///   - assumptions: The host's assumptions; `natAclOnServer2025` decides.
  public func enforcesACLs(_ build: WindowsBuild, _ assumptions: Assumptions) -> Bool {
    guard driver == .nat, build.release.build == 26100 else { return true }
    switch assumptions.natAclOnServer2025 {
    case .enforced: return true
    case .storedOnly: return false
    case .byRevision: return build.build > 26100 || build.revision ?? .max >= Self.natACLRevision
    }
  }

  /// Whether VFP is enabled on the ports of endpoints in this cell on a build, so that Switch ACLs take effect.
  ///
  /// Where Microsoft's table lists VFP it is. On nat and ICS the extension of the switch is disabled, and that it
  /// is on transparent follows from the table; Switch ACLs are stored only there. The exception is nat of Windows
  /// Server 2025 once ACLs on nat take effect: by what is unknown, and this project evaluates them like VFP
  /// rules (reference: windows-firewall-and-vfp, 10.4).
  ///
  /// - Parameters:
  ///   - build: The host's build.
  ///   - assumptions: The host's assumptions; `natAclOnServer2025` decides.
  public func hasVFP(_ build: WindowsBuild, _ assumptions: Assumptions) -> Bool {
    if programmablePoints.contains(.vfp) { return true }
    return driver == .nat && isolation == .process && build.release.build == 26100
      && enforcesACLs(build, assumptions)
  }

  /// Whether an ACL of an endpoint in this cell takes effect on a build.
  ///
  /// - Parameters:
  ///   - acl: The ACL.
  ///   - build: The host's build.
  ///   - assumptions: The host's assumptions.
  public func enforces(_ acl: PortACL, _ build: WindowsBuild, _ assumptions: Assumptions) -> Bool {
    guard enforcesACLs(build, assumptions) else { return false }
    return switch acl.effectiveRuleType(driver: driver, assumptions: assumptions) {
    case .host: programmablePoints.contains(.windowsFirewall)
    case .switch: hasVFP(build, assumptions)
    }
  }

  /// The revision of build 26100 from which ACLs on nat endpoints take effect.
  public static let natACLRevision = 32690

  /// The protocols of unsolicited inbound traffic that the platform allows without ACLs; nil means all.
  ///
  /// "ICMP" on Microsoft's page is read as ICMP and ICMPv6 (reference: windows-firewall-and-vfp, 0).
  ///
  /// - Parameters:
  ///   - build: The host's build.
  ///   - assumptions: The host's assumptions.
  public func inboundDefault(_ build: WindowsBuild, _ assumptions: Assumptions) -> ProtocolSet? {
    switch isolation {
    case .process:
      build.deniesInboundByDefault ? ProtocolSet() : ProtocolSet([.icmp, .igmp, .tcp, .udp, .icmpv6])
    case .hyperv:
      build.deniesInboundByDefault && assumptions.hypervInboundBefore1709 == .block ? ProtocolSet() : nil
    }
  }

  /// The address families of an endpoint's addresses.
  ///
  /// Containers have no IPv6 on nat and overlay, and on l2bridge only from Windows Server 2022 on
  /// (reference: windows-firewall-and-vfp, 5 and 9).
  ///
  /// - Parameter build: The host's build.
  public func addressFamilies(_ build: WindowsBuild) -> [AddressFamily] {
    switch driver {
    case .nat, .overlay: [.ipv4]
    case .l2bridge: build.build >= 20348 ? [.ipv4, .ipv6] : [.ipv4]
    case .transparent, .l2tunnel: [.ipv4, .ipv6]
    }
  }

  /// The address families that the endpoint's ACLs apply to.
  ///
  /// On transparent networks IPv6 exists, but HNS ACLs do not apply to it
  /// (reference: windows-firewall-and-vfp, 9).
  ///
  /// - Parameter build: The host's build.
  public func filteredFamilies(_ build: WindowsBuild) -> [AddressFamily] {
    driver == .transparent ? [.ipv4] : addressFamilies(build)
  }

  /// Why ACLs of some rule types do not take effect in this cell, on a build that enforces ACLs.
  ///
  /// - Parameter types: The rule types.
  public func unenforcedReason(_ types: [RuleType]) -> String {
    types == [.switch]
      ? "VFP does not filter endpoints of \(driver.rawValue) networks with \(isolation.rawValue) isolation"
      : "ACLs cannot be changed on \(driver.rawValue) networks with \(isolation.rawValue) isolation"
  }
}
