import Manifests

/// Row 19: role-based access control of a cluster.
struct ClusterRBAC: AzureCheck {
  private let settings: RowSettings

  init(_ settings: RowSettings) { self.settings = settings }

  func evaluate(_ resource: AzureResource) throws(UnresolvedExpression) -> CheckResult {
    let enabled = try resource.property("enableRBAC")
    // Version 1.1 of the definition accepts a cluster that does not say.
    guard enabled?.truth == false || enabled == nil && settings.isExact2021 else { return .pass }
    return .fail([
      Violation(
        "enableRBAC", at: resource.place("enableRBAC"), "the cluster does not use role-based access control")
    ])
  }
}
