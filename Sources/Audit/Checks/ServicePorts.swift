import Manifests

/// Row 21: ports of services that are in a list; texts are compared.
struct ServicePorts: ObjectCheck {
  private let allowed: Set<String>

  init(_ settings: RowSettings) { allowed = settings.portTexts("allowedPorts") }

  func evaluate(_ object: ManifestObject) -> CheckResult {
    if object.namespace == "default", object.name == "kubernetes" {
      return .notApplicable("the service of the API server is exempt")
    }
    return CheckResult(
      (object.value["spec"]?["ports"]?.elements ?? []).enumerated().compactMap { index, port in
        guard let number = port["port"]?.scalarText, !allowed.contains(number) else { return nil }
        return Violation(
          "spec.ports[\(index)]", "port", of: port,
          "the service listens on port \(number), which is not allowed")
      })
  }
}
