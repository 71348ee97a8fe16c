import Manifests

/// Row 15: versions of Kubernetes that have CVE-2019-9946.
struct VulnerableKubernetes: AzureCheck {
  /// A vulnerability and the versions that have it.
  private struct Vulnerability {
    var id: String
    /// The last vulnerable patch of a minor version of 1; all are where it is nil.
    var lastPatch: [Int: Int?]
  }

  /// Withdrawn by Microsoft in 2021, because it names one vulnerability only (reference: audit, 4).
  private static let known = [
    Vulnerability(
      id: "CVE-2019-9946",
      lastPatch: [13: 4, 12: 6, 11: 8].merging((0...10).map { ($0, nil) }) { first, _ in first })
  ]

  init(_ settings: RowSettings) {}

  func evaluate(_ resource: AzureResource) throws(UnresolvedExpression) -> CheckResult {
    // The version of the cluster can be an alias such as 1.32.
    var version = try resource.property("currentKubernetesVersion")
    if version == nil { version = try resource.property("kubernetesVersion") }
    guard let version, let text = version.scalarText else {
      return .pass
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, parts[0] == 1, let minor = parts[1], let patch = parts[2] else { return .pass }
    for vulnerability in Self.known {
      guard let last = vulnerability.lastPatch[minor], last.map({ patch <= $0 }) ?? true else { continue }
      return .fail([
        Violation(
          "kubernetesVersion", at: version.location, "Kubernetes \(text) is vulnerable: \(vulnerability.id)")
      ])
    }
    return .pass
  }
}
