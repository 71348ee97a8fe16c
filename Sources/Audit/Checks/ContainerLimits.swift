import Manifests

/// Row 4: limits of CPU and memory, up to a maximum.
struct ContainerLimits: PodCheck {
  private let settings: RowSettings

  init(_ settings: RowSettings) { self.settings = settings }

  func evaluate(_ pod: AuditedPod) -> CheckResult {
    // Limits of ephemeral containers are not allowed.
    CheckResult(pod.containers.flatMap(violations))
  }

  /// On Windows, requests must not exceed limits either.
  func evaluateWindows(_ pod: AuditedPod) -> CheckResult {
    CheckResult(pod.containers.flatMap { violations($0) + overcommitments($0) })
  }

  private func overcommitments(_ container: PodContainer) -> [Violation] {
    guard let resources = container.value["resources"], let requests = resources["requests"] else {
      return []
    }
    return [("cpu", "CPU"), ("memory", "memory")].compactMap { member, title in
      guard let request = requests[member], let limit = resources["limits"]?[member],
        let amount = Quantity(request), let maximum = Quantity(limit), amount > maximum
      else { return nil }
      return Violation(
        "\(container.path).resources.requests", member, of: requests,
        "container '\(container.name)' requests \(request.scalarText ?? "") of \(title), and its limit is "
          + "\(limit.scalarText ?? "")", windows: .requests)
    }
  }

  private func violations(_ container: PodContainer) -> [Violation] {
    let path = "\(container.path).resources"
    guard let resources = container.value["resources"] else {
      return [
        Violation(path, at: container.value.location, "container '\(container.name)' has no resource limits")
      ]
    }
    guard let limits = resources["limits"], !limits.members.isEmpty else {
      return [
        Violation(path, "limits", of: resources, "container '\(container.name)' has no resource limits")
      ]
    }
    return violation("cpu", "CPU", "cpuLimit", limits, container)
      + violation("memory", "memory", "memoryLimit", limits, container)
  }

  private func violation(
    _ member: String, _ title: String, _ parameter: String, _ limits: ManifestValue, _ container: PodContainer
  ) -> [Violation] {
    let path = "\(container.path).resources.limits"
    guard let limit = limits[member], limit.scalarText != "" else {
      return [Violation(path, member, of: limits, "container '\(container.name)' has no \(title) limit")]
    }
    let shown = limit.scalarText ?? limit.kind
    guard let amount = quantity(limit, member) else {
      return [
        Violation(
          path, member, of: limits,
          "the \(title) limit '\(shown)' of container '\(container.name)' cannot be read"
            + (isReadToday(limit) ? " by the policy of 2021" : ""))
      ]
    }
    guard let highest = settings[parameter], let maximum = quantity(highest, member) else { return [] }
    // The library treats -1 as no maximum.
    if !settings.isExact2021, maximum.billionths < 0 { return [] }
    guard amount > maximum else { return [] }
    return [
      Violation(
        path, member, of: limits,
        "the \(title) limit \(shown) of container '\(container.name)' is above "
          + "the maximum of \(highest.scalarText ?? "")")
    ]
  }

  /// Whether only the template of 2021 cannot read a quantity.
  private func isReadToday(_ value: ManifestValue) -> Bool { settings.isExact2021 && Quantity(value) != nil }

  private func quantity(_ value: ManifestValue, _ member: String) -> Quantity? {
    guard settings.isExact2021 else { return Quantity(value) }
    return member == "cpu" ? Quantity(cpuOf2021: value) : Quantity(memoryOf2021: value)
  }
}
