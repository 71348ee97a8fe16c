import JSONText

extension AuditRule {
  /// Plans and assessments of Defender.
  static let subscriptions: [AuditRule] = [
    AuditRule(
      row: 1, code: "defender-for-registries",
      names: .init(
        "Azure Defender for container registries should be enabled",
        "Microsoft Defender for Containers should be enabled"),
      korean: "컨테이너 레지스트리용 Azure Defender를 사용하도록 설정해야 함",
      severity: .init(.high, .high),
      definition: "c25d9a16-bc35-4e15-a7e5-9db606bf9ed4",
      assessmentKey: "53572822-d3fc-4363-bfb9-248645841612",
      successor: .defenderForContainers,
      input: .plans, parameters: [], needs: .nothing,
      windows: .same,
      versions: [.asc2021: "1.0.3", .mcsbCurrent: "1.*.*", .mcsbV2Preview: "1.*.*"],
      controls: ["LT-1", "LT-2", "IR-3", "IR-5"], plan: "ContainerRegistry",
      explanation: """
        The subscription needs the plan ContainerRegistry, or today the plan Containers, with the tier \
        Standard. A plan that a list does not contain is not enabled.
        """,
      remediation: """
        Enable the plan: az security pricing create -n Containers --tier standard
        """),
    AuditRule(
      row: 2, code: "defender-for-kubernetes",
      names: .init(
        "Azure Defender for Kubernetes should be enabled",
        "Microsoft Defender for Containers should be enabled"),
      korean: "Kubernetes용 Azure Defender를 사용하도록 설정해야 함",
      severity: .init(.high, .high),
      definition: "523b5cd1-3e23-492f-a539-13118b6d1e3a",
      assessmentKey: "86ea1a79-29d3-4eac-a9f4-3541ace4e718",
      successor: .defenderForContainers,
      input: .plans, parameters: [], needs: .nothing,
      windows: .same,
      versions: [.asc2021: "1.0.3", .mcsbCurrent: "1.*.*", .mcsbV2Preview: "1.*.*"],
      controls: ["LT-1", "LT-2", "IR-3", "IR-5"], plan: "KubernetesService",
      explanation: """
        The subscription needs the plan KubernetesService, or today the plan Containers, with the tier \
        Standard. A plan that a list does not contain is not enabled.
        """,
      remediation: """
        Enable the plan: az security pricing create -n Containers --tier standard
        """),
    AuditRule(
      row: 24, code: "image-vulnerabilities",
      names: .init(
        "Vulnerabilities in Azure Container Registry images should be remediated (powered by Qualys)",
        "Azure registry container images should have vulnerabilities resolved (powered by Microsoft Defender Vulnerability Management)"
      ),
      korean: "Azure Container Registry 이미지의 취약성을 수정해야 함(Qualys 제공)",
      severity: .init(.high, .high),
      definition: "5f0f936f-2f01-4bf5-b6be-d423792fa562",
      assessmentKey: "dbd0cb49-b563-45e7-9724-889e799fa648",
      successor: .init(
        definition: "090c7b07-b4ed-4561-ad20-e9075f3ccaff",
        assessmentKeys: [
          "c0b7cfc6-3172-465a-b378-53c7ff2cc0d5", "33422d8f-ab1e-42be-bc9a-38685bb567b9",
        ],
        name: "Azure registry container images should have vulnerabilities resolved"),
      input: .assessments,
      parameters: [
        AuditParameter("strict", .truth, "whether a registry without an assessment is reported")
      ], needs: .nothing,
      windows: .same,
      versions: [.asc2021: "2.0.0", .mcsbCurrent: "1.*.*", .mcsbV2Preview: "1.*.*"],
      controls: ["PV-6", "DS-6"],
      explanation: """
        The assessment of every registry must be healthy or not applicable. Since August 2026 exports \
        have an assessment for each software update of an image in place of those for registries; both \
        are read.
        """,
      remediation: """
        Rebuild the image with the fixed packages, push it, and remove the old tag.
        """),
  ]
}

extension AuditRule.Successor {
  /// One plan took the place of the two for registries and for Kubernetes.
  fileprivate static let defenderForContainers = Self(
    definition: "1c988dd6-ade4-430f-a608-2a3e5b0a6d38",
    assessmentKeys: ["e599a9fe-30e3-47c6-a173-8b4b6d9d3255"],
    name: "Microsoft Defender for Containers should be enabled")
}
