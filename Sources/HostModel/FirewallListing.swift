/// The words of `hnsctl show firewall` that its reader knows.
package enum FirewallListing {
  /// The title above the rules of the host itself, which says that they are all of them.
  package static let title = "Windows Firewall of the host, for every compartment"
  /// What begins the line with the profiles of which one applies to any interface.
  package static let connections = "Profiles of the host's connections: "
  /// The line that says that they are not all of them.
  package static let unreadRules = "Unknown: \(FirewallGap.unreadRules.description)"
}
