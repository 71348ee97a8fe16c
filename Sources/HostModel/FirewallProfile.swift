/// A profile of Windows Firewall; which one applies depends on the network an interface is connected to.
public enum FirewallProfile: String, Sendable, Hashable, CaseIterable {
  case domain = "Domain"
  case `private` = "Private"
  case `public` = "Public"
}

/// The settings of a profile that affect packets (reference: windows-firewall-and-vfp, 2.1 and 2.6).
///
/// A setting that is not configured has the platform's default.
public struct FirewallProfileSettings: Hashable, Sendable {
  /// Whether the firewall filters anything in this profile.
  public var isEnabled = true
  /// What happens to inbound packets that no rule matches.
  public var inbound = UnmatchedTraffic.block
  /// What happens to outbound packets that no rule matches.
  public var outbound = UnmatchedTraffic.allow
  /// Whether inbound allow rules have any effect (`AllowInboundRules`).
  public var allowsInboundRules = true
  /// Whether rules of the local store have any effect (`AllowLocalFirewallRules`).
  public var allowsLocalRules = true

  /// The platform's defaults.
  public init() {}
}

/// The store that a rule of Windows Firewall comes from (reference: windows-firewall-and-vfp, 2.3).
public enum FirewallStore: String, Sendable, Hashable, CaseIterable {
  case local = "Local"
  case groupPolicy = "GroupPolicy"
  case dynamic = "Dynamic"
  case hardcoded = "Hardcoded"
  case generated = "Generated"
  case mdm = "MDM"
}
