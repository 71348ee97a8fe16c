import Manifests

/// Row 6: encryption of a registry with a key of the customer.
struct RegistryCustomerKey: AzureCheck {
  init(_ settings: RowSettings) {}

  func evaluate(_ resource: AzureResource) throws(UnresolvedExpression) -> CheckResult {
    if try resource.property("encryption", "status")?.equals("enabled") == true { return .pass }
    return .fail([
      Violation(
        "encryption.status", at: resource.place("encryption", "status"),
        "the registry is not encrypted with a customer-managed key")
    ])
  }
}
