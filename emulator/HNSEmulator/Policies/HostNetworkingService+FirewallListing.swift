package import HostModel

extension HostNetworkingService {
  /// The firewall that the tools of the host itself list.
  ///
  /// It is the captured one, or that of an emulated host, which has the documented defaults and the rules of the Host
  /// Networking Service for its own compartment (reference: windows-firewall-and-vfp, 2.1 and 10.4). The rules of
  /// containers are not in it.
  ///
  /// - Parameter bindsInterfaces: Whether emulated rules name the interfaces that they are bound to, instead of the
  ///   addresses of those.
  /// - Returns: The firewall; nil if the source of the host has no rules.
  package func listedFirewall(bindsInterfaces: Bool = false) -> CapturedFirewall? {
    if let captured = configuration.firewall { return captured }
    guard gaps.firewall(of: .host, under: assumptions) == nil else { return nil }
    return CapturedFirewall(
      rules: hostFirewall.platformRules.flatMap(\.perProtocol).map {
        CapturedFirewallRule($0, bindsInterfaces: bindsInterfaces)
      },
      profiles: Dictionary(
        uniqueKeysWithValues: FirewallProfile.allCases.map { ($0, FirewallProfileSettings()) }))
  }
}
