import Manifests
import NetworkTypes

/// Row 22: no host network, and host ports in a range or a list.
struct HostNetworkAndPorts: PodCheck {
  private let settings: RowSettings
  private let allowsHostNetwork: Bool
  private let allowed: PortSet

  init(_ settings: RowSettings) {
    self.settings = settings
    allowsHostNetwork = settings["allowHostNetwork"]?.truth ?? false
    allowed = settings.allowedHostPorts ?? PortSet(0, 0)
  }

  func evaluate(_ pod: AuditedPod) -> CheckResult {
    CheckResult(networkViolations(pod) + portViolations(pod))
  }

  /// Without HostProcess, hostNetwork has no effect on Windows.
  func evaluateWindows(_ pod: AuditedPod) -> CheckResult {
    let isHostProcess = !HostProcessMember.all(in: pod).isEmpty
    return CheckResult((isHostProcess ? networkViolations(pod) : []) + portViolations(pod))
  }

  private func networkViolations(_ pod: AuditedPod) -> [Violation] {
    guard let value = pod.spec["hostNetwork"], value.isTrueInRego, !allowsHostNetwork else { return [] }
    let message = "the pod uses the network of its host"
    guard settings.isExact2021 else {
      return [Violation(pod.path, "hostNetwork", of: pod.spec, message)]
    }
    // The template of 2021 reports it for every container.
    return pod.containers.map {
      Violation(pod.path, "hostNetwork", of: pod.spec, "\(message), with container '\($0.name)'")
    }
  }

  private func portViolations(_ pod: AuditedPod) -> [Violation] {
    pod.all.flatMap { container in
      (container.value["ports"]?.elements ?? []).enumerated().compactMap { index, port -> Violation? in
        guard let value = port["hostPort"] else { return nil }
        if let number = value.integer.flatMap({ UInt16(exactly: $0) }), allowed.contains(number) {
          return nil
        }
        // A port of 0 takes none; the template of 2021 compares it like any other, and that of today refuses it.
        if value.integer == 0, !settings.isExact2021, settings.benchmark != .aksSafeguards { return nil }
        return Violation(
          "\(container.path).ports[\(index)]", "hostPort", of: port,
          "container '\(container.name)' uses port \(value.scalarText ?? "") of its host, which is not allowed"
        )
      }
    }
  }
}
