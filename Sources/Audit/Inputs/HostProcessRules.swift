import Diagnostics
import Manifests

/// What Kubernetes demands of Windows pods that use their node's network or run as its processes (reference: audit, 3).
///
/// The API server rejects a pod with HostProcess containers that breaks one of its rules, so that findings about it are
/// about a pod that cannot exist.
enum HostProcessRules {
  /// What is wrong with a pod; nothing for one that is not for Windows.
  ///
  /// - Parameters:
  ///   - pod: The pod, with all of its containers.
  ///   - file: The file that it is in.
  static func problems(of pod: AuditedPod, _ file: String) -> [Diagnostic] {
    guard pod.isWindows else { return [] }
    func isTrue(_ value: ManifestValue?) -> Bool { value?.bool == true }
    func isHostProcess(_ container: PodContainer) -> Bool {
      isTrue(pod.effectiveWindowsOption("hostProcess", of: container))
    }
    let hostNetwork = pod.spec["hostNetwork"]
    guard pod.all.contains(where: isHostProcess) else {
      guard let hostNetwork, isTrue(hostNetwork) else { return [] }
      return [
        Diagnostic(
          .auditHostNetworkIgnored,
          "hostNetwork has no effect on a Windows pod without HostProcess containers",
          file: file, at: hostNetwork.location, help: "remove it")
      ]
    }
    var problems: [Diagnostic] = []
    func report(_ message: String, at value: ManifestValue, _ help: String) {
      problems.append(
        Diagnostic(.auditHostProcess, message, file: file, at: value.location, help: help))
    }
    for container in pod.all where !isHostProcess(container) {
      report(
        "container '\(container.name)' is not a HostProcess container, but another one of the pod is",
        at: container.value,
        "set hostProcess in the securityContext of the pod, or run it in a pod of its own")
    }
    if !isTrue(hostNetwork) {
      report(
        "a pod with HostProcess containers needs hostNetwork: true", at: hostNetwork ?? pod.spec,
        "add hostNetwork: true to the pod")
    }
    for container in pod.all where isHostProcess(container) {
      guard let value = pod.effective("runAsNonRoot", of: container), isTrue(value) else { continue }
      report(
        "HostProcess container '\(container.name)' cannot have runAsNonRoot: true", at: value,
        "remove it, and choose the user with windowsOptions.runAsUserName")
    }
    return problems
  }
}
