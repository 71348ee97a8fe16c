import Diagnostics
import Manifests

/// A pod with the containers that a row looks at.
struct AuditedPod {
  let template: PodTemplate
  /// What says that it is for Windows; nil for a Linux pod.
  let windows: String?
  /// Containers and init containers.
  var containers: [PodContainer]
  /// Ephemeral containers, which no template of 2021 looks at.
  var ephemeral: [PodContainer]

  /// - Parameters:
  ///   - template: The pod.
  ///   - runtimeClasses: Whether runtime classes are for Windows, by name.
  init(_ template: PodTemplate, runtimeClasses: [String: Bool] = [:]) {
    self.template = template
    windows = WindowsSignal.find(in: template, runtimeClasses)
    containers = template.containers(.containers) + template.containers(.initContainers)
    ephemeral = template.containers(.ephemeralContainers)
  }

  var spec: ManifestValue { template.spec }
  var path: String { template.path }
  var isWindows: Bool { windows != nil }

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

/// Finds what says that a pod is for Windows (reference: audit, 3), strongest first.
enum WindowsSignal {
  static func find(in template: PodTemplate, _ runtimeClasses: [String: Bool] = [:]) -> String? {
    let spec = template.spec
    if let name = spec[path: ["os", "name"]]?.text {
      return name.lowercased() == "windows" ? "os.name" : nil
    }
    for label in ["kubernetes.io/os", "beta.kubernetes.io/os"] {
      if let value = spec["nodeSelector"]?[label]?.scalarText {
        return value.lowercased() == "windows" ? "nodeSelector \(label)" : nil
      }
    }
    if requiresWindows(spec) { return "nodeAffinity" }
    if spec[path: ["securityContext", "windowsOptions"]] != nil { return "windowsOptions" }
    for list in PodTemplate.ContainerList.allCases {
      for container in template.containers(list) where container.securityContext?["windowsOptions"] != nil {
        return "windowsOptions"
      }
    }
    return spec["runtimeClassName"]?.text.flatMap { runtimeClasses[$0] } == true ? "runtimeClassName" : nil
  }

  /// Whether the nodes of a runtime class are Windows; nil for another object (reference: audit, 3).
  static func isWindows(runtimeClass object: ManifestObject) -> Bool? {
    guard object.kind == "RuntimeClass", object.group == "node.k8s.io" else { return nil }
    let selector = object.value[path: ["scheduling", "nodeSelector"]]
    return ["kubernetes.io/os", "beta.kubernetes.io/os"].contains {
      selector?[$0]?.scalarText?.lowercased() == "windows"
    }
  }

  /// The runtime class that decides for a pod with no stronger signal, if it is not known yet.
  static func missingRuntimeClass(of template: PodTemplate, _ known: [String: Bool]) -> String? {
    guard let name = template.spec["runtimeClassName"]?.text, known[name] == nil, find(in: template) == nil
    else {
      return nil
    }
    return name
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
          ["kubernetes.io/os", "beta.kubernetes.io/os"].contains(expression["key"]?.text)
            && expression["operator"]?.text == "In"
            && expression["values"]?.elements.map { $0.scalarText?.lowercased() } == ["windows"]
        }
      }
  }
}
