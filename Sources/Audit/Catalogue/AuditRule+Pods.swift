import JSONText

extension AuditRule {
  /// Pods, ingresses and services.
  static let podsAndServices: [AuditRule] = [
    AuditRule(
      row: 10, code: "host-namespaces",
      names: .init(
        "Containers sharing sensitive host namespaces should be avoided",
        "Containers sharing sensitive host namespaces should be avoided"),
      korean: "중요한 호스트 네임스페이스를 공유하는 컨테이너를 사용하지 않아야 함",
      severity: .init(.medium, .medium),
      definition: "47a1ee2f-2a2a-4576-bf2a-e0e36709c2b8",
      assessmentKey: "802c0637-5a8c-4c98-abd7-7c96d89d6010",
      successor: nil,
      input: .pod, parameters: AuditParameter.ofContainers, needs: .nothing,
      windows: .counterpart,
      versions: [.asc2021: "3.0.0", .mcsbCurrent: "5.*.*", .aksSafeguards: "6.*.*", .mcsbV2Preview: "5.*.*"],
      controls: ["PV-2"], isJoinedWithNetwork: true,
      explanation: """
        A pod must not set hostPID or hostIPC; the AKS deployment safeguards refuse hostNetwork too. On \
        Windows a HostProcess pod is what shares the namespaces of its host.
        """,
      remediation: """
        Remove hostPID, hostIPC and hostNetwork from the pod.
        """),
    AuditRule(
      row: 13, code: "ingress-https",
      names: .init(
        "Kubernetes clusters should be accessible only over HTTPS",
        "Kubernetes clusters should be accessible only over HTTPS"),
      korean: "Kubernetes 클러스터는 HTTPS를 통해서만 액세스할 수 있어야 함",
      severity: .init(.high, .high),
      definition: "1a5b4dca-0b6f-4cf5-907c-56316bc1bf3d",
      assessmentKey: "c6d87087-9ebe-b31f-b452-0bf3bbbaccd2",
      successor: nil,
      input: .ingress,
      parameters: [
        .excludedNamespaces,
        AuditParameter(
          "ingressSources", .addressRanges,
          "the addresses from which the ingress sends, for the join with a network"),
      ], needs: .nothing,
      windows: .same,
      versions: [.asc2021: "6.0.0", .mcsbCurrent: "8.*.*", .mcsbV2Preview: "8.*.*"],
      controls: ["DP-3"], isJoinedWithNetwork: true,
      explanation: """
        An ingress needs a TLS section and the annotation kubernetes.io/ingress.allow-http with the text \
        "false".
        """,
      remediation: """
        Add spec.tls and the annotation kubernetes.io/ingress.allow-http: "false" to the ingress.
        """),
    AuditRule(
      row: 21, code: "service-ports",
      names: .init(
        "Services should listen on allowed ports only",
        "Services should listen on allowed ports only"),
      korean: "서비스는 허용되는 포트에서만 수신 대기해야 함",
      severity: .init(.medium, .medium),
      definition: "233a2a17-77ca-4fb1-9b6b-69223d272a44",
      assessmentKey: "add45209-73f6-4fa5-a5a5-74a451b07fbe",
      successor: nil,
      input: .service,
      parameters: [
        AuditParameter(
          "allowedPorts", policyName: "allowedServicePortsList", .ports,
          "the ports that services may listen on, as texts",
          defaults: [.asc2021: ["-1"], .mcsbCurrent: ["-1"], .mcsbV2Preview: ["-1"]]),
        .excludedNamespaces,
      ], needs: .all(["allowedPorts"]),
      windows: .same,
      versions: [.asc2021: "6.1.0", .mcsbCurrent: "8.*.*", .mcsbV2Preview: "8.*.*"],
      controls: ["PV-2"], isJoinedWithNetwork: true,
      explanation: """
        Every port of a service must be in a list of texts; targetPort, nodePort, protocol and type do \
        not matter. The service kubernetes in the namespace default is exempt.
        """,
      remediation: """
        Change the port of the service, or add it to the list.
        """),
    AuditRule(
      row: 22, code: "host-network-and-ports",
      names: .init(
        "Usage of host networking and ports should be restricted",
        "Usage of host networking and ports should be restricted"),
      korean: "호스트 네트워킹 및 포트 사용을 제한해야 함",
      severity: .init(.medium, .medium),
      definition: "82985f06-dc18-4a48-bc1c-b9f4f0098cfe",
      assessmentKey: "ebc68898-5c0f-4353-a426-4a5f1e737b12",
      successor: nil,
      input: .pod,
      parameters: [
        AuditParameter(
          "allowHostNetwork", .truth, "whether a pod may use the network of its host",
          defaults: [.asc2021: false, .mcsbCurrent: false, .aksSafeguards: false, .mcsbV2Preview: false]),
        AuditParameter(
          "minPort", .port, "the lowest port of the host that a container may use",
          defaults: [.asc2021: 0, .mcsbCurrent: 0, .mcsbV2Preview: 0]),
        AuditParameter(
          "maxPort", .port, "the highest port of the host that a container may use",
          defaults: [.asc2021: 0, .mcsbCurrent: 0, .mcsbV2Preview: 0]),
        AuditParameter(
          "allowedHostPorts", .ports,
          "the ports of the host that a container may use, such as 80 or 3000-5000; takes the place of the two",
          defaults: [.aksSafeguards: []]),
      ] + AuditParameter.ofContainers,
      needs: .oneOf(["allowHostNetwork", "minPort", "maxPort", "allowedHostPorts"]),
      windows: .counterpart,
      versions: [.asc2021: "3.0.0", .mcsbCurrent: "6.*.*", .aksSafeguards: "7.*.*", .mcsbV2Preview: "6.*.*"],
      controls: ["PV-2"], isJoinedWithNetwork: true,
      explanation: """
        A pod must not use the network of its host, and its containers only the allowed ports of it. On \
        Windows hostNetwork has an effect only together with HostProcess.
        """,
      remediation: """
        Use a service in place of hostPort, and remove hostNetwork from the pod.
        """),
    AuditRule(
      row: 23, code: "host-path-volumes",
      names: .init(
        "Usage of pod HostPath volume mounts should be restricted to a known list to restrict node access from compromised containers",
        "Usage of pod HostPath volume mounts should be restricted to a known list to restrict node access from compromised containers"
      ),
      korean: "손상된 컨테이너에서 노드 액세스를 제한하려면 Pod HostPath 볼륨 탑재 사용을 알려진 목록으로 제한해야 함",
      severity: .init(.medium, .medium),
      definition: "098fc59e-46c7-4d99-9b16-64990e543d75",
      assessmentKey: "f0debc84-981c-4a0d-924d-aa4bd7d55fef",
      successor: nil,
      input: .pod,
      parameters: [
        AuditParameter(
          "allowedHostPaths", .hostPaths, "the allowed paths of the host, with what is below them",
          defaults: [.asc2021: [], .mcsbCurrent: [], .aksSafeguards: [], .mcsbV2Preview: []]),
        AuditParameter(
          "windowsAllowedHostPaths", .hostPaths,
          "the same for Windows pods; allowedHostPaths if it is missing"),
      ] + AuditParameter.ofContainers, needs: .oneOf(["allowedHostPaths", "windowsAllowedHostPaths"]),
      windows: .counterpart,
      versions: [.asc2021: "3.0.0", .mcsbCurrent: "6.*.*", .aksSafeguards: "6.*.*", .mcsbV2Preview: "6.*.*"],
      controls: ["PV-2"], leavesOutDefender: true,
      explanation: """
        Every hostPath volume must be in a list of paths, or below one of them, and where the list says \
        so it must be mounted read-only. On Windows the case of paths and the direction of slashes do \
        not matter, and a named pipe needs an entry of its own.
        """,
      remediation: """
        Remove the volume, or add its path to the list, read-only where possible.
        """),
  ]
}
