/// The five network drivers of Windows containers.
///
/// HCN calls them network modes and has more of them (reference: hns, 1.3); these are the ones
/// containers attach to.
public enum NetworkDriver: String, Sendable, Hashable, CaseIterable, Comparable {
  case transparent
  case nat
  case l2bridge
  case l2tunnel
  case overlay

  /// The spelling HCN documents use.
  public var documentName: String { NetworkMode(self).rawValue }

  /// Whether the driver's switch filters with VFP, so that Switch ACLs take effect.
  public var filtersWithVFP: Bool { self != .nat && self != .transparent }

  /// In the order of Microsoft's table.
  public static func < (left: Self, right: Self) -> Bool {
    (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
  }
}

/// How a container is isolated from its host.
public enum Isolation: String, Sendable, Hashable, CaseIterable {
  /// A process on the host's kernel: a "Windows Server container".
  case process
  /// In its own utility virtual machine.
  case hyperv
}

/// A component that can enforce port ACLs.
public enum EnforcementPoint: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Windows Firewall in the endpoint's compartment.
  case windowsFirewall
  /// The Virtual Filtering Platform on the endpoint's switch port.
  case vfp

  /// The name for users.
  public var title: String { self == .vfp ? "VFP" : "Windows Firewall" }

  /// Windows Firewall sorts before VFP.
  public static func < (left: Self, right: Self) -> Bool {
    left == .windowsFirewall && right == .vfp
  }
}
