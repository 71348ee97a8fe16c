import Diagnostics
import Manifests

/// A pod with the containers that a row looks at.
struct AuditedPod {
  let template: PodTemplate
  let isWindows: Bool
  /// Containers and init containers.
  var containers: [PodContainer]
  /// Ephemeral containers, which no template of 2021 looks at.
  var ephemeral: [PodContainer]

  /// - Parameters:
  ///   - template: The pod.
  ///   - runtimeClasses: Whether runtime classes are for Windows, by name.
  init(_ template: PodTemplate, runtimeClasses: [String: Bool] = [:]) {
    self.template = template
    isWindows = WindowsSignal.isWindows(template, runtimeClasses)
    containers = template.containers(.containers) + template.containers(.initContainers)
    ephemeral = template.containers(.ephemeralContainers)
  }

  var spec: ManifestValue { template.spec }
  var path: String { template.path }

  /// The containers that a row looks at.
  func containers(for settings: RowSettings) -> AuditedPod {
    var pod = self
    if settings.isExact2021 {
      pod.ephemeral = []
      // The templates collect containers in a set.
      pod.containers = []
      for container in containers
      where !pod.containers.contains(where: { $0.value.hasSameContent(as: container.value) }) {
        pod.containers.append(container)
      }
    }
    let names = Set(settings.texts("excludedContainers"))
    let images = settings.texts("excludedImages")
    guard !names.isEmpty || !images.isEmpty else { return pod }
    func isKept(_ container: PodContainer) -> Bool {
      let image = container.image?.scalarText ?? ""
      return !names.contains(container.name)
        && !images.contains { $0.hasSuffix("*") ? image.hasPrefix($0.dropLast()) : image == $0 }
    }
    pod.containers.removeAll { !isKept($0) }
    pod.ephemeral.removeAll { !isKept($0) }
    return pod
  }

  /// All containers, ephemeral ones too.
  var all: [PodContainer] { containers + ephemeral }

  /// A member of the security context of a container, or else of the pod's.
  func effective(_ member: String, of container: PodContainer) -> ManifestValue? {
    container.securityContext?[member] ?? spec["securityContext"]?[member]
  }

  /// A member of the Windows options of a container, or else of the pod's.
  func effectiveWindowsOption(_ member: String, of container: PodContainer) -> ManifestValue? {
    container.securityContext?["windowsOptions"]?[member]
      ?? spec["securityContext"]?["windowsOptions"]?[member]
  }
}

/// Finds what says that a pod is for Windows (reference: audit, 3).
enum WindowsSignal {
  /// The labels with the operating system of a node; the second one before Kubernetes 1.14.
  private static let labels = ["kubernetes.io/os", "beta.kubernetes.io/os"]

  /// Whether a pod is for Windows; the strongest signal decides, and a pod without one is for Linux.
  static func isWindows(_ template: PodTemplate, _ runtimeClasses: [String: Bool]) -> Bool {
    stated(by: template)
      ?? template.spec["runtimeClassName"]?.text.flatMap { runtimeClasses[$0] } ?? false
  }

  /// What the pod itself says, strongest first; nil if it says nothing.
  private static func stated(by template: PodTemplate) -> Bool? {
    let spec = template.spec
    func isWindows(_ value: ManifestValue) -> Bool { value.scalarText?.lowercased() == "windows" }
    if let name = spec[path: ["os", "name"]] { return isWindows(name) }
    for label in labels {
      if let value = spec["nodeSelector"]?[label] { return isWindows(value) }
    }
    if requiresWindows(spec) { return true }
    if spec[path: ["securityContext", "windowsOptions"]] != nil { return true }
    for list in PodTemplate.ContainerList.allCases
    where template.containers(list).contains(where: { $0.securityContext?["windowsOptions"] != nil }) {
      return true
    }
    return nil
  }

  /// Whether the nodes of a runtime class are Windows; nil for another object (reference: audit, 3).
  static func isWindows(runtimeClass object: ManifestObject) -> Bool? {
    guard object.kind == "RuntimeClass", object.group == "node.k8s.io" else { return nil }
    let selector = object.value[path: ["scheduling", "nodeSelector"]]
    return labels.contains { selector?[$0]?.scalarText?.lowercased() == "windows" }
  }

  /// Whether only a runtime class says what a pod is for, and that class is not known yet.
  static func isDecidedByUnknownClass(_ template: PodTemplate, _ known: [String: Bool]) -> Bool {
    guard let name = template.spec["runtimeClassName"]?.text, known[name] == nil else { return false }
    return stated(by: template) == nil
  }

  /// Whether every alternative of the required node affinity names Windows.
  private static func requiresWindows(_ spec: ManifestValue) -> Bool {
    let terms =
      spec[
        path: [
          "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms",
        ]
      ]?.elements ?? []
    return !terms.isEmpty
      && terms.allSatisfy { term in
        (term["matchExpressions"]?.elements ?? []).contains { expression in
          expression["key"]?.text.map(labels.contains) == true
            && expression["operator"]?.text == "In"
            && expression["values"]?.elements.map { $0.scalarText?.lowercased() } == ["windows"]
        }
      }
  }
}
