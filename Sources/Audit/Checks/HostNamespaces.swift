import Manifests

/// Row 10: no namespaces of the host.
struct HostNamespaces: PodCheck {
  private let settings: RowSettings

  init(_ settings: RowSettings) { self.settings = settings }

  /// Since version 6 of the definition the network namespace counts too; the cloud security benchmark pins
  /// version 5 (reference: audit, 0).
  private var members: [String] {
    settings.benchmark == .aksSafeguards ? ["hostPID", "hostIPC", "hostNetwork"] : ["hostPID", "hostIPC"]
  }

  func evaluate(_ pod: AuditedPod) -> CheckResult {
    CheckResult(
      members.filter { pod.spec[$0]?.isTrueInRego == true }.map {
        Violation(pod.path, $0, of: pod.spec, "the pod shares a namespace of its host: \($0)")
      })
  }

  /// A HostProcess container runs in the host's own namespaces; the others cannot be shared on Windows, so
  /// that the API server rejects the fields.
  func evaluateWindows(_ pod: AuditedPod) -> CheckResult {
    CheckResult(
      HostProcessMember.all(in: pod).prefix(1).map {
        Violation(
          $0.path, at: $0.location,
          "the pod runs in the namespaces of its host: \($0.subject) is HostProcess",
          windows: .hostProcess)
      }
        + ["hostPID", "hostIPC"].filter { pod.spec[$0]?.isTrueInRego == true }.map {
          Violation(
            pod.path, $0, of: pod.spec, "\($0) does not exist on Windows: the API server rejects the pod")
        })
  }
}

extension ManifestValue {
  /// Whether Rego treats the value as true: everything but false is, text too.
  var isTrueInRego: Bool { bool != false && !isNull }
}
