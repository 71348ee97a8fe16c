import Manifests

/// Row 3: the Azure Policy add-on of a cluster.
struct AzurePolicyAddOn: AzureCheck {
  init(_ settings: RowSettings) {}

  func evaluate(_ resource: AzureResource) throws(UnresolvedExpression) -> CheckResult {
    let enabled = try resource.property("addonProfiles", "azurepolicy", "enabled")
    guard enabled == nil || enabled?.truth == false else { return .pass }
    return .fail([
      Violation(
        "addonProfiles.azurepolicy.enabled", at: resource.place("addonProfiles", "azurepolicy", "enabled"),
        enabled == nil ? "the Azure Policy add-on is not installed" : "the Azure Policy add-on is disabled")
    ])
  }
}
