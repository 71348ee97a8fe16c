extension AuditRule {
  /// The names that the initiative of the cloud security benchmark has for the definitions of a row: exemptions of
  /// its assignment refer to them (Azure/azure-policy, AzureSecurityCenter.json).
  private static let references: [Int: [String]] = [
    1: ["containersAdvancedThreatProtectionMonitoringEffect"],
    2: ["containersAdvancedThreatProtectionMonitoringEffect"],
    3: ["azurePolicyAddonStatus"],
    4: ["memoryAndCPULimitsInKubernetesCluster"],
    5: ["ensureAllowedContainerImagesInKubernetesCluster"],
    6: ["containerRegistriesShouldBeEncryptedWithACustomerManagedKeyMonitoringEffect"],
    7: ["containerRegistriesShouldNotAllowUnrestrictedNetworkAccessMonitoringEffect"],
    8: ["containerRegistriesShouldUsePrivateLinkMonitoringEffect"],
    9: ["NoPrivilegeEscalationInKubernetesCluster"],
    10: ["NoSharingSensitiveHostNamespacesInKubernetes"],
    12: ["ReadOnlyRootFileSystemInKubernetesCluster"],
    13: ["kubernetesClustersShouldBeAccessibleOnlyOverHTTPSMonitoringEffect"],
    14: ["kubernetesServiceAuthorizedIPRangesEnabledMonitoring"],
    16: ["AllowedCapabilitiesInKubernetesCluster"],
    17: ["AllowedAppArmorProfilesInKubernetesCluster"],
    18: ["privilegedContainersShouldBeAvoided"],
    19: ["kubernetesServiceRbacEnabledMonitoring"],
    20: ["MustRunAsNonRoot"],
    21: ["allowedServicePortsInKubernetesCluster"],
    22: ["AllowedHostNetworkingAndPortsInKubernetesCluster"],
    23: ["AllowedHostPathVolumesInKubernetesCluster"],
    24: ["azureContainerRegistryVulnerabilityAssessment", "containerRegistryVulnerabilityAssessment"],
  ]

  /// The rows of a definition that an exemption names.
  static func exempted(by name: String) -> [AuditRule] {
    let name = name.lowercased()
    return all.filter { rule in references[rule.row]?.contains { $0.lowercased() == name } == true }
  }
}
