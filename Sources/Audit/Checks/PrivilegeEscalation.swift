import Manifests

/// Row 9: `allowPrivilegeEscalation: false`.
struct PrivilegeEscalation: PodCheck {
  init(_ settings: RowSettings) {}

  func evaluate(_ pod: AuditedPod) -> CheckResult {
    CheckResult(
      pod.all.compactMap { container in
        let value = container.securityContext?["allowPrivilegeEscalation"]
        guard value?.bool != false else { return nil }
        return Violation(
          "\(container.path).securityContext.allowPrivilegeEscalation",
          at: container.place(ofSecurityMember: value),
          value?.bool == true
            ? "container '\(container.name)' allows privilege escalation"
            : "container '\(container.name)' does not set allowPrivilegeEscalation to false")
      })
  }
}
