import Manifests

/// Row 16: added capabilities that are allowed, and dropped ones that are required.
struct LinuxCapabilities: PodCheck {
  private let settings: RowSettings
  private let allowed: Set<String>
  private let required: [String]

  init(_ settings: RowSettings) {
    self.settings = settings
    let fold = { (name: String) in settings.isExact2021 ? name : name.uppercased() }
    allowed = Set(settings.texts("allowedCapabilities").map(fold))
    required = settings.texts("requiredDropCapabilities").map(fold)
  }

  func evaluate(_ pod: AuditedPod) -> CheckResult { CheckResult(pod.all.flatMap(violations)) }

  /// The template of 2021 compares texts exactly, and `ALL` stands for nothing but itself.
  private func violations(_ container: PodContainer) -> [Violation] {
    func name(_ value: ManifestValue) -> String {
      let text = value.scalarText ?? ""
      return settings.isExact2021 ? text : text.uppercased()
    }
    let capabilities = container.securityContext?["capabilities"]
    let path = "\(container.path).securityContext.capabilities"
    var violations: [Violation] = []
    if !allowed.contains("*") {
      for (index, added) in (capabilities?["add"]?.elements ?? []).enumerated()
      where !allowed.contains(name(added)) {
        violations.append(
          Violation(
            "\(path).add[\(index)]", at: added.location,
            "container '\(container.name)' adds the capability \(added.scalarText ?? ""), which is not allowed"
          ))
      }
    }
    let dropped = Set((capabilities?["drop"]?.elements ?? []).map(name))
    if settings.isExact2021 || !dropped.contains("ALL") {
      for capability in required where !dropped.contains(capability) {
        violations.append(
          Violation(
            "\(path).drop",
            at: container.place(ofSecurityMember: capabilities?["drop"] ?? capabilities),
            "container '\(container.name)' does not drop the capability \(capability)"))
      }
    }
    return violations
  }
}
