import Manifests

/// Row 14: an API server that is private, or open to some ranges only.
struct APIServerAccess: AzureCheck {
  private let isStrict: Bool

  init(_ settings: RowSettings) { isStrict = settings["strict"]?.truth == true }

  func evaluate(_ resource: AzureResource) throws(UnresolvedExpression) -> CheckResult {
    let ranges = try resource.property("apiServerAccessProfile", "authorizedIPRanges")
    // An empty list exists, and is enough for the policy.
    if let ranges, !isStrict || Self.isRestrictive(ranges) { return .pass }
    if try resource.property("apiServerAccessProfile", "enablePrivateCluster")?.truth == true { return .pass }
    return .fail([
      Violation(
        "apiServerAccessProfile.authorizedIPRanges",
        at: resource.place("apiServerAccessProfile", "authorizedIPRanges"),
        ranges == nil
          ? "the API server is open to every network"
          : "the authorized ranges of the API server are empty or contain every address")
    ])
  }

  private static func isRestrictive(_ ranges: ManifestValue) -> Bool {
    !ranges.elements.isEmpty
      && !ranges.elements.contains { ["0.0.0.0/0", "::/0"].contains($0.scalarText) }
  }
}
