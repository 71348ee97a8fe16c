import Manifests

/// Row 8: an approved private endpoint of a registry.
struct RegistryPrivateLink: AzureCheck {
  init(_ settings: RowSettings) {}

  func evaluate(_ resource: AzureResource) throws(UnresolvedExpression) -> CheckResult {
    for connection in try resource.property("privateEndpointConnections")?.elements ?? [] {
      let status = try resource.member("privateLinkServiceConnectionState", "status", of: connection)
      if status?.equals("Approved") == true { return .pass }
    }
    return .fail([
      Violation(
        "privateEndpointConnections", at: resource.place("privateEndpointConnections"),
        "the registry has no approved private endpoint")
    ])
  }
}
