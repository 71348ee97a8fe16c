import Diagnostics
import Manifests

/// Row 17: AppArmor profiles that are in a list.
struct AppArmorProfiles: PodCheck {
  private static let prefix = "container.apparmor.security.beta.kubernetes.io/"
  private let settings: RowSettings
  private let allowed: [String]

  init(_ settings: RowSettings) {
    self.settings = settings
    allowed = settings.texts("allowedProfiles")
  }

  func evaluate(_ pod: AuditedPod) -> CheckResult {
    CheckResult(
      pod.all.compactMap { container in
        let (profile, path, place) = profile(of: container, in: pod)
        guard let profile else {
          return Violation(path, at: place, "container '\(container.name)' has no AppArmor annotation")
        }
        guard !allowed.contains(where: { matches(profile, $0) }) else { return nil }
        return Violation(
          path, at: place,
          "the AppArmor profile '\(profile)' of container '\(container.name)' is not allowed")
      })
  }

  private func matches(_ profile: String, _ allowed: String) -> Bool {
    if profile == allowed { return true }
    // For the template of 2021 a `*` stands for itself.
    return !settings.isExact2021 && allowed.hasSuffix("*") && profile.hasPrefix(allowed.dropLast())
  }

  /// The profile of a container: its field, its annotation, the field of the pod, or the default.
  ///
  /// The template of 2021 knows the annotation only.
  private func profile(
    of container: PodContainer, in pod: AuditedPod
  ) -> (profile: String?, path: String, place: SourceRange?) {
    let isField = !settings.isExact2021
    if isField, let own = container.securityContext?["appArmorProfile"] {
      return (Self.name(own), "\(container.path).securityContext.appArmorProfile", own.location)
    }
    let annotations = pod.template.path == "spec" ? "" : pod.template.path.dropLast("spec".count)
    let path = "\(annotations)metadata.annotations['\(Self.prefix)\(container.name)']"
    if let annotation = pod.template.annotation(Self.prefix + container.name) {
      return (annotation.scalarText ?? "", path, annotation.location)
    }
    guard isField else { return (nil, path, container.value.location) }
    if let shared = pod.spec[path: ["securityContext", "appArmorProfile"]] {
      return (Self.name(shared), "\(pod.path).securityContext.appArmorProfile", shared.location)
    }
    return ("runtime/default", path, container.value.location)
  }

  /// The profile of the field in the words of the annotation.
  private static func name(_ field: ManifestValue) -> String {
    switch field["type"]?.text {
    case "RuntimeDefault": "runtime/default"
    case "Unconfined": "unconfined"
    case "Localhost": "localhost/\(field["localhostProfile"]?.scalarText ?? "")"
    default: field["type"]?.scalarText ?? ""
    }
  }
}
