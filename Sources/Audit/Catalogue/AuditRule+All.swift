extension AuditRule {
  /// The 24 recommendations in the order of the list of 2021.
  package static let all = (subscriptions + azureResources + containers + podsAndServices).sorted {
    $0.row < $1.row
  }

  /// The recommendation with a code, or with a row number.
  package static func named(_ name: String) -> AuditRule? {
    all.first { $0.code == name || String($0.row) == name }
  }

  /// The policies about containers that the benchmark of today has beyond the 24 (reference: audit, 10).
  package static let notCovered = [
    "Kubernetes clusters should not use the default namespace (9f061a12)",
    "Kubernetes clusters should disable automounting API credentials (423dd1ba)",
    "Kubernetes clusters should not grant CAP_SYS_ADMIN security capabilities",
    "Resource logs in Azure Kubernetes Service should be enabled",
    "Azure Kubernetes Service clusters should have Defender profile enabled",
    "Azure Arc-enabled Kubernetes clusters should have the Azure Policy extension installed",
    "Azure Arc-enabled Kubernetes clusters should have the Microsoft Defender extension installed",
    "Azure running container images should have vulnerabilities resolved",
  ]
}
