import Diagnostics
import Manifests

/// Row 18: no privileged containers, and on Windows no HostProcess containers.
struct PrivilegedContainers: PodCheck {
  private let settings: RowSettings

  init(_ settings: RowSettings) { self.settings = settings }

  func evaluate(_ pod: AuditedPod) -> CheckResult {
    CheckResult(
      pod.all.compactMap { container in
        // The templates ask whether the value is true in Rego, where the text "true" is, and "false" too.
        guard let value = container.securityContext?["privileged"], value.isTrueInRego else { return nil }
        return Violation(
          "\(container.path).securityContext.privileged", at: value.location,
          "container '\(container.name)' is privileged")
      })
  }

  func evaluateWindows(_ pod: AuditedPod) -> CheckResult {
    CheckResult(
      HostProcessMember.all(in: pod).map {
        Violation($0.path, at: $0.location, "\($0.subject) is HostProcess", windows: .hostProcess)
      })
  }
}

/// A `hostProcess: true` of a pod or a container.
struct HostProcessMember {
  var path: String
  var location: SourceRange
  /// What it makes HostProcess, in words.
  var subject: String

  static func all(in pod: AuditedPod) -> [HostProcessMember] {
    var result: [HostProcessMember] = []
    let member = "securityContext.windowsOptions.hostProcess"
    if let value = pod.spec[path: ["securityContext", "windowsOptions", "hostProcess"]], value.truth == true {
      result.append(
        HostProcessMember(path: "\(pod.path).\(member)", location: value.location, subject: "the pod"))
    }
    for container in pod.all {
      if let value = container.securityContext?["windowsOptions"]?["hostProcess"], value.truth == true {
        result.append(
          HostProcessMember(
            path: "\(container.path).\(member)", location: value.location,
            subject: "container '\(container.name)'"))
      }
    }
    return result
  }
}
