import JSONText

extension AuditRule {
  /// Clusters and registries.
  static let azureResources: [AuditRule] = [
    AuditRule(
      row: 3, code: "azure-policy-add-on",
      names: .init(
        "Azure Policy Add-on for Kubernetes should be installed and enabled on your clusters",
        "Azure Kubernetes Service clusters should have the Azure Policy add-on for Kubernetes installed"),
      korean: "클러스터에 Kubernetes용 Azure Policy 추가 기능을 설치하고 사용하도록 설정해야 함",
      severity: .init(.high, .high),
      definition: "0a15ec92-a229-4763-bb14-0ea34a568f8d",
      assessmentKey: "08e628db-e2ed-4793-bc91-d13e684401c3",
      successor: nil,
      input: .cluster, parameters: [], needs: .nothing,
      windows: .same,
      versions: [.asc2021: "1.0.2", .mcsbCurrent: "1.*.*", .mcsbV2Preview: "1.*.*"],
      controls: ["PV-2"],
      explanation: """
        addonProfiles.azurepolicy.enabled of the cluster must be true. The add-on runs on Linux node \
        pools only, which every cluster has.
        """,
      remediation: """
        Enable the add-on: az aks enable-addons --addons azure-policy -n CLUSTER -g GROUP
        """),
    AuditRule(
      row: 6, code: "registry-customer-key",
      names: .init(
        "Container registries should be encrypted with a customer-managed key",
        "(Enable if required) Container registries should be encrypted with a customer-managed key (CMK)"),
      korean: "컨테이너 레지스트리는 CMK(고객 관리형 키)로 암호화해야 함",
      severity: .init(.medium, .low),
      definition: "5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580",
      assessmentKey: "af560c4d-9c05-e073-b9f1-f7a94958ff25",
      successor: nil,
      input: .registry, parameters: [], needs: .nothing,
      windows: .same,
      versions: [.asc2021: "1.1.2", .mcsbCurrent: "1.*.*", .mcsbV2Preview: "1.*.*"],
      controls: ["DP-5"],
      explanation: """
        encryption.status of the registry must be enabled. Registries are always encrypted; only \
        registries of the Premium tier can use a key of the customer.
        """,
      remediation: """
        Create a Premium registry with a key: az acr create --sku Premium --identity ID \
        --key-encryption-key KEY
        """),
    AuditRule(
      row: 7, code: "registry-network-access",
      names: .init(
        "Container registries should not allow unrestricted network access",
        "Container registries should not allow unrestricted network access"),
      korean: "컨테이너 레지스트리는 무제한 네트워크 액세스를 허용하지 않아야 함",
      severity: .init(.medium, .medium),
      definition: "d0793b48-0edc-4296-a390-4c75d1bdfd71",
      assessmentKey: "9b828565-a0ed-61c2-6bf3-1afc99a9b2ca",
      successor: nil,
      input: .registry,
      parameters: [
        AuditParameter(
          "egressAddresses", .addresses,
          "the addresses that the node sends from, for the join with a network"),
        .registryAddresses,
      ], needs: .nothing,
      windows: .same,
      versions: [.asc2021: "1.1.0", .mcsbCurrent: "2.*.*", .mcsbV2Preview: "2.*.*"],
      controls: ["NS-2"], isJoinedWithNetwork: true,
      explanation: """
        networkRuleSet.defaultAction of the registry must not be Allow. Today a registry without public \
        network access complies too.
        """,
      remediation: """
        Restrict the registry: az acr update -n REGISTRY --default-action Deny, then az acr network-rule \
        add --ip-address PREFIX; or --public-network-enabled false
        """),
    AuditRule(
      row: 8, code: "registry-private-link",
      names: .init(
        "Container registries should use private link",
        "Container registries should use private link"),
      korean: "컨테이너 레지스트리는 프라이빗 링크를 사용해야 함",
      severity: .init(.medium, .medium),
      definition: "e8eef0a8-67cf-4eb4-9386-14b0e78733d4",
      assessmentKey: "13e7d036-6903-821c-6018-962938929bf0",
      successor: nil,
      input: .registry, parameters: [.registryAddresses], needs: .nothing,
      windows: .same,
      versions: [.asc2021: "1.0.1", .mcsbCurrent: "1.*.*", .mcsbV2Preview: "1.*.*"],
      controls: ["NS-2"], isJoinedWithNetwork: true,
      explanation: """
        The registry needs at least one private endpoint connection that is approved.
        """,
      remediation: """
        Create a private endpoint and approve it: az network private-endpoint create --group-id registry
        """),
    AuditRule(
      row: 14, code: "api-server-access",
      names: .init(
        "Kubernetes Services Management API server should be configured with restricted access",
        "Kubernetes API server should be configured with restricted access"),
      korean: "제한된 액세스 권한으로 Kubernetes Services Management API 서버를 구성해야 함",
      severity: .init(.high, .high),
      definition: "0e246bcf-5f6f-4f87-bc6f-775d4712c7ea",
      assessmentKey: "1a2b5b4c-f80d-46e7-ac81-b51a9fb363de",
      successor: nil,
      input: .cluster,
      parameters: [
        AuditParameter(
          "strict", .truth, "whether an empty list, or one that contains every address, is reported too"),
        AuditParameter(
          "egressAddresses", .addresses,
          "the addresses that the node sends from, for the join with a network"),
        AuditParameter(
          "apiServerAddresses", .addressRanges, "the addresses of the API server, for the join with a network"
        ),
      ], needs: .nothing,
      windows: .same,
      versions: [.asc2021: "2.0.1", .mcsbCurrent: "2.*.*", .mcsbV2Preview: "2.*.*"],
      controls: ["NS-2"], isJoinedWithNetwork: true,
      explanation: """
        The cluster must be private, or have authorized IP ranges for its API server. For the policy an \
        empty list is enough.
        """,
      remediation: """
        Restrict the API server: az aks update --api-server-authorized-ip-ranges PREFIX[,PREFIX], or use \
        a private cluster.
        """),
    AuditRule(
      row: 15, code: "vulnerable-kubernetes",
      names: .init(
        "Kubernetes Services should be upgraded to a non-vulnerable Kubernetes version",
        "Kubernetes Services should be upgraded to a non-vulnerable Kubernetes version"),
      korean: "Kubernetes Services를 취약하지 않은 Kubernetes 버전으로 업그레이드해야 함",
      severity: .init(.high, .high),
      definition: "fb893a29-21bb-418c-a157-e99480ec364c",
      assessmentKey: nil,
      successor: nil,
      input: .cluster, parameters: [], needs: .nothing,
      windows: .same,
      versions: [.asc2021: "1.0.2"],
      controls: [],
      explanation: """
        The version must not be one of those with CVE-2019-9946: before 1.11.9, 1.12.0 to 1.12.6, 1.13.0 \
        to 1.13.4. The recommendation was withdrawn in 2021, because it checks this vulnerability only.
        """,
      remediation: """
        Upgrade the cluster: az aks upgrade --kubernetes-version VERSION
        """),
    AuditRule(
      row: 19, code: "cluster-rbac",
      names: .init(
        "Role-Based Access Control should be used on Kubernetes Services",
        "Role-Based Access Control should be used on Kubernetes Services"),
      korean: "Kubernetes 서비스에서 역할 기반 액세스 제어를 사용해야 함",
      severity: .init(.high, .high),
      definition: "ac4a19c2-fa67-49b4-8ae5-0b2e78c49457",
      assessmentKey: "b0fdc63a-38e7-4bab-a7c4-2c2665abbaa9",
      successor: nil,
      input: .cluster, parameters: [], needs: .nothing,
      windows: .same,
      versions: [.asc2021: "1.0.2", .mcsbCurrent: "1.*.*", .mcsbV2Preview: "1.*.*"],
      controls: ["PA-7"],
      explanation: """
        enableRBAC of the cluster must be true; today a cluster that does not say complies too.
        """,
      remediation: """
        Create the cluster again with role-based access control: it cannot be enabled later.
        """),
  ]
}
