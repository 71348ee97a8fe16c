import JSONText

extension AuditRule {
  /// Containers of pods.
  static let containers: [AuditRule] = [
    AuditRule(
      row: 4, code: "container-limits",
      names: .init(
        "Container CPU and memory limits should be enforced",
        "Container CPU and memory limits should be enforced"),
      korean: "컨테이너 CPU 및 메모리 한도를 적용해야 함",
      severity: .init(.medium, .medium),
      definition: "e345eecc-fa47-480f-9e88-67dcc122b164",
      assessmentKey: "405c9ae6-49f9-46c4-8873-a86690f27818",
      successor: nil,
      input: .pod,
      parameters: [
        AuditParameter(
          "cpuLimit", .quantity, "the highest CPU limit of a container, such as 500m",
          defaults: [.asc2021: "0", .mcsbCurrent: "32", .mcsbV2Preview: "32"]),
        AuditParameter(
          "memoryLimit", .quantity, "the highest memory limit of a container, such as 1Gi",
          defaults: [.asc2021: "0", .mcsbCurrent: "64Gi", .mcsbV2Preview: "64Gi"]),
      ] + AuditParameter.ofContainers, needs: .all(["cpuLimit", "memoryLimit"]),
      windows: .counterpart,
      versions: [.asc2021: "6.0.0", .mcsbCurrent: "9.*.*", .mcsbV2Preview: "9.*.*"],
      controls: ["PV-2"], leavesOutDefender: true,
      explanation: """
        Every container and init container needs a CPU and a memory limit that is not above the maximum.
        """,
      remediation: """
        Set resources.limits.cpu and resources.limits.memory of the container, not above the maximum.
        """),
    AuditRule(
      row: 5, code: "trusted-registries",
      names: .init(
        "Container images should be deployed from trusted registries only",
        "Container images should be deployed from trusted registries only"),
      korean: "신뢰할 수 있는 레지스트리의 컨테이너 이미지만 배포해야 함",
      severity: .init(.high, .high),
      definition: "febd0533-8e55-448f-b837-bd0e06f16469",
      assessmentKey: "8d244d29-fa00-4332-b935-c3a51d525417",
      successor: nil,
      input: .pod,
      parameters: [
        AuditParameter(
          "imageRegex", policyName: "allowedContainerImagesRegex", .pattern,
          "what the names of allowed images contain; anchor it with ^ and $, and escape dots",
          defaults: [.asc2021: "^(.+){0}$", .mcsbCurrent: "^(.+){0}$", .mcsbV2Preview: "^(.+){0}$"]),
        .registryAddresses,
      ] + AuditParameter.ofContainers, needs: .all(["imageRegex"]),
      windows: .same,
      versions: [.asc2021: "6.1.0", .mcsbCurrent: "9.*.*", .aksSafeguards: "9.*.*", .mcsbV2Preview: "9.*.*"],
      controls: ["PV-2"], leavesOutDefender: true, isJoinedWithNetwork: true,
      explanation: """
        The name of every image must match a regular expression. Windows base images come from \
        mcr.microsoft.com, which the expression must allow for Windows pods that use them directly.
        """,
      remediation: """
        Import the image into an allowed registry (az acr import) and refer to it by its full name.
        """),
    AuditRule(
      row: 9, code: "privilege-escalation",
      names: .init(
        "Container with privilege escalation should be avoided",
        "Container with privilege escalation should be avoided"),
      korean: "권한 상승을 포함하는 컨테이너를 사용하지 않아야 함",
      severity: .init(.medium, .medium),
      definition: "1c6e92c9-99f0-4e55-9cf2-0c234dc48f99",
      assessmentKey: "43dc2a2e-ce69-4d42-923e-ab7d136f2cfe",
      successor: nil,
      input: .pod, parameters: AuditParameter.ofContainers, needs: .nothing,
      windows: .notApplicable(
        "Windows has no allowPrivilegeEscalation; rows 18 and 20 check HostProcess and the user"),
      versions: [.asc2021: "3.0.0", .mcsbCurrent: "7.*.*", .aksSafeguards: "8.*.*", .mcsbV2Preview: "7.*.*"],
      controls: ["PV-2"],
      explanation: """
        allowPrivilegeEscalation of every container must be false; if it is missing, escalation is \
        allowed.
        """,
      remediation: """
        Set securityContext.allowPrivilegeEscalation of the container to false.
        """),
    AuditRule(
      row: 11, code: "container-ports",
      names: .init(
        "Containers should listen on allowed ports only",
        "Containers should listen on allowed ports only"),
      korean: "컨테이너는 허용되는 포트에서만 수신 대기해야 함",
      severity: .init(.medium, .medium),
      definition: "440b515e-a580-421e-abeb-b159a61ddcbc",
      assessmentKey: "5f88450f-9546-4b78-a181-a2d9162bb441",
      successor: nil,
      input: .pod,
      parameters: [
        AuditParameter(
          "allowedPorts", policyName: "allowedContainerPortsList", .ports,
          "the ports that containers may declare, as texts", defaults: [.asc2021: ["-1"]])
      ] + AuditParameter.ofContainers, needs: .all(["allowedPorts"]),
      windows: .same,
      versions: [.asc2021: "6.1.0"],
      controls: [], isJoinedWithNetwork: true,
      explanation: """
        Every containerPort must be in a list of texts. Today no benchmark has it, because a declared \
        port says nothing about what is open.
        """,
      remediation: """
        Remove the port from the container, or add it to the list.
        """),
    AuditRule(
      row: 12, code: "read-only-root",
      names: .init(
        "Immutable (read-only) root filesystem should be enforced for containers",
        "Immutable (read-only) root filesystem should be enforced for containers"),
      korean: "변경 불가능한(읽기 전용) 루트 파일 시스템을 컨테이너에 적용해야 함",
      severity: .init(.medium, .medium),
      definition: "df49d893-a74c-421d-bc95-c663042e5b80",
      assessmentKey: "27d6f0e9-b4d5-468b-ae7e-03d5473fd864",
      successor: nil,
      input: .pod, parameters: AuditParameter.ofContainers, needs: .nothing,
      windows: .notApplicable("Windows containers need a writable root file system"),
      versions: [.asc2021: "3.0.0", .mcsbCurrent: "6.*.*", .mcsbV2Preview: "6.*.*"],
      controls: ["PV-2"], leavesOutDefender: true,
      explanation: """
        readOnlyRootFilesystem of every container must be true.
        """,
      remediation: """
        Set securityContext.readOnlyRootFilesystem of the container to true, and mount an emptyDir where \
        it writes.
        """),
    AuditRule(
      row: 16, code: "linux-capabilities",
      names: .init(
        "Least privileged Linux capabilities should be enforced for containers",
        "Least privileged Linux capabilities should be enforced for containers"),
      korean: "최소 권한 Linux 기능을 컨테이너에 적용해야 함",
      severity: .init(.medium, .medium),
      definition: "c26596ff-4d70-4e6a-9a30-c2506bd2f80c",
      assessmentKey: "11c95609-3553-430d-b788-fd41cde8b2db",
      successor: nil,
      input: .pod,
      parameters: [
        AuditParameter(
          "allowedCapabilities", .texts, "the capabilities that a container may add; * allows all",
          defaults: [.asc2021: [], .mcsbCurrent: [], .aksSafeguards: [], .mcsbV2Preview: []]),
        AuditParameter(
          "requiredDropCapabilities", .texts, "the capabilities that a container must drop",
          defaults: [.asc2021: [], .mcsbCurrent: [], .aksSafeguards: [], .mcsbV2Preview: []]),
      ] + AuditParameter.ofContainers, needs: .oneOf(["allowedCapabilities", "requiredDropCapabilities"]),
      windows: .notApplicable("Windows has no capabilities; row 18 checks HostProcess"),
      versions: [.asc2021: "3.0.0", .mcsbCurrent: "6.*.*", .aksSafeguards: "6.*.*", .mcsbV2Preview: "6.*.*"],
      controls: ["PV-2"], leavesOutDefender: true,
      explanation: """
        A container may add only the capabilities in a list, and must drop those in another. In 2021 \
        names are compared exactly; today their case does not matter, and dropping ALL drops every one.
        """,
      remediation: """
        Drop ALL in securityContext.capabilities of the container, and add only what it needs.
        """),
    AuditRule(
      row: 17, code: "apparmor-profiles",
      names: .init(
        "Overriding or disabling of containers AppArmor profile should be restricted",
        "Containers should only use allowed AppArmor profiles"),
      korean: "컨테이너 AppArmor 프로필의 재정의 또는 비활성화를 제한해야 함",
      severity: .init(.high, .high),
      definition: "511f5417-5d12-434d-ab2e-816901e72a5e",
      assessmentKey: "86f91051-9d6a-47c3-a07f-bd14cb214b45",
      successor: nil,
      input: .pod,
      parameters: [
        AuditParameter(
          "allowedProfiles", .texts, "the allowed profiles, such as runtime/default",
          defaults: [
            .asc2021: [], .mcsbCurrent: ["runtime/default"], .aksSafeguards: ["runtime/default"],
            .mcsbV2Preview: ["runtime/default"],
          ])
      ] + AuditParameter.ofContainers, needs: .all(["allowedProfiles"]),
      windows: .notApplicable("AppArmor is a part of Linux"),
      versions: [.asc2021: "3.0.0", .mcsbCurrent: "6.*.*", .aksSafeguards: "6.*.*", .mcsbV2Preview: "6.*.*"],
      controls: ["PV-2"], leavesOutDefender: true,
      explanation: """
        The AppArmor profile of every container must be in a list. In 2021 only the annotation counts, \
        and a container without it does not comply; today the field counts too, and the default is \
        runtime/default.
        """,
      remediation: """
        Set securityContext.appArmorProfile of the container to the type RuntimeDefault, or the \
        annotation to runtime/default.
        """),
    AuditRule(
      row: 18, code: "privileged-containers",
      names: .init(
        "Privileged containers should be avoided",
        "Privileged containers should be avoided"),
      korean: "권한 있는 컨테이너를 피해야 함",
      severity: .init(.medium, .medium),
      definition: "95edb821-ddaf-4404-9732-666045e056b4",
      assessmentKey: "5d90913f-a1c5-4429-ad54-2c6c17fb3c73",
      successor: nil,
      input: .pod, parameters: AuditParameter.ofContainers, needs: .nothing,
      windows: .counterpart,
      versions: [.asc2021: "6.0.0", .mcsbCurrent: "9.*.*", .aksSafeguards: "9.*.*", .mcsbV2Preview: "9.*.*"],
      controls: ["PV-2"], leavesOutDefender: true,
      explanation: """
        No container may be privileged. On Windows no pod and no container may be HostProcess.
        """,
      remediation: """
        Remove securityContext.privileged from the container.
        """),
    AuditRule(
      row: 20, code: "root-user",
      names: .init(
        "Running containers as root user should be avoided",
        "Running containers as root user should be avoided"),
      korean: "컨테이너를 루트 사용자로 실행하지 않아야 함",
      severity: .init(.high, .high),
      definition: "f06ddb64-5fa3-4b77-b166-acb36f7f6042",
      assessmentKey: "9b795646-9130-41a4-90b7-df9eae2437c8",
      successor: nil,
      input: .pod, parameters: idParameters + AuditParameter.ofContainers, needs: .nothing,
      windows: .replaced,
      versions: [.asc2021: "3.0.0", .mcsbCurrent: "6.*.*", .aksSafeguards: "6.*.*", .mcsbV2Preview: "6.*.*"],
      controls: ["PV-2"], leavesOutDefender: true,
      explanation: """
        Every container must run as a user other than 0, and with the groups that the rules allow. The \
        values of the container take the place of the pod's. In 2021 runAsNonRoot is not enough; today \
        it is. On Windows no container may run as ContainerAdministrator or NT AUTHORITY\\SYSTEM.
        """,
      remediation: """
        Set securityContext.runAsUser, and where groups are checked runAsGroup, to a number other than \
        0.
        """),
  ]

  /// The rules about users and groups: one parameter of the template, two of the policy.
  ///
  /// The cloud security benchmark passes MayRunAs from 1 without an upper limit for all three kinds of groups
  /// (Azure/azure-policy, AzureSecurityCenter.json, version 57.30.0); the other two leave them to the definition,
  /// which allows every group (AllowedUsersGroups.json, version 6.1.1).
  private static let idParameters: [AuditParameter] = {
    let anyGroup: JSON = ["rule": "RunAsAny", "ranges": []]
    let limited: JSON = ["rule": "MayRunAs", "ranges": [["min": 1, "max": 65535]]]
    let notRoot: JSON = ["rule": "MayRunAs", "ranges": [["min": 1, "max": -1]]]
    let user: JSON = ["rule": "MustRunAsNonRoot", "ranges": []]
    func parameters(_ member: String, _ meaning: String, _ asc: JSON, _ mcsb: JSON, _ other: JSON)
      -> [AuditParameter]
    {
      [
        AuditParameter(
          member, .idRule, meaning,
          defaults: [.asc2021: asc, .mcsbCurrent: mcsb, .aksSafeguards: other, .mcsbV2Preview: other]),
        AuditParameter("\(member)Rule", .idRuleName, "the rule of \(member)"),
        AuditParameter("\(member)Ranges", .idRanges, "the ranges of \(member)"),
      ]
    }
    return parameters("runAsUser", "the rule for the user", user, user, user)
      + parameters("runAsGroup", "the rule for the group", limited, notRoot, anyGroup)
      + parameters("supplementalGroups", "the rule for the other groups", limited, notRoot, anyGroup)
      + parameters("fsGroup", "the rule for the group of volumes", limited, notRoot, anyGroup)
      + [
        AuditParameter(
          "windowsDefaultUser", .windowsUser, "the user of Windows images where runAsUserName is not set")
      ]
  }()
}
