import Manifests

/// Row 11: declared ports that are in a list; texts are compared.
struct ContainerPorts: PodCheck {
  private let allowed: Set<String>

  init(_ settings: RowSettings) { allowed = settings.portTexts("allowedPorts") }

  func evaluate(_ pod: AuditedPod) -> CheckResult {
    CheckResult(
      pod.all.flatMap { container in
        (container.value["ports"]?.elements ?? []).enumerated().compactMap { index, port -> Violation? in
          guard let number = port["containerPort"]?.scalarText, !allowed.contains(number) else { return nil }
          return Violation(
            "\(container.path).ports[\(index)]", "containerPort", of: port,
            "container '\(container.name)' declares port \(number), which is not allowed")
        }
      })
  }
}
