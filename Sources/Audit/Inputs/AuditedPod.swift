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

  init(_ template: PodTemplate) {
    self.template = template
    windows = WindowsSignal.find(in: template)
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
  static func find(in template: PodTemplate) -> String? {
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
    return nil
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
