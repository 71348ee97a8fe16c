import Manifests

/// Row 7: a registry that is not open to every network.
struct RegistryNetworkAccess: AzureCheck {
  private let settings: RowSettings

  init(_ settings: RowSettings) { self.settings = settings }

  func evaluate(_ resource: AzureResource) throws(UnresolvedExpression) -> CheckResult {
    if let action = try resource.property("networkRuleSet", "defaultAction"), !action.equals("Allow") {
      return .pass
    }
    // Version 2 of the definition accepts a registry without public access.
    if !settings.isExact2021, let access = try resource.property("publicNetworkAccess"),
      !access.equals("Enabled")
    {
      return .pass
    }
    return .fail([
      Violation(
        "networkRuleSet.defaultAction", at: resource.place("networkRuleSet", "defaultAction"),
        "the registry accepts connections from every network")
    ])
  }
}
