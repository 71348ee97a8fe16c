/// The words of `hnsctl show firewall` that its reader knows.
package enum FirewallListing {
  /// The title above the rules of the host itself, which says that they are all of them.
  package static let title = "Windows Firewall of the host, for every compartment"
  /// The line that says that they are not all of them.
  package static let unreadRules = "Unknown: \(FirewallGap.unreadRules.description)"
}
