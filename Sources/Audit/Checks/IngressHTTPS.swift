import Manifests

/// Row 13: ingresses with TLS that refuse plain HTTP.
struct IngressHTTPS: ObjectCheck {
  private static let annotation = "kubernetes.io/ingress.allow-http"

  init(_ settings: RowSettings) {}

  func evaluate(_ object: ManifestObject) -> CheckResult {
    let spec = object.value["spec"]
    var violations: [Violation] = []
    if spec?["tls"]?.elements.isEmpty ?? true {
      violations.append(
        Violation(
          "spec.tls", at: (spec?["tls"] ?? spec ?? object.value).location, "the ingress has no TLS section"))
    }
    let value = object.annotation(Self.annotation)
    if value?.text != "false" {
      violations.append(
        Violation(
          "metadata.annotations['\(Self.annotation)']",
          at: (value ?? object.value["metadata"] ?? object.value).location,
          "the ingress accepts plain HTTP: the annotation \(Self.annotation) is not \"false\""))
    }
    return CheckResult(violations)
  }
}
