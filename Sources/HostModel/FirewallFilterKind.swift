/// A filter of a rule of Windows Firewall, each of which has a cmdlet of its own, Get-NetFirewallPortFilter and so on
/// (reference: windows-firewall-and-vfp, 2.4).
package enum FirewallFilterKind: Int, Sendable, Hashable, CaseIterable {
  case port, address, application, service, security, interface, interfaceType

  /// What a rule depends on if its source has no such filter; nil for those whose members say so themselves.
  package var missing: String? {
    switch self {
    case .port, .address: nil
    case .application: "its program (not in the source)"
    case .service: "its service (not in the source)"
    case .security: "authentication (not in the source)"
    case .interface: "its interface (not in the source)"
    case .interfaceType: "the type of its interface (not in the source)"
    }
  }
}
