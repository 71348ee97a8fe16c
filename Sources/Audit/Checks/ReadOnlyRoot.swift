import Manifests

/// Row 12: `readOnlyRootFilesystem: true`.
struct ReadOnlyRoot: PodCheck {
  init(_ settings: RowSettings) {}

  func evaluate(_ pod: AuditedPod) -> CheckResult {
    CheckResult(
      pod.all.compactMap { container in
        let value = container.securityContext?["readOnlyRootFilesystem"]
        guard value?.bool != true else { return nil }
        return Violation(
          "\(container.path).securityContext.readOnlyRootFilesystem",
          at: container.place(ofSecurityMember: value),
          "container '\(container.name)' can write to its root file system")
      })
  }
}
